import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type Answer, type Api, createApi, type Problem } from './api.ts'
import type { OpenedSession, Session, SessionReceipt } from './contract.ts'
import { dayInWords, today } from './days.ts'
import { createDrafts } from './drafts.ts'
import { endingOf } from './endings.ts'
import type { Host } from './host.ts'
import { Progress } from './parts/frame.tsx'
import { Consents } from './screens/consents.tsx'
import { Dependent } from './screens/dependent.tsx'
import { Dependents } from './screens/dependents.tsx'
import { Documents } from './screens/documents.tsx'
import { Done } from './screens/done.tsx'
import { End } from './screens/end.tsx'
import { Ending } from './screens/ending.tsx'
import { Factor } from './screens/factor.tsx'
import { Leave } from './screens/leave.tsx'
import { Look } from './screens/look.tsx'
import { Notice } from './screens/notice.tsx'
import { OwnNumber } from './screens/number.tsx'
import { Open } from './screens/open.tsx'
import { Person } from './screens/person.tsx'
import { Refuse, Refused } from './screens/refuse.tsx'
import { Status } from './screens/status.tsx'
import { isOpen, type Place, resumeAt, stepAt, stepsOf } from './steps.ts'
import { type Visit, VisitProvider } from './visit.ts'
import { type Language, wordsFor } from './words/words.ts'

/** `organizationId`: of the address, where the page is in a frame. */
type Props = { token: string; organizationId: string; host: Host }

const screens: Partial<Record<Place['name'], () => ComponentChildren>> = {
  factor: Factor,
  notice: Notice,
  person: Person,
  number: OwnNumber,
  dependents: Dependents,
  consents: Consents,
  documents: Documents,
  look: Look,
  leave: Leave,
  refuse: Refuse,
  refused: Refused,
  done: Done,
  status: Status,
}

