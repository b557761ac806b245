/**
 * The check digit of a 個人番号, 総務省令85号5条: P1…P11 from the right of the eleven leading digits, Q = n+1 for n ≤ 6 and n−5
 * above; remainder ≤ 1 gives 0. Weights from the left: 6 5 4 3 2 7 6 5 4 3 2. Works on digit values, so that no string of
 * digits is ever made. Confidence: primary (variables and proviso).
 */
const weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2] as const

/** Twelve digit values (0–9). */
export const checkDigitFits = (digits: ArrayLike<number>): boolean => {
  if (digits.length !== 12) return false
  const sum = weights.reduce((total, weight, i) => total + weight * (digits[i] ?? 0), 0)
  const remainder = sum % 11
  return (remainder <= 1 ? 0 : 11 - remainder) === digits[11]
}

/**
 * The check digit of a 法人番号, the first of its 13: 財務省令70号2条: 9 − (ΣP·Q mod 9) over the other twelve from the right, Q = 1 for
 * odd and 2 for even places. The sum is taken first (the ordinance's bracket is printed ambiguously): confidence secondary,
 * agreed by the published numbers of 国税庁, 国立国会図書館 and others.
 */
export const isCorporateNumber = (text: string): boolean => {
  if (!/^[1-9]\d{12}$/.test(text)) return false
  const sum = [...text.slice(1)].reverse().reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 2), 0)
  return 9 - (sum % 9) === Number(text[0])
}

/** The value of a digit as people type it: half-width, full-width; -1 for everything else. */
export const digitValue = (codePoint: number): number =>
  codePoint >= 0x30 && codePoint <= 0x39
    ? codePoint - 0x30
    : codePoint >= 0xff10 && codePoint <= 0xff19
      ? codePoint - 0xff10
      : -1

/** Beside Unicode's spaces and dashes: invisible joiners, the hyphens of old encodings, and ー and ─ where a keyboard gives them. */
const otherSeparators = /^[\t\u00ad\u200b\u2043\u2060\u2212\u2500\u30fc\ufeff\uff70]$/u
const separators = /^[\p{Zs}\p{Pd}]$/u

/** Spaces and hyphens of every kind that people put between the groups. */
export const isSeparator = (codePoint: number): boolean => {
  if (codePoint === 0x20 || codePoint === 0x2d) return true
  if (codePoint < 0x80) return codePoint === 0x09
  const character = String.fromCodePoint(codePoint)
  return separators.test(character) || otherSeparators.test(character)
}
