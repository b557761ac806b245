/**
 * A cell that a spreadsheet would take for a formula: it begins with = + - @ (or their full-width forms, which a
 * Japanese Excel takes for the same), tab or a line end.
 */
const formulaStart = /^[=+\-@＝＋－＠\t\r\n]/

/**
 * For files that people open in a spreadsheet (lists, ledgers): an apostrophe before the cell makes it text. Not for
 * files that a payroll product reads: the apostrophe would become part of the name, so the payroll writer leaves
 * names untouched, and the recipient is told not to open the file in a spreadsheet.
 */
export const guardFormula = (cell: string): string => (formulaStart.test(cell) ? `'${cell}` : cell)
