import type { Database } from '../shared/database.ts'
import { defineEntries, type EntryRow } from './ledger.store.ts'
import { asPlaced, type Placing } from './placing.ts'

/** MongoDB's word for all of its kinds of number, as in the index; mongoose's types do not have it. */
const isSealed = { $type: 'number' as 'double' }
/** How many of what does not belong there are looked at. */
const strays = 100

/** The verifier's side of the entries: it reads, and no more. */
export const createVerificationStore = (db: Database) => {
  const entries = defineEntries(db)
  const found = (filter: { organizationId: string }, limit: number): Promise<EntryRow[]> =>
    entries.find(filter, { grams: 0 }).limit(limit).batchSize(limit).lean<EntryRow[]>().exec()

  const standing = (organizationId: string, from: number, to: number): Promise<EntryRow[]> =>
    entries
      .find({ organizationId, index: { ...isSealed, $gte: from, $lt: to } }, { grams: 0, mac: 0 })
      .sort({ index: 1 })
      .limit(to - from + strays)
      .batchSize(to - from + strays)
      .lean<EntryRow[]>()
      .exec()

  /** Of a round that is sealed and not yet carried out, those that do not stand in their places. */
  const outstanding = async (organizationId: string, placing: Placing, found: EntryRow[], from: number, to: number) => {
    const there = new Set(found.map(({ _id }) => _id))
    const within = placing.ids.slice(Math.max(0, from - placing.from), Math.max(0, to - placing.from))
    const missing = within.filter((id) => !there.has(id))
    if (missing.length === 0) return []
    const rows = await entries
      .find({ organizationId, _id: { $in: missing } }, { grams: 0, mac: 0 })
      .batchSize(missing.length)
      .lean<EntryRow[]>()
      .exec()
    return rows
      .map((row) => asPlaced(placing, row))
      .filter(({ _id, index = 0 }) => placing.ids[index - placing.from] === _id)
  }

  return {
    /** All that claim a place in [from, to): more than there are places where somebody has made some in between. */
    window: async (organizationId: string, from: number, to: number, placing?: Placing): Promise<EntryRow[]> => {
      const found = await standing(organizationId, from, to)
      return placing === undefined
        ? found
        : [...found, ...(await outstanding(organizationId, placing, found, from, to))]
    },

    /** Beyond the end of the tree, or before its beginning. */
    outside: async (organizationId: string, end: number): Promise<EntryRow[]> => {
      const of = (range: object) => ({ organizationId, index: { ...isSealed, ...range } })
      return [...(await found(of({ $lt: 0 }), strays)), ...(await found(of({ $gte: end }), strays))]
    },

    unsealed: (organizationId: string, after: string, limit: number): Promise<EntryRow[]> =>
      entries
        .find({ organizationId, unsealed: true, _id: { $gt: after } }, { grams: 0 })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<EntryRow[]>()
        .exec(),

    /** Neither sealed nor waiting for it, so that no index of the sealer leads to them. Counted first: that is quick. */
    floating: async (organizationId: string): Promise<EntryRow[]> => {
      const count = (filter: object): Promise<number> => entries.countDocuments({ organizationId, ...filter }).exec()
      const [all, sealed, waiting] = [
        await count({}),
        await count({ index: isSealed }),
        await count({ unsealed: true }),
      ]
      if (all === sealed + waiting) return []
      return found(
        { organizationId, index: { $not: isSealed }, unsealed: { $ne: true } } as { organizationId: string },
        strays,
      )
    },

    /** Whose entries there are. */
    organizations: (): Promise<string[]> => entries.distinct('organizationId').setOptions({ across: 'cli' }).exec(),
  }
}
export type VerificationStore = ReturnType<typeof createVerificationStore>
