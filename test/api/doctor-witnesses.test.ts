import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { mongo } from 'mongoose'
import { afterAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/cli/finding.ts'
import { runCommand } from '../../src/cli/run.ts'
import { startMailServer } from '../support/mail-server.ts'
import { testParts } from '../support/parts.ts'
import { noOpenssl, startAuthority } from '../support/time-stamp-authority.ts'

/** What takes checkpoints away, mail and time stamps; where nothing was ever started, as an operator looks first. */
const home = mkdtempSync(join(tmpdir(), 'azukari-doctor-'))
afterAll(async () => {
  rmSync(home, { recursive: true, force: true })
  const client = new mongo.MongoClient(testParts().mongodbUrl)
  for (const name of ['new', 'new_keys']) await client.db(`${testParts().databaseName}_${name}`).dropDatabase()
  await client.close()
})

const doctor = async (more: Record<string, string>) => {
  const { mongodbUrl, redisUrl, databaseName, redisPrefix } = testParts()
  const out: string[] = []
  const code = await runCommand(
    ['doctor', '--format', 'json'],
    {
      ...{
        MONGODB_URL: mongodbUrl,
        MONGODB_DATABASE: `${databaseName}_new`,
        REDIS_URL: redisUrl,
        REDIS_PREFIX: redisPrefix,
      },
      KEYS_DIRECTORY: join(home, 'keys'),
      ANCHOR_URL: pathToFileURL(join(home, 'anchors')).href,
      ...more,
    },
    { out: (text) => void out.push(text), told: () => undefined },
  )
  const text = out.join('')
  return { code, text, of: (check: string) => (JSON.parse(text) as Finding[]).filter((row) => row.check === check) }
}

describe('doctor', () => {
  it('says what is lost without a mail server and a time stamp authority, and that neither is a fault', async () => {
    const { code, of } = await doctor({})
    expect(of('SMTP_URL')).toMatchObject([{ state: 'warning', found: 'not set', todo: expect.stringMatching(/.{20}/) }])
    expect(of('TSA_URL')).toMatchObject([{ state: 'ok' }])
    expect(code).toBe(0)
  })

  it.skipIf(noOpenssl !== undefined)(
    `asks both as the service would, and sends no mail${noOpenssl === undefined ? '' : ` (${noOpenssl})`}`,
    async () => {
      const [mail, authority] = [await startMailServer({ tls: 'none' }), await startAuthority()]
      try {
        const { code, of } = await doctor({
          SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
          MAIL_FROM: 'azukari@example.co.jp',
          TSA_URL: authority.url,
        })
        expect(of('SMTP_URL: reachable')).toMatchObject([{ state: 'ok', found: 'it answers' }])
        expect(of('SMTP_URL: TLS')).toMatchObject([{ state: 'warning', found: 'not demanded' }])
        expect(of('TSA_URL: reachable')).toMatchObject([{ state: 'ok' }])
        expect(of('clock against TSA_URL')).toMatchObject([{ state: 'ok' }])
        expect([code, mail.taken.length, authority.asked()]).toEqual([0, 0, 1])
      } finally {
        await Promise.all([mail.close(), authority.close()])
      }
    },
  )

  it('names what does not work, by the server’s code alone: no password, no user, no address', async () => {
    const login = { user: 'the-user', password: 's3cret-of-mail' }
    // Its certificate is signed by nobody whom we know.
    const mail = await startMailServer({ tls: 'starttls', login })
    try {
      const { code, text, of } = await doctor({
        SMTP_URL: `smtp://${login.user}@127.0.0.1:${mail.port}`,
        SMTP_PASSWORD: login.password,
        MAIL_FROM: 'azukari@example.co.jp',
        TSA_URL: 'http://127.0.0.1:1/tsa',
      })
      expect(of('SMTP_URL: reachable')).toMatchObject([{ state: 'failure', found: expect.stringMatching(/^SMTP: E/) }])
      expect(of('TSA_URL: reachable')).toMatchObject([{ state: 'failure' }])
      for (const secret of [login.user, login.password, 'example.co.jp']) expect(text).not.toContain(secret)
      expect(code).toBe(1)
    } finally {
      await mail.close()
    }
  })
})
