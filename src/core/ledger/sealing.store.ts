import type { Database } from '../shared/database.ts'
import { defineEntries, type EntryRow } from './ledger.store.ts'

/** The next place in the tree, for one entry. */
export type Seal = { id: string; leafHash: Buffer; tampered: boolean }

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

    /**
     * In the transaction of a round. How many were still unsealed: all of them, or the round must not be. One update, whose
     * pipeline finds each entry's place in the round: 500 updates would be planned one by one (a fifth of a round, measured).
     */
    seal: async (organizationId: string, from: number, seals: readonly Seal[]): Promise<number> => {
      const ids = seals.map(({ id }) => id)
      const leafHashes = seals.map(({ leafHash }) => leafHash)
      const { modifiedCount } = await entries.updateMany(
        { organizationId, _id: { $in: ids }, unsealed: true },
        [
          { $set: { index: { $indexOfArray: [{ $literal: ids }, '$_id'] } } },
          {
            $set: {
              leafHash: { $arrayElemAt: [{ $literal: leafHashes }, '$index'] },
              index: { $add: ['$index', from] },
            },
          },
          { $unset: 'unsealed' },
        ],
        { updatePipeline: true, hint: { _id: 1 } },
      )
      const tampered = seals.filter((one) => one.tampered).map(({ id }) => id)
      if (tampered.length > 0)
        await entries.updateMany({ organizationId, _id: { $in: tampered } }, { $set: { tampered: true } })
      return modifiedCount
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
