import { AppError } from './errors.ts'

/** A cursor page. `after` is the opaque cursor of the page before; sort keys are what it carries. */
export type PageRequest = { limit: number; after?: string; total?: boolean }
export type Page<T> = { rows: T[]; next?: string; total?: string }

/** Cursors are the sort key of the last row, in base64url JSON: strings and numbers only, no names, no digits. */
export type CursorKey = (string | number)[]

export const writeCursor = (key: CursorKey): string => Buffer.from(JSON.stringify(key)).toString('base64url')

/** The farthest instant that a Date can hold: cursors carry instants as milliseconds. */
const farthestMs = 8.64e15
/** Longer than any sort key of ours. */
const maxKeyLength = 512
const isPart = (part: unknown, type: 'string' | 'number'): boolean =>
  type === 'number'
    ? Number.isSafeInteger(part) && Math.abs(Number(part)) <= farthestMs
    : typeof part === 'string' && part.length <= maxKeyLength

export const readCursor = (after: string | undefined, types: ('string' | 'number')[]): CursorKey | undefined => {
  if (after === undefined) return undefined
  try {
    const key: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'))
    if (Array.isArray(key) && key.length === types.length && key.every((part, i) => isPart(part, types[i] ?? 'string')))
      return key
  } catch {
    // falls through to the refusal
  }
  throw refuseCursor()
}

export const refuseCursor = (): AppError =>
  new AppError('invalid_request', 'The cursor is not one of ours: pass `next` of the page before.', {
    places: [{ parameter: 'after', code: 'invalid_request' }],
  })

/** Rows were read one beyond the limit: the extra one only tells that there is a next page. */
export const cutPage = <T>(rows: T[], limit: number, key: (row: T) => CursorKey): Page<T> => {
  if (rows.length <= limit) return { rows }
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  return last === undefined ? { rows: kept } : { rows: kept, next: writeCursor(key(last)) }
}

/** The filter for rows after a compound ascending (or descending) key: (a > x) or (a = x and b > y) … */
export const afterKey = (
  fields: string[],
  key: CursorKey | undefined,
  direction: 1 | -1 = 1,
): Record<string, unknown> => {
  if (key === undefined) return {}
  const operator = direction === 1 ? '$gt' : '$lt'
  return {
    $or: fields.map((field, i) => ({
      ...Object.fromEntries(fields.slice(0, i).map((f, j) => [f, key[j]])),
      [field]: { [operator]: key[i] },
    })),
  }
}

/** Exact to 10,000, then `10000+`: counting stops there. */
export const shownTotal = (count: number, limit = 10_000): string => (count > limit ? `${limit}+` : String(count))
export const countLimit = 10_001
