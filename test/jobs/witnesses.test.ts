import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSmtpMailer } from '../../src/adapters/mail/smtp.ts'
import { createTimeStamper } from '../../src/adapters/tsa/time-stamps.ts'
import { newId } from '../../src/core/shared/ids.ts'
import { createWitnesses, type TimeStamp, type Witnesses } from '../../src/core/witnesses/witnesses.ts'
import { createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { type Authority, noOpenssl, startAuthority } from '../support/time-stamp-authority.ts'

const minuteMs = 60 * 1000
const dayMs = 24 * 60 * minuteMs

let core: TestCore
let org: TestCoreOrganization
let server: MailServer
const stamps = new Map<string, TimeStamp>()
const timeStamps = {
  add: async (organizationId: string, id: string, stamp: TimeStamp) =>
    void stamps.set(`${organizationId}/${id}`, stamp),
  find: async (organizationId: string, id: string) => stamps.get(`${organizationId}/${id}`),
}

beforeAll(async () => {
  core = await createTestCore()
  server = await startMailServer()
})
afterAll(async () => {
  await server.close()
  await core.stop()
})
beforeEach(async () => {
  org = await core.makeOrganization()
  server.taken.length = 0
  server.refuses.clear()
  core.errors.length = 0
  await core.db.mongoose.connection.collection('witnesses').deleteMany({})
})

const witnessesWith = (more: { tsaUrl?: string; mailer?: false } = {}) => {
  const { host, port, ca } = server
  const from = 'azukari@example.co.jp'
  const mailer = createSmtpMailer({ host, port, ca, implicitTls: false, mustEncrypt: true, from })
  return createWitnesses({
    db: core.db,
    organizations: core.organizations,
    staff: core.access.staff,
    timeStamps,
    verifierKeys: async (organizationId) => [`azukari/${organizationId}+12345678+AQID`],
    ...(more.mailer === false ? {} : { mailer }),
    ...(more.tsaUrl === undefined ? {} : { timeStamper: createTimeStamper({ url: more.tsaUrl }) }),
    clock: core.clock,
    publicUrl: 'https://azukari.test',
    onError: (error) => core.errors.push(error),
  })
}
const runAll = async ({ run }: Pick<Witnesses, 'run'>): Promise<void> => {
  for (const kind of ['time_stamp', 'mail'] as const) await run(kind)
}
const checkpoint = (size = 1234) => {
  const root = Buffer.alloc(32, 7).toString('base64')
  const origin = `azukari/${org.caller.organizationId}`
  return {
    id: newId('witness'),
    organizationId: org.caller.organizationId,
    size,
    root,
    note: `${origin}\n${size}\n${root}\n\n— ${origin} c2lnbmF0dXJl\n`,
    createdAt: new Date('2026-11-25T04:05:06.789Z'),
  }
}
const officer = async (email: string | undefined, role: 'officer' | 'handler' = 'officer', toOn?: string) =>
  core.access.staff.create(org.caller, {
    name: '人事 花子',
    userId: newId('staff'),
    appointment: { role, fromOn: '2020-01-01', ...(toOn === undefined ? {} : { toOn }) },
    ...(email === undefined ? {} : { email }),
  })
const recipients = (): string[] => server.taken.flatMap((mail) => mail.recipients).sort()
const rows = () => core.documents('witnesses')

describe('the daily mail with a checkpoint', () => {
  it('goes to each officer of today who has an address, one mail each, and to nobody else', async () => {
    await officer('hanako@example.co.jp')
    await officer('jiro@example.co.jp')
    await officer('jiro@example.co.jp')
    await officer(undefined)
    await officer('handler@example.co.jp', 'handler')
    await officer('left@example.co.jp', 'officer', '2021-03-31')
    const witnesses = witnessesWith()
    await witnesses.onAnchored(checkpoint())
    await runAll(witnesses)
    expect(recipients()).toEqual(['hanako@example.co.jp', 'jiro@example.co.jp'])
    expect(await rows()).toMatchObject([{ kind: 'mail', state: 'done' }])
    await runAll(witnesses)
    expect(server.taken).toHaveLength(2)
  })

  it('says size, root, time and how to verify, Japanese first, with the note as it is, and names no person', async () => {
    await officer('hanako@example.co.jp')
    const witnesses = witnessesWith()
    const of = checkpoint()
    await witnesses.onAnchored(of)
    await runAll(witnesses)
    const { mail } = server.taken[0] ?? {}
    expect(mail?.subject).toBe('[試験] 【預かり】取扱記録の検証点 1,234件 試験組織')
    const text = mail?.text ?? ''
    for (const part of [
      '記録の件数      1,234件',
      of.root,
      '2026年11月25日 13:05:06',
      '2026-11-25T04:05:06.789Z',
      org.caller.organizationId,
      'azukari ledger verify --export ledger.jsonl --checkpoints checkpoint-1234.jsonl --key ledger.vkey',
    ])
      expect(text).toContain(part)
    expect(text.indexOf('確かめ方')).toBeLessThan(text.indexOf('How to verify'))
    expect(JSON.stringify([mail?.subject, text])).not.toMatch(/花子|責任 太郎|\d{12}/)
    const files = new Map(mail?.attachments.map(({ filename, content }) => [filename, content.toString()]))
    expect(files.get('checkpoint-1234.txt')).toBe(of.note)
    expect(JSON.parse(files.get('checkpoint-1234.jsonl') ?? '')).toEqual({
      note: of.note,
      createdAt: '2026-11-25T04:05:06.789Z',
    })
    expect(files.get('ledger.vkey')).toBe(`azukari/${org.caller.organizationId}+12345678+AQID\n`)
    expect([...files.keys()]).toHaveLength(3)
  })

  it('is one a day, however often a checkpoint is anchored, and each day anew', async () => {
    await officer('hanako@example.co.jp')
    const witnesses = witnessesWith()
    for (const size of [1, 2, 3]) await witnesses.onAnchored(checkpoint(size))
    await runAll(witnesses)
    expect(server.taken).toHaveLength(1)
    core.moveClock(dayMs)
    await witnesses.onAnchored(checkpoint(4))
    await runAll(witnesses)
    expect(server.taken).toHaveLength(2)
  })

  it('two workers at once send once', async () => {
    await officer('hanako@example.co.jp')
    await witnessesWith().onAnchored(checkpoint())
    await Promise.all([1, 2, 3, 4].map(() => runAll(witnessesWith())))
    expect(server.taken).toHaveLength(1)
  })

  it('that one of two cannot get is tried again for that one alone, later and later, and counted', async () => {
    await officer('hanako@example.co.jp')
    await officer('gone@example.co.jp')
    server.refuses.set('gone@example.co.jp', 550)
    const witnesses = witnessesWith()
    await witnesses.onAnchored(checkpoint())
    await runAll(witnesses)
    expect(recipients()).toEqual(['hanako@example.co.jp'])
    expect(await witnesses.counts()).toMatchObject({ mail: { retrying: 1, dead: 0 } })
    expect(await rows()).toMatchObject([{ state: 'waiting', tries: 1, lastError: 'unavailable' }])
    await runAll(witnesses)
    expect((await rows())[0]?.tries).toBe(1)

    core.moveClock(minuteMs + 1000)
    await runAll(witnesses)
    expect((await rows())[0]?.tries).toBe(2)
    core.moveClock(minuteMs + 1000)
    await runAll(witnesses)
    expect((await rows())[0]?.tries).toBe(2)
    server.refuses.clear()
    core.moveClock(minuteMs)
    await runAll(witnesses)
    expect(recipients()).toEqual(['gone@example.co.jp', 'hanako@example.co.jp'])
    expect(await rows()).toMatchObject([{ state: 'done' }])
    expect(await witnesses.counts()).toMatchObject({ mail: { retrying: 0, dead: 0 } })
  })

  it('is given up in the end, and stays to be seen', async () => {
    await officer('gone@example.co.jp')
    server.refuses.set('gone@example.co.jp', 550)
    const witnesses = witnessesWith()
    await witnesses.onAnchored(checkpoint())
    for (let tries = 0; tries < 20; tries++) {
      await runAll(witnesses)
      core.moveClock(7 * 60 * minuteMs)
    }
    expect(await rows()).toMatchObject([{ state: 'dead', tries: 16 }])
    expect(await witnesses.counts()).toMatchObject({ mail: { retrying: 0, dead: 1 } })
  })

  it('whose worker was killed after the server took it is repeated under the same Message-ID', async () => {
    await officer('hanako@example.co.jp')
    await witnessesWith().onAnchored(checkpoint())
    await runAll(witnessesWith())
    // As after a kill: sent, and nothing of it written.
    await core.db.mongoose.connection
      .collection('witnesses')
      .updateMany({}, { $set: { state: 'waiting', sentTo: [], dueAt: new Date(0) }, $unset: { doneAt: 1 } })
    await runAll(witnessesWith())
    const ids = server.taken.map(({ mail }) => mail.messageId)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })
})

if (noOpenssl !== undefined) console.warn(`time stamps are not tested: ${noOpenssl}`)

describe.skipIf(noOpenssl !== undefined)('the time stamp of a checkpoint', () => {
  let authority: Authority
  beforeAll(async () => {
    authority = await startAuthority()
  })
  afterAll(() => authority.close())

  it('is of the note, lies beside the checkpoint, and goes with the mail', async () => {
    await officer('hanako@example.co.jp')
    const witnesses = witnessesWith({ tsaUrl: authority.url })
    const of = checkpoint()
    await witnesses.onAnchored(of)
    await runAll(witnesses)
    const stamp = stamps.get(`${of.organizationId}/${of.id}`)
    expect(authority.verifies(Buffer.from(of.note), stamp?.response ?? Buffer.alloc(0))).toBe(true)
    expect(server.taken).toEqual([])
    core.moveClock(minuteMs + 1000)
    await runAll(witnesses)
    const [taken] = server.taken
    const file = taken?.mail.attachments.find(({ filename }) => filename === 'checkpoint-1234.tsr')
    expect(authority.verifies(Buffer.from(of.note), file?.content ?? Buffer.alloc(0))).toBe(true)
    expect(taken?.mail.text).toContain('openssl ts -verify -data checkpoint-1234.txt')
    const asked = authority.asked()
    await runAll(witnesses)
    expect(authority.asked()).toBe(asked)
  })

  it('delays nothing: the mail goes without it while the authority is away, and it is asked for again', async () => {
    await officer('hanako@example.co.jp')
    authority.answers(() => ({ status: 503, body: Buffer.alloc(0) }))
    const witnesses = witnessesWith({ tsaUrl: authority.url })
    const of = checkpoint()
    await witnesses.onAnchored(of)
    core.moveClock(minuteMs + 1000)
    await runAll(witnesses)
    expect(server.taken[0]?.mail.text).toContain('タイムスタンプ  なし')
    expect(await witnesses.counts()).toMatchObject({ time_stamp: { retrying: 1, dead: 0 } })
    authority.answers(undefined)
    core.moveClock(2 * minuteMs)
    await runAll(witnesses)
    expect(stamps.has(`${of.organizationId}/${of.id}`)).toBe(true)
    expect(server.taken).toHaveLength(1)
  })
})

describe('without a mail server and an authority', () => {
  it('nothing waits for either', async () => {
    await officer('hanako@example.co.jp')
    const witnesses = witnessesWith({ mailer: false })
    await witnesses.onAnchored(checkpoint())
    expect(await rows()).toEqual([])
  })
})
