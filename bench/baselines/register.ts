import { serveUntilStopped } from '../child-side.ts'
import { entryOf, sealedBytes } from './documents.ts'
import { type Bare, connect, newId, randomBytes } from './kit.ts'
import { type RouteInput, receiptOf, serveRoute } from './route.ts'

/** 代理登録 written bare: the same reads, the DEK by itself, then as many documents of the same size in one transaction. */
await serveUntilStopped(async (input: Bare & RouteInput) => {
  const { organizationId } = input
  const { client, of, deks, transaction } = await connect(input)
  const [organizations, subjects, departments, numbers] = [
    of('organizations'),
    of('subjects'),
    of('departments'),
    of('numbers'),
  ]
  const [given, ledger, outbox, once] = [of('notices_given'), of('ledger_entries'), of('outbox'), of('idempotency')]

  const close = await serveRoute(input, '/v1/subjects/:id/number', async (request, response, staffId) => {
    const at = new Date()
    const subjectId = String(request.params.id)
    const handle = `${String(request.headers['idempotency-key'])}1234567`
    if ((await once.findOne({ organizationId, handles: handle })) !== null) throw new Error('seen')
    const subject = await subjects.findOne({ organizationId, _id: subjectId })
    // Whether numbers must come as JWE.
    const organization = await organizations.findOne({ _id: organizationId })
    if (organization?.jweInputRequired === true) throw new Error('not in clear')
    if (subject === null) throw new Error('no such subject')
    const [employee] =
      subject.employeeId === undefined
        ? []
        : await subjects.find({ organizationId, _id: { $in: [subject.employeeId] } }).toArray()
    const [department] = await departments.find({ organizationId, _id: { $in: [subject.departmentId] } }).toArray()
    const earlier = await numbers.find({ organizationId, subjectId }).sort({ version: -1 }).toArray()
    const notices = await given.find({ organizationId, subjectId: { $in: [subjectId] } }).toArray()
    if (earlier.length > 0 || notices.length === 0) throw new Error('not now')

    const [versionId, dekId] = [newId('num'), newId('key')]
    const index = { keyId: input.kek.id, value: randomBytes(2).readUInt16BE(0) }
    // Who has the same number already.
    const same = { 'index.keyId': index.keyId, 'index.value': { $in: [index.value] } }
    const candidates = await deks.find({ organizationId, ...same }, { projection: { refId: 1, index: 1 } }).toArray()
    if (candidates.length > 100) throw new Error('too many alike')
    const key = {
      organizationId,
      kekId: input.kek.id,
      purpose: 'number',
      refId: versionId,
      index,
      createdAt: at,
    }
    await deks.insertOne({ _id: dekId, wrapped: randomBytes(40), state: 'prepared', ...key })

    const state = { version: 1, state: 'registered', current: true, registeredBy: 'staff', registeredAt: at } as const
    const version = { organizationId, subjectId, companyId: subject.companyId, ...state, mask: '18', dekId }
    const act = { operation: 'register_by_proxy', functionName: 'マイナンバー代理登録', outcome: 'done', line: 0 }
    const code = String(employee?.code ?? subject.code)
    const grams = employee === undefined ? subject.grams : [...new Set([...employee.grams, ...subject.grams])]
    const row = {
      topic: 'event',
      type: 'number.registered',
      data: { subjectId, versionId },
      state: 'waiting',
      dueAt: at,
    }
    const departmentCode = String(department?.code)
    const entry = entryOf({ organizationId, staffId, at, subject, departmentCode, code, grams, ...act })
    await transaction(async (session) => {
      await numbers.insertOne({ _id: versionId, ...version, sealed: randomBytes(sealedBytes.number) }, { session })
      await subjects.updateOne({ organizationId, _id: subjectId }, { $set: { numberState: 'registered' } }, { session })
      await ledger.insertOne(entry, { session })
      const counts = { attempt: 0, failures: 0, fence: 0, requestId: subjectId, createdAt: at }
      await outbox.insertOne({ _id: newId('evt'), organizationId, ...row, ...counts }, { session })
      const answer = { fingerprint: handle, answer: randomBytes(sealedBytes.answer), createdAt: at }
      await once.insertOne({ _id: newId('key'), organizationId, handles: [handle], ...answer }, { session })
    })
    const current = {
      id: versionId,
      version: 1,
      state: 'registered',
      masked: '*****18',
      registeredAt: at,
      registeredBy: 'staff',
    }
    const receipt = await receiptOf(input.issuer, organizationId, entry)
    response.status(201).json({ subjectId, state: 'registered', versions: [current], current, receipt })
  })
  return async () => {
    await close()
    await client.close()
  }
})
