import { sign, verify as verifySignature } from 'node:crypto'
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type mongo, Schema } from 'mongoose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import { createKeys, type Keys, openRecord, sealRecord, toBuffer } from '../../src/core/keys/keys.ts'
import { createDatabase, type Database } from '../../src/core/shared/database.ts'
import { AppError } from '../../src/core/shared/errors.ts'
import { emptyParts, testParts } from '../support/parts.ts'

const { mongodbUrl: url, databaseName } = testParts()
const hourMs = 60 * 60 * 1000
const home = mkdtempSync(join(tmpdir(), 'azukari-keys-'))
const directory = join(home, 'kms')

let now = new Date('2026-04-01T00:00:00Z')
const clock = { now: () => now }
const later = (ms: number): void => {
  now = new Date(now.getTime() + ms)
}

/** A process of its own: its own database client and its own caches. */
const startProcess = async (): Promise<{ db: Database; keys: Keys; stop: () => Promise<void> }> => {
  const db = createDatabase({ url, name: `${databaseName}_keys`, joinsTransactions: false })
  const provider = createLocalFilesProvider({ directory, production: false })
  const keys = createKeys({ db, provider, clock, cacheSeconds: 300 })
  await db.connect()
  await db.prepare()
  return {
    db,
    keys,
    stop: async () => {
      keys.close()
      await db.close()
    },
  }
}

let here: Awaited<ReturnType<typeof startProcess>>
let there: Awaited<ReturnType<typeof startProcess>>
beforeAll(async () => {
  here = await startProcess()
})
beforeEach(async () => {
  await emptyParts()
  await here.stop()
  here = await startProcess()
  there = await startProcess()
})
afterEach(() => there.stop())
afterAll(async () => {
  await here.stop()
  rmSync(home, { recursive: true, force: true })
})

const codeOf = async (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it worked',
    (error: unknown) => (error instanceof AppError ? error.code : `${error}`),
  )
const rowsOf = (db: Database, collection: string) => db.mongoose.connection.collection(collection).find().toArray()
/** A row as it lies in the database. */
type Stored = { _id: string; organizationId: string; version?: number; wrapped: mongo.Binary | Buffer }
const item = (refId: string) => ({ purpose: 'number' as const, refId })

