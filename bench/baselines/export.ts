import { answerOnce, watchMemory } from '../child-side.ts'
import { encodeCp932, fitsCp932 } from './cp932.ts'
import { entryOf } from './documents.ts'
import { type Bare, bytesOf, connect, type Doc, keyOf, newId, open, seal, unwrap } from './kit.ts'
import { type Blob, createBlobs } from './sealed-blobs.ts'

export type BareExportInput = Bare & { companyId: string; staffId: string }
type Person = { doc: Doc; head: Doc; name: string; headName: string }
type Chunk = { part: Blob; entries: Doc[]; versions: Map<string, string>; ids: string[]; dekIds: string[] }

const chunkRows = 500
const kinds = ['employee', 'dependent']
const purpose = 'withholding_tax'

/** CSV出力 written bare: the same reads, decryptions, transactions and bytes; the next chunk is made while one commits. */
await answerOnce(async (input: BareExportInput) => {
  const { organizationId, companyId, staffId } = input
  const connection = await connect(input)
  const { of, deks, transaction, client } = connection
  const [subjects, numbers, given, ledger] = [of('subjects'), of('numbers'), of('notices_given'), of('ledger_entries')]
  const [files, lists, jobs, exports, outbox] = [
    of('files'),
    of('file_subjects'),
    of('jobs'),
    of('exports'),
    of('outbox'),
  ]
  const [kek, fieldKey] = [keyOf(Buffer.from(input.kek.hex, 'hex')), keyOf(Buffer.from(input.field.hex, 'hex'))]
  const blobs = createBlobs(connection, organizationId, { id: input.kek.id, key: kek })
  const departments = new Map(
    (await of('departments').find({ organizationId, companyId }).toArray()).map((row) => [row._id, row]),
  )
  const [jobId, exportId] = [newId('job'), newId('exp')]
  await jobs.insertOne({
    _id: jobId,
    organizationId,
    kind: 'export',
    state: 'running',
    fence: 1,
    createdAt: new Date(),
  })
  await exports.insertOne({
    _id: exportId,
    organizationId,
    companyId,
    state: 'preparing',
    jobId,
    createdAt: new Date(),
  })

  const memory = watchMemory()
  const startedAt = performance.now()
  const at = new Date()

  const nameOf = (doc: Doc): string => {
    const plain = open('field', input.field.id, fieldKey, bytesOf(doc.personal), [organizationId, doc._id, 'personal'])
    return String(JSON.parse(plain.toString('utf8')).name)
  }
  /** In the customers' order; an employee comes right before the dependents, perhaps in the chunk before. */
  async function* people(): AsyncGenerator<Person[]> {
    const cursor = subjects
      .find({ organizationId, companyId, kind: { $in: kinds } })
      .sort({ order: 1 })
      .batchSize(chunkRows)
    let held: Person[] = []
    let employee: Person | undefined
    for await (const doc of cursor) {
      const name = nameOf(doc)
      const head = doc.employeeId !== undefined && doc.employeeId === employee?.doc._id ? employee : undefined
      const person = { doc, name, head: head?.doc ?? doc, headName: head?.name ?? name }
      if (head === undefined) employee = person
      held.push(person)
      if (held.length < chunkRows) continue
      yield held
      held = []
    }
    if (held.length > 0) yield held
  }

  const line = Buffer.alloc(1024)
  const lineOf = ({ doc, head, name, headName }: Person, digits: Buffer, issuedOn: string): Buffer => {
    const dependent = head === doc ? ',' : `${doc.dependentNo},${name}`
    let end = encodeCp932(`,${head.code},${headName},${dependent},${issuedOn.replaceAll('-', '/')},`, line, 0)
    end += digits.copy(line, end)
    return Buffer.from(line.subarray(0, encodeCp932('\r\n', line, end)))
  }

  const prepare = async (persons: Person[], part: number): Promise<Chunk> => {
    const ids = persons.map(({ doc }) => doc._id)
    const whose = { organizationId, subjectId: { $in: ids } }
    const [versions, notices] = await Promise.all([
      numbers
        .find({ ...whose, current: true })
        .batchSize(1000)
        .toArray(),
      given.find(whose).batchSize(1000).toArray(),
    ])
    const told = new Set(notices.filter(({ purposes }) => purposes.includes(purpose)).map(({ subjectId }) => subjectId))
    const dekIds = versions.map(({ dekId }) => String(dekId))
    const projection = { wrapped: 1, kekId: 1 }
    const rows = await deks
      .find({ organizationId, _id: { $in: dekIds } }, { projection })
      .batchSize(1000)
      .toArray()
    const keys = new Map(rows.map((row) => [row._id, unwrap(kek, bytesOf(row.wrapped))]))
    const bySubject = new Map(versions.map((version) => [String(version.subjectId), version]))
    const entries: Doc[] = []
    const lines: Buffer[] = []
    for (const [i, person] of persons.entries()) {
      const { doc, head, name, headName } = person
      const version = bySubject.get(doc._id)
      const key = keys.get(version?.dekId)
      if (version === undefined || key === undefined || !told.has(doc._id)) throw new Error('no number')
      const digits = open('record', version.dekId, key, bytesOf(version.sealed), [organizationId, doc._id, version._id])
      lines.push(lineOf(person, digits, version.issuedOn))
      const department = departments.get(doc.departmentId)
      const subjectName = head === doc ? name : `${headName} > ${name}`
      const shown = { subjectName, departmentName: department?.name, actorName: '計測 太郎' }
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
        line: part * chunkRows + i,
        departmentCode: String(department?.code),
        code: String(head.code),
        grams,
        names,
      }
      entries.push(entryOf({ organizationId, staffId, at, subject: doc, ...place, ...act }))
    }
    return {
      part: await blobs.write(lines),
      entries,
      ids,
      dekIds,
      versions: new Map(versions.map((row) => [String(row.subjectId), row._id])),
    }
  }

  const fileRow = (blob: Blob, kind: string, part?: number): Doc => {
    const about = {
      kind,
      group: exportId,
      dekId: blob.dekId,
      bytes: blob.bytes,
      state: 'kept',
      createdAt: at,
      expiresAt: at,
    }
    return { _id: blob._id, organizationId, ...about, ...(part === undefined ? {} : { part }) }
  }

  /** The row and its people before the bytes, then whether the numbers are still in force; the commit writes both. */
  const announce = async (chunk: Chunk, part: number): Promise<void> => {
    await files.insertOne({ ...fileRow(chunk.part, 'export_part', part), state: 'writing' })
    const list = { _id: `${chunk.part._id}.0`, organizationId, group: exportId, subjectIds: chunk.ids, expiresAt: at }
    await lists.insertOne(list)
    const projection = { sealed: 0, dekId: 0, reason: 0 }
    const filter = { organizationId, subjectId: { $in: chunk.ids }, current: true }
    for (const row of await numbers.find(filter, { projection }).batchSize(1000).toArray())
      if (chunk.versions.get(row.subjectId) !== row._id || row.state !== 'registered') throw new Error('moved')
  }

  const commit = (chunk: Chunk, part: number): Promise<void> =>
    transaction(async (session) => {
      const ids = { _id: { $in: [...chunk.versions.values()] }, dekId: { $in: chunk.dekIds } }
      const filter = { organizationId, ...ids, current: true, state: 'registered' }
      const { matchedCount } = await numbers.updateMany(filter, { $inc: { uses: 1 } }, { session })
      if (matchedCount !== chunk.ids.length) throw new Error('moved')
      const kept = { $set: { state: 'kept', bytes: chunk.part.bytes, expiresAt: at } }
      await files.updateOne({ organizationId, _id: chunk.part._id, state: 'writing' }, kept, { session })
      await ledger.insertMany(chunk.entries, { session })
      await jobs.updateOne(
        { organizationId, _id: jobId, state: 'running', fence: 1 },
        { $set: { cursor: { part } } },
        { session },
      )
    })

  for await (const persons of people())
    for (const { name } of persons) if (!fitsCp932(name)) throw new Error('does not fit')

  const parts: Blob[] = []
  let [count, committing] = [0, Promise.resolve()]
  for await (const persons of people()) {
    const chunk = await prepare(persons, parts.length)
    await announce(chunk, parts.length)
    await committing
    committing = commit(chunk, parts.length)
    parts.push(chunk.part)
    count += persons.length
  }
  await committing

  async function* whole(): AsyncGenerator<Buffer> {
    yield Buffer.from('header,of,seven,columns\r\n')
    const rows = await deks
      .find({ organizationId, _id: { $in: parts.map(({ dekId }) => dekId) } })
      .batchSize(1000)
      .toArray()
    const keys = new Map(rows.map((row) => [row._id, unwrap(kek, bytesOf(row.wrapped))]))
    for (const { _id, dekId } of parts) yield await blobs.read(_id, keys.get(dekId) ?? kek)
  }
  const file = await blobs.write(whole())
  const partIds = parts.map(({ _id }) => _id)
  await transaction(async (session) => {
    await files.updateMany({ organizationId, _id: { $in: partIds } }, { $set: { state: 'doomed' } }, { session })
    await files.insertOne(fileRow(file, 'export'), { session })
    await exports.updateOne(
      { organizationId, _id: exportId },
      { $set: { state: 'ready', fileId: file._id } },
      { session },
    )
    const row = { topic: 'event', type: 'export.ready', data: { exportId }, state: 'waiting', dueAt: at, createdAt: at }
    await outbox.insertOne({ _id: newId('evt'), organizationId, ...row }, { session })
    await jobs.updateOne({ organizationId, _id: jobId }, { $set: { state: 'succeeded' } }, { session })
  })
  await deks.updateMany({ organizationId, _id: { $in: [file.dekId] } }, { $set: { state: 'live' } })
  await deks.deleteMany({ organizationId, _id: { $in: parts.map(({ dekId }) => dekId) } })
  await blobs.remove(partIds)
  await files.deleteMany({ organizationId, _id: { $in: partIds } })

  const seconds = (performance.now() - startedAt) / 1000
  const peak = memory()
  await client.close()
  return { count, seconds, ...peak }
})
