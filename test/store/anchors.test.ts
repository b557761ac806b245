import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeProtectedHeader } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import {
  type AnchorEntry,
  type Anchored,
  type AnchorStore,
  createAnchors,
  type Recovery,
} from '../../src/core/anchors/anchors.ts'
import { createKeys, type Keys } from '../../src/core/keys/keys.ts'
import { createDatabase, type Database } from '../../src/core/shared/database.ts'
import { AppError } from '../../src/core/shared/errors.ts'
import { newId } from '../../src/core/shared/ids.ts'
import { emptyParts, testParts } from '../support/parts.ts'

/** A list that can be looked into, changed, and taken away. */
const memoryList = () => {
  const records = new Map<string, string>()
  let broken = false
  const mustWork = (): void => {
    if (broken) throw new AppError('unavailable', 'x', { cause: new Error('ANCHOR_URL: it is away') })
  }
  const under = (folder: string): string[] => [...records.keys()].filter((name) => name.startsWith(`${folder}/`))
  const store: AnchorStore = {
    append: async (name, content) => {
      mustWork()
      if (records.has(name)) return 'exists'
      records.set(name, content)
      return 'written'
    },
    read: async (name) => {
      mustWork()
      return records.get(name)
    },
    months: async (folder) => {
      mustWork()
      return [...new Set(under(folder).map((name) => name.slice(folder.length + 1).split('/')[0] ?? ''))]
    },
    names: async (folder) => {
      mustWork()
      return under(folder)
    },
    check: async () => mustWork(),
  }
  const breaks = (on: boolean): void => {
    broken = on
  }
  return { store, records, breaks }
}

const home = mkdtempSync(join(tmpdir(), 'azukari-anchors-'))
const clock = { now: () => new Date() }
let db: Database
let keysDb: Database
let keys: Keys
let list: ReturnType<typeof memoryList>
let anchors: ReturnType<typeof createAnchors>
let logged: { level: string; message: string; fields: Record<string, unknown> }[]
let replayed: string[]
const recoveries: Recovery[] = []

beforeAll(async () => {
  await emptyParts()
  const { mongodbUrl: url, databaseName } = testParts()
  db = createDatabase({ url, name: databaseName, joinsTransactions: true })
  keysDb = createDatabase({ url, name: `${databaseName}_keys`, joinsTransactions: false })
  const provider = createLocalFilesProvider({ directory: join(home, 'kms'), production: false })
  keys = createKeys({ db: keysDb, provider, clock })
  anchors = createAnchors({ store: memoryList().store, db, keysDb, keys, clock })
  for (const each of [db, keysDb]) {
    await each.connect()
    await each.prepare()
  }
})
const marksOf = (of: Database) => of.mongoose.connection.collection<{ _id: string }>('anchor_marks')
beforeEach(async () => {
  for (const each of [db, keysDb]) await marksOf(each).deleteMany({})
  list = memoryList()
  anchors = createAnchors({ store: list.store, db: db, keysDb: keysDb, keys, clock })
  logged = []
  replayed = []
})
afterEach(async () => {
  for (const recovery of recoveries.splice(0)) await recovery.stop()
})
afterAll(async () => {
  keys.close()
  await db.close()
  await keysDb.close()
  rmSync(home, { recursive: true, force: true })
})

