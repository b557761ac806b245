import { type IndexDefinition, type IndexOptions, Schema } from 'mongoose'
import { afterEach, describe, expect, it } from 'vitest'
import { createDatabase } from '../../src/core/shared/database.ts'
import { testParts } from '../support/parts.ts'

type Row = { _id: string; organizationId: string; code?: string; at?: Date }
const collection = 'indexes_scratch'

/** A process of a release that has these indexes, started on what others left. */
const startWith = async (...indexes: [IndexDefinition, IndexOptions][]) => {
  const { mongodbUrl: url, databaseName } = testParts()
  const db = createDatabase({ url, name: databaseName, joinsTransactions: true })
  const schema = new Schema<Row>(
    { _id: String, organizationId: String, code: String, at: Date },
    { collection, versionKey: false },
  )
  for (const [keys, options] of indexes) schema.index(keys, options)
  const model = db.define('Scratch', schema)
  await db.connect()
  try {
    await db.prepare()
    const list = await model.listIndexes()
    return list.map(({ name, unique = false }) => `${name}${unique ? ' unique' : ''}`).sort()
  } finally {
    await db.close()
  }
}
const drop = async () => {
  const { mongodbUrl: url, databaseName } = testParts()
  const db = createDatabase({ url, name: databaseName, joinsTransactions: true })
  await db.connect()
  await db.mongoose.connection.dropCollection(collection)
  await db.close()
}
afterEach(drop)

describe('a release whose indexes differ from those that it finds', () => {
  it('starts where an index has got a name, other options or other keys, and leaves those of nobody’s release alone', async () => {
    const byOperator: [IndexDefinition, IndexOptions] = [{ at: -1 }, { name: 'of the operator' }]
    await startWith(
      [{ organizationId: 1, code: 1 }, {}],
      [{ organizationId: 1, code: 1, at: 1 }, {}],
      [{ organizationId: 1, at: 1 }, { name: 'byTime' }],
      byOperator,
    )
    const now = await startWith(
      [
        { organizationId: 1, code: 1 },
        { name: 'byCode', unique: true, partialFilterExpression: { code: { $type: 'string' } } },
      ],
      [{ organizationId: 1, at: -1 }, { name: 'byTime' }],
      [{ organizationId: 1, code: 1, at: 1 }, { name: 'renamed' }],
    )
    expect(now).toEqual(['_id_', 'byCode unique', 'byTime', 'of the operator', 'renamed'])
  })
})
