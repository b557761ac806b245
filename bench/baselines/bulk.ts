import type { ClientSession } from 'mongodb'
import { entryOf } from './documents.ts'
import { type Bare, bytesOf, type connect, type Doc, keyOf, open, seal, unwrap } from './kit.ts'

export type Person = { doc: Doc; head: Doc; name: string; kana: string; headName: string; headKana: string }
export type Taken = { person: Person; digits: Buffer; issuedOn: string }
export type Released = {
  taken: Taken[]
  entries: Doc[]
  versions: Map<string, string>
  ids: string[]
  dekIds: string[]
}

export const chunkRows = 500
const kinds = ['employee', 'dependent']
const purpose = 'withholding_tax'
/** What stands in no file and in no entry of the ledger. */
const unseen = { externalId: 0, numberState: 0, metadata: 0, events: 0, version: 0, createdAt: 0, updatedAt: 0 }

/** Numbers in bulk, written bare: people in order, chunk by chunk; their numbers opened; the ledger's lines; the hold. */
export const createBulk = async (
  input: Bare & { companyId: string; staffId: string },
  { of, deks }: Awaited<ReturnType<typeof connect>>,
) => {
  const { organizationId, companyId, staffId } = input
  const [subjects, numbers, given] = [of('subjects'), of('numbers'), of('notices_given')]
  const [kek, fieldKey] = [keyOf(Buffer.from(input.kek.hex, 'hex')), keyOf(Buffer.from(input.field.hex, 'hex'))]
  const departments = new Map(
    (await of('departments').find({ organizationId, companyId }).toArray()).map((row) => [row._id, row]),
  )

  const namesOf = (doc: Doc): { name: string; kana: string } => {
    const plain = open('field', input.field.id, fieldKey, bytesOf(doc.personal), [organizationId, doc._id, 'personal'])
    const { name, kana } = JSON.parse(plain.toString('utf8'))
    return { name, kana }
  }
  /** In the customers' order; an employee comes right before the dependents, perhaps in the chunk before. */
  async function* people(): AsyncGenerator<Person[]> {
    const cursor = subjects
      .find({ organizationId, companyId, kind: { $in: kinds } }, { projection: unseen })
      .sort({ order: 1 })
      .batchSize(chunkRows)
    let held: Person[] = []
    let employee: Person | undefined
    for await (const doc of cursor) {
      const { name, kana } = namesOf(doc)
      const head = doc.employeeId !== undefined && doc.employeeId === employee?.doc._id ? employee : undefined
      const first = { head: head?.doc ?? doc, headName: head?.name ?? name, headKana: head?.kana ?? kana }
      const person = { doc, name, kana, ...first }
      if (head === undefined) employee = person
      held.push(person)
      if (held.length < chunkRows) continue
      yield held
      held = []
    }
    if (held.length > 0) yield held
  }

  const release = async (persons: readonly Person[], jobId: string, firstLine: number, at: Date): Promise<Released> => {
    const ids = persons.map(({ doc }) => doc._id)
    const whose = { organizationId, subjectId: { $in: ids } }
    const [versions, notices] = await Promise.all([
      numbers
        .find({ ...whose, current: true })
        .batchSize(1000)
        .toArray(),
      given
        .find({ ...whose, purposes: purpose }, { projection: { _id: 0, subjectId: 1 } })
        .batchSize(1000)
        .toArray(),
    ])
    const told = new Set(notices.map(({ subjectId }) => subjectId))
    const dekIds = versions.map(({ dekId }) => String(dekId))
    const projection = { wrapped: 1, kekId: 1 }
    const rows = await deks
      .find({ organizationId, _id: { $in: dekIds } }, { projection })
      .batchSize(1000)
      .toArray()
    const keys = new Map(rows.map((row) => [row._id, unwrap(kek, bytesOf(row.wrapped))]))
    const bySubject = new Map(versions.map((version) => [String(version.subjectId), version]))
    const entries: Doc[] = []
    const taken: Taken[] = []
    for (const [i, person] of persons.entries()) {
      const { doc, head, name, kana, headName, headKana } = person
      const version = bySubject.get(doc._id)
      const key = keys.get(version?.dekId)
      if (version === undefined || key === undefined || !told.has(doc._id)) throw new Error('no number')
      const digits = open('record', version.dekId, key, bytesOf(version.sealed), [organizationId, doc._id, version._id])
      taken.push({ person, digits, issuedOn: version.issuedOn })
      const department = departments.get(doc.departmentId)
      const subjectName = head === doc ? name : `${headName} > ${name}`
      const subjectKana = head === doc ? kana : `${headKana} > ${kana}`
      const shown = { subjectName, subjectKana, departmentName: department?.name, actorName: '計測 太郎' }
      const names = seal('field', input.field.id, fieldKey, Buffer.from(JSON.stringify(shown)), [
        organizationId,
        doc._id,
        'names',
      ])
      const act = {
        operation: 'export',
        functionName: '給与ソフト用CSV出力',
        outcome: 'released',
        more: { purpose, use: 'export', jobId },
      }
      const grams = head === doc ? doc.grams : [...new Set([...head.grams, ...doc.grams])]
      const place = {
        line: firstLine + i,
        departmentCode: String(department?.code),
        code: String(head.code),
        grams,
        names,
      }
      entries.push(entryOf({ organizationId, staffId, at, subject: doc, ...place, ...act }))
    }
    return { taken, entries, ids, dekIds, versions: new Map(versions.map((row) => [String(row.subjectId), row._id])) }
  }

  /** In the transaction: that each of these is still in force, by a write. */
  const hold = async ({ versions, dekIds, ids }: Omit<Released, 'taken'>, session: ClientSession): Promise<void> => {
    const which = { _id: { $in: [...versions.values()] }, dekId: { $in: dekIds } }
    const filter = { organizationId, ...which, current: true, state: 'registered' }
    const { matchedCount } = await numbers.updateMany(filter, { $inc: { uses: 1 } }, { session })
    if (matchedCount !== ids.length) throw new Error('moved')
  }

  return { kek, people, release, hold }
}
