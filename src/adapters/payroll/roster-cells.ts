import { isDay } from '../../core/shared/dates.ts'
import type { ErrorCode } from '../../core/shared/errors.ts'

/** What is wrong with one cell. The sentence never holds what the cell held. */
export type CellFault = { code: ErrorCode; detail: string }

/**
 * Control characters; invisible and direction marks (two names that look alike would differ); 外字 of the private use
 * area, which only the machine that made them can draw; U+FFFD and lone surrogates, which are already damage.
 */
const unprintable = /[\p{Cc}\p{Co}\p{Cs}\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]/u

export const textFault = (text: string, maxLength: number): CellFault | undefined => {
  if (/[\r\n]/.test(text)) {
    return { code: 'invalid_value', detail: '改行は使えません。引用符 " の閉じ忘れがないか確かめてください。' }
  }
  if (unprintable.test(text)) {
    return { code: 'invalid_value', detail: '制御文字・外字・壊れた文字は使えません。' }
  }
  // 𠮷 is one character of a name, and two UTF-16 units.
  if (text.length > maxLength && [...text].length > maxLength) {
    return { code: 'too_long', detail: `${maxLength}文字以内で入力してください。` }
  }
  return undefined
}

/** 2016/01/01, 2016-01-01, and 2016/1/1 as a spreadsheet saves it. Undefined: not a day of the calendar. */
export const readDay = (text: string): string | undefined => {
  const [, year, separator, month = '', day = ''] = /^(\d{4})([/-])(\d{1,2})\2(\d{1,2})$/.exec(text.trim()) ?? []
  if (year === undefined || separator === undefined) return undefined
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isDay(written) ? written : undefined
}

/** 扶養No: 1, 2, …; full-width digits are what a person may type. */
export const readDependentNo = (text: string): number | undefined => {
  const plain = text.normalize('NFKC').trim()
  return /^[1-9]\d{0,3}$/.test(plain) ? Number(plain) : undefined
}
