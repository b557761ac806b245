import { mm } from './fit.ts'

/** The sheet of the 取扱記録: A4, on its side. All in points, from the top left. */
export const sheet = { width: 841.89, height: 595.28, left: 34, right: 34, top: 30, bottom: 42 } as const
export const tableWidth = sheet.width - sheet.left - sheet.right

export type Column = { name: string; width: number; x: number }

const instantColumn = '操作日時'

/** The customers' nine columns, in words that fit over them. */
const layout: readonly [name: string, share: number][] = [
  [instantColumn, 104],
  ['部門コード', 52],
  ['部門', 93],
  ['社員コード', 60],
  ['対象者', 154],
  ['操作', 76],
  ['機能名', 107],
  ['操作した人\n(ユーザID)', 62],
  ['操作した人\n(ユーザ名)', 66],
]
const shares = layout.reduce((sum, [, share]) => sum + share, 0)
const widthOf = (share: number): number => (share / shares) * tableWidth

export const columns: readonly Column[] = layout.map(([name, share], i) => {
  const before = layout.slice(0, i).reduce((sum, [, each]) => sum + each, 0)
  return { name, width: widthOf(share), x: sheet.left + widthOf(before) }
})

export const ink = '#1a1a1a'
export const faint = '#666666'
export const ground = '#eef1f4'
export const stripe = '#f8f9fa'
export const rule = '#b4bac2'

export const bodySize = 8
/** A name may be as long as the contract has it: it wraps, and is cut nowhere. */
export const mostLines = 12
/** Above and below the lines of a row. */
export const rowPadding = 3.2
export const headerHeight = 27
/** fitText takes millimetres. What has one form stays in one line. */
export const frameOf = ({ name, width }: Column) => ({
  width: width / mm,
  height: 1000,
  size: bodySize,
  minSize: 6,
  maxLines: name === instantColumn ? 1 : mostLines,
})
