import { Schema } from 'mongoose'
import { type StoredBytes, toBuffer } from '../keys/keys.ts'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import type { Placing } from './placing.ts'
import type { Tile, Tree } from './tiles.ts'

/** Where the tree of an organization ends, and whose turn it is to add to it. */
export type HeadRow = {
  /** The organization: there is one. */
  _id: string
  organizationId: string
  size: number
  /** The unfinished tile of each level. */
  tails: StoredBytes[]
  /** Of the sealer's lease: each holder has another. */
  fence: number
  leaseUntil: Date
  /** Something is sealed that no checkpoint covers. */
  unsigned?: true
  signedSize: number
  signedAt: Date
  /** A checkpoint has not been announced and anchored. */
  unanchored?: true
  anchoredAt: Date
  /** Since when the tree is not as it was sealed: nothing is signed while it is so. */
  brokenAt?: Date
  /** Entries below it were removed; their tiles are there. */
  prunedBelow?: number
  /** Of the last round, until all of its entries have their places. */
  placing?: Omit<Placing, 'leafHashes'> & { leafHashes: StoredBytes }
}
export type Head = Omit<HeadRow, 'tails' | 'placing'> & Tree & { placing?: Placing }

type TileRow = { organizationId: string; level: number; index: number; hashes: StoredBytes }

const text = { type: String, required: true }
const number = { type: Number, required: true }
const date = { type: Date, required: true }
const placingSchema = new Schema(
  { from: number, ids: [String], leafHashes: { type: Buffer, required: true }, tampered: [String] },
  { _id: false },
)
const headSchema = new Schema<HeadRow>(
  {
    _id: text,
    organizationId: text,
    size: number,
    tails: { type: [Buffer], required: true },
    fence: number,
    leaseUntil: date,
    unsigned: Boolean,
    signedSize: number,
    signedAt: date,
    unanchored: Boolean,
    anchoredAt: date,
    brokenAt: Date,
    prunedBelow: Number,
    placing: placingSchema,
  } as never,
  { collection: 'ledger_heads', versionKey: false },
)
headSchema.index({ signedAt: 1 }, { partialFilterExpression: { unsigned: true } })
headSchema.index({ brokenAt: 1 }, { partialFilterExpression: { brokenAt: { $exists: true } } })
headSchema.index({ anchoredAt: 1 }, { partialFilterExpression: { unanchored: true } })

const tileSchema = new Schema<TileRow>(
  { organizationId: text, level: number, index: number, hashes: { type: Buffer, required: true } } as never,
  { collection: 'ledger_tiles', versionKey: false },
)
tileSchema.index({ organizationId: 1, level: 1, index: 1 }, { unique: true })

const never = new Date(0)
/** A process that was killed in mid-round leaves the head locked until MongoDB ends its transaction. */
const leaseMaxMs = 2000
const tookTooLong = 50

const toHead = ({ tails, placing, ...row }: HeadRow): Head => ({
  ...row,
  tails: tails.map(toBuffer),
  ...(placing === undefined ? {} : { placing: { ...placing, leafHashes: toBuffer(placing.leafHashes) } }),
})