/** Of the places of a submission's refusal: those of the session as it is shown. */
const isUnready = ({ places }: Problem): boolean =>
  places.some(({ pointer = '' }) => /^\/(missingDocuments|consents)\//.test(pointer))

const placeIn = (state: unknown): Place | undefined =>
  typeof state === 'object' && state !== null && 'place' in state ? (state.place as Place) : undefined

/** The whole page: where one is, what the session says, and what is on its way. */
export const App = ({ token, organizationId, host }: Props) => {
  const [language, setLanguage] = useState<Language>('ja')
  const [place, setPlace] = useState<Place>(token === '' ? { name: 'ended', why: 'noToken' } : { name: 'open' })
  const [opened, setOpened] = useState<OpenedSession>()
  const [session, setSession] = useState<Session>()
  const [receipt, setReceipt] = useState<SessionReceipt>()
  const [fresh, setFresh] = useState(false)
  const [until, setUntil] = useState<string>()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const words = wordsFor(language, session?.subjectKind)
  // What handlers see that were made before: of the browser's history, and after an await.
  const now = useRef({ language, session, busy })
  Object.assign(now.current, { language, session })
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
    show(to)
  }
  const take = (view: Session): Session => {
    now.current.session = view
    setSession(view)
    return view
  }
  /** For whoever uses this device next: the back button leads to nothing that was typed. */
  const forget = (): void => {
    drafts.clear()
    api.close()
    now.current.session = undefined
    setSession(undefined)
    setReceipt(undefined)
  }

  useEffect(() => {
    document.documentElement.lang = language
    // Notices and agreements come in the language that is asked for, where the organization has them.
    if (session !== undefined && stepAt(place) !== undefined)
      void once((asked) => asked.view()).then((view) => view !== undefined && take(view))
  }, [language])
  useEffect(() => {
    document.title = words.title
  }, [words])
  useEffect(() => {
    window.history.replaceState({ place: { name: 'open' } }, '')
    const onPop = ({ state }: PopStateEvent): void => {
      const { session: current } = now.current
      const wanted = placeIn(state)
      if (current === undefined || (wanted?.name === 'open' && current.canWrite)) show({ name: 'open' })
      else if (wanted !== undefined && isOpen(wanted, current)) show(wanted)
      // Who was taken off the list is not behind the back button either.
      else if (wanted?.name === 'ending' && isOpen({ name: 'dependents' }, current)) show({ name: 'dependents' })
      else show(resumeAt(current))
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
  const once = async <T,>(work: (asked: Api) => Promise<Answer<T>>, isStart = false): Promise<T | undefined> => {
    if (now.current.busy) return undefined
    now.current.busy = true
    setBusy(true)
    setProblem(undefined)
    try {
      const answer = await work(api)
      if (answer.problem === undefined) return answer.body
      const why = endingOf(answer.problem, !isStart)
      if (why !== undefined) show({ name: 'ended', why })
      else if (answer.problem.code === 'conflict' && !isStart) await look(answer.problem)
      else if (isUnready(answer.problem)) await goBack(answer.problem)
      else setProblem(answer.problem)
      return undefined
    } finally {
      now.current.busy = false
      setBusy(false)
    }
  }
  /** Something changed elsewhere: it was submitted in another tab, withdrawn, cancelled. The session says which. */
  const look = async (was: Problem): Promise<void> => {
    const view = await api.view()
    if (view.problem !== undefined) return setProblem(view.problem)
    if (take(view.body).canWrite) setProblem(was)
    else show(resumeAt(view.body))
  }

  /** The submission found something missing that this page did not know of: the step that it belongs to says what. */
  const goBack = async (was: Problem): Promise<void> => {
    const view = await api.view()
    if (view.problem !== undefined) return setProblem(view.problem)
    go(resumeAt(take(view.body)))
    setProblem(was)
  }

  const start = async (): Promise<void> => {
    const both = await once(async (asked): Promise<Answer<{ its: OpenedSession; view: Session }>> => {
      const exchanged = await asked.open(token)
      if (exchanged.problem !== undefined) return exchanged
      // Who may frame it was judged by the organization in the address, so it has to be that of the link.
      if (organizationId !== '' && exchanged.body.organizationId !== organizationId)
        return { problem: { code: 'expired', status: 410, places: [] } }
      const view = await asked.view()
      return view.problem === undefined ? { body: { its: exchanged.body, view: view.body } } : view
    }, true)
    if (both === undefined) return
    setOpened(both.its)
    take(both.view)
    host.tell('opened', { sessionId: both.its.id })
    go(resumeAt(both.view))
  }

  const visitOf = (current: Session, its: OpenedSession): Visit => {
    const act: Visit['act'] = async (work) => {
      const view = await once(work)
      return view === undefined ? undefined : take(view)
    }
    return {
      words,
      language,
      api,
      opened: its,
      session: current,
      drafts,
      framed: host.framed,
      busy,
      problem,
      once,
      act,
      upload: async (kind, subjectKey, bytes) => {
        const made = await once((asked) => asked.upload(kind, subjectKey, bytes))
        if (made !== undefined) await act((asked) => asked.view())
        return made
      },
      submit: async () => {
        const given = await once(async (asked): Promise<Answer<SessionReceipt>> => {
          const checked = await asked.check()
          return checked.problem === undefined ? asked.submit() : checked
        })
        if (given === undefined) return
        setReceipt(given)
        setFresh(true)
        take({ ...current, canWrite: false, requestState: 'submitted', submittedAt: given.submittedAt })
        host.tell('submitted', { sessionId: its.id, requestId: given.requestId })
        finish({ name: 'done' })
      },
      refuse: async (reason, remark) => {
        const view = await act((asked) => asked.refuse(reason, remark))
        if (view === undefined) return
        host.tell('refused', { sessionId: its.id })
        drafts.clear()
        window.history.replaceState({ place: { name: 'refused' } }, '')
        show({ name: 'refused' })
      },
      later: async () => {
        const kept = await once((asked) => asked.postpone())
        if (kept === undefined) return
        setUntil(kept.linkExpiresAt)
        host.tell('later', { sessionId: its.id })
        forget()
        window.history.replaceState({ place: { name: 'later' } }, '')
        show({ name: 'later' })
      },
      receipt,
      fresh,
      fetchReceipt: async () => setReceipt(await once((asked) => asked.receipt())),
      saveReceipt: async () => {
        const file = await once((asked) => asked.receiptFile())
        if (file !== undefined) save(file, words.done.fileName)
      },
      go,
      next: (after, view = current) => {
        const steps = stepsOf(view)
        const following = steps[steps.indexOf(after) + 1]
        if (following !== undefined) go({ name: following })
      },
      proceed: (view) => go(resumeAt(view)),
    }
  }

  const again = (label: string) => (
    <button type="button" class="main" aria-disabled={busy} onClick={() => !busy && void start()}>
      {busy ? words.open.opening : label}
    </button>
  )
  const ways: Partial<Record<string, string>> = {
    time: words.ended.again,
    elsewhere: words.ended.here,
    busy: words.ended.again,
  }

  const screen = (): ComponentChildren => {
    if (place.name === 'ended') {
      const { heading, text } = words.ended[place.why]
      const label = ways[place.why]
      return <End heading={heading} text={text} way={label === undefined ? undefined : again(label)} />
    }
    if (place.name === 'later') {
      const day = until === undefined ? '' : words.leave.until(dayInWords(today(new Date(until)), language))
      return (
        <End
          heading={words.leave.laterDone}
          text={`${words.leave.laterDoneText} ${day}`}
          way={again(words.open.again)}
        />
      )
    }
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
    const Screen = screens[place.name]
    return (
      <VisitProvider value={visitOf(session, opened)}>
        <Progress place={place} />
        {place.name === 'dependent' && <Dependent of={place.key} key={place.key} />}
        {place.name === 'ending' && <Ending of={place.key} key={place.key} />}
        {Screen !== undefined && <Screen key={place.name} />}
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
      <main>{screen()}</main>
    </div>
  )
}

const save = (file: Blob, name: string): void => {
  const url = URL.createObjectURL(file)
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
