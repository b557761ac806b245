import { checkDigitFits, digitValue, isSeparator } from '../../core/shared/number-shape.ts'

/** Whether a text holds a run of exactly twelve digits, however spaced or wide, whose check digit fits: a number out of place. */
export const holdsNumber = (text: string): boolean => {
  let run: number[] = []
  const isNumber = (): boolean => run.length === 12 && checkDigitFits(run)
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0
    const value = digitValue(codePoint)
    if (value >= 0) run.push(value)
    else if (!isSeparator(codePoint)) {
      if (isNumber()) return true
      run = []
    }
  }
  return isNumber()
}
