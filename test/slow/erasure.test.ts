import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unwrapKey } from '../../src/core/keys/key-wrap.ts'
import { openRecord, toBuffer } from '../../src/core/keys/keys.ts'
import { type ErasureGraph, openErasureGraph } from '../support/erasure-graph.ts'
import { type ErasureData, fillErasureGraph, finish, revealAt } from '../support/erasure-setup.ts'
import { startOwnMongo as startMongo, type startOwnMongo } from '../support/own-parts.ts'

/**
 * The erasure test that can fail. An attacker has copies of both databases from before the disposal and after everything,
 * and the oplog with every version of every document in between; of the KMS what there is afterwards. With the epoch nothing
 * opens what was disposed of; without it the same attack does; and a living number opens from the old data.
 */
type Copy = { data: Map<string, mongo.Document[]>; keys: Map<string, mongo.Document[]> }
const databaseName = 'azukari_erasure'
const keysName = `${databaseName}_keys`

let own: Awaited<ReturnType<typeof startOwnMongo>>
let client: mongo.MongoClient
const directories: string[] = []
beforeAll(async () => {
  own = await startMongo()
  client = await new mongo.MongoClient(own.url, { promoteBuffers: true }).connect()
})
afterAll(async () => {
  await client.close()
  await own.remove()
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})
const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'azukari-attacker-'))
  directories.push(directory)
  return directory
}

const collectionsOf = async (name: string): Promise<Map<string, mongo.Document[]>> => {
  const copies = new Map<string, mongo.Document[]>()
  for (const { name: collection } of await client.db(name).listCollections({}, { nameOnly: true }).toArray())
    copies.set(collection, await client.db(name).collection(collection).find().toArray())
  return copies
}
const copyBoth = async (): Promise<Copy> => ({
  data: await collectionsOf(databaseName),
  keys: await collectionsOf(keysName),
})

/** Every document that the oplog has ever been given for one of the two databases: inserts, and bulk and transaction entries. */
const oplogOf = async (): Promise<{ ns: string; document: mongo.Document }[]> => {
  const found: { ns: string; document: mongo.Document }[] = []
  const take = (entry: mongo.Document): void => {
    if (Array.isArray(entry.o?.applyOps)) for (const inner of entry.o.applyOps) take(inner)
    else if (typeof entry.ns === 'string' && entry.ns.startsWith(databaseName)) {
      if (entry.op === 'i') found.push({ ns: entry.ns, document: entry.o })
      // A re-wrapped key: the diff of an update, with the id of what it changed.
      if (entry.op === 'u')
        found.push({ ns: entry.ns, document: { ...entry.o2, ...entry.o?.diff?.u, ...entry.o?.diff?.i } })
    }
  }
  for await (const entry of client.db('local').collection('oplog.rs').find()) take(entry)
  return found
}

/** Wrapped things of every copy, and what the KMS of now opens of them: tried each with each. */
const attack = async (
  copies: readonly Copy[],
  oplog: Awaited<ReturnType<typeof oplogOf>>,
  graph: ErasureGraph,
): Promise<Map<string, string>> => {
  const rowsOf = (which: keyof Copy, collection: string): mongo.Document[] => [
    ...copies.flatMap((copy) => copy[which].get(collection) ?? []),
    ...oplog.flatMap(({ ns, document }) =>
      ns === `${which === 'data' ? databaseName : keysName}.${collection}` ? [document] : [],
    ),
  ]
  const bytesOf = (value: unknown): Buffer => Buffer.from(toBuffer(value as Buffer))
  const versions = new Set(
    [...rowsOf('keys', 'platform_keys'), ...rowsOf('keys', 'organization_keys')].flatMap(
      ({ kmsVersion }) => kmsVersion ?? [],
    ),
  )
  const keks: Buffer[] = []
  for (const { kind, wrapped, kmsVersion } of rowsOf('keys', 'organization_keys'))
    for (const version of wrapped === undefined ? [] : [kmsVersion, ...versions]) {
      if (kind !== undefined && kind !== 'kek') continue
      const opened = await graph.provider.unwrap(version, bytesOf(wrapped)).catch(() => undefined)
      if (opened !== undefined) keks.push(opened)
    }
  const distinctKeks = [...new Map(keks.map((kek) => [kek.toString('hex'), kek])).values()]
  const deks = new Map<string, Buffer[]>()
  for (const { _id, wrapped } of rowsOf('keys', 'deks'))
    for (const kek of wrapped === undefined ? [] : distinctKeks)
      try {
        deks.set(String(_id), [...(deks.get(String(_id)) ?? []), unwrapKey(kek, bytesOf(wrapped), String(_id))])
      } catch {
        // Not this one.
      }
  const read = new Map<string, string>()
  for (const { _id, organizationId, subjectId, dekId, sealed } of rowsOf('data', 'numbers'))
    for (const key of sealed === undefined ? [] : (deks.get(String(dekId)) ?? []))
      try {
        const place = { organizationId, subjectId, recordId: String(_id) }
        read.set(String(subjectId), openRecord({ id: String(dekId), key }, bytesOf(sealed), place).toString('latin1'))
      } catch {
        // Not this one.
      }
  return read
}

