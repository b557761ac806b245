import { type Connection, type Model, type PipelineStage, type QueryFilter, Schema } from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase, type Database } from '../../src/core/shared/database.ts'
import { acrossNames, IsolationError, platformModels } from '../../src/core/shared/isolation.ts'
import { testParts } from '../support/parts.ts'

type Row = { _id: string; organizationId: string; value: number; parent?: string }
const mine = 'org_mine'
const theirs = 'org_theirs'

let db: Database
let rows: Model<Row>

const schema = () =>
  new Schema<Row>(
    { _id: { type: String, required: true }, organizationId: String, value: Number, parent: String },
    { collection: 'isolation_scratch', versionKey: false },
  )

beforeAll(async () => {
  const { mongodbUrl: url, databaseName } = testParts()
  db = createDatabase({ url, name: databaseName, joinsTransactions: true })
  rows = db.define('Scratch', schema())
  await db.connect()
  await db.prepare()
})
beforeEach(async () => {
  await rows.deleteMany({}).setOptions({ across: 'sweep' })
  await rows.insertMany([
    { _id: 'm1', organizationId: mine, value: 1 },
    { _id: 'm2', organizationId: mine, value: 2, parent: 'm1' },
    { _id: 't1', organizationId: theirs, value: 3, parent: 'm1' },
  ])
})
afterAll(async () => {
  await db.mongoose.connection.dropCollection('isolation_scratch')
  await db.close()
})

const everything = async () => [
  ...(await rows.find({ organizationId: mine }).sort({ _id: 1 }).lean()),
  ...(await rows.find({ organizationId: theirs }).lean()),
]

/** Filters that name no organization, or not by plain equality. */
const filters: [string, Record<string, unknown>][] = [
  ['no organization', { value: 1 }],
  ['nothing at all', {}],
  ['an organization that is undefined', { organizationId: undefined }],
  ['an organization that is null', { organizationId: null }],
  ['an empty organization', { organizationId: '' }],
  ['$ne', { organizationId: { $ne: theirs } }],
  ['$in', { organizationId: { $in: [mine, theirs] } }],
  ['$exists', { organizationId: { $exists: true } }],
  ['a regular expression', { organizationId: /^org_/ }],
  ['an $or around it', { $or: [{ organizationId: mine }, { organizationId: theirs }] }],
]

type Filter = QueryFilter<Row>
const queries: [string, (filter: Filter) => PromiseLike<unknown>][] = [
  ['find', (f) => rows.find(f)],
  ['find, by cursor', (f) => rows.find(f).cursor().next()],
  ['findOne', (f) => rows.findOne(f)],
  ['exists', (f) => rows.exists(f ?? {})],
  ['findOneAndUpdate', (f) => rows.findOneAndUpdate(f ?? {}, { $set: { value: 9 } })],
  ['findOneAndUpdate with upsert', (f) => rows.findOneAndUpdate(f ?? {}, { $set: { value: 9 } }, { upsert: true })],
  ['findOneAndDelete', (f) => rows.findOneAndDelete(f)],
  ['findOneAndReplace', (f) => rows.findOneAndReplace(f ?? {}, { organizationId: mine, value: 9 })],
  ['updateOne', (f) => rows.updateOne(f ?? {}, { $set: { value: 9 } })],
  ['updateMany', (f) => rows.updateMany(f ?? {}, { $set: { value: 9 } })],
  ['replaceOne', (f) => rows.replaceOne(f ?? {}, { organizationId: mine, value: 9 })],
  ['deleteOne', (f) => rows.deleteOne(f)],
  ['deleteMany', (f) => rows.deleteMany(f)],
  ['countDocuments', (f) => rows.countDocuments(f)],
  ['distinct', (f) => rows.distinct('value', f)],
]

describe('a query that does not name its organization by plain equality', () => {
  it.each(queries.flatMap(([name, run]) => filters.map(([what, filter]) => [name, what, run, filter] as const)))(
    '%s with %s is refused before it reaches MongoDB',
    async (_name, _what, run, filter) => {
      const before = await everything()
      await expect(Promise.resolve(run(filter as Filter))).rejects.toBeInstanceOf(IsolationError)
      expect(await everything()).toEqual(before)
    },
  )

  it.each(queries)('%s is let through when it does', async (_name, run) => {
    await run({ organizationId: mine, value: 1 })
    expect(await rows.find({ organizationId: theirs }).lean()).toMatchObject([{ _id: 't1', value: 3 }])
  })

  it('may not be built by id, nor counted as a whole', async () => {
    await expect(Promise.resolve(rows.findById('m1'))).rejects.toBeInstanceOf(IsolationError)
    await expect(Promise.resolve(rows.findByIdAndUpdate('m1', { value: 9 }))).rejects.toBeInstanceOf(IsolationError)
    await expect(Promise.resolve(rows.findByIdAndDelete('m1'))).rejects.toBeInstanceOf(IsolationError)
    await expect(Promise.resolve(rows.estimatedDocumentCount())).rejects.toBeInstanceOf(IsolationError)
  })
})

