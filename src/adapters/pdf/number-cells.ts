import { AppError } from '../../core/shared/errors.ts'
import type { Box } from './box.ts'
import { mm } from './fit.ts'
import type { SlipFont } from './font.ts'

/**
 * Draws the digits of a number into its 13 cells, one by one. They come as bytes; each byte picks its digit from this
 * table, so that the number as a whole is never a string. Only filing-copy.ts may import this module.
 */
const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const
const cells = 13
const zero = 0x30

/** For the check before anything is drawn. */
export const isNumber = (number: Uint8Array): boolean =>
  (number.length === 12 || number.length === cells) && number.every((byte) => digits[byte - zero] !== undefined)

export const paintDigits = (document: PDFKit.PDFDocument, font: SlipFont, box: Box, number: Uint8Array): void => {
  if (!isNumber(number)) throw new AppError('internal', 'A number is 12 or 13 ASCII digits.')
  const cell = (box.width / cells) * mm
  const y = (box.y + box.height / 2) * mm + 0.38 * box.size
  document.fontSize(box.size)
  number.forEach((byte, index) => {
    const digit = digits[byte - zero]
    if (digit === undefined) return
    // 12 digits of a 個人番号 stand to the right: its first cell stays empty (手引: 右詰め).
    const place = index + cells - number.length
    const x = box.x * mm + cell * place + (cell - font.widthOf(digit) * box.size) / 2
    document.text(digit, x, y, { lineBreak: false, baseline: 'alphabetic' })
  })
}
