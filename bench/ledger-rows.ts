import { createHash, randomBytes } from 'node:crypto'
import { ledgerOperations } from '../src/core/ledger/ledger.ts'
import type { Caller } from '../src/core/shared/caller.ts'
import { newId } from '../src/core/shared/ids.ts'
import type { Graph } from './graph.ts'

/** Entries as many acts would leave them, over 90 days. Of one person in a ledger of any size there are as many for each operation. */
export const entriesEach = 200
const operations = ['register_by_proxy', 'check', 'view', 'print', 'export'] as const
const departments = 40
const spanMs = 90 * 24 * 3600 * 1000
const surnames = Array.from('東西南北上中下大小高山川田村木林森石水火土金')
const given = Array.from('一二三四五六七八九十百千春夏秋冬花月星空海')
/** A sealer that comes by gives lower places to what seeding recorded. */
const beyond = 1_000_000_000
const batchRows = 2000

export const nameOf = (person: number): string =>
  `${surnames[person % surnames.length]}野 ${given[Math.floor(person / surnames.length) % given.length]}郎${given[person % given.length]}`

/** What is asked for in the measurements. */
export const questionOf = (n: number, people: number) => {
  const person = (n * 7919) % people
  return {
    departmentCode: String(101 + (person % departments)),
    code: String(1000 + person),
    operation: operations[n % operations.length] ?? 'view',
    name: nameOf(person),
  }
}

/** Inserted, not recorded by use cases: the clock of millions of acts would run for hours. */
export const seedEntries = async (graph: Graph, caller: Caller, count: number, from: Date): Promise<void> => {
  const { organizationId } = caller
  const [cipher, grams] = await Promise.all([
    graph.keys.fields.for(organizationId),
    graph.keys.grams.for(organizationId),
  ])
  const people = Math.max(1, Math.floor(count / entriesEach))
  const known = Array.from({ length: people }, (_, person) => grams.of([nameOf(person), 'ヒガシノジロウ']))
  const commitment = createHash('sha256').update('bench').digest('base64url')
  const commitments = {
    actorName: commitment,
    actorUserId: commitment,
    subjectName: commitment,
    subjectCode: commitment,
  }
  const collection = graph.db.mongoose.connection.collection<{ _id: string }>('ledger_entries')
  const actor = { type: 'staff', id: 'id' in caller.actor ? caller.actor.id : '', userId: 'j0013' }

  const rowOf = (i: number) => {
    const _id = newId('entry')
    const person = i % people
    const operation = operations[Math.floor(i / people) % operations.length] ?? 'view'
    const at = new Date(from.getTime() + Math.floor((i / count) * spanMs))
    const names = {
      salt: commitment,
      subjectName: nameOf(person),
      subjectKana: 'ヒガシノジロウ',
      departmentName: `第${(person % departments) + 1}部`,
      actorName: '計測 太郎',
    }
    return {
      ...{ _id, organizationId, at, recordedAt: at, line: 0, operation, functionName: ledgerOperations[operation] },
      ...{ actor, subjectId: `sub_${String(person).padStart(26, '0')}`, code: String(1000 + person) },
      departmentCode: String(101 + (person % departments)),
      names: cipher.sealJson(_id, 'names', names),
      grams: known[person] ?? [],
      ...{ purpose: 'withholding_tax', use: 'view', outcome: i % 500 === 0 ? 'refused' : 'released' },
      ...{ requestId: `bench-${i}`, clientId: caller.clientId, assurance: 'host', commitments },
      ...{ mac: { keyId: 'key', digest: randomBytes(32) }, index: beyond + i, leafHash: randomBytes(32) },
    }
  }
  for (let at = 0; at < count; at += batchRows) {
    const rows = Array.from({ length: Math.min(batchRows, count - at) }, (_, n) => rowOf(at + n))
    await collection.insertMany(rows, { ordered: false })
  }
}
