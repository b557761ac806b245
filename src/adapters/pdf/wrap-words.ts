/** Not at the start of a line (行頭禁則). */
const notFirst = new Set('、。，．,.・：；？！）」』】〕］｝)]}ーゃゅょっァィゥェォャュョッ々〓')
/** Not at the end of one (行末禁則). */
const notLast = new Set('（「『【〔［｛([{')

/** A Latin word with the space after it stays whole; everything else breaks anywhere. */
const pieces = (text: string): string[] => text.match(/[!-~’]+ ?|\s|[^!-~’\s]/gu) ?? []

/** Breaks mixed Japanese and English into lines no wider than `room` (in ems): English between words, where a word fits. */
export const wrapWords = (text: string, room: number, widthOf: (text: string) => number): string[] => {
  const lines: string[] = []
  let line: string[] = []
  let width = 0
  const end = (): void => {
    lines.push(line.join('').trimEnd())
    line = []
    width = 0
  }
  const add = (piece: string): void => {
    const wide = widthOf(piece)
    if (line.length > 0 && width + widthOf(piece.trimEnd()) > room) {
      const carried: string[] = []
      const first = (): string => carried[0] ?? piece
      while (line.length > 1 && (notFirst.has(Array.from(first())[0] ?? '') || notLast.has(line.at(-1) ?? '')))
        carried.unshift(line.pop() ?? '')
      end()
      for (const one of carried) add(one)
      if (piece === ' ') return
    }
    // A word longer than the line, such as an id in a narrow column, breaks where it must.
    if (wide > room && piece.length > 1) for (const character of piece) add(character)
    else {
      line.push(piece)
      width += wide
    }
  }
  for (const piece of pieces(text)) add(piece)
  end()
  return lines
}
