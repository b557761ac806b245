import type { LedgerFileFacts } from '../../core/reading/reading.ts'
import { mm, padding } from './fit.ts'
import { secondIn } from './instants.ts'
import { faint, ink, rule, sheet, tableWidth } from './ledger-sheet.ts'
import type { Pen } from './pen.ts'

/** Whole, as the note has it: what is printed can be held against a checkpoint that was kept elsewhere. */
export const checkpointLine = ({ checkpoint }: LedgerFileFacts): string =>
  checkpoint === undefined
    ? '検証点: なし'
    : `検証点: ${checkpoint.size.toLocaleString('en')}件目まで　ルートハッシュ ${checkpoint.root}　署名日時 ${secondIn(checkpoint.signedAt)}`

const orders = { asc: '操作日時の古い順', desc: '操作日時の新しい順' } as const
const stamps = ['作成', '確認', '承認'] as const
const stamp = { width: 52, head: 14, body: 46 } as const
const labelWidth = 62
const factPitch = 13.5

const paintStamps = (pen: Pen, y: number): void => {
  stamps.forEach((name, i) => {
    const x = sheet.width - sheet.right - (stamps.length - i) * stamp.width
    pen.frame(x, y, stamp.width, stamp.head, rule)
    pen.frame(x, y + stamp.head, stamp.width, stamp.body, rule)
    pen.text(name, { x, y: y + 3, width: stamp.width, size: 8, color: faint, align: 'center' })
  })
}

/** The head of the first page: what this is, what was asked for, and room for stamps. Gives where it ends. */
export const paintFront = (pen: Pen, facts: LedgerFileFacts): number => {
  const { left, top } = sheet
  pen.text('取扱記録', { x: left, y: top, size: 18, color: ink })
  pen.text(facts.organization, { x: left + 96, y: top + 6, size: 11, color: ink, width: tableWidth - 280 })
  paintStamps(pen, top)
  const rows: readonly (readonly [string, string])[] = [
    ...facts.conditions,
    ['並び順', orders[facts.order]],
    ['件数', `${facts.entries.toLocaleString('en')}件`],
    ['出力', `${secondIn(facts.madeAt)}　${facts.madeBy}`],
    ['検証点', checkpointLine(facts).replace('検証点: ', '')],
  ]
  let y = top + 34
  const room = tableWidth - stamps.length * stamp.width - labelWidth - 12
  for (const [name, value] of rows) {
    const besideStamps = y < top + stamp.head + stamp.body + 6
    const width = besideStamps ? room : tableWidth - labelWidth
    pen.text(name, { x: left, y, size: 8, color: faint, width: labelWidth })
    const lines = pen.paragraph(value, { x: left + labelWidth, y, size: 8.5, color: ink, width })
    y += factPitch + (lines - 1) * 11
  }
  const note = '個人番号はこの記録に含まれません。時刻は日本標準時です。'
  pen.text(note, { x: left, y, size: 7.5, color: faint, width: tableWidth - padding * mm })
  return Math.max(y + 16, top + stamp.head + stamp.body + 10)
}
