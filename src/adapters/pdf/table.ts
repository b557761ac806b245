import { buffer } from 'node:stream/consumers'
import { setImmediate as breathe } from 'node:timers/promises'
import { createPdf } from './document.ts'
import { mm } from './fit.ts'
import { slipFont } from './font.ts'
import { heightOf, type Line, type Run, runsOf, write, writeAll } from './lines.ts'
import { createPen, geta, type Pen } from './pen.ts'

export type Column = { width: number; name: string; nameEn: string }
export type Table = {
  title: string
  madeAt: Date
  head: readonly Line[]
  /** Their widths fill the page: 182 mm. */
  columns: readonly Column[]
  /** Of each row its cells, in the order of the columns. */
  rows: readonly (readonly Line[])[][]
  footer: string
}

/** Words of a cell. */
export const japanese = (text: string): Line => ({ text, size: 8.5, after: 0.4 })
export const small = (text: string): Line => ({ text, size: 7, muted: true, after: 0.4 })
export const english = (text: string): Line => ({ text, size: 6.2, muted: true, after: 0.4 })

const rule = '#b5b5b5'
const ground = '#eef1f4'
/** In mm, on A4. */
const page = { left: 14, right: 196, top: 16, bottom: 277, footer: 284 } as const
const headHeight = 8.5
const padding = 1.6

type Row = { y: number; height: number; cells: Run[][] }
type Page = { tableTop: number; rows: Row[] }

/** Rows never break over pages: whoever reads one has it before their eyes. */
const layOut = (pen: Pen, { columns, rows }: Table, firstTop: number): Page[] => {
  const pages: Page[] = [{ tableTop: firstTop, rows: [] }]
  let y = firstTop + headHeight
  for (const row of rows) {
    const cells = row.map((lines, i) => runsOf(pen, lines, (columns[i]?.width ?? 0) - 2 * padding))
    const height = Math.max(...cells.map(heightOf)) + 2 * padding
    if (y + height > page.bottom) {
      pages.push({ tableTop: page.top, rows: [] })
      y = page.top + headHeight
    }
    pages.at(-1)?.rows.push({ y, height, cells })
    y += height
  }
  return pages
}

/** A table on A4 for people who have never seen a log: its header on every page, pages of how many. */
export const renderTable = async (table: Table): Promise<Buffer> => {
  const document = createPdf(table)
  const pen = createPen(document, slipFont())
  const columns = table.columns.map((column, i) => ({
    ...column,
    x: table.columns.slice(0, i).reduce<number>((x, { width }) => x + width, page.left) + padding,
  }))
  const tableHead = (y: number): void => {
    pen.fill(page.left * mm, y * mm, (page.right - page.left) * mm, headHeight * mm, ground)
    for (const { x, name, nameEn } of columns) {
      write(pen, { text: name, size: 8, muted: false }, { x, y: y + 1.3 })
      write(pen, { text: nameEn, size: 5.5, muted: true }, { x, y: y + 5 })
    }
  }

  const head = runsOf(pen, table.head, page.right - page.left)
  const pages = layOut(pen, table, page.top + heightOf(head))
  const footer = pen.printable(table.footer)
  const note = pen.lacked() ? `　（${geta}：書体にない文字）` : ''
  for (const [index, { tableTop, rows }] of pages.entries()) {
    document.addPage()
    pen.use()
    if (index === 0) writeAll(pen, head, { x: page.left, y: page.top })
    tableHead(tableTop)
    for (const { y, height, cells } of rows) {
      for (const [i, runs] of cells.entries()) writeAll(pen, runs, { x: columns[i]?.x ?? 0, y: y + padding })
      pen.line(page.left * mm, (y + height) * mm, page.right * mm, (y + height) * mm, rule)
    }
    const foot = { size: 6.5, muted: true }
    write(pen, { ...foot, text: `${footer}${note}` }, { x: page.left, y: page.footer })
    write(pen, { ...foot, text: `${index + 1} / ${pages.length}` }, { x: page.right, y: page.footer }, 'right')
    // Thousands of lines are seconds of work: others get their turn.
    await breathe()
  }
  document.end()
  return buffer(document)
}
