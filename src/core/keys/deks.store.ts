import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { afterKey } from '../shared/page.ts'
import type { StoredBytes } from './stored-bytes.ts'

export type DekPurpose = 'number' | 'file'

/**
 * Where the same number can be found again: a truncated keyed hash of it, and under which index key. It stands in the DEK's
 * row, so that it is prepared, swept and destroyed with the key, and an old dump of it without the key says nothing.
 */
export type NumberIndex = { keyId: string; value: number }

export type DekRow = {
  _id: string
  organizationId: string
  kekId: string
  wrapped: StoredBytes
  /** `prepared` before the data transaction, `live` after its commit. */
  state: 'prepared' | 'live'
  purpose: DekPurpose
  /** The number version or the blob that it is for. */
  refId: string
  /** Only of numbers. */
  index?: NumberIndex
  createdAt: Date
}

/** A DEK under its new KEK, and under which one it was read. */
export type RewrappedDek = {
  organizationId: string
  _id: string
  was: string
  kekId: string
  wrapped: Buffer
  index?: NumberIndex
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    organizationId: { type: String, required: true },
    kekId: { type: String, required: true },
    wrapped: { type: Buffer, required: true },
    state: { type: String, required: true, enum: ['prepared', 'live'] },
    purpose: { type: String, required: true, enum: ['number', 'file'] },
    refId: { type: String, required: true },
    index: { type: { keyId: String, value: Number, _id: false }, default: undefined },
    createdAt: { type: Date, required: true },
  },
  { collection: 'deks', versionKey: false },
)
// For the epoch: what is still under an old KEK, in an order in which it can go on.
schema.index({ organizationId: 1, kekId: 1, _id: 1 })
// For finding the same number twice: by its value, and the whole index in its order.
schema.index(
  { organizationId: 1, 'index.keyId': 1, 'index.value': 1, _id: 1 },
  { name: 'number_index_in_order', partialFilterExpression: { 'index.value': { $exists: true } } },
)
// Numbers from before there was an index, of which there are none once they have been placed: absent is null to MongoDB.
const notPlaced = { purpose: 'number', 'index.value': null } as const
schema.index({ organizationId: 1, _id: 1 }, { name: 'not_in_number_index', partialFilterExpression: notPlaced })
// For the sweep; only the few prepared ones are in it.
schema.index({ createdAt: 1 }, { partialFilterExpression: { state: 'prepared' } })

const behind = (index: NumberIndex | undefined) =>
  afterKey(['index.keyId', 'index.value'], index === undefined ? undefined : [index.keyId, index.value])

