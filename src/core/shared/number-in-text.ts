import { checkDigitFits, digitValue, isSeparator } from './number-shape.ts'

/** Digits with nothing but separators between them, group by group. */
export type DigitRun = {
  groups: readonly (readonly number[])[]
  /** A + stands before it: a telephone number with its country. */
  plus: boolean
}

/** In running text, beside what people put between the groups of a number: . _ , / and the dots of Japanese text, wide or not. */
const otherSeparators = /^[._,/・·･‧．＿，／、]$/u
const standsBetween = (character: string, codePoint: number): boolean =>
  isSeparator(codePoint) || otherSeparators.test(character)

export const digitRuns = (text: string): DigitRun[] => {
  const runs: { groups: number[][]; plus: boolean }[] = []
  let run: { groups: number[][]; plus: boolean } | undefined
  let group: number[] | undefined
  let plus = false
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0
    const value = digitValue(codePoint)
    if (value >= 0) {
      if (run === undefined) {
        run = { groups: [], plus }
        runs.push(run)
      }
      if (group === undefined) {
        group = []
        run.groups.push(group)
      }
      group.push(value)
      continue
    }
    group = undefined
    if (standsBetween(character, codePoint)) continue
    run = undefined
    plus = character === '+' || character === '＋'
  }
  return runs
}

const isNumber = (groups: DigitRun['groups']): boolean => checkDigitFits(groups.flat())
const numberOf = (digits: readonly number[] = []): number => digits.reduce((sum, digit) => sum * 10 + digit, 0)

/** `2026-04-001234`: hosts' ids begin with a year and a month. Nobody parts a 個人番号 so. */
const beginsWithMonth = ([year, month]: DigitRun['groups']): boolean =>
  year?.length === 4 && /^(19|20)/.test(year.join('')) && month?.length === 2 && numberOf(month) <= 12
/** +81 and the ten digits of a Japanese mobile are twelve. */
const isJapanesePhone = ({ groups, plus }: DigitRun): boolean => plus && numberOf(groups.flat().slice(0, 2)) === 81

/** A UUID is random: about one in two thousand ends in twelve digits that fit. One without any letter is not let off. */
const uuid = /\b(?=[\d-]{0,35}[a-f])[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}\b/gi

/**
 * Whether a text holds a number out of place: twelve digits, however spaced or wide, whose check digit fits. Where other
 * digits stand beside them (a date, a telephone number), twelve in one piece or as 4-4-4 are still seen.
 */
export const holdsNumber = (text: string): boolean => {
  const plain = text.replace(uuid, '|')
  return (
    digitRuns(plain).some(
      (run) =>
        (isNumber(run.groups) && !beginsWithMonth(run.groups) && !isJapanesePhone(run)) ||
        (run.groups.length > 1 && run.groups.some((group, i) => isNumber([group]) || isFourFourFour(run.groups, i))),
    ) ||
    (lineBreaks.test(plain) &&
      digitRuns(plain.split(lineBreaks).join(' ')).some(({ groups }) =>
        groups.some((_, i) => isFourFourFour(groups, i)),
      ))
  )
}

/** Over the ends of lines only groups as on the card count: a postal code above a house number is not one. */
const lineBreaks = /[\r\n\v\f\u0085\u2028\u2029]+/
const isFourFourFour = (groups: DigitRun['groups'], i: number): boolean => {
  const three = groups.slice(i, i + 3)
  return three.every(({ length }) => length === 4) && isNumber(three)
}

const digits = /[0-9０-９]/g
/** What is named to a sender must not be a number, or most of one, in whatever form. */
export const holdsManyDigits = (text: string): boolean => (text.match(digits)?.length ?? 0) >= 6
