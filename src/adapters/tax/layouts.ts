import type { Layout, TaxForm } from './layout.ts'
import { layout309 } from './layout-309.ts'
import { layout313 } from './layout-313.ts'
import { layout314 } from './layout-314.ts'
import { layout376 } from './layout-376.ts'

/**
 * Record layouts by form and year. No change to these four is known for 令和8年分, but the newest edition of the
 * standard was not read; a new edition is a new row here with its own years.
 */
export const layouts: readonly Layout[] = [layout309, layout313, layout314, layout376]

export const layoutOf = (form: TaxForm, year: number): Layout | undefined =>
  layouts.find((l) => l.form === form && l.sinceYear <= year && (l.untilYear === null || year <= l.untilYear))
