import { digitRuns } from '../../core/shared/number-in-text.ts'

/** What a spreadsheet makes of twelve digits: 1.23457E+11. */
const mangled = /^\s*\d(?:\.\d+)?[eE]\+?11\s*$/

/**
 * Twelve digits, plain, full-width or in groups: what a 個人番号 looks like, wherever in a cell it stands. Thirteen
 * (法人番号) or a telephone number with + before it are not. A number that came in through a name would lie in the clear,
 * outside the vault, so such a cell is refused without asking for the check digit.
 */
export const looksLikeNumber = (cell: string): boolean =>
  cell.length >= 5 &&
  (mangled.test(cell) ||
    (cell.length >= 12 &&
      digitRuns(cell).some(
        ({ groups, plus }) => !plus && (groups.flat().length === 12 || groups.some(({ length }) => length === 12)),
      )))
