import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { answerOnce, watchMemory } from '../child-side.ts'
import { type Bare, connect, type Doc } from './kit.ts'

/** The leaf's members that an entry can lack. */
const optional = ['subjectId', 'companyId', 'purpose', 'use', 'refusal', 'clientId', 'network', 'place', 'jobId']
const prefix = Buffer.from([0])

/** Cursor, canonical JSON, SHA-256, compared with the hash that stands beside the entry; no tree, no names, no signature. */
await answerOnce(async (input: Pick<Bare, 'mongodbUrl' | 'databaseName' | 'organizationId'>) => {
  const { of, client } = await connect(input as Bare)
  const memory = watchMemory()
  const startedAt = performance.now()
  const cursor = of('ledger_entries')
    .find({ organizationId: input.organizationId, index: { $gte: 0 } }, { projection: { grams: 0, names: 0, mac: 0 } })
    .sort({ index: 1 })
    .batchSize(1000)
  let count = 0
  for await (const row of cursor) {
    const leaf: Omit<Doc, '_id'> = {
      ...{ v: 1, id: row._id, organizationId: row.organizationId, at: row.at.toISOString() },
      ...{ recordedAt: row.recordedAt.toISOString(), line: row.line, operation: row.operation },
      ...{ functionName: row.functionName, outcome: row.outcome, requestId: row.requestId, assurance: row.assurance },
      actor: row.actor.id === undefined ? { type: row.actor.type } : { type: row.actor.type, id: row.actor.id },
      commitments: row.commitments,
    }
    for (const name of optional) if (row[name] !== undefined) leaf[name] = row[name]
    const leafHash = hash('sha256', Buffer.concat([prefix, Buffer.from(canonicalize(leaf) ?? '')]), 'buffer')
    if (!leafHash.equals(row.leafHash.buffer)) throw new Error('An entry differs.')
    count += 1
  }
  const seconds = (performance.now() - startedAt) / 1000
  const peak = memory()
  await client.close()
  return { count, seconds, ...peak }
})