const own = { $match: { organizationId: mine } }
const join = (pipeline: PipelineStage[]) => ({
  $lookup: { from: 'isolation_scratch', as: 'joined', pipeline } as PipelineStage.Lookup['$lookup'],
})
const union = (pipeline: PipelineStage[]) => ({
  $unionWith: { coll: 'isolation_scratch', pipeline } as PipelineStage.UnionWith['$unionWith'],
})
const graph = (restrict: object) => ({
  $graphLookup: {
    from: 'isolation_scratch',
    startWith: '$_id',
    connectFromField: '_id',
    connectToField: 'parent',
    as: 'children',
    ...restrict,
  },
})

describe('an aggregation', () => {
  const planted: [string, PipelineStage[]][] = [
    ['nothing', []],
    ['no $match at its head', [{ $group: { _id: '$organizationId' } }, own]],
    ['a $match of something else', [{ $match: { value: 1 } }]],
    ['a $match by $in', [{ $match: { organizationId: { $in: [mine, theirs] } } }]],
    [
      'a $lookup by fields',
      [own, { $lookup: { from: 'isolation_scratch', localField: '_id', foreignField: 'parent', as: 'joined' } }],
    ],
    ['a $lookup whose pipeline matches nothing', [own, join([])]],
    ['a $lookup whose pipeline matches something else', [own, join([{ $match: { value: 3 } }])]],
    ['a $lookup inside a $lookup', [own, join([own, join([])] as PipelineStage[])]],
    ['a $unionWith by name', [own, { $unionWith: 'isolation_scratch' }]],
    ['a $unionWith without $match', [own, union([])]],
    ['a $graphLookup without restriction', [own, graph({})]],
    ['a $graphLookup restricted to something else', [own, graph({ restrictSearchWithMatch: { value: 3 } })]],
    ['a $lookup in a $facet', [own, { $facet: { a: [join([]) as PipelineStage.FacetPipelineStage] } }]],
    ['a $unionWith in a $facet', [own, { $facet: { a: [union([]) as PipelineStage.FacetPipelineStage] } }]],
    ['a $graphLookup in a $facet', [own, { $facet: { a: [graph({}) as PipelineStage.FacetPipelineStage] } }]],
    ['a $facet inside a $lookup', [own, join([own, { $facet: { a: [join([])] } } as PipelineStage])]],
    ['an $out to another collection', [own, { $out: 'elsewhere' }]],
    ['a $merge into another collection', [own, { $merge: { into: 'elsewhere' } }]],
  ]
  it.each(planted)('with %s is refused, also by cursor', async (_what, pipeline) => {
    await expect(rows.aggregate(pipeline).exec()).rejects.toBeInstanceOf(IsolationError)
    await expect(rows.aggregate(pipeline).cursor().next()).rejects.toBeInstanceOf(IsolationError)
    expect(await db.mongoose.connection.listCollections()).not.toContainEqual(
      expect.objectContaining({ name: 'elsewhere' }),
    )
  })

  it('of one organization in every part is let through, and sees no other', async () => {
    const joined = await rows.aggregate([own, join([own]), { $sort: { _id: 1 } }])
    expect(joined[0].joined.map(({ _id }: Row) => _id)).toEqual(['m1', 'm2'])
    const united = await rows.aggregate([own, union([own])])
    expect(united).toHaveLength(4)
    const [first] = await rows.aggregate([
      own,
      graph({ restrictSearchWithMatch: { organizationId: mine } }),
      { $sort: { _id: 1 } },
    ])
    expect(first.children.map(({ _id }: Row) => _id)).toEqual(['m2'])
    const [facets] = await rows.aggregate([own, { $facet: { all: [{ $count: 'n' }] } }])
    expect(facets.all).toEqual([{ n: 2 }])
  })
})

