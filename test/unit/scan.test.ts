import { describe, expect, it } from 'vitest'
import { readCursor } from '../../src/core/shared/page.ts'
import { type Scan, scanPage, scanTotal, takeWhere } from '../../src/core/shared/scan.ts'

/** Rows 0 … size-1, of which some are wanted; `opened` counts how many were looked at. */
const rowsTo = (size: number, wanted: (n: number) => boolean) => {
  const seen = { opened: 0, reads: 0 }
  const scan: Scan<number, { n: number }> = {
    read: async (after, limit) => {
      seen.reads += 1
      const from = after === undefined ? 0 : Number(after[0]) + 1
      return Array.from({ length: Math.max(0, Math.min(limit, size - from)) }, (_, i) => from + i)
    },
    keyOf: (n) => [n],
    pick: (rows, room) => {
      const open = (n: number) => {
        seen.opened += 1
        return { n }
      }
      return takeWhere(rows, open, ({ n }) => wanted(n), room)
    },
    keyOfFound: ({ n }) => [n],
  }
  return { scan, seen }
}
const pageOf = async (rows: ReturnType<typeof rowsTo>, limit: number, cursor?: string, all = false) => {
  const page = await scanPage(rows.scan, { limit, after: readCursor(cursor, ['number']), all })
  return { ...page, rows: page.rows.map(({ n }) => n) }
}

describe('a page of what is found by looking', () => {
  it('has the first so many, and goes on after the last of them', async () => {
    const rows = rowsTo(2000, (n) => n % 7 === 0)
    const first = await pageOf(rows, 3)
    expect(first.rows).toEqual([0, 7, 14])
    expect(rows.seen.opened).toBe(22)
    expect((await pageOf(rows, 3, first.next)).rows).toEqual([21, 28, 35])
  })

  it('ends without `next` where nothing more is wanted', async () => {
    const rows = rowsTo(2000, (n) => n > 1996)
    expect(await pageOf(rows, 3)).toEqual({ rows: [1997, 1998, 1999] })
    expect(
      await pageOf(
        rowsTo(0, () => true),
        3,
      ),
    ).toEqual({ rows: [] })
  })

  it('looks at 10,000 rows, then is short and goes on where it stopped', async () => {
    const rows = rowsTo(25_000, (n) => n === 5 || n === 24_000)
    const pages: number[][] = []
    let cursor: string | undefined
    do {
      rows.seen.opened = 0
      const page = await pageOf(rows, 50, cursor)
      expect(rows.seen.opened).toBeLessThanOrEqual(10_000)
      pages.push(page.rows)
      cursor = page.next
    } while (cursor !== undefined)
    expect(pages).toEqual([[5], [], [24_000]])
  })

  it('reads one row more than the page where every row is wanted', async () => {
    const rows = rowsTo(60, () => true)
    const first = await pageOf(rows, 50, undefined, true)
    expect(first.rows).toHaveLength(50)
    expect(rows.seen).toEqual({ opened: 51, reads: 1 })
    expect(await pageOf(rows, 50, first.next, true)).toEqual({ rows: [50, 51, 52, 53, 54, 55, 56, 57, 58, 59] })
  })

  it('is counted exactly to the limit, and told as more where the looking stopped', async () => {
    expect(await scanTotal(rowsTo(3000, (n) => n % 3 === 0).scan, 1000)).toBe('1000')
    expect(await scanTotal(rowsTo(3001, (n) => n % 3 === 0).scan, 1000)).toBe('1000+')
    expect(await scanTotal(rowsTo(10_499, (n) => n < 37).scan, 1000)).toBe('37+')
    expect(await scanTotal(rowsTo(9_999, (n) => n < 37).scan, 1000)).toBe('37')
  })
})

describe('a cursor', () => {
  const cursor = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url')
  it.each([
    [[1e300], ['number']],
    [[1.5], ['number']],
    [[8.64e15 + 2], ['number']],
    [[null], ['number']],
    [['1'], ['number']],
    [[1], ['string']],
    [['x'.repeat(513)], ['string']],
    [[], ['string']],
    [['a', 'b'], ['string']],
    [{ 0: 'a', length: 1 }, ['string']],
  ] as [unknown, ('string' | 'number')[]][])('%# that is none of ours is refused', (key, types) => {
    expect(() => readCursor(cursor(key), types)).toThrow('The cursor is not one of ours')
  })

  it('of ours is read', () => {
    expect(readCursor(cursor([8.64e15, -3, 'x'.repeat(512)]), ['number', 'number', 'string'])).toHaveLength(3)
  })
})
