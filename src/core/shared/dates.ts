/** Business days are JST calendar days, written YYYY-MM-DD. Japan has had no daylight saving time since 1952. */
export type Day = string

const jstOffsetMs = 9 * 60 * 60 * 1000
const dayMs = 24 * 60 * 60 * 1000

const dayBefore = { index: Number.NaN, day: '' }

/** Every request asks for today, some several times: the last answer is kept. */
export const dayOf = (instant: Date): Day => {
  const index = Math.floor((instant.getTime() + jstOffsetMs) / dayMs)
  if (index !== dayBefore.index) {
    dayBefore.day = new Date(index * dayMs).toISOString().slice(0, 10)
    dayBefore.index = index
  }
  return dayBefore.day
}

/** The instant at which a JST day begins. */
export const startOfDay = (day: Day): Date => new Date(Date.parse(`${day}T00:00:00Z`) - jstOffsetMs)

/** Whether a text is a day of the calendar: 2026-02-30 is not. */
export const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text
}

/** The last day that can be written so. What a period would put beyond it ends here: never, in the life of this service. */
const lastDay: Day = '9999-12-31'

export const addDays = (day: Day, days: number): Day => {
  const time = Date.parse(`${day}T00:00:00Z`) + days * dayMs
  return time > Date.parse(`${lastDay}T00:00:00Z`) ? lastDay : new Date(time).toISOString().slice(0, 10)
}

/** The same day some years later; 29 February becomes 28 February (民法143条2項: the last day of that month). */
export const addYears = (day: Day, years: number): Day => {
  const year = Number(day.slice(0, 4)) + years
  if (year > 9999) return lastDay
  const moved = `${String(year).padStart(4, '0')}${day.slice(4)}`
  return isDay(moved) ? moved : `${moved.slice(0, 8)}28`
}

export const laterDay = (a: Day, b: Day): Day => (a > b ? a : b)
