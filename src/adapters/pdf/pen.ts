import type { Box } from './box.ts'
import { fitText, mm, padding, pitch } from './fit.ts'
import type { SlipFont } from './font.ts'

type Words = { x: number; y: number; size: number; color: string; width?: number; align?: Box['align'] }

/** Where the baseline lies under the top of the em box: the font's ascent is 0.88 em. */
const ascent = 0.88
const thin = 0.4
/** 〓, which printers set for a character that they have not. */
export const geta = '〓'

/** Draws with one font on the current page of a document, in points. */
export const createPen = (document: PDFKit.PDFDocument, font: SlipFont) => {
  let lacked = false

  /** A character without a glyph would print as an empty square and break PDF/A (ISO 19005-2, 6.2.11.8). */
  const printable = (text: string): string => {
    let clean = ''
    for (const character of text) {
      const known = font.hasGlyph(character.codePointAt(0) ?? 0)
      lacked ||= !known
      clean += known ? character : geta
    }
    return clean
  }

  const put = (text: string, { x, y, size, color, width = 0, align = 'left' }: Words): void => {
    if (text === '') return
    const slack = width - font.widthOf(text) * size
    const inset = align === 'left' ? 0 : align === 'center' ? slack / 2 : slack
    document.fillColor(color).fontSize(size)
    document.text(text, x + inset, y + ascent * size, { lineBreak: false, baseline: 'alphabetic' })
  }

  /** One line; where a width is named it is shrunk, at last cut, to stay in it. */
  const text = (words: string, at: Words): void => {
    const clean = printable(words)
    if (at.width === undefined) {
      put(clean, at)
      return
    }
    const frame = { width: at.width / mm + 2 * padding, height: 1000, size: at.size, minSize: 5, maxLines: 1 }
    const fitted = fitText(clean, frame, font.widthOf)
    put(fitted.lines[0] ?? '', { ...at, size: fitted.size })
  }

  /** As many lines as it needs. */
  const paragraph = (words: string, at: Words & { width: number }): number => {
    const frame = { width: at.width / mm + 2 * padding, height: 1000, size: at.size, minSize: at.size, maxLines: 8 }
    const { lines } = fitText(printable(words), frame, font.widthOf)
    lines.forEach((line, i) => {
      put(line, { ...at, y: at.y + i * pitch * at.size })
    })
    return lines.length
  }

  return {
    text,
    paragraph,
    put,
    printable,
    widthOf: font.widthOf,
    frame: (x: number, y: number, width: number, height: number, color: string): void => {
      document.lineWidth(thin).rect(x, y, width, height).stroke(color)
    },
    fill: (x: number, y: number, width: number, height: number, color: string): void => {
      document.rect(x, y, width, height).fill(color)
    },
    line: (x1: number, y1: number, x2: number, y2: number, color: string): void => {
      document.lineWidth(thin).moveTo(x1, y1).lineTo(x2, y2).stroke(color)
    },
    /** Whether a character had no glyph. */
    lacked: (): boolean => lacked,
    use: (): void => font.useIn(document),
  }
}
export type Pen = ReturnType<typeof createPen>