describe("an organization's keys", () => {
  it('cost one call to the KMS for a hundred first users at once, and none more until the cache ends', async () => {
    await there.keys.deks.prepare('org_a', [item('num_1')])
    const before = here.keys.kmsCalls().total
    const all = Array.from({ length: 100 }, (_, index) =>
      index % 2 === 0
        ? here.keys.fields.seal('org_a', `sub_${index}`, 'x')
        : here.keys.deks.prepare('org_a', [item('num_2')]),
    )
    await Promise.all(all)
    await here.keys.grams.of('org_a', ['東野'])
    await here.keys.fingerprint('org_a', '{}')
    expect(here.keys.kmsCalls().total - before).toBe(1)
    later(299_000)
    await here.keys.fields.seal('org_a', 'sub_1', 'x')
    expect(here.keys.kmsCalls().total - before).toBe(1)
    later(2000)
    await Promise.all(all.map(() => here.keys.fields.seal('org_a', 'sub_1', 'x')))
    expect(here.keys.kmsCalls().total - before).toBe(2)
  })

  it('are one set, whichever of two processes makes them first', async () => {
    for (let round = 0; round < 5; round += 1) {
      const organizationId = `org_race_${round}`
      const [a, b] = await Promise.all([
        here.keys.fields.seal(organizationId, 'sub_1', 'first'),
        there.keys.fields.seal(organizationId, 'sub_1', 'second'),
      ])
      expect(await there.keys.fields.open(organizationId, 'sub_1', a)).toBe('first')
      expect(await here.keys.fields.open(organizationId, 'sub_1', b)).toBe('second')
    }
    const rows = await rowsOf(here.db, 'organization_keys')
    expect(rows.length).toBe(5 * 7)
    expect((await rowsOf(here.db, 'platform_keys')).length).toBe(1)
  })

  it('have one current one of each kind, by the index itself', async () => {
    await here.keys.fields.for('org_a')
    const collection = here.db.mongoose.connection.collection<Stored>('organization_keys')
    for (const row of await collection.find({ organizationId: 'org_a' }).toArray())
      await expect(collection.insertOne({ ...row, _id: `${row._id}2`, version: 2 })).rejects.toMatchObject({
        code: 11000,
      })
  })

  it('leave one KMS version, and the loser of the race destroys its own', async () => {
    rmSync(directory, { recursive: true, force: true })
    await Promise.all([here.keys.prepare(), there.keys.prepare()])
    const rows = await rowsOf(here.db, 'platform_keys')
    expect(rows.map(({ kmsVersion }) => `${kmsVersion}.key`)).toEqual(readdirSync(directory))
  })

  it('serve from the cache while the KMS is down, then the answer is unavailable, then it recovers', async () => {
    const sealed = await here.keys.fields.seal('org_a', 'sub_1', '東野')
    renameSync(directory, `${directory}-away`)
    try {
      later(290_000)
      expect(await here.keys.fields.open('org_a', 'sub_1', sealed)).toBe('東野')
      later(11_000)
      expect(await codeOf(here.keys.fields.open('org_a', 'sub_1', sealed))).toBe('unavailable')
    } finally {
      renameSync(`${directory}-away`, directory)
    }
    expect(await here.keys.fields.open('org_a', 'sub_1', sealed)).toBe('東野')
  })

  it('are refused, not used as zeros, by a cipher held long after its cache ended', async () => {
    const cipher = await here.keys.fields.for('org_a')
    later(359_000)
    await here.keys.fields.for('org_a')
    expect(cipher.open('sub_1', 'name', cipher.seal('sub_1', 'name', '東野'))).toBe('東野')
    later(301_000)
    await here.keys.fields.for('org_a')
    expect(() => cipher.seal('sub_1', 'name', '東野')).toThrow(AppError)
  })

  it('are stored wrapped only', async () => {
    const [dek] = await here.keys.deks.prepare('org_a', [item('num_1')])
    const dump = JSON.stringify([await rowsOf(here.db, 'deks'), await rowsOf(here.db, 'organization_keys')])
    expect(dek?.key.length).toBe(32)
    expect(dump).not.toContain(dek?.key.toString('base64'))
    expect(JSON.stringify(await here.keys.fields.for('org_a'))).toBe('{}')
  })

  it('of a KMS other than the configured one are refused', async () => {
    await here.keys.prepare()
    await here.db.mongoose.connection
      .collection('platform_keys')
      .updateOne({ use: 'kms' }, { $set: { provider: 'other' } })
    expect(await codeOf(there.keys.prepare())).toBe('internal')
  })
})

