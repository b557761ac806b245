import { createTransport } from 'nodemailer'
import { AppError } from '../../core/shared/errors.ts'
import type { Mail, Mailer } from '../../core/witnesses/witnesses.ts'
import { isMailAddress } from './address.ts'

export type SmtpSettings = {
  host: string
  port: number
  /** TLS from the first byte (465); else STARTTLS. */
  implicitTls: boolean
  /** Without TLS nothing is sent: always, but on loopback or where the operator trusts the network. */
  mustEncrypt: boolean
  /** The password is a function, so that it never prints. */
  login?: { user: string; password: () => string }
  /** The sender. */
  from: string
  /** PEM of a signing authority of one's own; for tests. */
  ca?: string
}

const connectMs = 10_000
const idleMs = 30_000
const senderName = 'Azukari 預かり'

/** Codes only: what a server says can quote the address. */
const told = (error: unknown): Error => {
  const of = (name: string): string => {
    const value = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
    return typeof value === 'string' || typeof value === 'number' ? ` ${value}` : ''
  }
  return new Error(`SMTP:${of('code')}${of('command')}${of('responseCode')}`)
}

const mustBeAddress = (address: string): string => {
  if (isMailAddress(address)) return address
  throw new AppError('invalid_value', 'This is no e-mail address that mail can be sent to.')
}

/**
 * One connection a mail: there are a few a day. The envelope is set here from addresses that are checked, since a line break
 * in a header's address would name other recipients in it.
 */
export const createSmtpMailer = (settings: SmtpSettings): Mailer & { check: () => Promise<void> } => {
  const { host, port, implicitTls, mustEncrypt, login, ca } = settings
  const from = mustBeAddress(settings.from)

  const connection = () =>
    createTransport({
      host,
      port,
      secure: implicitTls,
      requireTLS: mustEncrypt,
      ...(ca === undefined ? {} : { tls: { ca } }),
      ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password() } }),
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      socketTimeout: idleMs,
      // Nothing in a mail names a file or an address to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    })

  const send = async ({ messageId, to: wished, subject, text, attachments }: Mail): Promise<void> => {
    const to = mustBeAddress(wished)
    const transport = connection()
    try {
      await transport.sendMail({
        envelope: { from, to: [to] },
        from: { name: senderName, address: from },
        to: { name: '', address: to },
        subject,
        text,
        messageId,
        textEncoding: 'base64',
        attachments: attachments.map(({ fileName, mediaType, content }) => ({
          filename: fileName,
          contentType: mediaType,
          content,
        })),
        // RFC 3834: nobody's holiday notice answers it.
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    } catch (error) {
      throw new AppError('unavailable', 'The mail server did not take the mail.', { cause: told(error) })
    } finally {
      transport.close()
    }
  }

  /** Everything but a mail: name, TLS, login. */
  const check = async (): Promise<void> => {
    const transport = connection()
    try {
      await transport.verify()
    } catch (error) {
      throw new AppError('unavailable', 'The mail server takes no mail.', { cause: told(error) })
    } finally {
      transport.close()
    }
  }
  return { send, check }
}
