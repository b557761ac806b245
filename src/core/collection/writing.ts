import type { EntryRef } from '../ledger/ledger.ts'
import type { Caller } from '../shared/caller.ts'
import { AppError } from '../shared/errors.ts'
import type { LinksStore } from './links.store.ts'
import { type RequestState, workStates } from './requests.rules.ts'
import type { RequestRow, RequestsStore, Step } from './requests.store.ts'
import type { Views } from './session-view.ts'
import type { Visit } from './visit.ts'

/** Why nothing can be entered now, in words that the page can show. */
const reasons = {
  created: 'The request was not sent yet.',
  sent: 'Open the link again.',
  opened: 'The link was opened on another device, or made anew: open it again.',
  returned: 'The link was opened on another device, or made anew: open it again.',
  submitted: 'It was submitted already: the receipt shows what.',
  accepted: 'It was submitted and accepted already: ask for a link to change something.',
  refused: 'A refusal is recorded: take it back first.',
  expired: 'The deadline of this request is over: ask for a new one.',
  cancelled: 'The request was cancelled: nothing needs to be entered.',
} as const satisfies Record<RequestState, string>

const over = (state: RequestState): AppError => new AppError('conflict', reasons[state])

export const factorRequired = (): AppError =>
  new AppError('factor_required', 'Answer the second factor first: POST /v1/session/factor.')

/** What an act of the vault put on record; nothing where it was no act of the vault. */
const recorded = (result: unknown): { entries?: EntryRef[] } => {
  const isRecorded = (value: unknown): value is { entries: EntryRef[] } =>
    typeof value === 'object' && value !== null && 'entries' in value
  return isRecorded(result) ? { entries: result.entries } : {}
}

/**
 * Who may write: the one session that the request names, in a state of work, with its second factor. It is checked at the
 * door for a plain answer, and again inside the transaction of every effect, because a submission may pass it in between.
 */
export const createWriting = ({
  store,
  linkStore,
  views,
}: {
  store: RequestsStore
  linkStore: LinksStore
  views: Views
}) => {
  const mustWrite = async (visit: Visit): Promise<RequestRow> => {
    const request = await views.requestOf(visit)
    if (!visit.session.factor.passed) throw factorRequired()
    const atWork = (workStates as readonly string[]).includes(request.state)
    if (!atWork || request.sessionId !== visit.session.id) throw over(request.state)
    return request
  }

  /** Before anything is asked for, the person was told why (個人情報保護法21条2項: 直接書面取得は、あらかじめ明示). */
  const mustBeTold = async (visit: Visit): Promise<RequestRow & { noticeAcceptedAt: Date }> => {
    const request = await mustWrite(visit)
    const { noticeAcceptedAt } = request
    if (noticeAcceptedAt === undefined) throw new AppError('notice_required', 'Read the notice of the purposes first.')
    return { ...request, noticeAcceptedAt }
  }

  /** Inside a transaction. */
  const mark = async ({ organizationId, session }: Visit, step: Step): Promise<void> => {
    if (session.requestId === undefined) throw over('accepted')
    if (!(await store.step(organizationId, session.requestId, session.id, step)))
      throw new AppError(
        'conflict',
        'It was submitted, changed on another device, or the request was closed meanwhile.',
      )
    if (step.entered !== undefined && session.factor.kind === 'none')
      await linkStore.enteredInSession(organizationId, session.id, step.entered)
  }

  /**
   * The person as caller of another feature: `commit` calls `keep` in the transaction of that feature's effect, and so the
   * mark commits with it or not at all, and remembers what it put on record. An Idempotency-Key is kept by the HTTP layer afterwards: these acts are repeatable.
   */
  const marking = (visit: Visit, step: Step): Caller => ({
    ...visit,
    once: { keep: (result) => mark(visit, { ...step, ...recorded(result) }) },
  })

  return { mustWrite, mustBeTold, mark, marking }
}
export type Writing = ReturnType<typeof createWriting>
