import { buffer } from 'node:stream/consumers'
import { createPdf } from './document.ts'
import { slipFont } from './font.ts'
import { redactNumbers } from './redact.ts'
import { boxesFor, createSheetPainter, findSheetProblems, mustHaveGlyphs, sheetOf } from './sheet.ts'
import type { PdfProblem, Slip309 } from './slip.ts'
import { sheets309 } from './slip-309.boxes.ts'
import { type SheetTexts, sheetTexts, yearWords } from './slip-309.texts.ts'

/**
 * 支払を受ける方への写し. 番号法19条 allows nobody's 個人番号 on it, so this module takes no number, its boxes have no cells
 * for one, and whatever looks like one in a text is blacked out.
 */
const note = 'この写しは支払内容をお知らせするもので、個人番号は記載していません（番号法第19条）。'
const redactedNote = '個人番号とみられる数字は●で表示しています。'

/** Texts that people typed; the rest is ours or made of amounts. */
const typed = /^(?:payee|payer)\.|^remarks$|\.(?:kind|detail)$/u

const withoutNumbers = (texts: SheetTexts): SheetTexts => {
  let found = false
  const clean = new Map<string, string>()
  for (const [id, text] of texts) {
    const redacted = typed.test(id) ? redactNumbers(text) : { text, found: false }
    found ||= redacted.found
    clean.set(id, redacted.text)
  }
  return clean.set('note', found ? `${note}\n${redactedNote}` : note)
}

const prepare = (slip: Slip309) => {
  const sheet = sheetOf(sheets309, slip.year)
  const boxes = boxesFor(sheet, 'payee')
  const texts = sheetTexts(slip, sheet.title, sheet.lines).map(withoutNumbers)
  return { sheet, boxes, texts, problems: findSheetProblems(slip.key, boxes, texts, slipFont()) }
}

export const findPayeeCopyProblems = (slip: Slip309): PdfProblem[] => prepare(slip).problems

/** One slip as a PDF of its own. A character without a glyph throws before drawing; `findPayeeCopyProblems` lists cuts. */
export const renderPayeeCopy = async (slip: Slip309, options: { madeAt: Date }): Promise<Buffer> => {
  const { sheet, boxes, texts, problems } = prepare(slip)
  mustHaveGlyphs(problems)
  const font = slipFont()
  const document = createPdf({ title: `${yearWords(slip.year)} ${sheet.title}（写し）`, madeAt: options.madeAt })
  const painter = createSheetPainter(document, font, boxes)
  for (const one of texts) painter.paintSheet(one)
  document.end()
  return buffer(document)
}
