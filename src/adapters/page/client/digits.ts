import { checkDigitFits, digitValue, isSeparator } from '../../../core/shared/number-shape.ts'

/** What stands in a field so far. `short` and `wrong` are what one still types; `stray` will not become a number. */
export type Reading =
  | { state: 'empty' }
  | { state: 'short' | 'long'; count: number }
  | { state: 'stray' }
  | { state: 'wrong' }
  | { state: 'right'; digits: string }

const length = 12

/** As people type it: full-width digits, spaces and hyphens of every kind are taken, as the service takes them. */
export const readDigits = (text: string): Reading => {
  const values: number[] = []
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0
    const value = digitValue(codePoint)
    if (value >= 0) values.push(value)
    else if (!isSeparator(codePoint)) return { state: 'stray' }
  }
  if (values.length === 0) return { state: 'empty' }
  if (values.length !== length) return { state: values.length < length ? 'short' : 'long', count: values.length }
  return checkDigitFits(values) ? { state: 'right', digits: values.join('') } : { state: 'wrong' }
}

/** In fours, as on the card. */
export const inFours = (digits: string): string => digits.replace(/(.{4})(?=.)/g, '$1 ')
