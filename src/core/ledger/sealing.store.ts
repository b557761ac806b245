import type { Database } from '../shared/database.ts'
import { defineEntries, type EntryRow } from './ledger.store.ts'
import { isPlacing, leafHashesOf } from './placing.ts'
import { brokenTree } from './tiles.ts'
import type { Head } from './tree.store.ts'

/** MongoDB's word for all of its kinds of number, as in the index; mongoose's types do not have it. */
const numeric = 'number' as 'double'

/** The sealer's side of the entries. */
export const createSealingStore = (db: Database) => {
  const entries = defineEntries(db)
  const oldest = { recordedAt: 1 } as const
  return {
    /**
     * The longest waiting first, by the mark. With `from` only those recorded since: what commits late is not among them, but
     * neither are the places of what was sealed, which MongoDB walks over in this index for minutes (measured).
     */
    unsealed: (organizationId: string, limit: number, from?: Date): Promise<EntryRow[]> =>
      entries
        .find(
          { organizationId, unsealed: true, ...(from === undefined ? {} : { recordedAt: { $gte: from } }) },
          { grams: 0 },
        )
        .sort(oldest)
        .limit(limit)
        .batchSize(limit)
        .lean<EntryRow[]>()
        .exec(),

    /** In the transaction of a round: whether all of these still wait. */
    areWaiting: async (organizationId: string, ids: readonly string[]): Promise<boolean> =>
      (await entries
        .countDocuments({ organizationId, _id: { $in: [...ids] }, unsealed: true })
        .hint({ _id: 1 })
        .exec()) === ids.length,

    /** Whether a sealed entry stands in [from, to), where none should. */
    isTaken: async (organizationId: string, from: number, to: number): Promise<boolean> =>
      (await entries
        .exists({ organizationId, index: { $type: numeric, $gte: from, $lt: to }, unsealed: { $ne: true } })
        .hint({ organizationId: 1, index: 1 })) !== null,

    /**
     * After the transaction of a round: what it has decided. One update, whose pipeline finds each entry's place in the round:
     * 500 updates would be planned one by one. Only what waits gets a place, so that anybody can do it, again and late.
     */
    place: async (head: Pick<Head, 'organizationId' | 'size' | 'placing'>): Promise<void> => {
      const { organizationId, placing } = head
      if (placing === undefined) return
      if (!isPlacing(head)) throw brokenTree(`the round in its head at size ${head.size}`)
      const { from, ids, tampered } = placing
      await entries.updateMany(
        { organizationId, _id: { $in: ids }, unsealed: true },
        [
          { $set: { index: { $indexOfArray: [{ $literal: ids }, '$_id'] } } },
          {
            $set: {
              leafHash: { $arrayElemAt: [{ $literal: leafHashesOf(placing) }, '$index'] },
              index: { $add: ['$index', from] },
              tampered: { $cond: [{ $in: ['$_id', { $literal: tampered }] }, true, '$$REMOVE'] },
            },
          },
          { $unset: 'unsealed' },
        ],
        { updatePipeline: true, hint: { _id: 1 } },
      )
    },

    /** When the oldest entry was recorded that is not sealed yet; `before` an instant, it costs the same under any load. */
    waitingSince: async (organizationId: string, before?: Date): Promise<Date | undefined> =>
      (
        await entries
          .findOne(
            { organizationId, unsealed: true, ...(before === undefined ? {} : { recordedAt: { $lt: before } }) },
            { _id: 0, recordedAt: 1 },
          )
          .sort(oldest)
          .lean<{ recordedAt: Date }>()
      )?.recordedAt,

    /** The next organization in order that has unsealed entries: one look into the index. */
    nextWaiting: (after: string): Promise<{ organizationId: string; recordedAt: Date } | null> =>
      entries
        .findOne({ unsealed: true, organizationId: { $gt: after } }, { _id: 0, organizationId: 1, recordedAt: 1 })
        .setOptions({ across: 'sealer' })
        .sort({ organizationId: 1, recordedAt: 1 })
        .lean<{ organizationId: string; recordedAt: Date }>()
        .exec(),

    countTampered: (): Promise<number> =>
      entries.countDocuments({ tampered: true }).setOptions({ across: 'sealer' }).limit(10_000).exec(),

    find: (organizationId: string, id: string): Promise<EntryRow | null> =>
      entries.findOne({ organizationId, _id: id }).lean<EntryRow>().exec(),

    /** In the order of the tree. */
    fromIndex: (organizationId: string, from: number, limit: number): Promise<EntryRow[]> =>
      entries
        .find({ organizationId, index: { $type: numeric, $gte: from } })
        .sort({ index: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<EntryRow[]>()
        .exec(),

    /** Names, codes and what they are found by. Commitments and leaf hash stay. How many had any. */
    eraseValues: async (organizationId: string, ids: readonly string[]): Promise<number> =>
      (
        await entries.updateMany(
          { organizationId, _id: { $in: [...ids] }, index: { $type: numeric } },
          { $set: { grams: [] }, $unset: { names: 1, code: 1, departmentCode: 1, 'actor.userId': 1 } },
        )
      ).modifiedCount,

    removeBelow: async (organizationId: string, index: number): Promise<number> =>
      (await entries.deleteMany({ organizationId, index: { $type: numeric, $lt: index } })).deletedCount,
  }
}
export type SealingStore = ReturnType<typeof createSealingStore>