describe('a write', () => {
  const bulk: [string, Parameters<Model<Row>['bulkWrite']>[0]][] = [
    ['insertOne', [{ insertOne: { document: { _id: 'x', value: 1 } as Row } }]],
    ['updateOne', [{ updateOne: { filter: { _id: 'm1' }, update: { $set: { value: 9 } } } }]],
    ['updateMany', [{ updateMany: { filter: {}, update: { $set: { value: 9 } } } }]],
    ['replaceOne', [{ replaceOne: { filter: { _id: 'm1' }, replacement: { organizationId: mine, value: 9 } } }]],
    [
      'replaceOne by what names none',
      [{ replaceOne: { filter: { organizationId: mine, _id: 'm1' }, replacement: { value: 9 } as Row } }],
    ],
    ['deleteOne', [{ deleteOne: { filter: { _id: 'm1' } } }]],
    ['deleteMany', [{ deleteMany: { filter: {} } }]],
  ]
  it.each(bulk)('in bulk, %s without an organization, is refused whole', async (_name, operations) => {
    const before = await everything()
    const good = { updateOne: { filter: { organizationId: mine, _id: 'm2' }, update: { $set: { value: 9 } } } }
    await expect(rows.bulkWrite([good, ...operations])).rejects.toBeInstanceOf(IsolationError)
    expect(await everything()).toEqual(before)
  })

  it('that inserts a document of no organization is refused, whichever way', async () => {
    const stray = { _id: 'x', value: 1 }
    const before = await everything()
    await expect(rows.insertMany([{ _id: 'ok', organizationId: mine, value: 1 }, stray])).rejects.toBeInstanceOf(
      IsolationError,
    )
    await expect(rows.insertMany([stray], { lean: true })).rejects.toBeInstanceOf(IsolationError)
    await expect(rows.create(stray)).rejects.toBeInstanceOf(IsolationError)
    await expect(rows.create({ ...stray, organizationId: '' })).rejects.toBeInstanceOf(IsolationError)
    await expect(new rows(stray).save()).rejects.toBeInstanceOf(IsolationError)
    await expect(rows.bulkSave([new rows(stray)])).rejects.toBeInstanceOf(IsolationError)
    expect(await everything()).toEqual(before)
  })

  it('that inserts many in a transaction is refused for one document of no organization', async () => {
    const before = await everything()
    const strays = [{ value: 1 }, { organizationId: '', value: 1 }].map((stray) => ({ _id: 'x', ...stray }) as Row)
    for (const stray of strays) {
      const many = [{ _id: 'ok', organizationId: mine, value: 1 }, stray]
      await expect(db.insertMany(rows, many)).rejects.toBeInstanceOf(IsolationError)
      await expect(db.inTransaction(() => db.insertMany(rows, many))).rejects.toBeInstanceOf(IsolationError)
    }
    expect(await everything()).toEqual(before)
  })

  it('that replaces a document by one of no organization, or of another, is refused', async () => {
    const at = { organizationId: mine, _id: 'm1' }
    const before = await everything()
    await expect(Promise.resolve(rows.replaceOne(at, { value: 9 } as Row))).rejects.toBeInstanceOf(IsolationError)
    await expect(Promise.resolve(rows.replaceOne(at, { organizationId: theirs, value: 9 }))).rejects.toBeInstanceOf(
      IsolationError,
    )
    await expect(Promise.resolve(rows.findOneAndReplace(at, { value: 9 } as Row))).rejects.toBeInstanceOf(
      IsolationError,
    )
    await expect(
      rows.bulkWrite([{ replaceOne: { filter: at, replacement: { organizationId: theirs, value: 9 } } }]),
    ).rejects.toBeInstanceOf(IsolationError)
    expect(await everything()).toEqual(before)
  })

  it('that moves a document to another organization, or takes its organization away, is refused', async () => {
    const at = { organizationId: mine, _id: 'm1' }
    const before = await everything()
    const moves: Parameters<Model<Row>['updateOne']>[1][] = [
      { $set: { organizationId: theirs } },
      { organizationId: theirs },
      { $unset: { organizationId: 1 } },
      { $rename: { organizationId: 'parent' } },
      { $rename: { parent: 'organizationId' } },
    ]
    const pipeline = [{ $set: { organizationId: theirs } }]
    const asPipeline = rows.updateOne(at, pipeline, { updatePipeline: true })
    await expect(Promise.resolve(asPipeline)).rejects.toBeInstanceOf(IsolationError)
    await expect(rows.bulkWrite([{ updateOne: { filter: at, update: pipeline } }])).rejects.toBeInstanceOf(
      IsolationError,
    )
    for (const move of moves) {
      await expect(Promise.resolve(rows.updateOne(at, move)), JSON.stringify(move)).rejects.toBeInstanceOf(
        IsolationError,
      )
      await expect(Promise.resolve(rows.updateMany(at, move))).rejects.toBeInstanceOf(IsolationError)
      await expect(Promise.resolve(rows.findOneAndUpdate(at, move))).rejects.toBeInstanceOf(IsolationError)
      await expect(rows.bulkWrite([{ updateOne: { filter: at, update: move } }])).rejects.toBeInstanceOf(IsolationError)
    }
    expect(await everything()).toEqual(before)
  })

  it('of a document that was read goes by its organization too', async () => {
    const found = await rows.findOne({ organizationId: mine, _id: 'm1' })
    await expect(Promise.resolve(found?.deleteOne())).rejects.toBeInstanceOf(IsolationError)
    await expect(Promise.resolve(found?.updateOne({ value: 9 }))).rejects.toBeInstanceOf(IsolationError)
  })
})

