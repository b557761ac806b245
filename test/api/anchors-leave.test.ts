import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { parseCommand } from '../../src/cli/parse.ts'
import { readConfig } from '../../src/config.ts'
import { openNote, readVerifierKey } from '../../src/core/ledger/checkpoint-note.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { testParts } from '../support/parts.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'
import { type Authority, noOpenssl, startAuthority } from '../support/time-stamp-authority.ts'

let service: TestService
let org: TestOrganization
let server: MailServer
let authority: Authority | undefined
const home = mkdtempSync(join(tmpdir(), 'azukari-leave-'))

beforeAll(async () => {
  // On loopback a mail may go in plain; the way over TLS is in unit/mail.
  server = await startMailServer({ tls: 'none' })
  authority = noOpenssl === undefined ? await startAuthority() : undefined
  service = await startTestService({
    settings: {
      SMTP_URL: `smtp://127.0.0.1:${server.port}`,
      MAIL_FROM: 'azukari@example.co.jp',
      KEYS_DIRECTORY: join(home, 'keys'),
      ANCHOR_URL: pathToFileURL(join(home, 'anchors')).href,
      ...(authority === undefined ? {} : { TSA_URL: authority.url }),
    },
  })
  org = await makeOrganization(service)
})
afterAll(async () => {
  await service.close()
  await server.close()
  await authority?.close()
  rmSync(home, { recursive: true, force: true })
})

const until = async <T>(look: () => Promise<T | undefined>, seconds = 30): Promise<T> => {
  for (let tries = 0; tries < seconds * 5; tries++) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('it did not come')
}
const verifiers = async () =>
  (await org.auditor.does.ledger.listPublicKeys().toArray({ limit: 10 })).flatMap(
    ({ verifierKey }) => readVerifierKey(verifierKey) ?? [],
  )

describe('the e-mail address of a staff member', () => {
  it('is set by an officer, changed and taken away, and is nobody else’s to change', async () => {
    const { id } = org.handler
    expect(await org.client.staff.get(id)).not.toHaveProperty('email')
    const changed = await org.officer.does.staff.update(id, { email: 'jiro@example.co.jp' })
    expect(changed.email).toBe('jiro@example.co.jp')
    expect((await org.client.staff.get(id)).email).toBe('jiro@example.co.jp')
    const [entry] = (await org.client.ledger.listEntries({ operation: 'staff' })).data
    expect(entry).toMatchObject({ functionName: '担当者のメールアドレス変更', actor: { id: org.officer.id } })
    expect(JSON.stringify(entry)).not.toContain('jiro')
    expect(await org.officer.does.staff.update(id, { email: null })).not.toHaveProperty('email')
    for (const email of ['jiro', 'a@b@c', 'jiro@example.co.jp\r\nBcc: evil@example.com', ''])
      await expect(org.officer.does.staff.update(id, { email })).rejects.toMatchObject({ status: 400 })
    await expect(org.handler.does.staff.update(id, { email: 'x@example.com' })).rejects.toMatchObject({
      code: 'not_permitted',
    })
  })
})

describe('a checkpoint leaves the house', () => {
  it('by mail to the officers, with the signed note and its time stamp, and the API has both', async () => {
    await org.officer.does.staff.update(org.officer.id, { email: 'hanako@example.co.jp' })
    await org.handler.does.numbers.register((await makeEmployee(org)).id, { number: fixtureNumber(1) })
    const { id, note, size } = await org.auditor.does.ledger.createCheckpoint()
    await service.core.witnesses.run('time_stamp')
    const { checkpoint } = await until(async () => {
      const rows = (await org.auditor.does.ledger.listCheckpoints()).data
      const row = rows.find((each) => each.id === id)
      return row !== undefined && (authority === undefined || row.timeStamp !== undefined)
        ? { checkpoint: row }
        : undefined
    })
    if (authority !== undefined) {
      const stamp = Buffer.from(checkpoint.timeStamp?.response ?? '', 'base64')
      expect(authority.verifies(Buffer.from(note), stamp)).toBe(true)
    }
    // The mail gives the authority a minute; here the clock is the test's.
    await service.databases.data.mongoose.connection
      .collection('witnesses')
      .updateMany({ kind: 'mail' }, { $set: { dueAt: new Date(0) } })
    await service.core.witnesses.run('mail')
    const taken = await until(async () => server.taken[0])
    expect(taken.recipients).toEqual(['hanako@example.co.jp'])
    const attached = taken.mail.attachments.find(({ filename }) => filename === `checkpoint-${size}.txt`)
    expect(attached?.content.toString()).toBe(note)
    // With nothing but what the mail holds.
    const mailed = taken.mail.attachments.find(({ filename }) => filename === 'ledger.vkey')?.content.toString() ?? ''
    const keys = mailed.split('\n').flatMap((line) => readVerifierKey(line) ?? [])
    expect(openNote(attached?.content.toString() ?? '', keys)).toMatchObject({ size })
    expect(openNote(attached?.content.toString() ?? '', await verifiers())).toMatchObject({ size })
    expect(taken.mail.attachments.some(({ filename }) => filename?.endsWith('.tsr'))).toBe(authority !== undefined)
    expect(server.taken).toHaveLength(1)
  }, 60_000)

  it('as a file by the operator’s command, which writes over nothing', async () => {
    const { mongodbUrl, redisUrl, databaseName, redisPrefix } = testParts()
    const config = readConfig({
      MONGODB_URL: mongodbUrl,
      REDIS_URL: redisUrl,
      MONGODB_DATABASE: databaseName,
      REDIS_PREFIX: redisPrefix,
      KEYS_DIRECTORY: join(home, 'keys'),
      ANCHOR_URL: pathToFileURL(join(home, 'anchors')).href,
      PUBLIC_URL: 'https://azukari.test',
    })
    const file = join(home, 'checkpoint.txt')
    const words = ['ledger', 'checkpoint', '--organization', org.organization.id, '--out', file]
    const { command, values } = parseCommand(commands, words)
    const { result } = await command.run(config, values)
    const opened = openNote(readFileSync(file, 'utf8'), await verifiers())
    expect(result).toMatchObject({ size: opened?.size, root: opened?.root.toString('base64'), file })
    await expect(command.run(config, values)).rejects.toThrow('--out names a file that is there')
    expect(openNote(readFileSync(file, 'utf8'), await verifiers())).toEqual(opened)
  })

  it('and its failures are counted, without a name of anybody', async () => {
    const metrics = await service.vendor.operation.metrics()
    expect(metrics).toContain('azukari_ledger_witnesses{kind="mail",state="retrying"} 0')
    expect(metrics).toContain('azukari_ledger_witnesses{kind="time_stamp",state="dead"} 0')
    expect(metrics).not.toContain('hanako')
    expect(service.logLines.join('\n')).not.toContain('hanako')
  })
})

describe('an entry that a receipt promises', () => {
  it('is proved to be in the tree of a signed checkpoint', async () => {
    const { id } = await makeEmployee(org)
    const { receipt = '' } = await org.handler.does.numbers.register(id, { number: fixtureNumber(2) })
    const payload = JSON.parse(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString()) as {
      entries: { id: string; leafHash: string }[]
    }
    const [promised] = payload.entries
    await org.auditor.does.ledger.createCheckpoint()
    const proof = await org.auditor.does.ledger.getInclusionProof({ entryId: promised?.id ?? '' })
    expect(Buffer.from(proof.leafHash, 'base64').toString('base64url')).toBe(promised?.leafHash)
    expect(openNote(proof.checkpoint ?? '', await verifiers())).toMatchObject({ size: proof.size })
  })
})
