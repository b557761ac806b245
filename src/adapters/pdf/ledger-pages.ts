import type { LedgerFileFacts } from '../../core/reading/reading.ts'
import { fitText, mm, padding, pitch } from './fit.ts'
import { checkpointLine, paintFront } from './ledger-front.ts'
import {
  columns,
  faint,
  frameOf,
  ground,
  headerHeight,
  ink,
  rowPadding,
  rule,
  sheet,
  stripe,
  tableWidth,
} from './ledger-sheet.ts'
import type { Pen } from './pen.ts'

const tableEnd = sheet.height - sheet.bottom
const footerY = sheet.height - 28
/** Where `n /` ends and the number of pages begins. */
const pagesX = sheet.width - sheet.right - 48
const inset = padding * mm

/**
 * The pages of the log. How many there are is known at the end: each page calls one form XObject (ISO 32000-1, 8.10), which is
 * written last. The head of the table is another, since it is alike on every page.
 */
export const createPages = (document: PDFKit.PDFDocument, pen: Pen, facts: LedgerFileFacts) => {
  let pages = 0
  let rows = 0
  let y = 0
  let tableTop = 0

  const newForm = () => {
    const data = { Type: 'XObject', Subtype: 'Form', FormType: 1, BBox: [0, 0, sheet.width, sheet.height] }
    const reference = document.ref(data)
    return {
      reference,
      /** Drawn as on the current page, whose fonts it shares. */
      draw: (paint: () => void): void => {
        const { page } = document
        const { content } = page
        page.content = reference
        paint()
        page.content = content
        Object.assign(data, { Resources: { Font: { ...page.fonts } } })
        reference.end(undefined)
      },
    }
  }
  const total = newForm()
  let head: ReturnType<typeof newForm> | undefined

  const paintHead = (): void => {
    pen.fill(sheet.left, 0, tableWidth, headerHeight, ground)
    pen.frame(sheet.left, 0, tableWidth, headerHeight, rule)
    for (const { name, x, width } of columns) {
      if (x > sheet.left) pen.line(x, 0, x, headerHeight, rule)
      const lines = name.split('\n')
      const first = (headerHeight - lines.length * 9.5) / 2 + 1
      lines.forEach((line, i) => {
        pen.text(line, { x: x + inset, y: first + i * 9.5, size: 7.5, color: ink, width: width - 2 * inset })
      })
    }
  }

  const openTable = (at: number): void => {
    if (head === undefined) {
      head = newForm()
      head.draw(paintHead)
    }
    document.page.xobjects.Head = head.reference
    document.page.write(`q 1 0 0 1 0 ${at.toFixed(2)} cm /Head Do Q`)
    tableTop = at
    y = at + headerHeight
  }

  const footer = (): void => {
    pen.text(checkpointLine(facts), { x: sheet.left, y: footerY, size: 7, color: faint, width: tableWidth - 120 })
    pen.text(`${pages} /`, { x: pagesX - 60, y: footerY, size: 8, color: faint, width: 57, align: 'right' })
    document.page.xobjects.Total = total.reference
    document.page.write('/Total Do')
  }

  const closePage = (): void => {
    if (pages === 0) return
    pen.line(sheet.left, y, sheet.left + tableWidth, y, rule)
    for (const { x } of columns) pen.line(x, tableTop + headerHeight, x, y, rule)
    pen.line(sheet.left + tableWidth, tableTop + headerHeight, sheet.left + tableWidth, y, rule)
    footer()
  }

  const openPage = (): void => {
    closePage()
    document.addPage()
    pen.use()
    pages += 1
    if (pages === 1) {
      openTable(paintFront(pen, facts))
      return
    }
    pen.text('取扱記録', { x: sheet.left, y: sheet.top - 4, size: 10, color: ink })
    const [period] = facts.conditions
    const words = [facts.organization, ...(period === undefined ? [] : [period.join(' ')])].join('　')
    pen.text(words, { x: sheet.left + 56, y: sheet.top - 2, size: 8, color: faint, width: tableWidth - 60 })
    openTable(sheet.top + 14)
  }

  const addRow = (cells: readonly string[]): void => {
    const fitted = columns.map((column, i) => fitText(pen.printable(cells[i] ?? ''), frameOf(column), pen.widthOf))
    const height = Math.max(
      ...fitted.map(({ lines, size }) => ((lines.length - 1) * pitch + 1) * size + 2 * rowPadding),
    )
    if (pages === 0 || y + height > tableEnd) openPage()
    if (rows % 2 === 1) pen.fill(sheet.left, y, tableWidth, height, stripe)
    pen.line(sheet.left, y, sheet.left + tableWidth, y, rule)
    fitted.forEach(({ lines, size }, i) => {
      const column = columns[i]
      if (column === undefined) return
      lines.forEach((line, n) => {
        pen.put(line, { x: column.x + inset, y: y + rowPadding + n * pitch * size, size, color: ink })
      })
    })
    y += height
    rows += 1
  }

  const end = (): void => {
    if (pages === 0) openPage()
    const closing = [
      rows === 0 ? '該当する記録はありません。' : `以上 ${rows.toLocaleString('en')}件`,
      ...(pen.lacked() ? ['〓は印字できない文字です。CSVと検証用の出力には元の文字があります。'] : []),
    ]
    if (y + closing.length * 14 > tableEnd) openPage()
    const under = y
    closePage()
    closing.forEach((words, i) => {
      const at = { x: sheet.left, y: under + 6 + i * 13, size: 8, color: faint, width: tableWidth }
      pen.text(words, { ...at, align: i === 0 ? 'right' : 'left' })
    })
    total.draw(() => {
      pen.text(`${pages} ページ`, { x: pagesX, y: footerY, size: 8, color: faint })
    })
  }

  return { addRow, end, pages: () => pages }
}