/** A life: two people stay, two are disposed of; copies before and after. */
const live = async (withEpoch: boolean) => {
  for (const name of [databaseName, keysName]) await client.db(name).dropDatabase()
  const directory = newDirectory()
  const graph = await openErasureGraph({ mongodbUrl: own.url, databaseName, directory })
  const data: ErasureData = await fillErasureGraph(graph, { living: 2, leavers: 2 })
  const before = await copyBoth()
  await data.dispose(data.leavers.map(({ id }) => id))
  const between = await copyBoth()
  if (withEpoch) await finish(graph, (await graph.erasure.operator.start())._id)
  const after = await copyBoth()
  const read = await attack([before, between, after], await oplogOf(), graph)
  return { graph, data, directory, before, after, read }
}
const digitsOf = (people: readonly { id: string; digits: string }[]) => people.map(({ id, digits }) => [id, digits])

describe('what was disposed of', () => {
  it('without an epoch can still be read from an old copy, and from the oplog: that is what *deleted* means', async () => {
    const { graph, data, read } = await live(false)
    try {
      expect([...read].sort()).toEqual([...digitsOf(data.living), ...digitsOf(data.leavers)].sort())
      // The oplog alone is enough.
      const [first] = data.leavers
      expect((await attack([], await oplogOf(), graph)).get(first?.id ?? '')).toBe(first?.digits)
      expect(await client.db(databaseName).collection('certificates').distinct('status')).toEqual(['deleted'])
    } finally {
      await graph.close()
    }
  }, 120_000)

  it('after an epoch is read by nobody, from no copy; the living are, from old data with keys copied after it', async () => {
    const { graph, data, directory, before, after, read } = await live(true)
    const restored = `${databaseName}_restored`
    try {
      expect([...read].sort()).toEqual(digitsOf(data.living).sort())
      expect(await client.db(databaseName).collection('certificates').distinct('status')).toEqual(['erased'])

      // The restore that an operator does: data as of before, keys as of after, the KMS as it is.
      for (const [suffix, copies] of [
        ['', before.data],
        ['_keys', after.keys],
      ] as const)
        for (const [collection, documents] of copies)
          if (documents.length > 0) await client.db(`${restored}${suffix}`).collection(collection).insertMany(documents)
      const place = newDirectory()
      cpSync(join(directory, 'kms'), join(place, 'kms'), { recursive: true })
      const again = await openErasureGraph({ mongodbUrl: own.url, databaseName: restored, directory: place })
      try {
        for (const { id, digits } of data.living) expect(await revealAt(again, data.caller, id)).toBe(digits)
        // Their ciphertext is back, and nothing opens it.
        for (const { id } of data.leavers) await expect(revealAt(again, data.caller, id)).rejects.toThrow()
        const { name } = (
          await again.subjects.shown(
            data.caller.organizationId,
            data.living.map(({ id }) => id),
          )
        )
          .values()
          .map(({ shownName }) => ({ name: shownName }))
          .next().value ?? { name: '' }
        expect(name).toMatch(/^社員/)
      } finally {
        await again.close()
      }

      // And the old keys with the KMS of now open nothing at all: why a backup taken after the re-wrap is demanded.
      const stale = `${databaseName}_stale`
      for (const [suffix, copies] of [
        ['', before.data],
        ['_keys', before.keys],
      ] as const)
        for (const [collection, documents] of copies)
          if (documents.length > 0) await client.db(`${stale}${suffix}`).collection(collection).insertMany(documents)
      await expect(openErasureGraph({ mongodbUrl: own.url, databaseName: stale, directory: place })).rejects.toThrow()
    } finally {
      await graph.close()
    }
  }, 120_000)
})
