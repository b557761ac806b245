import { createHmac, randomBytes } from 'node:crypto'

/** Standard Webhooks 1.0: `v1`, HMAC-SHA256 under a secret `whsec_` + base64 of 24 to 64 bytes. */
const secretPrefix = 'whsec_'
const secretBytes = 32

export const newSecret = (): string => `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`

const signature = (secret: string, text: string): string => {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64')
  return `v1,${createHmac('sha256', key).update(text, 'utf8').digest('base64')}`
}

export type Message = { id: string; at: Date; body: string }

/** The three headers. The id stays the same over retries; the timestamp is of the attempt; every living secret signs. */
export const signedHeaders = (secrets: readonly string[], { id, at, body }: Message): Record<string, string> => {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => signature(secret, `${id}.${timestamp}.${body}`)).join(' '),
  }
}