describe('data keys', () => {
  it('open, one or many, to what was prepared, in this process and in another', async () => {
    const items = Array.from({ length: 500 }, (_, index) => item(`num_${index}`))
    const deks = await here.keys.deks.prepare('org_a', items)
    expect(new Set(deks.map(({ key }) => key.toString('hex'))).size).toBe(500)
    const opened = await there.keys.deks.openMany('org_a', [...deks.map(({ id }) => id), 'key_none'])
    expect(opened.size).toBe(500)
    for (const { id, key } of deks) expect(opened.get(id)?.equals(key)).toBe(true)
    const [first] = deks
    if (first === undefined) throw new Error('none prepared')
    expect((await there.keys.deks.open('org_a', first.id)).equals(first.key)).toBe(true)
    const place = { organizationId: 'org_a', subjectId: 'sub_1', recordId: 'num_0' }
    const sealed = sealRecord(first, Buffer.from('text'), place)
    const again = { id: first.id, key: opened.get(first.id) ?? Buffer.alloc(0) }
    expect(openRecord(again, sealed, place).toString()).toBe('text')
  })

  it('of numbers are found by their place in the number index, by organization and key, without a scan', async () => {
    const index = { keyId: 'key_1', value: 7 }
    await here.keys.deks.prepare('org_a', [
      { ...item('num_1'), index },
      { ...item('num_2'), index: { ...index, value: 8 } },
      { ...item('num_3'), index: { ...index, keyId: 'key_0' } },
      item('blob_1'),
    ])
    await here.keys.deks.prepare('org_b', [{ ...item('num_4'), index }])
    const found = await there.keys.deks.candidates('org_a', [index, { keyId: 'key_0', value: 7 }])
    expect(found.map(({ refId }) => refId).sort()).toEqual(['num_1', 'num_3'])
    const filter = { organizationId: 'org_a', 'index.keyId': 'key_1', 'index.value': { $in: [7, 9] } }
    const plan = await here.db.mongoose.connection.collection('deks').find(filter).explain('executionStats')
    expect(plan.executionStats.totalDocsExamined).toBe(1)
  })

  it('of another organization are not there', async () => {
    const [dek] = await here.keys.deks.prepare('org_a', [item('num_1')])
    const id = dek?.id ?? ''
    expect((await here.keys.deks.openMany('org_b', [id])).size).toBe(0)
    await here.keys.deks.destroy('org_b', [id])
    expect((await here.keys.deks.open('org_a', id)).length).toBe(32)
  })

  it('are gone once destroyed, and destroying them again is no error', async () => {
    const [dek] = await here.keys.deks.prepare('org_a', [item('num_1')])
    const id = dek?.id ?? ''
    await here.keys.deks.destroy('org_a', [id])
    await here.keys.deks.destroy('org_a', [id])
    expect(await codeOf(here.keys.deks.open('org_a', id))).toBe('internal')
  })

  it('with a changed wrapped form, or moved to another organization, do not open', async () => {
    const deks = await here.keys.deks.prepare('org_a', [item('num_1'), item('num_2')])
    await here.keys.deks.prepare('org_b', [item('num_1')])
    const [one, two] = deks.map(({ id }) => id)
    const collection = here.db.mongoose.connection.collection<Stored>('deks')
    const row = await collection.findOne({ _id: one ?? '' })
    const bytes = Buffer.from(toBuffer(row?.wrapped ?? Buffer.alloc(0)))
    bytes[3] = (bytes[3] ?? 0) ^ 1
    await collection.updateOne({ _id: one ?? '' }, { $set: { wrapped: bytes } })
    expect(await codeOf(here.keys.deks.open('org_a', one ?? ''))).toBe('internal')
    await collection.updateOne({ _id: two ?? '' }, { $set: { organizationId: 'org_b' } })
    expect(await codeOf(here.keys.deks.open('org_b', two ?? ''))).toBe('internal')
  })

  it('outlive the data transaction that is given up: the key database takes no part in it', async () => {
    const data = createDatabase({ url, name: databaseName, joinsTransactions: true })
    const notes = data.define(
      'Note',
      new Schema({ organizationId: String, text: String }, { collection: 'notes', versionKey: false }),
    )
    await data.connect()
    await data.prepare()
    let id = ''
    const attempt = data.inTransaction(async () => {
      await notes.insertMany([{ organizationId: 'org_a', text: 'x' }])
      id = (await here.keys.deks.prepare('org_a', [item('num_1')]))[0]?.id ?? ''
      throw new Error('given up')
    })
    await expect(attempt).rejects.toThrow('given up')
    expect(await notes.countDocuments({ organizationId: 'org_a' })).toBe(0)
    expect((await there.keys.deks.open('org_a', id)).length).toBe(32)
    await data.close()
  })
})