describe('whoever looks across organizations', () => {
  it('says so by a name of the list, and by no other', async () => {
    expect(await rows.find({ parent: 'm1' }).setOptions({ across: 'sweep' })).toHaveLength(2)
    expect(await rows.aggregate([{ $match: { parent: 'm1' } }]).option({ across: 'sweep' })).toHaveLength(2)
    await rows.bulkWrite([{ updateMany: { filter: { parent: 'm1' }, update: { $set: { value: 7 } } } }], {
      across: 'epoch',
    })
    expect((await everything()).map(({ value }) => value)).toEqual([1, 7, 7])
    const other = { across: 'because I like to' as 'sweep' }
    await expect(Promise.resolve(rows.find({}).setOptions(other))).rejects.toBeInstanceOf(IsolationError)
    await expect(rows.aggregate([{ $match: {} }]).option(other)).rejects.toBeInstanceOf(IsolationError)
    await expect(rows.bulkWrite([{ deleteMany: { filter: {} } }], other)).rejects.toBeInstanceOf(IsolationError)
  })

  it('never inserts', async () => {
    const stray = { _id: 'x', value: 1 } as Row
    await expect(rows.bulkWrite([{ insertOne: { document: stray } }], { across: 'sweep' })).rejects.toBeInstanceOf(
      IsolationError,
    )
    await expect(rows.insertMany([stray], { across: 'sweep' } as object)).rejects.toBeInstanceOf(IsolationError)
  })

  it('is one of these', () => {
    expect([...acrossNames].sort()).toEqual(
      [
        'cli',
        'client authentication',
        'epoch',
        'link exchange',
        'platform',
        'relay',
        'renewal',
        'replay',
        'sealer',
        'sequencer',
        'session authentication',
        'sweep',
        'worker claim',
      ].sort(),
    )
    expect([...platformModels].sort()).toEqual([
      'Assertion',
      'Client',
      'ClientKey',
      'ErasureEpoch',
      'Heartbeat',
      'Migration',
      'Platform',
      'PlatformKey',
    ])
  })
})

describe('a model of the platform', () => {
  it('is exempt by its name alone', async () => {
    const connection: Connection = db.mongoose.connection
    const heartbeat = connection.model<Row>('Heartbeat', schema())
    expect(await heartbeat.find({ value: 3 })).toHaveLength(1)
    await expect(
      Promise.resolve(connection.model<Row>('Heartbeats', schema()).find({ value: 3 })),
    ).rejects.toBeInstanceOf(IsolationError)
  })
})

describe('many rows inserted in a transaction', () => {
  const row = (_id: string): Row => ({ _id, organizationId: mine, value: 9 })

  it('are there when it has committed, and none of them when it has not', async () => {
    await db.inTransaction(() => db.insertMany(rows, [row('a'), row('b')]))
    expect(await rows.countDocuments({ organizationId: mine, value: 9 })).toBe(2)
    const cut = db.inTransaction(async () => {
      await db.insertMany(rows, [row('c'), row('d')])
      expect(await rows.countDocuments({ organizationId: mine, value: 9 })).toBe(4)
      throw new Error('cut')
    })
    await expect(cut).rejects.toThrow('cut')
    expect(await rows.countDocuments({ organizationId: mine, value: 9 })).toBe(2)
  })

  it('end it with the error of the one that does not fit', async () => {
    const twice = db.inTransaction(() => db.insertMany(rows, [row('e'), row('m1'), row('f')]))
    await expect(twice).rejects.toMatchObject({ code: 11000 })
    expect(await rows.countDocuments({ organizationId: mine, value: 9 })).toBe(0)
  })
})
