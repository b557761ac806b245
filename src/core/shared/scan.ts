import { type CursorKey, type Page, writeCursor } from './page.ts'

/** A list whose rows are judged after they were read: names are encrypted, due dates are worked out. */
export type Scan<Row, Found> = {
  /** In order, after a key. */
  read: (after: CursorKey | undefined, size: number) => Promise<Row[]>
  keyOf: (row: Row) => CursorKey
  /** The wanted ones among them; no more than `room` are of use. */
  pick: (rows: Row[], room: number) => Found[] | Promise<Found[]>
  keyOfFound: (found: Found) => CursorKey
  /** How many rows a page reads at once, where most of them will be wanted. */
  pageBatch?: number
}

const scanBatch = 500
/** One request looks at no more rows than this: then the page is short, and `next` goes on. */
const scanLimit = 10_000

/** `all`: every row is wanted, so that no more are read than the page has (and one, which tells that there is a next). */
export const scanPage = async <Row, Found>(
  { read, keyOf, pick, keyOfFound, pageBatch = scanBatch }: Scan<Row, Found>,
  page: { limit: number; after: CursorKey | undefined; all: boolean },
): Promise<Page<Found>> => {
  const size = page.all ? page.limit + 1 : pageBatch
  const found: Found[] = []
  let from = page.after
  for (let scanned = 0; ; ) {
    const batch = await read(from, size)
    found.push(...(await pick(batch, page.limit + 1 - found.length)))
    if (found.length > page.limit) {
      const rows = found.slice(0, page.limit)
      const last = rows.at(-1)
      return last === undefined ? { rows } : { rows, next: writeCursor(keyOfFound(last)) }
    }
    const last = batch.at(-1)
    if (batch.length < size || last === undefined) return { rows: found }
    from = keyOf(last)
    scanned += batch.length
    if (scanned >= scanLimit) return { rows: found, next: writeCursor(from) }
  }
}

/** Exact up to `limit`; `37+` where so many were found before the request had looked at enough rows. */
export const scanTotal = async <Row, Found>(
  { read, keyOf, pick }: Scan<Row, Found>,
  limit: number,
): Promise<string> => {
  let count = 0
  let from: CursorKey | undefined
  for (let scanned = 0; ; ) {
    const batch = await read(from, scanBatch)
    count += (await pick(batch, limit + 1 - count)).length
    if (count > limit) return `${limit}+`
    const last = batch.at(-1)
    if (batch.length < scanBatch || last === undefined) return String(count)
    from = keyOf(last)
    scanned += batch.length
    if (scanned >= scanLimit) return `${count}+`
  }
}

/** For `pick`, row by row: opens no more than it needs. */
export const takeWhere = <Row, Found>(
  rows: readonly Row[],
  open: (row: Row) => Found,
  matches: (found: Found) => boolean,
  room: number,
): Found[] => {
  const found: Found[] = []
  for (const row of rows) {
    if (found.length >= room) break
    const opened = open(row)
    if (matches(opened)) found.push(opened)
  }
  return found
}
