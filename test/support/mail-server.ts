import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { makePkcs12 } from './pkcs12-file.ts'

export type TakenMail = {
  recipients: string[]
  sender: string
  encrypted: boolean
  user: string | undefined
  mail: ParsedMail
}

/** A real SMTP server on loopback that keeps what it takes. */
export const startMailServer = async (
  options: { tls?: 'implicit' | 'starttls' | 'none'; login?: { user: string; password: string } } = {},
) => {
  const { tls = 'starttls', login } = options
  const { keyPem: key, certificatePem: cert } = makePkcs12('mail')
  const taken: TakenMail[] = []
  /** A reason not to take mail for this address. */
  const refuses = new Map<string, number>()
  const server = new SMTPServer({
    key,
    cert,
    secure: tls === 'implicit',
    authOptional: login === undefined,
    allowInsecureAuth: false,
    disabledCommands: [...(login === undefined ? ['AUTH'] : []), ...(tls === 'starttls' ? [] : ['STARTTLS'])],
    onAuth: ({ username, password }, _session, done) =>
      username === login?.user && password === login?.password
        ? done(null, { user: username })
        : done(new Error('wrong user or password')),
    onRcptTo: ({ address }, _session, done) => {
      const code = refuses.get(address)
      done(code === undefined ? null : Object.assign(new Error(`no such mailbox ${address}`), { responseCode: code }))
    },
    onData: (stream, session, done) => {
      simpleParser(stream).then((mail) => {
        const { rcptTo, mailFrom } = session.envelope
        taken.push({
          recipients: rcptTo.map(({ address }) => address),
          sender: mailFrom === false ? '' : mailFrom.address,
          encrypted: session.secure,
          user: typeof session.user === 'string' ? session.user : undefined,
          mail,
        })
        done()
      }, done)
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    host: '127.0.0.1',
    port,
    ca: cert,
    taken,
    refuses,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
export type MailServer = Awaited<ReturnType<typeof startMailServer>>
