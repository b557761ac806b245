import { afterEach, describe, expect, it } from 'vitest'
import { isMailAddress } from '../../src/adapters/mail/address.ts'
import { createSmtpMailer, type SmtpSettings } from '../../src/adapters/mail/smtp.ts'
import type { AppError } from '../../src/core/shared/errors.ts'
import { codeOf } from '../support/core.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'

let server: MailServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})
const mailerFor = ({ host, port, ca }: MailServer, more: Partial<SmtpSettings> = {}) =>
  createSmtpMailer({ host, port, ca, implicitTls: false, mustEncrypt: true, from: 'azukari@example.co.jp', ...more })
const note = 'azukari/org_1\n3\nroot=\n\n— azukari/org_1 c2ln\n'
const mail = {
  messageId: '<wit_1.stf_1@azukari.test>',
  to: 'hanako@example.co.jp',
  subject: '【預かり】取扱記録の検証点 1,234件 𠮷野髙﨑株式会社',
  text: '事務取扱責任者 各位\n\n𠮷野髙﨑株式会社の取扱記録\n',
  attachments: [{ fileName: 'checkpoint-3.txt', mediaType: 'text/plain; charset=utf-8', content: Buffer.from(note) }],
}

describe('a mail', () => {
  it('arrives as it was written, encrypted, with its attachment byte for byte', async () => {
    server = await startMailServer({ login: { user: 'azukari', password: 's3cret' } })
    const login = { user: 'azukari', password: () => 's3cret' }
    await mailerFor(server, { login }).send(mail)
    const [taken] = server.taken
    expect(taken).toMatchObject({
      recipients: ['hanako@example.co.jp'],
      sender: 'azukari@example.co.jp',
      encrypted: true,
      user: 'azukari',
      mail: { subject: mail.subject, messageId: mail.messageId },
    })
    expect(taken?.mail.text).toBe(mail.text)
    expect(taken?.mail.from?.text).toBe('"Azukari 預かり" <azukari@example.co.jp>')
    expect(taken?.mail.headers.get('auto-submitted')).toBe('auto-generated')
    expect(taken?.mail.attachments[0]?.content.toString()).toBe(note)
    expect(taken?.mail.attachments[0]?.filename).toBe('checkpoint-3.txt')
  })

  it('goes over TLS from the first byte too, and in plain only where it may', async () => {
    server = await startMailServer({ tls: 'implicit' })
    await mailerFor(server, { implicitTls: true }).send(mail)
    expect(server.taken[0]?.encrypted).toBe(true)
    await server.close()

    server = await startMailServer({ tls: 'none' })
    expect(await codeOf(mailerFor(server).send(mail))).toBe('unavailable')
    expect(server.taken).toEqual([])
    await mailerFor(server, { mustEncrypt: false }).send(mail)
    expect(server.taken[0]?.encrypted).toBe(false)
  })

  it('goes to no server whose certificate nobody signed', async () => {
    server = await startMailServer()
    const { ca: _, ...strange } = { ...server, ca: undefined }
    const { host, port } = strange
    const mailer = createSmtpMailer({
      host,
      port,
      implicitTls: false,
      mustEncrypt: true,
      from: 'azukari@example.co.jp',
    })
    expect(await codeOf(mailer.send(mail))).toBe('unavailable')
    expect(server.taken).toEqual([])
  })

  it('that fails tells the operator codes: no password, no address, nothing that the server said', async () => {
    server = await startMailServer({ login: { user: 'azukari', password: 's3cret' } })
    const wrong = mailerFor(server, { login: { user: 'azukari', password: () => 'wr0ng' } })
    const errors = [await wrong.send(mail).catch((error: unknown) => error)]
    server.refuses.set(mail.to, 550)
    const login = { user: 'azukari', password: () => 's3cret' }
    errors.push(
      await mailerFor(server, { login })
        .send(mail)
        .catch((error: unknown) => error),
    )
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'unavailable' })
      const { cause } = error as AppError
      const told = `${(error as Error).message} ${cause instanceof Error ? `${cause.message} ${cause.stack}` : ''}`
      expect(told).toMatch(/SMTP: E[A-Z]+/)
      expect(told).not.toMatch(/wr0ng|s3cret|hanako|mailbox/)
    }
    expect(server.taken).toEqual([])
  })

  it('names one recipient only, whatever stands in the address', async () => {
    server = await startMailServer()
    const mailer = mailerFor(server)
    for (const to of [
      'b@example.com\r\nBcc: evil@example.com',
      'b@example.com, evil@example.com',
      'b@example.com;evil@example.com',
      '"b" <b@example.com>',
      'b@example.com>',
      'b@exa mple.com',
      'b@@example.com',
      '@example.com',
      'b@',
      `${'b'.repeat(65)}@example.com`,
      `b@${'a'.repeat(64)}.com`,
      '',
    ]) {
      expect(isMailAddress(to), to).toBe(false)
      expect(await codeOf(mailer.send({ ...mail, to })), to).toBe('invalid_value')
    }
    await mailer.send({ ...mail, to: "o'neill+tag@sub.example.co.jp", subject: 'a\r\nBcc: evil@example.com' })
    expect(server.taken.map(({ recipients }) => recipients)).toEqual([["o'neill+tag@sub.example.co.jp"]])
    expect(server.taken[0]?.mail.bcc).toBeUndefined()
  })
})
