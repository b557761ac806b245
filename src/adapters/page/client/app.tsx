import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type Answer, type Api, createApi, type Problem } from './api.ts'
import type { OpenedSession, Session, SessionReceipt } from './contract.ts'
import { createDrafts } from './drafts.ts'
import { endingOf } from './endings.ts'
import type { Host } from './host.ts'
import { Progress } from './parts/frame.tsx'
import { Dependent } from './screens/dependent.tsx'
import { Dependents } from './screens/dependents.tsx'
import { Done } from './screens/done.tsx'
import { End } from './screens/end.tsx'
import { Leave } from './screens/leave.tsx'
import { Look } from './screens/look.tsx'
import { Notice } from './screens/notice.tsx'
import { OwnNumber } from './screens/number.tsx'
import { Open } from './screens/open.tsx'
import { Refuse } from './screens/refuse.tsx'
import { isOpen, type Place, resumeAt, stepAt, stepsOf } from './steps.ts'
import { type Visit, VisitProvider } from './visit.ts'
import { type Language, words as all } from './words/words.ts'

type Props = { token: string; host: Host }

const placeIn = (state: unknown): Place | undefined =>
  typeof state === 'object' && state !== null && 'place' in state ? (state.place as Place) : undefined

/** The whole page: where one is, what the session says, and what is on its way. */
export const App = ({ token, host }: Props) => {
  const [language, setLanguage] = useState<Language>('ja')
  const [place, setPlace] = useState<Place>(token === '' ? { name: 'ended', why: 'noToken' } : { name: 'open' })
  const [opened, setOpened] = useState<OpenedSession>()
  const [session, setSession] = useState<Session>()
  const [receipt, setReceipt] = useState<SessionReceipt>()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const words = all[language]
  // What the handlers of the browser's history see.
  const now = useRef({ language, session, receipt, busy })
  now.current = { language, session, receipt, busy }
  const api = useMemo(() => createApi(() => now.current.language), [])
  const drafts = useMemo(createDrafts, [])

  const show = (to: Place): void => {
    setProblem(undefined)
    setPlace(to)
  }
  const go = (to: Place): void => {
    window.history.pushState({ place: to }, '')
    show(to)
  }
  /** Nothing is behind it: the back button shows it again, and the token is no longer in the address. */
  const finish = (to: Place): void => {
    window.history.replaceState({ place: to }, '', window.location.pathname + window.location.search)
    drafts.clear()
    api.close()
    show(to)
  }

  useEffect(() => {
    document.documentElement.lang = language
    document.title = words.title
  }, [language])
  useEffect(() => {
    window.history.replaceState({ place: { name: 'open' } }, '')
    const onPop = ({ state }: PopStateEvent): void => {
      const { session: current, receipt: done } = now.current
      const wanted = placeIn(state) ?? { name: 'open' }
      if (done !== undefined) return show({ name: 'done' })
      if (current === undefined || wanted.name === 'ended') return show({ name: 'open' })
      show(isOpen(wanted, current) ? wanted : resumeAt(current))
    }
    // Another link, pasted over this one, is another visit.
    const onHash = (): void => {
      if (window.location.hash.length > 1 && window.location.hash.slice(1) !== token) window.location.reload()
    }
    window.addEventListener('popstate', onPop)
    window.addEventListener('hashchange', onHash)
    return () => {
      window.removeEventListener('popstate', onPop)
      window.removeEventListener('hashchange', onHash)
    }
  }, [])

  /** One thing at a time. What ends the visit has a page of its own; the rest is said above the form. */
  const once = async <T,>(work: (api: Api) => Promise<Answer<T>>): Promise<T | undefined> => {
    if (now.current.busy) return undefined
    now.current.busy = true
    setBusy(true)
    setProblem(undefined)
    try {
      const answer = await work(api)
      if (answer.problem === undefined) return answer.body
      const why = endingOf(answer.problem, opened, api.now())
      if (why === undefined) setProblem(answer.problem)
      else show({ name: 'ended', why })
      return undefined
    } finally {
      now.current.busy = false
      setBusy(false)
    }
  }

  const start = async (): Promise<void> => {
    const both = await once(async (asked): Promise<Answer<{ opened: OpenedSession; session: Session }>> => {
      const exchanged = await asked.open(token)
      if (exchanged.problem !== undefined) return exchanged
      const view = await asked.view()
      return view.problem === undefined ? { body: { opened: exchanged.body, session: view.body } } : view
    })
    if (both === undefined) return
    setOpened(both.opened)
    setSession(both.session)
    host.tell('opened', { sessionId: both.opened.id })
    go(resumeAt(both.session))
  }

  const act = async (work: (api: Api) => Promise<Answer<Session>>): Promise<boolean> => {
    const view = await once(work)
    if (view !== undefined) setSession(view)
    return view !== undefined
  }

  const submit = async (): Promise<void> => {
    const given = await once(async (asked): Promise<Answer<SessionReceipt>> => {
      const checked = await asked.check()
      return checked.problem === undefined ? asked.submit() : checked
    })
    if (given === undefined) return
    setReceipt(given)
    host.tell('submitted', { ...(opened === undefined ? {} : { sessionId: opened.id }), requestId: given.requestId })
    finish({ name: 'done' })
  }

  const visitOf = (current: Session, its: OpenedSession): Visit => ({
    words,
    language,
    api,
    opened: its,
    session: current,
    drafts,
    framed: host.framed,
    busy,
    problem,
    act,
    submit,
    refuse: async (reason, remark) => {
      const done = await once((asked) => asked.refuse(reason, remark))
      if (done === undefined) return
      host.tell('refused', { sessionId: its.id })
      finish({ name: 'refused' })
    },
    receipt,
    go,
    next: (from) => {
      const steps = stepsOf(current)
      const step = stepAt(from)
      const following = step === undefined ? undefined : steps[steps.indexOf(step) + 1]
      if (following !== undefined) go({ name: following })
    },
    later: () => {
      host.tell('later', { sessionId: its.id })
      go({ name: 'later' })
    },
  })

  const again = (label: string) => (
    <button type="button" class="main" aria-disabled={busy} onClick={() => void start()}>
      {busy ? words.open.opening : label}
    </button>
  )

  const screen = (): ComponentChildren => {
    if (place.name === 'ended') {
      const { heading, text } = words.ended[place.why]
      const label = { time: words.ended.again, elsewhere: words.ended.here, busy: words.ended.again }[place.why as 'time']
      return <End heading={heading} text={text} way={label === undefined ? undefined : again(label)} />
    }
    if (place.name === 'refused') return <End heading={words.refuse.done} text={words.refuse.doneText} />
    if (place.name === 'later')
      return <End heading={words.leave.laterDone} text={words.leave.laterDoneText} way={again(words.open.again)} />
    if (session === undefined || opened === undefined || place.name === 'open')
      return (
        <Open
          words={words}
          busy={busy}
          problem={problem}
          again={session !== undefined}
          framed={host.framed}
          start={() => void start()}
        />
      )
    return (
      <VisitProvider value={visitOf(session, opened)}>
        <Progress place={place} />
        {place.name === 'notice' && <Notice />}
        {place.name === 'number' && <OwnNumber />}
        {place.name === 'dependents' && <Dependents />}
        {place.name === 'dependent' && <Dependent key_={place.key} key={place.key} />}
        {place.name === 'look' && <Look />}
        {place.name === 'leave' && <Leave />}
        {place.name === 'refuse' && <Refuse />}
        {place.name === 'done' && <Done />}
      </VisitProvider>
    )
  }

  return (
    <div class={host.framed ? 'page framed' : 'page'}>
      <header>
        <p class="asker">{session?.companyName ?? words.title}</p>
        <button type="button" class="link" lang={words.otherLanguage} onClick={() => setLanguage(words.otherLanguage)}>
          {words.other}
        </button>
      </header>
      {screen()}
    </div>
  )
}
