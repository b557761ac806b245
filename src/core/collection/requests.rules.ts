import type { EventType } from '../outbox/outbox.ts'
import { addDays, type Day } from '../shared/dates.ts'
import type { NumberState } from '../shared/words.ts'
import type { Priority } from './words.ts'

export const requestStates = [
  'created',
  'sent',
  'opened',
  'submitted',
  'accepted',
  'returned',
  'refused',
  'expired',
  'cancelled',
] as const
export type RequestState = (typeof requestStates)[number]

/**
 * 依頼の状態. `refused → sent` is the withdrawal of a refusal (不同意の撤回); `returned → submitted` the second try. One that was
 * never sent can be refused (by telephone) and expire too.
 */
export const nextStates = {
  created: ['sent', 'refused', 'expired', 'cancelled'],
  sent: ['opened', 'refused', 'expired', 'cancelled'],
  opened: ['submitted', 'refused', 'expired', 'cancelled'],
  submitted: ['accepted', 'returned', 'cancelled'],
  accepted: [],
  returned: ['submitted', 'refused', 'expired', 'cancelled'],
  refused: ['sent', 'cancelled'],
  expired: ['cancelled'],
  cancelled: [],
} as const satisfies Record<RequestState, readonly RequestState[]>

/** From which states one comes to this one: the filter of a transition, so that MongoDB settles every race. */
export const statesBefore = (to: RequestState): RequestState[] =>
  requestStates.filter((from) => (nextStates[from] as readonly RequestState[]).includes(to))

/** Over for good: the subject may be asked anew. A refused request is not: it waits for its withdrawal. */
export const closedStates = ['accepted', 'expired', 'cancelled'] as const satisfies readonly RequestState[]
export const isClosed = (state: RequestState): boolean => (closedStates as readonly RequestState[]).includes(state)

/** What the host is told, beside what is on record. */
export const eventOfState = {
  created: undefined,
  sent: 'request.sent',
  opened: 'request.opened',
  submitted: 'request.submitted',
  accepted: 'request.accepted',
  returned: 'request.returned',
  refused: 'request.refused',
  expired: 'request.expired',
  cancelled: undefined,
} as const satisfies Record<RequestState, EventType | undefined>

/** Whose deadline still means something: the person has to act. */
export const waitingStates = ['created', 'sent', 'opened', 'returned'] as const satisfies readonly RequestState[]
/** Whom one reminds: they were asked, and have not answered. */
export const remindedStates = ['sent', 'opened', 'returned'] as const satisfies readonly RequestState[]

/** `request.reminder_due`, so many days before the last day. */
export const reminderDays = {
  low: [1],
  normal: [7, 1],
  high: [14, 7, 3, 1],
} as const satisfies Record<Priority, readonly number[]>

/** The next day on which a reminder is due, after a day. */
export const nextReminder = (dueOn: Day | undefined, priority: Priority, after: Day): Day | undefined =>
  dueOn === undefined
    ? undefined
    : reminderDays[priority].map((days) => addDays(dueOn, -days)).find((reminder) => reminder > after)

/** Another link keeps the state here: the person goes on where they stopped. */
export const linkedStates = ['sent', 'opened', 'returned'] as const satisfies readonly RequestState[]
/** The person may write. */
export const workStates = ['opened', 'returned'] as const satisfies readonly RequestState[]

/**
 * Whether somebody may be asked. Nobody is asked for what is already held (番号法14条1項: only where it is needed), nor for a
 * number that they do not have.
 */
export const asking = {
  none: 'yes',
  requested: 'yes',
  disposed: 'yes',
  no_number: 'has_none',
  registered: 'held',
  checked: 'held',
} as const satisfies Record<NumberState, 'yes' | 'held' | 'has_none'>

/** The page's own key of a dependent is kept, so it must not be a place where a number can hide. */
export const keyCouldHoldNumber = (key: string): boolean => /\d{12}/.test(key.replaceAll(/[-_]/g, ''))
