import type { Database } from '../shared/database.ts'
import { defineEntries, type EntryRow } from './ledger.store.ts'

/** A place in the tree, for one entry. */
export type Seal = { id: string; index: number; leafHash: Buffer; tampered: boolean }

/** MongoDB's word for all of its kinds of number, as in the index; mongoose's types do not have it. */
const numeric = 'number' as 'double'

/** The sealer's side of the entries. */
export const createSealingStore = (db: Database) => {
  const entries = defineEntries(db)
  const oldest = { recordedAt: 1 } as const
  return {
    /** The longest waiting first, by the mark alone: a cursor over ids or times skips what commits late. */
    unsealed: (organizationId: string, limit: number): Promise<EntryRow[]> =>
      entries
        .find({ organizationId, unsealed: true })
        .sort(oldest)
        .limit(limit)
        .batchSize(limit)
        .lean<EntryRow[]>()
        .exec(),

    /** In the transaction of a round. How many were still unsealed: all of them, or the round must not be. */
    seal: async (organizationId: string, seals: readonly Seal[]): Promise<number> => {
      const result = await entries.bulkWrite(
        seals.map(({ id, index, leafHash, tampered }) => ({
          updateOne: {
            filter: { organizationId, _id: id, unsealed: true },
            update: { $set: { index, leafHash, ...(tampered ? { tampered } : {}) }, $unset: { unsealed: 1 } },
          },
        })),
      )
      return result.modifiedCount
    },

    /** When the oldest entry was recorded that is not sealed yet. */
    waitingSince: async (organizationId: string): Promise<Date | undefined> =>
      (
        await entries
          .findOne({ organizationId, unsealed: true }, { _id: 0, recordedAt: 1 })
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
