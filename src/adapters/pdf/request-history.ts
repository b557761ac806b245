import type { HistoryRenderer } from '../../core/collection/collection.rules.ts'
import { createPdf } from './document.ts'
import { mm } from './fit.ts'
import { slipFont } from './font.ts'
import { columns, headLines, layOut, pageOf, type Run, title } from './request-history.layout.ts'

const ink = '#1a1a1a'
const grey = '#666666'
const rule = '#b5b5b5'
const ground = '#eef1f4'
/** Where the baseline lies under the top of the em box: the font's ascent is 0.88 em. */
const ascent = 0.88
type Place = { x: number; y: number }

/** 経過記録 on A4: for the employer's file, and for a tax office that asks why a slip is blank. */
export const renderRequestHistory: HistoryRenderer = async (history) => {
  const font = slipFont()
  const document = createPdf({ title: title.ja, madeAt: history.madeAt })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const done = new Promise<void>((resolve, reject) => {
    document.on('end', resolve)
    document.on('error', reject)
  })
  const write = ({ text, size, muted }: Run, { x, y }: Place, align: 'left' | 'right' = 'left'): void => {
    if (text === '') return
    const left = align === 'right' ? x * mm - font.widthOf(text) * size : x * mm
    document
      .fillColor(muted === true ? grey : ink)
      .fontSize(size)
      .text(text, left, y * mm + ascent * size, { lineBreak: false, baseline: 'alphabetic' })
  }
  const writeAll = (runs: readonly Run[], { x, y }: Place): void => {
    let at = y
    for (const run of runs) {
      write(run, { x, y: at })
      at += run.pitch
    }
  }
  const tableHead = (y: number): void => {
    const { left, right, headHeight, padding } = pageOf
    document.rect(left * mm, y * mm, (right - left) * mm, headHeight * mm).fill(ground)
    for (const { x, name, nameEn } of columns) {
      write({ text: name, size: 8, pitch: 0 }, { x: x + padding, y: y + 1.3 })
      write({ text: nameEn, size: 5.5, pitch: 0, muted: true }, { x: x + padding, y: y + 5 })
    }
  }

  const { pages, footer } = layOut(history, font)
  for (const [index, page] of pages.entries()) {
    document.addPage()
    font.useIn(document)
    if (index === 0) writeAll(headLines(history, font), { x: pageOf.left, y: pageOf.top })
    tableHead(page.tableTop)
    for (const { y, height, cells } of page.rows) {
      for (const [i, runs] of cells.entries())
        writeAll(runs, { x: (columns[i]?.x ?? 0) + pageOf.padding, y: y + pageOf.padding })
      document
        .lineWidth(0.4)
        .moveTo(pageOf.left * mm, (y + height) * mm)
        .lineTo(pageOf.right * mm, (y + height) * mm)
        .stroke(rule)
    }
    const small = { size: 6.5, pitch: 0, muted: true } as const
    write({ ...small, text: footer }, { x: pageOf.left, y: pageOf.footer })
    write({ ...small, text: `${index + 1} / ${pages.length}` }, { x: pageOf.right, y: pageOf.footer }, 'right')
  }
  document.end()
  await done
  return Buffer.concat(chunks)
}