describe('the sweep of orphaned data keys', () => {
  it('makes the referenced live and deletes the others, over an hour old, and a live one never', async () => {
    const old = await here.keys.deks.prepare('org_a', [item('kept'), item('orphan'), item('live')])
    const oldOfB = await here.keys.deks.prepare('org_b', [item('kept'), item('orphan')])
    const [kept, orphan, live] = old.map(({ id }) => id)
    const [keptOfB, orphanOfB] = oldOfB.map(({ id }) => id)
    await here.keys.deks.markLive('org_a', [live ?? ''])
    later(hourMs + 1000)
    const [young] = await here.keys.deks.prepare('org_a', [item('orphan')])
    later(1000)
    const asked: string[] = []
    const isReferenced = async (organizationId: string, refs: readonly { dekId: string; refId: string }[]) => {
      asked.push(...refs.map(({ refId }) => `${organizationId} ${refId}`))
      return new Set(refs.filter(({ refId }) => refId === 'kept').map(({ dekId }) => dekId))
    }
    expect(await here.keys.deks.sweepOrphans({ olderThanMs: 0, isReferenced })).toEqual({ live: 2, deleted: 2 })
    expect(asked.toSorted()).toEqual(['org_a kept', 'org_a orphan', 'org_b kept', 'org_b orphan'])
    const states = new Map((await rowsOf(here.db, 'deks')).map(({ _id, state }) => [String(_id), state]))
    expect(states).toEqual(
      new Map([
        [kept, 'live'],
        [live, 'live'],
        [keptOfB, 'live'],
        [young?.id, 'prepared'],
      ]),
    )
    expect(states.has(orphan ?? '') || states.has(orphanOfB ?? '')).toBe(false)
  })

  it('leaves one that is marked live while it is being asked about', async () => {
    const [dek] = await here.keys.deks.prepare('org_a', [item('num_1')])
    const id = dek?.id ?? ''
    later(2 * hourMs)
    const isReferenced = async () => {
      await there.keys.deks.markLive('org_a', [id])
      return new Set<string>()
    }
    expect(await here.keys.deks.sweepOrphans({ isReferenced })).toEqual({ live: 0, deleted: 0 })
    expect((await here.keys.deks.open('org_a', id)).length).toBe(32)
  })

  it('goes through more than one page', async () => {
    for (let page = 0; page < 3; page += 1)
      await here.keys.deks.prepare(
        'org_a',
        Array.from({ length: 400 }, (_, index) => item(`num_${index}`)),
      )
    later(2 * hourMs)
    const isReferenced = async () => new Set<string>()
    expect(await here.keys.deks.sweepOrphans({ isReferenced })).toEqual({ live: 0, deleted: 1200 })
  })
})

describe('personal fields', () => {
  it('open to what was sealed, from a lean query too, and only in their place', async () => {
    const cipher = await here.keys.fields.for('org_a')
    const sealed = cipher.seal('sub_1', 'name', '東野 二郎')
    const lean = { buffer: new Uint8Array(sealed), position: sealed.length }
    expect(cipher.open('sub_1', 'name', lean)).toBe('東野 二郎')
    const value = { name: '東野', kana: 'ヒガシノ', birthOn: '1980-02-29' }
    expect(cipher.openJson('sub_1', 'all', cipher.sealJson('sub_1', 'all', value))).toEqual(value)
    expect(() => cipher.open('sub_2', 'name', sealed)).toThrow(AppError)
    expect(() => cipher.open('sub_1', 'kana', sealed)).toThrow(AppError)
    const other = await here.keys.fields.for('org_b')
    expect(() => other.open('sub_1', 'name', sealed)).toThrow(AppError)
    expect(() => cipher.open('sub_1', 'name', sealed.subarray(0, 40))).toThrow(AppError)
  })

  it('under a previous key still open, and new ones are sealed under the current key', async () => {
    const old = await here.keys.fields.seal('org_a', 'sub_1', 'before')
    const rows = here.db.mongoose.connection.collection<{ _id: string }>('organization_keys')
    await rows.updateOne({ organizationId: 'org_a', kind: 'field' }, { $set: { state: 'previous' } })
    const sealed = await there.keys.fields.seal('org_a', 'sub_1', 'after')
    expect(await there.keys.fields.open('org_a', 'sub_1', old)).toBe('before')
    expect(sealed.subarray(2, 32).equals(old.subarray(2, 32))).toBe(false)
    later(301_000)
    expect(await here.keys.fields.open('org_a', 'sub_1', sealed)).toBe('after')
  })
})

