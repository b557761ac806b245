import { createAzukari } from '@azukari/sdk'
import type { mongo } from 'mongoose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { toBuffer } from '../../src/core/keys/keys.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { keepRows } from '../support/kept-rows.ts'
import { until } from '../support/processes.ts'
import { type Databases, openDatabases, rawRequest } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

/**
 * Somebody who can write to the databases moves and changes what lies there. Nothing opens: the caller is told nothing of
 * why, the operator is told which key and which record, and once it is put back everything goes on.
 */
let service: TestService
let databases: Databases
let ahead = 0
let org: TestOrganization
let scene: Scene
let recipientId: string
let putBack: () => Promise<void>
beforeAll(async () => {
  service = await startTestService({ clock: { now: () => new Date(Date.now() + ahead) } })
  databases = await openDatabases()
  const { vendor } = service
  const [made, foreign] = [await makeOrganization({ vendor }), await makeOrganization({ vendor })]
  org = made
  scene = { victim: await holder(org), neighbour: await holder(org), stranger: await holder(foreign) }
  recipientId = (await org.client.recipients.create({ name: '自社給与', kind: 'own_payroll' })).id
  await service.core.vault.flush()
  // The first checkpoint makes its organization's signing key, which is then among what is put back.
  for (const { officer } of [org, foreign]) await officer.does.ledger.createCheckpoint()
  putBack = await remember([org.organization.id, foreign.organization.id])
})
afterEach(() => putBack())
afterAll(async () => {
  await databases.close()
  await service.close()
})

type Row = mongo.Document & { _id: string }
const numbers = () => databases.data.collection<Row>('numbers')
const deks = () => databases.keys.collection<Row>('deks')
const organizationKeys = () => databases.keys.collection<Row>('organization_keys')
const one = async (collection: mongo.Collection<Row>, filter: mongo.Filter<Row>): Promise<Row> => {
  const row = await collection.findOne(filter)
  if (row === null) throw new Error('no such row')
  return row
}

let seed = 400
/** A number that is in force: its row, its DEK's row, its organization's KEK. */
const holder = async (of: TestOrganization) => {
  const { id } = await makeEmployee(of)
  const digits = fixtureNumber(seed++)
  await of.handler.does.numbers.register(id, { number: digits })
  const number = await one(numbers(), { subjectId: id })
  const dek = await one(deks(), { _id: number.dekId })
  const kek = await one(organizationKeys(), { _id: dek.kekId })
  return { id, digits, number, dek, kek, sealed: Buffer.from(toBuffer(number.sealed)) }
}
type Holder = Awaited<ReturnType<typeof holder>>
type Scene = { victim: Holder; neighbour: Holder; stranger: Holder }

const set = async (collection: mongo.Collection<Row>, { _id }: Row, change: mongo.Document): Promise<void> => {
  const done = await collection.updateOne({ _id }, { $set: change })
  if (done.modifiedCount !== 1) throw new Error('nothing was changed')
}
const seal = (change: (sealed: Buffer) => Buffer) => async (at: Scene) =>
  set(numbers(), at.victim.number, { sealed: change(Buffer.from(at.victim.sealed)) })
const flip = (place: (sealed: Buffer) => number) =>
  seal((sealed) => {
    const at = place(sealed)
    sealed[at] = (sealed[at] ?? 0) ^ 1
    return sealed
  })
/** format 1 · length of key id 1 · key id · IV 12 · tag 16 · ciphertext */
const ivAt = (sealed: Buffer): number => 2 + (sealed[1] ?? 0)
const cutTag = (size: number) =>
  seal((sealed) =>
    Buffer.concat([sealed.subarray(0, ivAt(sealed) + 12 + size), sealed.subarray(ivAt(sealed) + 12 + 16)]),
  )