const organizationId = newId('organization')
const entry = (more: Partial<AnchorEntry> = {}): AnchorEntry => {
  const dekIds = [newId('key'), newId('key')]
  return {
    kind: 'disposal',
    ownerId: newId('disposal'),
    organizationId,
    dekIds,
    of: dekIds,
    body: { items: [] },
    ...more,
  }
}
const newDek = async (): Promise<string> => {
  const [dek] = await keys.deks.prepare(organizationId, [{ purpose: 'number', refId: newId('numberVersion') }])
  if (dek === undefined) throw new Error('no DEK')
  return dek.id
}
/** As a job does it, as far as it came. */
const done = async (record: Anchored, where: { keys?: boolean; data?: boolean } = {}): Promise<void> => {
  if (where.keys !== false) await anchors.keysGone([record])
  if (where.data !== false) await db.inTransaction(() => anchors.carriedOut([record]))
}
const logOf = (level: string) => (fields: Record<string, unknown>, message: string) => {
  logged.push({ level, message, fields })
}
const startRecovery = (with_ = anchors, more: { replay?: (record: Anchored) => Promise<void> } = {}): Recovery => {
  const replay =
    more.replay ??
    (async (record: Anchored) => {
      await db.inTransaction(async () => {
        if (await with_.carryOut(record)) replayed.push(record.name)
      })
    })
  const log = { info: logOf('info'), warn: logOf('warn'), error: logOf('error') }
  const recovery = with_.recovery({ replay: { disposal: replay, correction: replay }, log, retryMs: [20] })
  recoveries.push(recovery)
  recovery.start()
  return recovery
}
const until = async (holds: () => boolean): Promise<void> => {
  const end = performance.now() + 5000
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
const messages = (level: string) => logged.filter((line) => line.level === level).map(({ message }) => message)

describe('what the operator is told of the list', () => {
  it('whether it is there and takes records, and whether the newest one is ours', async () => {
    expect(await anchors.examine()).toBeUndefined()
    await anchors.enter(entry())
    const newest = await anchors.enter(entry({ kind: 'correction' }))
    const before = [...list.records]
    expect(await anchors.examine()).toEqual({ name: newest.name, verifies: true })
    expect([...list.records]).toEqual(before)
    list.records.set(newest.name, 'e30.e30.e30')
    expect(await anchors.examine()).toEqual({ name: newest.name, verifies: false })
    list.breaks(true)
    await expect(anchors.examine()).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('a record of the list', () => {
  it('is a JWS of ids, under a key of its own, with its name inside', async () => {
    const record = await anchors.enter(entry())
    expect([...list.records.keys()]).toEqual([record.name])
    const [jws = ''] = list.records.values()
    expect(decodeProtectedHeader(jws)).toMatchObject({ alg: 'EdDSA', typ: 'azukari-anchor+jws' })
    const payload = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'))
    expect(payload).toMatchObject({ v: 1, name: record.name, organizationId, dekIds: record.dekIds })
    expect(record.name).toMatch(/^[\w-]{16}\/disposal\/\d{4}-\d{2}\/dsp_[0-9A-Z]{26}-[\w-]{16}$/)
    const { keys: known } = await keys.signing.jwks(['anchor'])
    expect(known.map(({ kid }) => kid)).toEqual([decodeProtectedHeader(jws).kid])
  })

  it('entered again, in whatever order, is the record of the first try', async () => {
    const of = entry()
    const first = await anchors.enter(of)
    const again = await anchors.enter({ ...of, of: of.of.toReversed(), body: { items: ['another'] } })
    expect(again).toEqual(first)
    expect(list.records.size).toBe(1)
    const both = await Promise.all([anchors.enter(entry({ ...of, of: ['x'] })), anchors.enter({ ...of, of: ['x'] })])
    expect(both[0]).toEqual(both[1])
    expect(list.records.size).toBe(2)
  })

  it('is not entered where something else has its name: what would be deleted waits, and the operator sees why', async () => {
    const of = entry()
    const { name, jws } = await anchors.enter(of)
    const other = await anchors.enter(entry())
    for (const wrong of ['', 'not a JWS', other.jws, `${jws.slice(0, -6)}AAAAAA`]) {
      list.records.set(name, wrong)
      const refused = await anchors.enter(of).catch((error: unknown) => error)
      expect(refused).toMatchObject({
        code: 'unavailable',
        cause: { message: expect.stringContaining('does not verify') },
      })
    }
  })

  it('waits for a list that is away', async () => {
    list.breaks(true)
    await expect(anchors.enter(entry())).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('the comparison at start', () => {
  it('opens at once where nothing is to be done, and is closed until it has looked', async () => {
    await done(await anchors.enter(entry()))
    const recovery = startRecovery()
    expect(recovery.refusal()).toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 })
    await recovery.open()
    expect(recovery.refusal()).toBeUndefined()
    expect(recovery.state()).toEqual({ state: 'up' })
    expect([replayed, logged]).toEqual([[], []])
  })

  it('carries out in each database what that one does not know, once, by however many processes', async () => {
    const [a, b, c, d] = [await newDek(), await newDek(), await newDek(), await newDek()]
    const both = await anchors.enter(entry({ dekIds: [a] }))
    const dataOnly = await anchors.enter(entry({ dekIds: [b] }))
    const keysOnly = await anchors.enter(entry({ kind: 'correction', ownerId: newId('numberVersion'), dekIds: [c] }))
    await done(dataOnly, { data: false })
    await done(keysOnly, { keys: false })
    const all = await Promise.all([0, 1, 2].map(() => startRecovery()).map(async (each) => each.open()))
    expect(all).toHaveLength(3)
    expect(replayed.toSorted()).toEqual([both.name, dataOnly.name].toSorted())
    // A key that the key database has lost by the record goes; of one that it has carried out it is not asked again.
    expect([...(await keys.deks.openMany(organizationId, [a, b, c, d])).keys()].toSorted()).toEqual([b, d].toSorted())
    for (const each of [db, keysDb]) expect(await marksOf(each).countDocuments()).toBe(3)
    expect(messages('warn').length).toBeGreaterThan(0)
    logged = []
    await startRecovery().open()
    expect(logged).toEqual([])
  })

  it('goes on where a kill left it', async () => {
    const records: Anchored[] = []
    for (let i = 0; i < 4; i++) records.push(await anchors.enter(entry()))
    let left = 2
    const dying = startRecovery(anchors, {
      replay: async (record) => {
        if (left-- === 0) return new Promise(() => undefined)
        await db.inTransaction(async () => {
          if (await anchors.carryOut(record)) replayed.push(record.name)
        })
      },
    })
    recoveries.pop()
    await until(() => replayed.length === 2)
    expect(dying.state()).toMatchObject({ state: 'replaying', detail: expect.stringContaining('of 4') })
    await startRecovery().open()
    expect(replayed.toSorted()).toEqual(records.map(({ name }) => name).toSorted())
  })

  it('waits for a list that is away, and for a replay that fails, and says so', async () => {
    await anchors.enter(entry())
    list.breaks(true)
    const recovery = startRecovery()
    await until(() => messages('error').length > 1)
    expect(logged[0]?.fields).toEqual({ why: 'ANCHOR_URL: it is away' })
    expect(recovery.refusal()).toBeDefined()
    list.breaks(false)
    await recovery.open()
    expect(replayed).toHaveLength(1)
  })

  it('stopped in the middle of repeating stays shut: what it did not come to is not repeated yet', async () => {
    const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    for (let i = 0; i < 3; i++) await anchors.enter(entry())
    let began = 0
    const recovery = startRecovery(anchors, {
      replay: async () => {
        began += 1
        held.resolve()
        await released.promise
      },
    })
    await held.promise
    const stopped = recovery.stop()
    released.resolve()
    await stopped
    expect(began).toBe(1)
    expect(recovery.state().state).toBe('replaying')
    expect(recovery.refusal()).toMatchObject({ code: 'unavailable' })
    const opened = recovery.open().then(() => true)
    expect(await Promise.race([opened, new Promise((resolve) => setTimeout(resolve, 50))])).toBeUndefined()
  })

  it('is blocked by a record that does not verify and was not carried out, until somebody has looked', async () => {
    const good = await anchors.enter(entry())
    const { name, jws } = await anchors.enter(entry())
    const [head, payload = '', signature] = jws.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const forged = Buffer.from(JSON.stringify({ ...claims, dekIds: [await newDek()] })).toString('base64url')
    list.records.set(name, `${head}.${forged}.${signature}`)
    // Genuine, but of another name.
    const moved = name.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    list.records.set(moved, jws)
    const recovery = startRecovery()
    await until(() => recovery.state().state === 'blocked')
    expect(recovery.state().detail).toMatch(/^2 of the list of disposals \(ANCHOR_URL\) do not verify: /)
    expect(recovery.state().detail).toContain(name)
    expect(recovery.refusal()).toMatchObject({ code: 'unavailable' })
    expect(messages('error')[0]).toMatch(/put the genuine ones back, or take away what is not ours/)
    // The others are not held up by it.
    expect(replayed).toEqual([good.name])
    expect(await keys.deks.openMany(organizationId, claims.dekIds)).toEqual(new Map())
    list.records.delete(moved)
    list.records.set(name, jws)
    await recovery.open()
    expect(replayed.toSorted()).toEqual([good.name, name].toSorted())
  })

  it('is not blocked by a spoilt record that a database can still prove: it is carried out where it was not', async () => {
    const record = await anchors.enter(entry())
    await done(record, { data: false })
    list.records.set(record.name, 'spoilt')
    await startRecovery().open()
    expect(replayed).toEqual([record.name])
  })

  it('puts back what the list has lost, with an alarm in the log and in the readiness; the service goes on', async () => {
    const [lost, alsoLost, kept] = [
      await anchors.enter(entry()),
      await anchors.enter(entry()),
      await anchors.enter(entry()),
    ]
    await done(lost)
    await done(kept)
    // Carried out by one database only: the other gets it from there.
    await done(alsoLost, { data: false })
    list.records.delete(lost.name)
    list.records.delete(alsoLost.name)
    const recovery = startRecovery()
    await recovery.open()
    expect(list.records.get(lost.name)).toBe(lost.jws)
    expect(list.records.size).toBe(3)
    expect(replayed).toEqual([alsoLost.name])
    expect(messages('error')[0]).toMatch(/had lost records .* put back/)
    expect(recovery.state()).toEqual({
      state: 'up',
      detail: 'The list of disposals had lost 2 records, which were put back.',
    })
    // It stays to be read, also after the next look.
    await recovery.again()
    expect(recovery.state().detail).toMatch(/had lost 2 records/)
  })

  it('leaves another installation’s list alone, also in the same store', async () => {
    const elsewhere = `Z${'z'.repeat(15)}/disposal/2026-08/dsp_x`
    list.records.set(elsewhere, 'signed by somebody else')
    const recovery = startRecovery()
    await recovery.open()
    expect(recovery.state()).toEqual({ state: 'up' })
    expect(list.records.size).toBe(1)
  })

  it('while the service runs closes nothing, and sees what was lost meanwhile', async () => {
    const recovery = startRecovery()
    await recovery.open()
    const record = await anchors.enter(entry())
    await done(record)
    await recovery.again()
    expect(logged).toEqual([])
    list.records.clear()
    await recovery.again()
    expect(list.records.size).toBe(1)
    expect(recovery.refusal()).toBeUndefined()
    expect(messages('error')).toHaveLength(1)
  })

  it('takes seconds for 100,000 records that everybody knows', async () => {
    const { name, jws } = await anchors.enter(entry())
    const folder = name.slice(0, name.lastIndexOf('/'))
    // No run of digits: the canary sweep reads the same oplog.
    const many = Array.from({ length: 100_000 }, (_, i) => `${folder}/dsp_${[...String(i)].join('X')}`)
    for (const each of many) list.records.set(each, jws)
    for (const each of [db, keysDb])
      for (let at = 0; at < many.length; at += 10_000)
        await marksOf(each).insertMany(
          many.slice(at, at + 10_000).map((_id) => ({ _id, organizationId, folder, jws: 'x' })) as never,
        )
    for (const each of [db, keysDb]) await marksOf(each).insertOne({ _id: name, organizationId, folder, jws } as never)
    const began = performance.now()
    const recovery = startRecovery()
    await recovery.open()
    const seconds = (performance.now() - began) / 1000
    console.log(`100,000 records compared in ${seconds.toFixed(2)} s`)
    expect([replayed, logged]).toEqual([[], []])
    // About one on a machine that has nothing else to do; this bounds what is not linear.
    expect(seconds).toBeLessThan(60)
  }, 180_000)
})