export const createTreeStore = (db: Database) => {
  const heads = db.define('LedgerHead', headSchema)
  const tiles = db.define('LedgerTile', tileSchema)
  return {
    head: async (organizationId: string): Promise<Head | undefined> => {
      const row = await heads.findOne({ organizationId, _id: organizationId }).lean<HeadRow>()
      return row === null ? undefined : toHead(row)
    },

    /** The head with a fence of one's own, or undefined while somebody else holds it. */
    lease: async (organizationId: string, now: Date, leaseUntil: Date): Promise<Head | undefined> => {
      const isHeld = (error: unknown): boolean =>
        isDuplicateKey(error) || (error instanceof Error && 'code' in error && error.code === tookTooLong)
      try {
        const row = await heads
          .findOneAndUpdate(
            { organizationId, _id: organizationId, leaseUntil: { $lte: now } },
            {
              $set: { leaseUntil },
              $inc: { fence: 1 },
              $setOnInsert: { size: 0, tails: [], signedSize: 0, signedAt: never, anchoredAt: never },
            },
            { upsert: true, returnDocument: 'after', maxTimeMS: leaseMaxMs },
          )
          .lean<HeadRow>()
        return row === null ? undefined : toHead(row)
      } catch (error) {
        if (isHeld(error)) return undefined
        throw error
      }
    },

    /** In the transaction of a round: only where the tree stands as expected, and the fence is one's own. */
    advance: async (
      { organizationId, fence, size }: Head,
      grown: Tree,
      placing: Placing,
      leaseUntil: Date,
    ): Promise<boolean> =>
      (
        await heads.updateOne(
          { organizationId, _id: organizationId, fence, size },
          { $set: { size: grown.size, tails: [...grown.tails], placing, leaseUntil, unsigned: true } },
        )
      ).modifiedCount === 1,

    /** `placed`: all that was sealed so far has its place. */
    release: async ({ organizationId, fence }: Head, placed: boolean): Promise<void> => {
      await heads.updateOne(
        { organizationId, _id: organizationId, fence },
        { $set: { leaseUntil: never }, ...(placed ? { $unset: { placing: 1 } } : {}) },
      )
    },

    addTiles: async (organizationId: string, finished: readonly Tile[]): Promise<void> => {
      if (finished.length === 0) return
      await tiles.insertMany(
        finished.map((tile) => ({ organizationId, ...tile })),
        { lean: true },
      )
    },

    tile: async (organizationId: string, level: number, index: number): Promise<Buffer | undefined> => {
      const row = await tiles.findOne({ organizationId, level, index }).lean<TileRow>()
      return row === null ? undefined : toBuffer(row.hashes)
    },

    /** Of one level, those that are there. */
    tiles: async (organizationId: string, level: number, from: number, to: number): Promise<Map<number, Buffer>> => {
      const rows = await tiles
        .find({ organizationId, level, index: { $gte: from, $lt: to } })
        .batchSize(to - from)
        .lean<TileRow[]>()
      return new Map(rows.map(({ index, hashes }) => [index, toBuffer(hashes)]))
    },

    /** Signed up to `size`; what came meanwhile keeps the mark. */
    signed: async (organizationId: string, size: number, signedAt: Date): Promise<void> => {
      const own = { organizationId, _id: organizationId }
      await heads.updateOne({ ...own, signedSize: { $lt: size } }, { $set: { signedSize: size, unanchored: true } })
      await heads.updateOne({ ...own, signedAt: { $lt: signedAt } }, { $set: { signedAt } })
      await heads.updateOne({ ...own, size }, { $unset: { unsigned: 1 } })
    },

    anchored: async (organizationId: string, size: number, anchoredAt: Date): Promise<void> => {
      const own = { organizationId, _id: organizationId }
      await heads.updateOne(own, { $set: { anchoredAt } })
      await heads.updateOne({ ...own, signedSize: size }, { $unset: { unanchored: 1 } })
    },

    /** False where it is known already. */
    broken: async (organizationId: string, brokenAt: Date): Promise<boolean> =>
      (
        await heads.updateOne(
          { organizationId, _id: organizationId, brokenAt: { $exists: false } },
          { $set: { brokenAt } },
        )
      ).modifiedCount === 1,
    mended: async (organizationId: string): Promise<void> => {
      await heads.updateOne(
        { organizationId, _id: organizationId, brokenAt: { $exists: true } },
        { $unset: { brokenAt: 1 } },
      )
    },
    countBroken: (): Promise<number> =>
      heads
        .countDocuments({ brokenAt: { $exists: true } })
        .setOptions({ across: 'sealer' })
        .exec(),

    /** Whose ledgers there are. */
    organizations: (): Promise<string[]> => heads.distinct('organizationId').setOptions({ across: 'cli' }).exec(),

    /** Never back: what was removed stays removed. */
    pruned: async (organizationId: string, below: number): Promise<void> => {
      await heads.updateOne({ organizationId, _id: organizationId }, { $max: { prunedBelow: below } })
    },

    /** Heads whose newest entries wait for a checkpoint, the longest waiting first. */
    unsigned: async (signedBefore: Date, limit: number): Promise<string[]> =>
      (
        await heads
          .find({ unsigned: true, signedAt: { $lte: signedBefore } }, { organizationId: 1 })
          .setOptions({ across: 'sealer' })
          .sort({ signedAt: 1 })
          .limit(limit)
          .lean<{ organizationId: string }[]>()
      ).map(({ organizationId }) => organizationId),

    unanchored: async (anchoredBefore: Date, limit: number): Promise<string[]> =>
      (
        await heads
          .find({ unanchored: true, anchoredAt: { $lte: anchoredBefore } }, { organizationId: 1 })
          .setOptions({ across: 'sealer' })
          .sort({ anchoredAt: 1 })
          .limit(limit)
          .lean<{ organizationId: string }[]>()
      ).map(({ organizationId }) => organizationId),
  }
}
export type TreeStore = ReturnType<typeof createTreeStore>
