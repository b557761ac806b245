import { setImmediate as breathe } from 'node:timers/promises'
import type { StatementRenderer } from '../../core/oversight/oversight.rules.ts'
import { createPdf } from './document.ts'
import { mm } from './fit.ts'
import { slipFont } from './font.ts'
import { columns, headLines, type LaidOut, layOut, pageOf, type Run, title } from './handling-statement.layout.ts'

const ink = '#1a1a1a'
const grey = '#666666'
const rule = '#b5b5b5'
const ground = '#eef1f4'
/** Where the baseline lies under the top of the em box: the font's ascent is 0.88 em. */
const ascent = 0.88

type Place = { x: number; y: number }

/** 取扱状況のお知らせ on A4, for people who have never seen a log: the header of the table on every page, pages of how many. */
export const renderHandlingStatement: StatementRenderer = async (statement) => {
  const font = slipFont()
  const document = createPdf({ title: title.ja, madeAt: statement.madeAt })
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
  const line = (y: number, width: number): void => {
    const { left, right } = pageOf
    document
      .lineWidth(width)
      .moveTo(left * mm, y * mm)
      .lineTo(right * mm, y * mm)
      .stroke(rule)
  }

  const tableHead = (y: number): void => {
    const { left, right, headHeight } = pageOf
    document.rect(left * mm, y * mm, (right - left) * mm, headHeight * mm).fill(ground)
    for (const { x, name, nameEn } of columns) {
      write({ text: name, size: 8, pitch: 0 }, { x: x + pageOf.padding, y: y + 1.3 })
      write({ text: nameEn, size: 5.5, pitch: 0, muted: true }, { x: x + pageOf.padding, y: y + 5 })
    }
  }

  const laidOut: LaidOut = layOut(statement, font)
  for (const [index, page] of laidOut.pages.entries()) {
    document.addPage()
    font.useIn(document)
    if (index === 0) writeAll(headLines(statement, font), { x: pageOf.left, y: pageOf.top })
    tableHead(page.tableTop)
    for (const { y, height, cells } of page.rows) {
      for (const [i, runs] of cells.entries())
        writeAll(runs, { x: (columns[i]?.x ?? 0) + pageOf.padding, y: y + pageOf.padding })
      line(y + height, 0.4)
    }
    const small = { size: 6.5, pitch: 0, muted: true } as const
    write({ ...small, text: laidOut.footer }, { x: pageOf.left, y: pageOf.footer })
    const place = `${index + 1} / ${laidOut.pages.length}`
    write({ ...small, text: place }, { x: pageOf.right, y: pageOf.footer }, 'right')
    // Thousands of lines are seconds of work: others get their turn.
    await breathe()
  }
  document.end()
  await done
  return Buffer.concat(chunks)
}