type Case = readonly [what: string, tamper: (at: Scene) => Promise<void>, told?: 'KEK' | 'record']
const cases: readonly Case[] = [
  [
    'the ciphertext of another subject',
    ({ victim, neighbour }) => set(numbers(), victim.number, { sealed: neighbour.sealed }),
  ],
  [
    'the ciphertext and the DEK of another subject',
    ({ victim, neighbour }) => set(numbers(), victim.number, { sealed: neighbour.sealed, dekId: neighbour.dek._id }),
    'record',
  ],
  [
    'the row of another subject, under this one’s name',
    async ({ victim, neighbour }) => {
      await numbers().deleteMany({ _id: { $in: [victim.number._id, neighbour.number._id] } })
      await numbers().insertMany([
        { ...victim.number, subjectId: neighbour.id },
        { ...neighbour.number, subjectId: victim.id },
      ])
    },
    'record',
  ],
  [
    'another version’s id',
    async ({ victim }) => {
      await numbers().deleteOne({ _id: victim.number._id })
      await numbers().insertOne({ ...victim.number, _id: `${victim.number._id}X` })
    },
  ],
  [
    'the ciphertext and the DEK of another organization',
    async ({ victim, stranger }) => {
      await set(numbers(), victim.number, { sealed: stranger.sealed, dekId: stranger.dek._id })
      await set(deks(), stranger.dek, { organizationId: victim.number.organizationId })
    },
    'record',
  ],
  [
    'the ciphertext, the DEK and the KEK of another organization',
    async ({ victim, stranger }) => {
      const { organizationId } = victim.number
      await set(numbers(), victim.number, { sealed: stranger.sealed, dekId: stranger.dek._id })
      await set(deks(), stranger.dek, { organizationId })
      await set(organizationKeys(), stranger.kek, { organizationId, state: 'previous', version: 99 })
    },
    'record',
  ],
  ['a bit of the format byte', flip(() => 0)],
  ['a format version that is not known', seal((sealed) => Buffer.concat([Buffer.of(0x7f), sealed.subarray(1)]))],
  ['a bit of the length of the key id', flip(() => 1)],
  ['a bit of the key id', flip(() => 5)],
  ['a bit of the IV', flip((sealed) => ivAt(sealed) + 3)],
  ['a bit of the tag', flip((sealed) => ivAt(sealed) + 12 + 7)],
  ['a bit of the digits', flip((sealed) => sealed.length - 1)],
  ['a tag of 12 bytes', cutTag(12)],
  ['a tag of 4 bytes', cutTag(4)],
  ['no tag', cutTag(0)],
  ['a record cut by a byte', seal((sealed) => sealed.subarray(0, -1))],
  ['a record lengthened by a byte', seal((sealed) => Buffer.concat([sealed, Buffer.of(0)]))],
  ['a record of no bytes', seal(() => Buffer.alloc(0))],
  [
    'no ciphertext at all',
    async ({ victim }) => void (await numbers().updateOne({ _id: victim.number._id }, { $unset: { sealed: 1 } })),
  ],
  [
    'no DEK’s name',
    async ({ victim }) => void (await numbers().updateOne({ _id: victim.number._id }, { $unset: { dekId: 1 } })),
    'record',
  ],
  ['no DEK', async ({ victim }) => void (await deks().deleteOne({ _id: victim.dek._id }))],
  [
    'a DEK moved to another organization',
    ({ victim, stranger }) => set(deks(), victim.dek, { organizationId: stranger.number.organizationId }),
  ],
  [
    'the wrapped DEK of another subject',
    ({ victim, neighbour }) => set(deks(), victim.dek, { wrapped: neighbour.dek.wrapped }),
  ],
  [
    'the wrapped DEK of another organization',
    ({ victim, stranger }) => set(deks(), victim.dek, { wrapped: stranger.dek.wrapped }),
  ],
  [
    'a wrapped DEK that is cut',
    ({ victim }) => set(deks(), victim.dek, { wrapped: toBuffer(victim.dek.wrapped).subarray(0, 32) }),
  ],
  [
    'the KEK’s name of another organization',
    ({ victim, stranger }) => set(deks(), victim.dek, { kekId: stranger.kek._id }),
  ],
  ['a KEK’s name of nobody', ({ victim }) => set(deks(), victim.dek, { kekId: 'key_none' })],
  [
    'the wrapped KEK of another organization',
    ({ victim, stranger }) => set(organizationKeys(), victim.kek, { wrapped: stranger.kek.wrapped }),
    'KEK',
  ],
  [
    'a bit of the wrapped KEK',
    ({ victim }) => {
      const wrapped = Buffer.from(toBuffer(victim.kek.wrapped))
      wrapped[40] = (wrapped[40] ?? 0) ^ 1
      return set(organizationKeys(), victim.kek, { wrapped })
    },
    'KEK',
  ],
  [
    'a KEK under another version of the KMS',
    ({ victim }) => set(organizationKeys(), victim.kek, { kmsVersion: `${victim.kek.kmsVersion}0` }),
    'KEK',
  ],
]

