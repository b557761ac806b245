import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOnce } from '../../src/core/access/once.ts'
import { codeOf, createTestCore, type TestCore } from '../support/core.ts'

let core: TestCore
let organizationId: string
beforeAll(async () => {
  core = await createTestCore()
  organizationId = (await core.makeOrganization()).caller.organizationId
})
afterAll(() => core.stop())

let keys = 0
const request = (content: unknown = { name: '試験' }, key = `key-${keys}`) => ({
  ...{ organizationId, who: 'cli_1', operation: 'createSubject', key, content },
})
const begin = (content?: unknown) => createOnce(core).begin(request(content))
const keep = async (status: number): Promise<void> => {
  const once = await begin()
  await once.earlier()
  await core.db.inTransaction(() => once.keep({ status }))
}
const earlier = async (content?: unknown) => (await begin(content)).earlier()

/** As the epoch does it: the fingerprint key in use becomes the one before. */
const renewFingerprintKey = async (): Promise<void> => {
  const rows = core.keysDb.mongoose.connection.collection('organization_keys')
  const { modifiedCount } = await rows.updateOne(
    { organizationId, kind: 'fingerprint', state: 'current' },
    { $set: { state: 'previous' } },
  )
  expect(modifiedCount).toBe(1)
  core.moveClock(301_000)
}

describe('the answer kept for an Idempotency-Key', () => {
  it('is found after the fingerprint key was renewed, so that the act is not done again', async () => {
    keys += 1
    await keep(201)
    await renewFingerprintKey()
    expect(await core.keys.fingerprintCandidates(organizationId, 'x')).toHaveLength(2)
    expect(await earlier()).toEqual({ status: 201 })
    expect(await codeOf(earlier({ name: '別人' }))).toBe('idempotency_mismatch')
  })

  it('is found without a look at the others, however many are kept', async () => {
    for (let i = 0; i < 40; i++) {
      keys += 1
      await keep(201)
    }
    const { db } = core.db.mongoose.connection
    await db?.command({ profile: 2 })
    expect(await earlier()).toEqual({ status: 201 })
    await db?.command({ profile: 0 })
    const looks = await db
      ?.collection('system.profile')
      .find({ ns: /idempotency$/, op: 'query' })
      .toArray()
    await db?.collection('system.profile').drop()
    expect(looks).toHaveLength(1)
    expect(looks?.[0]?.docsExamined).toBeLessThanOrEqual(2)
  })

  it('is one, though two processes hold another of two keys for the current one', async () => {
    keys += 1
    const candidates = core.keys.fingerprintCandidates
    expect(await candidates(organizationId, 'x')).toHaveLength(2)
    // As read before the epoch made its key the current one.
    const before = {
      ...core.keys,
      fingerprintCandidates: async (...of: Parameters<typeof candidates>) => (await candidates(...of)).reverse(),
    }
    const racing = [await begin(), await createOnce({ ...core, keys: before }).begin(request())]
    for (const once of racing) expect(await once.earlier()).toBeUndefined()
    const kept = await Promise.allSettled(racing.map((once) => core.db.inTransaction(() => once.keep({ status: 201 }))))
    expect(kept.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await earlier()).toEqual({ status: 201 })
  })

  it('is given for 24 hours and no longer, even where MongoDB has not removed it yet', async () => {
    keys += 1
    await keep(201)
    core.moveClock(24 * 3600_000 - 60_000)
    expect(await earlier()).toEqual({ status: 201 })
    core.moveClock(60_000)
    expect(await earlier({ name: '別人' })).toBeUndefined()
    await keep(202)
    expect(await earlier()).toEqual({ status: 202 })
  })
})

describe('a duplicate at the same process', () => {
  it('has its turn when the first one has ended, and then finds its answer', async () => {
    keys += 1
    const keeper = createOnce(core)
    const [first, second, other] = await Promise.all([
      keeper.begin(request()),
      keeper.begin(request()),
      keeper.begin(request({ name: '試験' }, 'another key')),
    ])
    const done = await first.turn()
    let waited = true
    const waiting = second.turn().then((end) => {
      waited = false
      return end
    })
    // Another key waits for nobody.
    ;(await other.turn())()
    expect(await first.earlier()).toBeUndefined()
    await core.db.inTransaction(() => first.keep({ status: 201 }))
    expect(waited).toBe(true)
    done()
    const end = await waiting
    expect(await second.earlier()).toEqual({ status: 201 })
    end()
  })

  it('works itself when the first one failed; each waits for one, and nobody is left out', async () => {
    keys += 1
    const keeper = createOnce(core)
    const racing = await Promise.all(Array.from({ length: 5 }, () => keeper.begin(request())))
    let [working, most] = [0, 0]
    await Promise.all(
      racing.map(async (once) => {
        const done = await once.turn()
        working += 1
        most = Math.max(most, working)
        expect(await once.earlier()).toBeUndefined()
        working -= 1
        done()
      }),
    )
    expect([working, most]).toEqual([0, 1])
  })

  it('is told that the first one is busy when it has waited for all of its time', async () => {
    keys += 1
    const keeper = createOnce({ ...core, waitMs: 30 })
    const [first, second] = [await keeper.begin(request()), await keeper.begin(request())]
    const done = await first.turn()
    const error = await second.turn().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'idempotency_busy', retryAfterSeconds: 1 })
    done()
    ;(await second.turn())()
  })
})
