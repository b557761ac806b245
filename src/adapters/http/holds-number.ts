import { checkDigitFits, digitValue, isSeparator } from '../../core/shared/number-shape.ts'

/** Groups of digits with nothing but separators between them. */
const runsOf = (text: string): number[][][] => {
  const runs: number[][][] = [[]]
  let group: number[] = []
  const endGroup = (): void => {
    if (group.length > 0) runs.at(-1)?.push(group)
    group = []
  }
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0
    const value = digitValue(codePoint)
    if (value >= 0) group.push(value)
    else {
      endGroup()
      if (!isSeparator(codePoint)) runs.push([])
    }
  }
  endGroup()
  return runs
}

const isNumber = (groups: readonly number[][]): boolean => checkDigitFits(groups.flat())

/**
 * Whether a text holds a number out of place: twelve digits, however spaced or wide, whose check digit fits. Where other
 * digits stand beside them (a date, a telephone number), twelve in one piece or as 4-4-4 are still seen.
 */
export const holdsNumber = (text: string): boolean =>
  runsOf(text).some(
    (groups) =>
      isNumber(groups) ||
      groups.some(
        (group, i) =>
          isNumber([group]) ||
          (groups.slice(i, i + 3).every(({ length }) => length === 4) && isNumber(groups.slice(i, i + 3))),
      ),
  )

const digits = /[0-9０-９]/g
/** What is named to a sender must not be a number, or most of one, in whatever form. */
export const holdsManyDigits = (text: string): boolean => (text.match(digits)?.length ?? 0) >= 6
