import type { Session } from './contract.ts'

/** Where somebody is on the page. Each is an entry of the browser's history, so that its back button works. */
export type Place =
  | { name: 'open' | 'notice' | 'number' | 'dependents' | 'look' | 'done' }
  | { name: 'dependent'; key: string }
  | { name: 'leave' | 'refuse' | 'later' | 'refused' }
  | { name: 'ended'; why: Ending }
export type Ending = 'link' | 'time' | 'elsewhere' | 'over' | 'busy' | 'noToken'

export type Step = 'notice' | 'number' | 'dependents' | 'look'

/** What has to be done, in order, as the session says it. */
export const stepsOf = (_session: Session): Step[] => ['notice', 'number', 'dependents', 'look']

/** The step that a place belongs to. */
export const stepAt = ({ name }: Place): Step | undefined =>
  name === 'dependent'
    ? 'dependents'
    : name === 'notice' || name === 'number' || name === 'dependents' || name === 'look'
      ? name
      : undefined

/** Where somebody goes on who comes back. */
export const resumeAt = (session: Session): Place => {
  if (!session.noticeAccepted) return { name: 'notice' }
  if (session.number === undefined) return { name: 'number' }
  return { name: 'dependents' }
}

/** Whether a place from the history can be shown yet. */
export const isOpen = (place: Place, session: Session): boolean => {
  const step = stepAt(place)
  if (step === undefined || step === 'notice') return true
  return session.noticeAccepted && (step === 'number' || session.number !== undefined)
}
