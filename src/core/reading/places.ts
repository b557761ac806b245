import { createHash } from 'node:crypto'
import type { FieldCipher } from '../keys/keys.ts'
import type { Caller } from '../shared/caller.ts'
import { AppError } from '../shared/errors.ts'
import { readCursor, refuseCursor, writeCursor } from '../shared/page.ts'
import type { ReadingFilters } from './filters.ts'
import type { AskedPeriod, Period } from './period.rules.ts'

/** Where a page begins: of which period, and since when whoever reads has been on record. */
export type ReadingPlace = { after: string; period: Period; recordedAt: Date }

type Query = ReadingFilters & AskedPeriod & { order: 'asc' | 'desc' }

/** The query and whoever asks it: a cursor serves nobody else, and for nothing else. */
const markOf = ({ actor, clientId }: Caller, { order, from, to, ...filters }: Query): string => {
  const asked = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1))
  const who = [actor.type, 'id' in actor ? actor.id : '', clientId ?? '']
  const whole = JSON.stringify([who, order, from?.getTime() ?? '', to?.getTime() ?? '', asked])
  return createHash('sha256').update(whole).digest().subarray(0, 16).toString('base64url')
}

/**
 * Cursors leave sealed: a read is on record once for its query, so nobody may make up a page that comes after a read that
 * never was.
 */
export const placesOf = (cipher: FieldCipher, caller: Caller, query: Query) => {
  const [owner, field] = ['reading', 'cursor']
  const mark = markOf(caller, query)

  const opened = (after: string): unknown[] => {
    const [sealed] = readCursor(after, ['string']) ?? []
    try {
      const place: unknown = JSON.parse(cipher.open(owner, field, Buffer.from(`${sealed}`, 'base64url')))
      if (Array.isArray(place)) return place
    } catch {
      // falls through to the refusal
    }
    throw refuseCursor()
  }

  const read = (after: string): ReadingPlace => {
    const [inner, from, to, recordedAt, given] = opened(after)
    if (given !== mark) {
      const places = [{ parameter: 'after', code: 'invalid_request' }] as const
      throw new AppError('invalid_request', 'The cursor is of another query: pass `next` with the same filters.', {
        places,
      })
    }
    const period = { from: new Date(Number(from)), to: new Date(Number(to)) }
    return { after: `${inner}`, period, recordedAt: new Date(Number(recordedAt)) }
  }

  const write = ({ after, period, recordedAt }: ReadingPlace): string => {
    const place = [after, period.from.getTime(), period.to.getTime(), recordedAt.getTime(), mark]
    return writeCursor([cipher.seal(owner, field, JSON.stringify(place)).toString('base64url')])
  }

  return { read, write }
}