describe('keyed digests', () => {
  it('find a name by any part of it, in one organization alone', async () => {
    const grams = new Set(await here.keys.grams.of('org_a', ['東野 二郎', 'ヒガシノ ジロウ']))
    for (const part of ['東', '東野', '野二郎', 'ひがしの', 'ｼﾞﾛｳ']) {
      const wanted = await there.keys.grams.query('org_a', part)
      expect(wanted.length).toBeGreaterThan(0)
      expect(wanted.every((gram) => grams.has(gram))).toBe(true)
    }
    expect(await here.keys.grams.of('org_b', ['東野'])).not.toEqual(await here.keys.grams.of('org_a', ['東野']))
    const all = await here.keys.grams.of('org_a', ['東野 東野'])
    expect(all).toEqual([...new Set(all)].sort((a, b) => a - b))
    expect(Math.max(...all)).toBeLessThan(2 ** 22)
  })

  it('are different for each organization and each use of a key', async () => {
    const bytes = Buffer.from('{}')
    const digests = [
      await here.keys.fingerprint('org_a', bytes),
      await here.keys.fingerprint('org_b', bytes),
      (await here.keys.macs.for('org_a')).digest(bytes).digest.toString('base64url'),
      (await here.keys.numberIndex.for('org_a')).digest(bytes).digest.toString('base64url'),
    ]
    expect(new Set(digests).size).toBe(4)
    expect(await there.keys.fingerprint('org_a', bytes)).toBe(digests[0])
    expect(await there.keys.fingerprintCandidates('org_a', bytes)).toEqual([digests[0]])
  })

  it('of the ledger match their own bytes only', async () => {
    const mac = (await here.keys.macs.for('org_a')).digest('entry')
    const checking = await there.keys.macs.for('org_a')
    expect(checking.matches('entry', mac)).toBe(true)
    expect(checking.matches('entrY', mac)).toBe(false)
    expect(checking.matches('entry', { ...mac, digest: mac.digest.subarray(0, 16) })).toBe(false)
    expect(() => checking.matches('entry', { ...mac, keyId: 'key_none' })).toThrow(AppError)
  })
})

describe('signing keys', () => {
  it('are one for each use, whoever makes it, and verify by the published set', async () => {
    const [a, b] = await Promise.all([here.keys.signing.key('token'), there.keys.signing.key('token')])
    expect(a.kid).toBe(b.kid)
    const receipt = await here.keys.signing.key('receipt')
    expect(receipt.kid).not.toBe(a.kid)
    const { keys } = await there.keys.signing.jwks()
    expect(new Set(keys.map(({ kid }) => kid))).toEqual(new Set([a.kid, receipt.kid]))
    expect(keys.every((key) => key.alg === 'EdDSA' && !('d' in key))).toBe(true)
    const signature = sign(null, Buffer.from('x'), a.privateKey)
    const publicKey = await there.keys.signing.publicKey('token', a.kid)
    expect(publicKey !== undefined && verifySignature(null, Buffer.from('x'), publicKey, signature)).toBe(true)
    later(2000)
    expect(await there.keys.signing.publicKey('receipt', a.kid)).toBeUndefined()
  })

  it('cost one call to the KMS for many users at once', async () => {
    await there.keys.signing.key('receipt')
    const before = here.keys.kmsCalls().total
    await Promise.all(Array.from({ length: 100 }, () => here.keys.signing.key('receipt')))
    expect(here.keys.kmsCalls().total - before).toBe(1)
  })
})
