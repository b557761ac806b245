import { codePointName } from '../../core/shared/charset/cp932.ts'
import { AppError } from '../../core/shared/errors.ts'
import type { Box, Copy, FormSheet } from './box.ts'
import { fitText, mm, padding, pitch } from './fit.ts'
import type { SlipFont } from './font.ts'
import type { PdfProblem } from './slip.ts'
import type { SheetTexts } from './slip-309.texts.ts'

const ink = '#000000'
const ground = '#f1f1f1'
const thin = 0.4
/** Where the baseline lies under the top of the em box: the font's ascent is 0.88 em. */
const ascent = 0.88

export const sheetOf = (sheets: readonly FormSheet[], year: number): FormSheet => {
  const found = sheets.find((s) => s.sinceYear <= year && (s.untilYear === null || year <= s.untilYear))
  if (found === undefined) throw new AppError('invalid_request', 'There is no sheet of this form for this year.')
  return found
}

export const boxesFor = (sheet: FormSheet, copy: Copy): readonly Box[] =>
  sheet.boxes.filter((box) => box.copies.includes(copy))

/** Characters without a glyph would print as an empty square and break PDF/A (ISO 19005-2, 6.2.11.8): found beforehand. */
const missingGlyphs = (text: string, font: SlipFont): string[] => [
  ...new Set(Array.from(text).filter((c) => !/[\r\n]/u.test(c) && !font.hasGlyph(c.codePointAt(0) ?? 0))),
]

/** All problems of a slip's sheets, before anything is drawn. */
export const findSheetProblems = (
  key: string,
  boxes: readonly Box[],
  sheets: readonly SheetTexts[],
  font: SlipFont,
): PdfProblem[] => {
  const found = new Map<string, PdfProblem>()
  for (const texts of sheets)
    for (const box of boxes) {
      const text = texts.get(box.id)
      if (text === undefined || text === '' || box.role !== 'field') continue
      const place = { key, box: box.id, name: box.name, item: box.item }
      for (const character of missingGlyphs(text, font)) {
        const codePoint = codePointName(character)
        found.set(`${box.id} ${codePoint}`, { ...place, problem: 'no_glyph', character, codePoint })
      }
      if (fitText(text, box, font.widthOf).cut) found.set(`${box.id} cut`, { ...place, problem: 'cut' })
    }
  return [...found.values()]
}

const pointerOf = (problem: PdfProblem): string =>
  `/${problem.key.replaceAll('~', '~0').replaceAll('/', '~1')}/${problem.box.replaceAll('.', '/')}`

/** Refuses a slip that has a character without a glyph; text that had to be cut is only reported. */
export const mustHaveGlyphs = (problems: readonly PdfProblem[]): void => {
  const missing = problems.filter((problem) => problem.problem === 'no_glyph')
  if (missing.length === 0) return
  throw new AppError('unmappable_character', 'The font has no glyph for a character: write the name in another form.', {
    places: missing.map((problem) => ({
      pointer: pointerOf(problem),
      code: 'unmappable_character',
      detail: `${problem.name}: 印字できない文字です（「${problem.character}」 ${problem.codePoint}）`,
    })),
  })
}

const paintText = (document: PDFKit.PDFDocument, font: SlipFont, box: Box, text: string): void => {
  const fitted = fitText(text, box, font.widthOf)
  const height = ((fitted.lines.length - 1) * pitch + 1) * fitted.size
  const space = box.height * mm - height
  const inset = box.framed || box.vertical === 'middle' ? 0 : padding
  const first = box.y * mm + (box.vertical === 'middle' ? space / 2 : box.vertical === 'bottom' ? space - inset : inset)
  fitted.lines.forEach((line, index) => {
    if (line === '') return
    const width = font.widthOf(line) * fitted.size
    const room = box.width * mm
    const x =
      box.x * mm +
      (box.align === 'center' ? (room - width) / 2 : box.align === 'right' ? room - width - padding * mm : padding * mm)
    const y = first + index * pitch * fitted.size + ascent * fitted.size
    document.fontSize(fitted.size).text(line, x, y, { lineBreak: false, baseline: 'alphabetic' })
  })
}

const paintFrame = (document: PDFKit.PDFDocument, box: Box): void => {
  const [x, y, width, height] = [box.x * mm, box.y * mm, box.width * mm, box.height * mm]
  if (box.shaded) document.rect(x, y, width, height).fill(ground)
  if (box.framed) document.lineWidth(thin).rect(x, y, width, height).stroke(ink)
}

const cells = 13
const paintCells = (document: PDFKit.PDFDocument, box: Box): void => {
  for (let cell = 1; cell < cells; cell++) {
    const x = (box.x + (box.width / cells) * cell) * mm
    document.moveTo(x, box.y * mm).lineTo(x, (box.y + box.height) * mm)
  }
  document.lineWidth(thin / 2).stroke(ink)
}

/** Grounds first, then frames, then words: a ground must not cover a neighbour's line. */
const paintForm = (document: PDFKit.PDFDocument, font: SlipFont, boxes: readonly Box[]): void => {
  for (const box of boxes) paintFrame(document, { ...box, framed: false })
  for (const box of boxes) paintFrame(document, { ...box, shaded: false })
  for (const box of boxes) if (box.role === 'number') paintCells(document, box)
  document.fillColor(ink)
  for (const box of boxes) if (box.role === 'label') paintText(document, font, box, box.name)
}

/**
 * Paints the sheets of one document. What is alike on all of them (frames and words of the form) is drawn once as a form
 * XObject (ISO 32000-1, 8.10) and only called on each page: small files, and less work per slip.
 */
export const createSheetPainter = (document: PDFKit.PDFDocument, font: SlipFont, boxes: readonly Box[]) => {
  let form: PDFKit.PDFKitReference | undefined

  const drawForm = (): PDFKit.PDFKitReference => {
    const { page } = document
    const data = { Type: 'XObject', Subtype: 'Form', FormType: 1, BBox: [0, 0, page.width, page.height] }
    const drawn = document.ref(data)
    const content = page.content
    page.content = drawn
    paintForm(document, font, boxes)
    page.content = content
    Object.assign(data, { Resources: { Font: { ...page.fonts } } })
    drawn.end(undefined)
    return drawn
  }

  /** A new page with the form and the texts on it. */
  const paintSheet = (texts: SheetTexts): void => {
    document.addPage()
    font.useIn(document)
    form ??= drawForm()
    document.page.xobjects.Form = form
    document.page.write('/Form Do')
    document.fillColor(ink)
    for (const box of boxes) {
      const text = texts.get(box.id)
      if (box.role === 'field' && text !== undefined && text !== '') paintText(document, font, box, text)
    }
  }

  return { paintSheet }
}