/** Writes wait for the majority and its journal: the connection's write concern (see core/shared/database.ts). */
export const createDekStore = (db: Database) => {
  const model = db.define('Dek', schema)

  const insert = async (rows: readonly DekRow[]): Promise<void> => {
    await model.insertMany([...rows], { lean: true, ordered: false })
  }

  const markLive = async (organizationId: string, ids: readonly string[]): Promise<void> => {
    const filter = { organizationId, _id: { $in: [...ids] }, state: 'prepared' as const }
    await model.updateMany(filter, { $set: { state: 'live' as const } })
  }

  const find = async (organizationId: string, ids: readonly string[]): Promise<DekRow[]> =>
    model
      .find({ organizationId, _id: { $in: [...ids] } }, { wrapped: 1, kekId: 1, refId: 1 })
      .batchSize(1000)
      .lean<DekRow[]>()

  /** The DEKs of numbers with one of these index values under one key: candidates, since a value fits many numbers. */
  const withIndex = async (organizationId: string, keyId: string, values: readonly number[]): Promise<DekRow[]> =>
    model
      .find({ organizationId, 'index.keyId': keyId, 'index.value': { $in: [...values] } }, { refId: 1, index: 1 })
      .batchSize(1000)
      .lean<DekRow[]>()

  /** The number index in its order, behind a value. `$gte: 0` is what lets MongoDB use the partial index. */
  const indexed = async (organizationId: string, after: NumberIndex | undefined, limit: number): Promise<DekRow[]> =>
    model
      .find({ organizationId, 'index.value': { $gte: 0 }, ...behind(after) }, { refId: 1, index: 1 })
      .sort({ 'index.keyId': 1, 'index.value': 1, _id: 1 })
      .limit(limit)
      .batchSize(limit)
      .lean<DekRow[]>()

  /** The first and the last index key that a number is under: two while an epoch renews the index. */
  const indexKeyIds = async (organizationId: string): Promise<string[]> => {
    const end = (direction: 1 | -1) =>
      model
        .findOne({ organizationId, 'index.value': { $gte: 0 } }, { index: 1 })
        .sort({ 'index.keyId': direction })
        .lean<DekRow>()
    const ends = [await end(1), await end(-1)]
    return [...new Set(ends.flatMap((row) => row?.index?.keyId ?? []))]
  }

  const hasNotPlaced = async (organizationId: string): Promise<boolean> =>
    (await model.exists({ organizationId, ...notPlaced })) !== null

  /** A page of the numbers of every organization that stand nowhere in the index, behind one of them. */
  const notPlacedAfter = async (after: DekRow | undefined, limit: number): Promise<DekRow[]> => {
    const key = after === undefined ? undefined : [after.organizationId, after._id]
    return model
      .find({ ...notPlaced, ...afterKey(['organizationId', '_id'], key) }, { organizationId: 1 })
      .setOptions({ across: 'renewal' })
      .sort({ organizationId: 1, _id: 1 })
      .limit(limit)
      .batchSize(limit)
      .lean<DekRow[]>()
  }

  /** Each only while it has no place: what the epoch placed meanwhile is under a newer key. */
  const place = async (organizationId: string, indexes: ReadonlyMap<string, NumberIndex>): Promise<number> => {
    if (indexes.size === 0) return 0
    const operations = [...indexes].map(([_id, index]) => ({
      updateOne: { filter: { organizationId, _id, ...notPlaced }, update: { $set: { index } } },
    }))
    return (await model.bulkWrite(operations, { ordered: false })).matchedCount
  }

  const remove = async (organizationId: string, ids: readonly string[]): Promise<void> => {
    await model.deleteMany({ organizationId, _id: { $in: [...ids] } })
  }

  /** A page of prepared DEKs of every organization that are older than `before`, in the order of their ids. */
  const preparedBefore = async (before: Date, after: string, limit: number): Promise<DekRow[]> =>
    model
      .find({ state: 'prepared', createdAt: { $lt: before }, _id: { $gt: after } }, { wrapped: 0 })
      .setOptions({ across: 'sweep' })
      .sort({ _id: 1 })
      .limit(limit)
      .batchSize(limit)
      .lean<DekRow[]>()

  /** Deletes those that are prepared to this moment: one that was marked live meanwhile stays. */
  const removePrepared = async (organizationId: string, ids: readonly string[]): Promise<number> => {
    const filter = { organizationId, _id: { $in: [...ids] }, state: 'prepared' as const }
    return (await model.deleteMany(filter)).deletedCount
  }

  /** A page of those under one KEK, in the order of their ids. */
  const under = async (organizationId: string, kekId: string, after: string, limit: number): Promise<DekRow[]> =>
    model
      .find({ organizationId, kekId, _id: { $gt: after } }, { createdAt: 0 })
      .sort({ _id: 1 })
      .limit(limit)
      .batchSize(limit)
      .lean<DekRow[]>()

  /** A page of those whose place in the number index is under an older key, in the order of their ids. */
  const indexedUnder = async (
    organizationId: string,
    keyIds: readonly string[],
    after: string,
    limit: number,
  ): Promise<DekRow[]> =>
    model
      .find(
        {
          organizationId,
          'index.keyId': { $in: [...keyIds] },
          'index.value': { $exists: true },
          _id: { $gt: after },
        },
        { state: 0, createdAt: 0 },
      )
      .sort({ _id: 1 })
      .limit(limit)
      .batchSize(limit)
      .lean<DekRow[]>()

  const countUnder = async (organizationId: string, kekIds: readonly string[]): Promise<number> =>
    model.countDocuments({ organizationId, kekId: { $in: [...kekIds] } })

  const isUsed = async (organizationId: string, kekIds: readonly string[]): Promise<boolean> =>
    (await model.exists({ organizationId, kekId: { $in: [...kekIds] } })) !== null

  /** Each only while it is still as it was read: one that was destroyed meanwhile stays destroyed. */
  const rewrap = async (rows: readonly RewrappedDek[]): Promise<number> => {
    if (rows.length === 0) return 0
    const operations = rows.map(({ organizationId, _id, was, kekId, wrapped, index }) => ({
      updateOne: {
        filter: { organizationId, _id, kekId: was },
        update: { $set: { kekId, wrapped, ...(index === undefined ? {} : { index }) } },
      },
    }))
    return (await model.bulkWrite(operations, { ordered: false })).matchedCount
  }

  return {
    under,
    indexedUnder,
    countUnder,
    isUsed,
    rewrap,
    insert,
    markLive,
    find,
    withIndex,
    indexed,
    indexKeyIds,
    hasNotPlaced,
    notPlacedAfter,
    place,
    remove,
    preparedBefore,
    removePrepared,
  }
}
export type DekStore = ReturnType<typeof createDekStore>
