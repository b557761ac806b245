import { serveUntilStopped } from '../child-side.ts'
import { entryOf } from './documents.ts'
import { type Bare, bytesOf, connect, keyOf, open, unwrap } from './kit.ts'
import { type RouteInput, receiptOf, serveRoute } from './route.ts'

/** 閲覧 written bare: the same reads and decryptions, and the ledger's line in a majority transaction before the answer. */
await serveUntilStopped(async (input: Bare & RouteInput) => {
  const { organizationId } = input
  const { client, of, deks, transaction } = await connect(input)
  const [organizations, subjects, departments] = [of('organizations'), of('subjects'), of('departments')]
  const [numbers, given, ledger] = [of('numbers'), of('notices_given'), of('ledger_entries')]
  const [kek, fieldKey] = [keyOf(Buffer.from(input.kek.hex, 'hex')), keyOf(Buffer.from(input.field.hex, 'hex'))]

  const close = await serveRoute(input, '/v1/reveals', async (request, response, staffId) => {
    const at = new Date()
    const { subjectIds, purpose } = request.body as { subjectIds: string[]; purpose: string }
    // 取扱区域, training, the day's budget, and whether the answer must be a JWE.
    const organization = await organizations.findOne({ _id: organizationId })
    if (organization?.jweAnswersRequired === true) throw new Error('not in clear')
    const [subject] = await subjects.find({ organizationId, _id: { $in: subjectIds } }).toArray()
    if (subject === undefined) throw new Error('no such subject')
    const [employee] =
      subject.employeeId === undefined
        ? []
        : await subjects.find({ organizationId, _id: { $in: [subject.employeeId] } }).toArray()
    const late = { unsealed: true, recordedAt: { $lt: new Date(at.getTime() - 300_000) } }
    const [[department], [number], notices, waiting] = await Promise.all([
      departments.find({ organizationId, _id: { $in: [subject.departmentId] } }).toArray(),
      numbers.find({ organizationId, subjectId: { $in: subjectIds }, current: true }).toArray(),
      given.find({ organizationId, subjectId: { $in: subjectIds } }).toArray(),
      // Nothing leaves while the ledger is not being sealed.
      ledger.findOne({ organizationId, ...late }, { projection: { _id: 0, recordedAt: 1 }, sort: { recordedAt: 1 } }),
    ])
    if (waiting !== null || number === undefined || !notices.some(({ purposes }) => purposes.includes(purpose)))
      throw new Error('not for this')
    for (const person of employee === undefined ? [subject] : [employee, subject])
      JSON.parse(
        open('field', input.field.id, fieldKey, bytesOf(person.personal), [
          organizationId,
          person._id,
          'personal',
        ]).toString('utf8'),
      )
    const dekId = String(number.dekId)
    const [row] = await deks
      .find({ organizationId, _id: { $in: [dekId] } }, { projection: { wrapped: 1, kekId: 1 } })
      .toArray()
    if (row === undefined) throw new Error('no key')
    const digits = open('record', dekId, unwrap(kek, bytesOf(row.wrapped)), bytesOf(number.sealed), [
      organizationId,
      subject._id,
      number._id,
    ])

    const act = {
      operation: 'view',
      functionName: 'マイナンバー表示',
      outcome: 'released',
      line: 0,
      more: { purpose, use: 'view' },
    }
    const grams = employee === undefined ? subject.grams : [...new Set([...employee.grams, ...subject.grams])]
    const whose = { departmentCode: String(department?.code), code: String(employee?.code ?? subject.code), grams }
    const entry = entryOf({ organizationId, staffId, at, subject, ...whose, ...act })
    await transaction(async (session) => {
      await ledger.insertOne(entry, { session })
    })
    const shown = {
      subjectId: subject._id,
      versionId: number._id,
      number: digits.toString('latin1'),
      entryId: entry._id,
      issuedOn: number.issuedOn,
    }
    const receipt = await receiptOf(input.issuer, organizationId, entry)
    response.json({ purpose, intent: 'view', at, numbers: [shown], receipt })
  })
  return async () => {
    await close()
    await client.close()
  }
})
