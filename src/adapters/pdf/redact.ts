/**
 * 摘要 can hold numbers: of co-owners (不動産の共有者), of dependants. The payee's copy must not carry any 個人番号 (番号法19条),
 * so whatever could be one is blacked out. Runs of twelve and more digits are taken, in any form and spacing; that a
 * few harmless runs (two dates side by side) go with them is the safe side.
 */
const least = 12

/** Digits of any script and dress: full-width, circled, superscript and, by hand, kanji. */
const kanjiDigits = new Set('〇零一二三四五六七八九壱弐参')
const digitCount = (character: string): number => {
  if (kanjiDigits.has(character)) return 1
  const plain = character.normalize('NFKC').replace(/[()⁄.]/gu, '')
  return /^\p{Nd}+$/u.test(plain) ? plain.length : 0
}

/** What may stand between the digits of one number: space, hyphens and dashes, dots, brackets, invisible characters. */
const separator = /^[\p{Z}\p{P}\p{S}\p{C}ー]$/u

export type Redacted = { text: string; found: boolean }

export const redactNumbers = (text: string): Redacted => {
  const characters = Array.from(text)
  const counts = characters.map(digitCount)
  const black = new Set<number>()
  let run: number[] = []
  let digits = 0
  const close = (): void => {
    if (digits >= least) for (const index of run) black.add(index)
    run = []
    digits = 0
  }
  characters.forEach((character, index) => {
    const count = counts[index] ?? 0
    if (count > 0) {
      run.push(index)
      digits += count
    } else if (!separator.test(character)) close()
  })
  close()
  return {
    text: characters.map((character, index) => (black.has(index) ? '●' : character)).join(''),
    found: black.size > 0,
  }
}
