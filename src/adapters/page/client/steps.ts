import { missingConsents } from './consents.ts'
import type { Session } from './contract.ts'
import { shownDocuments } from './evidence.ts'

/** Where somebody is on the page. Each is an entry of the browser's history, so that its back button works. */
export type Place =
  | { name: 'open' | Step | 'done' | 'status' }
  | { name: 'dependent' | 'ending'; key: string }
  | { name: 'leave' | 'refuse' | 'later' | 'refused' }
  | { name: 'ended'; why: Ending }
export type Ending = 'link' | 'locked' | 'time' | 'elsewhere' | 'over' | 'busy' | 'noToken'

export type Step = 'factor' | 'notice' | 'person' | 'number' | 'dependents' | 'consents' | 'documents' | 'look'

const answered = ['passcode', 'birth_date']
/** What a slip says of a payee (所得税法施行規則84条): 氏名又は名称, 住所又は所在地, and of a corporation its 法人番号. */
const isWholePayee = ({ subjectKind, person }: Session): boolean =>
  person?.address !== undefined && (subjectKind !== 'payee_corporation' || person.corporateNumber !== undefined)
export const isPayee = ({ subjectKind }: Session): boolean => subjectKind?.startsWith('payee') === true

/** Whether a step belongs to this visit. A step is there because the session says so: nothing else decides. */
const belongs: Record<Step, (session: Session) => boolean> = {
  factor: ({ factor }) => answered.includes(factor.kind),
  notice: ({ notice }) => notice !== undefined,
  // Who comes back may have moved; a payee's address stands on the slip.
  person: (session) => session.person !== undefined && (session.kind === 'change' || isPayee(session)),
  // A corporation has a 法人番号, which is public and no secret of the vault.
  number: ({ subjectKind }) => subjectKind !== 'payee_corporation',
  dependents: ({ subjectKind }) => subjectKind === 'employee' || subjectKind === undefined,
  consents: ({ consents }) => consents.length > 0,
  documents: (session) => shownDocuments(session).length > 0,
  look: () => true,
}
/** Whether what comes after it may be shown. */
const isDone: Record<Step, (session: Session) => boolean> = {
  factor: ({ factor }) => factor.passed,
  notice: ({ noticeAccepted }) => noticeAccepted === true,
  person: (session) => session.kind === 'change' || !isPayee(session) || isWholePayee(session),
  number: ({ number }) => number !== undefined,
  dependents: () => true,
  consents: ({ consents }) => missingConsents(consents).length === 0,
  documents: ({ missingDocuments }) => missingDocuments.length === 0,
  look: () => true,
}
const order = Object.keys(belongs) as Step[]

/** What has to be done, in order. */
export const stepsOf = (session: Session): Step[] => order.filter((step) => belongs[step](session))

/** The step that a place belongs to. */
export const stepAt = ({ name }: Place): Step | undefined =>
  name === 'dependent' || name === 'ending' ? 'dependents' : order.find((step) => step === name)

const isOver: Partial<Record<NonNullable<Session['requestState']>, Place>> = {
  submitted: { name: 'done' },
  accepted: { name: 'done' },
  refused: { name: 'refused' },
}

/** Where somebody goes on: at the first step that is not done, and at the last one when only a look is left. */
export const resumeAt = (session: Session): Place => {
  const steps = stepsOf(session)
  if (!session.factor.passed) return { name: 'factor' }
  if (session.kind === 'status') return { name: 'status' }
  if (!session.canWrite) return isOver[session.requestState ?? 'cancelled'] ?? { name: 'ended', why: 'over' }
  const open = steps.find((step) => !isDone[step](session))
  if (open !== undefined) return { name: open }
  // All is there: a second look when it was returned, else the family, who may have been in the middle of it.
  const last = session.return !== undefined || !steps.includes('dependents') ? 'look' : 'dependents'
  return {
    name:
      session.kind === 'change' && session.return === undefined ? (steps.find((s) => s === 'person') ?? last) : last,
  }
}

/** Whether a place from the history, or of a step, can be shown yet. */
export const isOpen = (place: Place, session: Session): boolean => {
  if (place.name === 'ended' || place.name === 'open') return false
  if (!session.canWrite || session.kind === 'status')
    return place.name === 'status' || place.name === resumeAt(session).name
  const steps = stepsOf(session)
  const step = stepAt(place)
  // Later is always open; to refuse one has to be who was asked.
  if (step === undefined) return place.name === 'leave' || (place.name === 'refuse' && session.factor.passed)
  if (place.name === 'ending' && !session.dependents.some(({ key }) => key === place.key)) return false
  const before = steps.slice(0, steps.indexOf(step))
  return steps.includes(step) && before.every((each) => isDone[each](session))
}