/** Gives what puts all rows of these organizations where they were. The sealer reads keys all the while. */
const remember = (organizationIds: readonly string[]) => {
  const filter = { organizationId: { $in: [...organizationIds] } }
  return keepRows([
    { collection: numbers(), filter },
    { collection: deks(), filter },
    { collection: organizationKeys(), filter, inPlace: true },
  ])
}
/** Whoever has the keys in memory goes on with them: the KEK is read again when its cache has ended. */
const forgetKeys = (): void => {
  ahead += 301_000
}

/** The clock is ahead of the tokens that clients keep. */
const newToken = async (): Promise<string> => {
  const { clientId, clientSecret } = service.credentials
  const answer = await rawRequest(service, 'POST', '/oauth/token', {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      organization: org.organization.id,
      staff: org.handler.id,
    }).toString(),
  })
  return String(answer.json.access_token)
}

const explainsNothing = {
  type: 'https://azukari.example/problems/internal',
  title: 'サーバー内部の誤りです',
  status: 500,
  detail: 'Internal error',
  code: 'internal',
}

describe('a number whose record or key somebody has changed in the databases', () => {
  it.each(cases.map(([what, tamper, told]) => ({ what, tamper, told })))(
    'to $what is not revealed and not exported, and nothing is said of why but to the operator',
    async ({ tamper, told }) => {
      const { victim } = scene
      // Tokens are made before: the names in them are under the same keys.
      const token = await newToken()
      const handler = createAzukari({ baseUrl: service.baseUrl, ...service.credentials, maxRetries: 0 })
        .for(org.organization.id)
        .as({ staff: org.handler.id })
      await handler.subjects.get(victim.id)
      await tamper(scene)
      forgetKeys()
      const from = service.logLines.length
      const answer = await rawRequest(service, 'POST', '/v1/reveals', {
        token,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ subjectIds: [victim.id], purpose: 'withholding_tax' }),
      })
      const { instance, ...rest } = answer.json
      expect(rest).toEqual(explainsNothing)
      expect(answer.status).toBe(500)

      const request = { companyId: org.company.id, recipientId, purpose: 'withholding_tax' } as const
      const makeExport = () => handler.exports.create({ ...request, format: 'payroll-7' })
      if (told === 'KEK') {
        await expect(makeExport()).rejects.toMatchObject({ status: 500, code: 'internal' })
      } else {
        const { id, jobId } = await makeExport()
        const row = { topic: 'job', 'data.jobId': jobId, failures: { $gte: 1 } }
        await until('a failure', async () => (await databases.data.collection('outbox').countDocuments(row)) === 1)
        expect(await handler.exports.get(id)).toMatchObject({ state: 'preparing' })
        expect(await databases.data.collection('files').countDocuments({ group: id, state: 'kept' })).toBe(0)
        await putBack()
        ahead += 10_000
        service.core.outbox.nudge()
        await handler.jobs.wait(jobId, { timeoutMs: 10_000 })
        expect((await handler.exports.get(id)).counts).toEqual({ subjects: 2, numbers: 2, skipped: 0 })
      }
      await putBack()
      const { numbers: revealed } = await handler.reveals.create({
        subjectIds: [victim.id],
        purpose: 'withholding_tax',
      })
      expect(revealed[0]?.number === victim.digits).toBe(true)

      const causes = service.logLines
        .slice(from)
        .map((line) => JSON.parse(line))
        .filter(({ code, cause }) => code === 'internal' && typeof cause === 'string')
      expect(causes.length).toBeGreaterThanOrEqual(told === 'KEK' ? 1 : 2)
      for (const { cause } of causes) {
        expect(cause).toMatch(/^Key (key_\w{26}|\(none\))/)
        if (told === 'KEK') expect(cause).toMatch(new RegExp(`${org.organization.id}`))
        else expect(cause).toMatch(/num_\w{26}/)
        if (told === undefined) expect(cause).toContain(victim.dek._id)
      }
      const log = service.logLines.slice(from).join('\n')
      for (const { digits } of Object.values(scene)) expect(log.includes(digits)).toBe(false)
      expect(JSON.stringify(answer)).not.toMatch(/key_|num_/)
      expect(instance).toMatch(/^rid_/)
    },
  )
})
