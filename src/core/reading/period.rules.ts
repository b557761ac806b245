import { addYears, dayOf, startOfDay } from '../shared/dates.ts'
import { AppError, type Place } from '../shared/errors.ts'

export type AskedPeriod = { from?: Date; to?: Date }
export type Period = { from: Date; to: Date }

/** Three months, whichever they are. */
const usualMs = 92 * 24 * 3600 * 1000
/** Of one question: what is kept for seven years and the year of the event fits into one. */
const longestYears = 10

/** Where in the request the period stands. */
export type PlaceOf = (name: 'from' | 'to') => Pick<Place, 'parameter' | 'pointer'>
export const inQuery: PlaceOf = (parameter) => ({ parameter })
export const inBody: PlaceOf = (name) => ({ pointer: `/${name}` })

/** A list of the 取扱記録 is always of a period: without one it is the three months until now. */
export const periodOf = (asked: AskedPeriod, now: Date, placeOf: PlaceOf): Period => {
  const refuse = (detail: string): AppError =>
    new AppError('invalid_request', detail, { places: [{ ...placeOf('from'), code: 'invalid_request', detail }] })
  // One millisecond on: an entry of this very moment belongs to "until now".
  const to = asked.to ?? new Date(now.getTime() + 1)
  const from = asked.from ?? new Date(to.getTime() - usualMs)
  if (from >= to) throw refuse('`from` must be before `to`.')
  if (startOfDay(addYears(dayOf(from), longestYears)) < startOfDay(dayOf(to)))
    throw refuse(`A period is at most ${longestYears} years: ask for it in parts.`)
  return { from, to }
}
