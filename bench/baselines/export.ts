import { answerOnce, watchMemory } from '../child-side.ts'
import { createBulk, type Person, type Released } from './bulk.ts'
import { encodeCp932, fitsCp932 } from './cp932.ts'
import { type Bare, bytesOf, connect, type Doc, newId, unwrap } from './kit.ts'
import { type Blob, createBlobs } from './sealed-blobs.ts'

export type BareExportInput = Bare & { companyId: string; staffId: string }
/** The digits are in the part already, and go no further. */
type Chunk = Omit<Released, 'taken'> & { part: Blob }

/** CSV出力 written bare: the same reads, decryptions, transactions and bytes; the next chunk is made while one commits. */
await answerOnce(async (input: BareExportInput) => {
  const { organizationId, companyId } = input
  const connection = await connect(input)
  const { of, deks, insertAll, transaction, client } = connection
  const numbers = of('numbers')
  const [files, lists, jobs, exports, outbox] = [
    of('files'),
    of('file_subjects'),
    of('jobs'),
    of('exports'),
    of('outbox'),
  ]
  const { kek, people, release, hold } = await createBulk(input, connection)
  const blobs = createBlobs(connection, organizationId, { id: input.kek.id, key: kek })
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

  const line = Buffer.alloc(1024)
  const lineOf = ({ doc, head, name, headName }: Person, digits: Buffer, issuedOn: string): Buffer => {
    const dependent = head === doc ? ',' : `${doc.dependentNo},${name}`
    let end = encodeCp932(`,${head.code},${headName},${dependent},${issuedOn.replaceAll('-', '/')},`, line, 0)
    end += digits.copy(line, end)
    return Buffer.from(line.subarray(0, encodeCp932('\r\n', line, end)))
  }

  const prepare = async (persons: Person[], firstLine: number): Promise<Chunk> => {
    const { taken, ...released } = await release(persons, jobId, firstLine, at)
    return {
      ...released,
      part: await blobs.write(taken.map((each) => lineOf(each.person, each.digits, each.issuedOn))),
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
      await hold(chunk, session)
      const kept = { $set: { state: 'kept', bytes: chunk.part.bytes, expiresAt: at } }
      await files.updateOne({ organizationId, _id: chunk.part._id, state: 'writing' }, kept, { session })
      await insertAll('ledger_entries', chunk.entries, session)
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
    const chunk = await prepare(persons, count)
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
