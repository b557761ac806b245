import { defined } from '../../../core/shared/defined.ts'
import type { Page, PageRequest } from '../../../core/shared/page.ts'

export const pageOf = (query: { limit?: number; after?: string; total?: boolean }): PageRequest => ({
  limit: query.limit ?? 20,
  ...defined({ after: query.after, total: query.total }),
})

export const toList = <R, T>(page: Page<R>, toItem: (row: R) => T) => ({
  data: page.rows.map(toItem),
  ...defined({ next: page.next, total: page.total }),
})

/** A closed list that needs no pages. */
export const wholeList = <T>(rows: readonly T[]) => ({ data: [...rows] })

export const iso = (instant: Date): string => instant.toISOString()
export const maybeIso = (instant: Date | undefined): string | undefined => instant?.toISOString()
