import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Visit } from '../../src/core/collection/collection.ts'
import { createCollectionSetup } from '../support/collection-setup.ts'
import { createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

let core: TestCore
let org: TestCoreOrganization
const { visit } = createCollectionSetup(() => core)
beforeAll(async () => {
  core = await createTestCore()
  org = await core.makeOrganization()
})
afterAll(() => core.stop())

async function* pdf(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n')
}
const upload = (session: Visit) => core.collection.sessions.evidence.add(session, { kind: 'card_back' }, pdf())
const rowsOf = async (subjectId: string) =>
  (await core.documents('evidence')).filter((row) => row.subjectId === subjectId)
/** What is left of a file: its row in the data database, its key in the other. */
const leftOf = async (fileId: unknown) => {
  const file = (await core.documents('files')).find(({ _id }) => _id === fileId)
  return { state: file?.state, dekId: file?.dekId }
}
const dekIsThere = async (dekId: unknown): Promise<boolean> =>
  (await core.keysDb.mongoose.connection.collection<{ _id: string }>('deks').countDocuments({ _id: `${dekId}` })) === 1

describe('確認書類', () => {
  it.each([
    ['cancelled', 'cancel'],
    ['refused, then cancelled', 'refuse'],
    ['expired', 'expire'],
  ] as const)('of a request that was %s goes where no number was given', async (_, how) => {
    const { requests, deadlines } = core.collection
    const { person, request, session } = await visit(org)
    await upload(session)
    const [row] = await rowsOf(person.id)
    const { dekId } = await leftOf(row?.fileId)
    expect(await dekIsThere(dekId)).toBe(true)
    if (how === 'refuse') await requests.refuse(org.caller, request._id, { reason: 'no_consent' })
    if (how === 'expire') {
      const collection = core.db.mongoose.connection.collection<{ _id: string }>('requests')
      await collection.updateOne({ _id: request._id }, { $set: { dueOn: '2020-01-01' } })
      await deadlines.sweep()
    } else await requests.cancel(org.caller, request._id, { reason: 'not_needed' })
    expect(await rowsOf(person.id)).toEqual([])
    await core.files.sweep()
    expect(await leftOf(row?.fileId)).toEqual({})
    expect(await dekIsThere(dekId)).toBe(false)
  })

  it('stays beside a number that was given, until that number goes', async () => {
    const { person, request, session } = await visit(org)
    await core.collection.sessions.setNumber(session, { number: fixtureNumber(840) })
    await upload(session)
    await core.collection.requests.cancel(org.caller, request._id, { reason: 'not_needed' })
    const [row] = await rowsOf(person.id)
    expect(await leftOf(row?.fileId)).toMatchObject({ state: 'kept' })
  })

  it('that comes while a disposal ends leaves no file that nobody can reach', async () => {
    const { person, session } = await visit(org)
    await upload(session)
    const [row] = await rowsOf(person.id)
    // As in step 3 of a disposal, after step 2 has looked for files for the last time.
    await core.db.inTransaction(() => core.collection.forgetEvidence(org.caller.organizationId, [person.id]))
    expect(await rowsOf(person.id)).toEqual([])
    expect(await leftOf(row?.fileId)).toMatchObject({ state: 'doomed' })
  })
})
