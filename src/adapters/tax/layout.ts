/** One item (項目) of a record. `width` 全角 or 半角, `max` in characters, `exact` where the standard says no 以内. */
export type Column = { no: number; name: string; width: 'full' | 'half'; max: number; exact: boolean }

/** How sure we are: read in the primary text, in a secondary one, computed, or remembered. */
export type Confidence = 'primary' | 'secondary' | 'computed' | 'memory'

export type Layout = {
  form: TaxForm
  name: string
  /** 年分, western and inclusive; null is open. */
  sinceYear: number
  untilYear: number | null
  source: string
  confidence: Confidence
  columns: readonly Column[]
}

export type TaxForm = '309' | '313' | '314' | '376'
