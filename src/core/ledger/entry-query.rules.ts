import type { Assurance } from '../shared/caller.ts'
import type { CursorKey } from '../shared/page.ts'
import type { NumberUse, PurposeCode } from '../shared/words.ts'
import { type LedgerOperation, ledgerOperationCodes } from './operations.ts'

export type Outcome = 'done' | 'released' | 'refused'

/** Which entries: begun from `from` on and before `to`, and of these everything that is named. */
export type EntryFilter = {
  from: Date
  to: Date
  departmentCode?: string
  code?: string
  /** All of them, the rarest first. */
  grams?: number[]
  operation?: LedgerOperation
  subjectId?: string
  purpose?: PurposeCode
  use?: NumberUse
  outcome?: Outcome
  assurance?: Assurance
  place?: string
  requestId?: string
  clientId?: string
  actorId?: string
  actorUserId?: string
}
export type Direction = 1 | -1

const newestFirst = { at: -1, line: -1, _id: -1 } as const
const present = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } })

/**
 * Every query has its index here, and names it: which one the server would try depends on what it tried before. First the
 * equalities, then the order of the list, so that a page is read from where it begins and nothing is sorted. Where an
 * operation comes before the order, a query without one asks for each (they are merged in order, an index seek each).
 * `byTime` ends with all that has no index of its own, and is judged in the index: no entry is fetched that is not shown.
 */
export const entryIndexes = {
  byRequest: { keys: { organizationId: 1, requestId: 1, ...newestFirst }, options: {} },
  byCode: {
    keys: { organizationId: 1, code: 1, operation: 1, ...newestFirst, departmentCode: 1 },
    options: present('code'),
  },
  bySubject: { keys: { organizationId: 1, subjectId: 1, ...newestFirst, operation: 1 }, options: present('subjectId') },
  byName: { keys: { organizationId: 1, grams: 1, ...newestFirst }, options: {} },
  byActor: { keys: { organizationId: 1, 'actor.id': 1, ...newestFirst, operation: 1 }, options: present('actor.id') },
  byDepartment: {
    keys: { organizationId: 1, departmentCode: 1, operation: 1, ...newestFirst },
    options: present('departmentCode'),
  },
  byRefusal: {
    keys: { organizationId: 1, outcome: 1, ...newestFirst, operation: 1 },
    options: { partialFilterExpression: { outcome: 'refused' } },
  },
  byOperation: { keys: { organizationId: 1, operation: 1, ...newestFirst }, options: {} },
  byTime: {
    keys: {
      organizationId: 1,
      ...newestFirst,
      outcome: 1,
      use: 1,
      purpose: 1,
      assurance: 1,
      place: 1,
      clientId: 1,
      'actor.userId': 1,
    },
    options: {},
  },
} as const
export type EntryIndex = keyof typeof entryIndexes

/** The field of the entry that a filter compares. */
const fieldOf = {
  departmentCode: 'departmentCode',
  code: 'code',
  operation: 'operation',
  subjectId: 'subjectId',
  purpose: 'purpose',
  use: 'use',
  outcome: 'outcome',
  assurance: 'assurance',
  place: 'place',
  requestId: 'requestId',
  clientId: 'clientId',
  actorId: 'actor.id',
  actorUserId: 'actor.userId',
} as const satisfies Record<Exclude<keyof EntryFilter, 'from' | 'to' | 'grams'>, string>
type Equal = keyof typeof fieldOf
const equals = Object.keys(fieldOf) as Equal[]

/** The narrowest first. */
const choices: readonly [Equal | 'grams', EntryIndex][] = [
  ['requestId', 'byRequest'],
  ['code', 'byCode'],
  ['subjectId', 'bySubject'],
  ['grams', 'byName'],
  ['actorId', 'byActor'],
  ['departmentCode', 'byDepartment'],
  ['operation', 'byOperation'],
]

const wide: readonly EntryIndex[] = ['byActor', 'byDepartment', 'byOperation', 'byTime']

const isNamed = (filter: EntryFilter, name: Equal | 'grams'): boolean =>
  name === 'grams' ? (filter.grams ?? []).length > 0 : filter[name] !== undefined

export const indexFor = (filter: EntryFilter): EntryIndex => {
  const named = choices.find(([name]) => isNamed(filter, name))?.[1] ?? 'byTime'
  // Few are refused, whatever it was.
  return filter.outcome === 'refused' && wide.includes(named) ? 'byRefusal' : named
}

const merged: readonly EntryIndex[] = ['byCode', 'byDepartment']

/** All but the time. */
export const equalitiesOf = (organizationId: string, filter: EntryFilter): Record<string, unknown> => {
  const query: Record<string, unknown> = { organizationId }
  for (const name of equals) if (filter[name] !== undefined) query[fieldOf[name]] = filter[name]
  const [rarest, ...others] = filter.grams ?? []
  if (rarest !== undefined) query.grams = rarest
  // As an expression: an index is read by one gram, and as `$all` the server would try each of them to find out which.
  if (others.length > 0) query.$expr = { $setIsSubset: [others, '$grams'] }
  if (filter.operation === undefined && merged.includes(indexFor(filter)))
    query.operation = { $in: ledgerOperationCodes }
  return query
}

/** Entries of one act share their instant, and are told apart by their line; acts of one instant by their id. */
export const placeOf = (entry: { at: Date; line: number; _id: string }): CursorKey => [
  entry.at.getTime(),
  entry.line,
  entry._id,
]

/**
 * Where a page looks, one stretch of the index after the other: what is left of the instant at which the last page ended
 * (a bulk act has thousands of entries in one), then what lies behind it. As one `$or` the server would begin at the period's end.
 */
export const stretchesOf = (
  { from, to }: Pick<EntryFilter, 'from' | 'to'>,
  after: CursorKey | undefined,
  direction: Direction,
): Record<string, unknown>[] => {
  if (after === undefined) return [{ at: { $gte: from, $lt: to } }]
  const [time, line, id] = after
  const at = new Date(Number(time))
  const [beyond, notBefore] = direction === 1 ? ['$gt', '$gte'] : ['$lt', '$lte']
  const sameInstant = {
    at,
    line: { [notBefore as string]: line },
    $or: [{ line: { [beyond as string]: line } }, { _id: { [beyond as string]: id } }],
  }
  const isWithin = from <= at && at < to
  const behind =
    direction === 1
      ? at < from
        ? { $gte: from, $lt: to }
        : { $gt: at, $lt: to }
      : { $gte: from, $lt: at < to ? at : to }
  return [...(isWithin ? [sameInstant] : []), { at: behind }]
}
