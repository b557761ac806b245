import { type FieldCipher, foldName, type Keys } from '../keys/keys.ts'
import { defined } from '../shared/defined.ts'
import { AppError } from '../shared/errors.ts'
import { type CursorKey, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { type Scan, scanPage, scanTotal, takeWhere } from '../shared/scan.ts'
import { type Direction, type EntryFilter, placeOf } from './entry-query.rules.ts'
import type { EntryFields, EntryRow, LedgerStore } from './ledger.store.ts'
import type { OpenedNames } from './row-leaf.ts'

/** Names are found by their grams, and judged after decryption. */
export type EntryQuery = Omit<EntryFilter, 'grams'> & { name?: string; order: 'asc' | 'desc' }

type Named = { subjectName?: string }
/** The kana is for finding: the customers' log shows names as they are written. */
export type Opened<Entry> = { entry: Entry; kana: string; names?: OpenedNames }
/** With its row, for whoever needs what was sealed. */
export type FoundOf<Entry> = Opened<Entry> & { row: EntryRow }

type Deps<Entry> = {
  store: LedgerStore
  keys: Keys
  open: (cipher: FieldCipher, row: EntryRow) => Opened<Entry>
}

const nameTotalLimit = 1000
const walkBatch = 500

const mustBeForward = ({ from, to }: Pick<EntryQuery, 'from' | 'to'>): void => {
  if (from < to) return
  const places = [{ parameter: 'from', code: 'invalid_request' }] as const
  throw new AppError('invalid_request', '`from` must be before `to`.', { places })
}

/** The reading side of the 取扱記録: pages of it, and all of it batch by batch. */
export const createListing = <Entry extends Named>({ store, keys, open }: Deps<Entry>) => {
  type Found = FoundOf<Entry>

  const prepare = async (organizationId: string, { name, order, ...rest }: EntryQuery, fields: EntryFields) => {
    const cipher = await keys.fields.for(organizationId)
    const grams = name === undefined ? [] : await keys.grams.query(organizationId, name)
    const filter: EntryFilter = { ...rest, grams: await store.byRarity(organizationId, rest, grams) }
    const wanted = name === undefined ? undefined : foldName(name)
    const direction: Direction = order === 'asc' ? 1 : -1
    const read = (from: CursorKey | undefined, size: number) =>
      store.batch(organizationId, filter, from, direction, size, fields)
    const matches = ({ entry, kana }: Found): boolean =>
      wanted === undefined || foldName(entry.subjectName ?? '').includes(wanted) || foldName(kana).includes(wanted)
    const pick = (rows: readonly EntryRow[], room: number): Found[] =>
      takeWhere(rows, (row) => ({ ...open(cipher, row), row }), matches, room)
    return { filter, read, pick }
  }

  const list = async (
    { organizationId }: { organizationId: string },
    { limit, after, total, ...query }: EntryQuery & PageRequest,
  ): Promise<Page<Entry>> => {
    mustBeForward(query)
    const { filter, read, pick } = await prepare(organizationId, query, 'shown')
    const scan: Scan<EntryRow, Found> = {
      read,
      keyOf: placeOf,
      pick,
      keyOfFound: ({ row }) => placeOf(row),
      // What has all grams of a name mostly has the name; more of them lie far apart in a large ledger.
      pageBatch: limit + 1,
    }
    const page = await scanPage(scan, {
      limit,
      after: readCursor(after, ['number', 'number', 'string']),
      all: query.name === undefined,
    })
    // With a name, counting means decrypting: it stops at 1,000.
    const counted =
      total !== true
        ? undefined
        : query.name === undefined
          ? shownTotal(await store.count(organizationId, filter))
          : await scanTotal(scan, nameTotalLimit)
    return { ...page, rows: page.rows.map(({ entry }) => entry), ...defined({ total: counted }) }
  }

  /** Everything, in order, from behind a place. Keys are asked for anew with each batch: a long job outlives a rotation. */
  async function* walk(
    organizationId: string,
    query: EntryQuery,
    after: CursorKey | undefined,
    fields: EntryFields,
  ): AsyncGenerator<{ found: Found[]; last: CursorKey }> {
    let place = after
    for (;;) {
      const { read, pick } = await prepare(organizationId, query, fields)
      const rows = await read(place, walkBatch)
      const last = rows.at(-1)
      if (last === undefined) return
      place = placeOf(last)
      yield { found: pick(rows, rows.length), last: place }
      if (rows.length < walkBatch) return
    }
  }

  /** What was sealed below a size, in the order of the log, from behind a place. */
  async function* walkSealed(
    organizationId: string,
    size: number,
    after?: CursorKey,
  ): AsyncGenerator<{ found: Found[]; last: CursorKey }> {
    for (let behind = after === undefined ? -1 : Number(after[0]); ; ) {
      const cipher = await keys.fields.for(organizationId)
      const rows = await store.sealed(organizationId, behind, size, walkBatch)
      behind = rows.at(-1)?.index ?? size
      if (rows.length === 0) return
      yield { found: rows.map((row) => ({ ...open(cipher, row), row })), last: [behind] }
      if (rows.length < walkBatch) return
    }
  }

  return { list, walk, walkSealed }
}
