import { type Day, isDay } from '../../core/shared/dates.ts'

/**
 * 元号 by the day they began. `code` is the 元号 digit of the forms (375 生年月日: 昭和1 大正2 明治3 平成4 令和5).
 * Sources: 元号法 and its 政令 (令和: 平成31年政令143号; 平成: 昭和64年政令1号); the codes: 国税庁 標準規格 375.
 */
export const eras = [
  { name: '令和', code: 5, since: '2019-05-01' },
  { name: '平成', code: 4, since: '1989-01-08' },
  { name: '昭和', code: 1, since: '1926-12-25' },
  { name: '大正', code: 2, since: '1912-07-30' },
  // 明治 is given by year only: before 1873 Japan used another calendar.
  { name: '明治', code: 3, since: '1873-01-01', firstYear: 1868 },
] as const satisfies readonly { name: string; code: number; since: Day; firstYear?: number }[]

export type EraName = (typeof eras)[number]['name']
export type EraDate = { era: EraName; code: number; year: number; month: number; day: number }

/** A day in 和暦; undefined for what is no day, or lies before the table. A change day belongs to the new era. */
export const toEra = (day: Day): EraDate | undefined => {
  if (!isDay(day)) return undefined
  const era = eras.find((e) => e.since <= day)
  if (era === undefined) return undefined
  const first = 'firstYear' in era ? era.firstYear : Number(era.since.slice(0, 4))
  return {
    era: era.name,
    code: era.code,
    year: Number(day.slice(0, 4)) - first + 1,
    month: Number(day.slice(5, 7)),
    day: Number(day.slice(8, 10)),
  }
}

/** 年分: the era at the end of the year, for slips are made after it (2019 is 令和元年分). */
export const eraOfYear = (year: number): EraDate | undefined => toEra(`${String(year).padStart(4, '0')}-12-31`)

/** Two digits without the era, as item 11 and the date items want it: 令和8年 → `08`. */
export const twoDigits = (n: number): string => String(n).padStart(2, '0')

/** A day as the three separate items 年, 月, 日. */
export const eraItems = (day: Day): [string, string, string] | undefined => {
  const date = toEra(day)
  return date && [twoDigits(date.year), twoDigits(date.month), twoDigits(date.day)]
}

/** For people: `令和8年分`, `令和元年分`. */
export const yearLabel = (year: number): string => {
  const date = eraOfYear(year)
  return date === undefined ? `${year}年分` : `${date.era}${date.year === 1 ? '元' : date.year}年分`
}
