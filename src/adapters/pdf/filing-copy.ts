import { AppError } from '../../core/shared/errors.ts'
import type { Box, FormSheet } from './box.ts'
import { createPdf } from './document.ts'
import { slipFont } from './font.ts'
import { isNumber, paintDigits } from './number-cells.ts'
import { boxesFor, createSheetPainter, findSheetProblems, mustHaveGlyphs, sheetOf } from './sheet.ts'
import type { PdfProblem, Slip309 } from './slip.ts'
import { sheets309 } from './slip-309.boxes.ts'
import { sheetTexts, yearWords } from './slip-309.texts.ts'

/** 提出用: the tax office's copy, with the numbers. The payee's copy is another module and shares no number with this one. */

/** ASCII digits as bytes, 12 or 13; absent where there is none. They belong to the caller, who zeroes them. */
export type FilingDigits = { payer?: Uint8Array; payee?: Uint8Array }

export type FilingBundleFacts = { form: '309'; year: number; madeAt: Date; companyName?: string }

/** Glyphs of a bundle are kept until its end, and so is the page tree: more slips go into a further bundle. */
export const slipsPerBundle = 1000

const sheets: Record<FilingBundleFacts['form'], readonly FormSheet[]> = { '309': sheets309 }

/** What would keep these slips from being filed as they are; for the check before anything is rendered. */
export const findFilingProblems = (slip: Slip309): PdfProblem[] => {
  const sheet = sheetOf(sheets309, slip.year)
  return findSheetProblems(slip.key, boxesFor(sheet, 'filing'), sheetTexts(slip, sheet.title, sheet.lines), slipFont())
}

/**
 * Many slips in one document. `stream` gives the bytes as pages are finished: pipe it before the first `add`, else they
 * wait in memory. `add` draws one slip and returns what had to be cut; a character without a glyph throws before drawing.
 */
export const createFilingBundle = (facts: FilingBundleFacts) => {
  const sheet = sheetOf(sheets[facts.form], facts.year)
  const boxes = boxesFor(sheet, 'filing')
  const font = slipFont()
  const document = createPdf({
    title: `${yearWords(facts.year)} ${sheet.title}（提出用）${facts.companyName ?? ''}`,
    madeAt: facts.madeAt,
  })
  const painter = createSheetPainter(document, font, boxes)
  const numberBoxOf = (id: string): Box => {
    const box = boxes.find((candidate) => candidate.id === id)
    if (box === undefined) throw new AppError('internal', 'The sheet has no box for a number.')
    return box
  }
  const [payerBox, payeeBox] = [numberBoxOf('payer.number'), numberBoxOf('payee.number')]
  let slips = 0

  const add = (slip: Slip309, digits: FilingDigits): PdfProblem[] => {
    if (slip.year !== facts.year) throw new AppError('internal', 'A slip of another year is in the bundle.')
    if (slips >= slipsPerBundle) throw new AppError('internal', `A bundle holds at most ${slipsPerBundle} slips.`)
    for (const number of [digits.payer, digits.payee])
      if (number !== undefined && !isNumber(number))
        throw new AppError('internal', 'A number is 12 or 13 ASCII digits.')
    const texts = sheetTexts(slip, sheet.title, sheet.lines)
    const problems = findSheetProblems(slip.key, boxes, texts, font)
    mustHaveGlyphs(problems)
    for (const one of texts) {
      painter.paintSheet(one)
      if (digits.payer !== undefined) paintDigits(document, font, payerBox, digits.payer)
      if (digits.payee !== undefined) paintDigits(document, font, payeeBox, digits.payee)
    }
    slips += 1
    return problems
  }

  const end = (): void => {
    if (slips === 0) throw new AppError('internal', 'A bundle needs at least one slip.')
    document.end()
  }

  const stream: NodeJS.ReadableStream = document
  return { add, end, stream }
}

export type FilingBundle = ReturnType<typeof createFilingBundle>
