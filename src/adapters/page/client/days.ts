import type { Language } from './words/words.ts'

/** A day as three choices; empty strings are what was not chosen. */
export type DayChoice = { year: string; month: string; day: string }
export const noDay: DayChoice = { year: '', month: '', day: '' }

/** The first year of birth that is offered. */
export const oldestBirth = 1905

export const choiceOf = (day: string | undefined): DayChoice => {
  const [year = '', month = '', date = ''] = (day ?? '').split('-')
  return { year, month: month.replace(/^0/, ''), day: date.replace(/^0/, '') }
}

/** `undefined` where nothing was chosen, `null` where it is no day. */
export const dayOf = ({ year, month, day }: DayChoice): string | undefined | null => {
  if (year === '' && month === '' && day === '') return undefined
  if (year === '' || month === '' || day === '') return null
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const at = new Date(`${text}T00:00:00Z`)
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text ? null : text
}

// The browser's own calendar: it knows on which day an era began (平成31年4月30日, 令和元年5月1日).
const inEra = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', {
  era: 'long',
  year: 'numeric',
  month: 'long',
  day: 'numeric',
  timeZone: 'UTC',
})
const inWords = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' })
const utc = (text: string): Date => new Date(`${text}T00:00:00Z`)
const eraYear = (text: string): string => inEra.format(utc(text)).replace(/年.*$/, '年')

/** 2019年 is 平成31年 and 令和元年. */
export const yearInEra = (year: number): string =>
  [...new Set([eraYear(`${year}-01-01`), eraYear(`${year}-12-31`)])].join('・')

/** 西暦 and 和暦 side by side. */
export const dayInWords = (day: string, language: Language): string => {
  const [year, month, date] = day.split('-').map(Number)
  return language === 'ja' ? `${year}年${month}月${date}日（${inEra.format(utc(day))}）` : inWords.format(utc(day))
}

/** Business days are days in Japan. */
export const today = (now: Date): string => new Date(now.getTime() + 9 * 3600_000).toISOString().slice(0, 10)

export const instantInWords = (iso: string, language: Language): string =>
  new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Asia/Tokyo',
  }).format(new Date(iso))
