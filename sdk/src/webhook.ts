import type { WebhookEvent } from './gen/types.gen.ts'

/** `id` is that of the message: the same over all retries, so keep it to act only once. */
export type VerifiedEvent = WebhookEvent & { id: string }

export type WebhookErrorCode =
  | 'body_not_raw'
  | 'body_not_an_event'
  | 'header_missing'
  | 'secret_malformed'
  | 'signature_mismatch'
  | 'timestamp_malformed'
  | 'timestamp_too_far'

export class AzukariWebhookError extends Error {
  override readonly name = 'AzukariWebhookError'
  readonly code: WebhookErrorCode

  constructor(code: WebhookErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

type HeaderBag = Headers | Record<string, string | readonly string[] | undefined>

export type VerifyWebhookOptions = {
  /** The body as it came: text or bytes, not parsed. */
  body: string | Uint8Array | ArrayBuffer
  headers: HeaderBag
  toleranceSeconds?: number
  /** For tests. */
  now?: Date
} & (
  | { secret: string; secrets?: undefined }
  /** During a rotation: any of them may have signed. */
  | { secrets: readonly string[]; secret?: undefined }
)

const fail = (code: WebhookErrorCode, message: string): never => {
  throw new AzukariWebhookError(code, message)
}

const headerOf = (headers: HeaderBag, name: string): string => {
  const found =
    headers instanceof Headers
      ? headers.get(name)
      : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  const value = typeof found === 'string' ? found : found?.[0]
  return value || fail('header_missing', `The header ${name} is missing: this is no webhook, or a proxy drops it.`)
}

const rawBytes = (body: unknown): Uint8Array<ArrayBuffer> => {
  if (typeof body === 'string') return new TextEncoder().encode(body)
  if (body instanceof Uint8Array) return new Uint8Array(body)
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  return fail(
    'body_not_raw',
    'body must be the raw request body (text or bytes), not what a parser made of it: the signature is over the ' +
      "bytes. In Express: app.post(path, express.raw({ type: 'application/json' }), …) before any express.json(). " +
      'In Next.js or Hono: await request.text().',
  )
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}

const keyOf = async (secret: string): Promise<CryptoKey> => {
  const bytes = fromBase64(String(secret).replace(/^whsec_/, ''))
  if (bytes === undefined || bytes.length === 0) {
    return fail('secret_malformed', 'The secret must be whsec_ and base64, as the endpoint gave it.')
  }
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

const mustBeRecent = (timestamp: string, now: Date, toleranceSeconds: number): void => {
  if (!/^\d{1,12}$/.test(timestamp)) fail('timestamp_malformed', 'webhook-timestamp must be seconds since the epoch.')
  const apart = Math.abs(now.getTime() / 1000 - Number(timestamp))
  // `<=` rather than `>`: a tolerance that is not a number must refuse, not wave through.
  if (apart <= toleranceSeconds) return
  fail(
    'timestamp_too_far',
    `The message is ${Math.round(apart)} s off this machine's clock: a replay, or a wrong clock.`,
  )
}

/** Version v1 is HMAC-SHA-256; others (v1a is Ed25519) may stand beside it and are passed over. */
const signaturesOf = (header: string): Uint8Array<ArrayBuffer>[] =>
  header
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => fromBase64(signature.slice(3)))
    .filter((bytes) => bytes !== undefined)

const isEvent = (value: unknown): value is WebhookEvent =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  typeof value.type === 'string' &&
  'timestamp' in value &&
  typeof value.timestamp === 'string' &&
  'data' in value &&
  typeof value.data === 'object' &&
  value.data !== null

const parsed = (body: Uint8Array<ArrayBuffer>): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

/**
 * Checks a webhook (Standard Webhooks 1.0) and gives the event. Throws AzukariWebhookError. `subtle.verify` compares in
 * constant time.
 */
export const verifyWebhook = async (options: VerifyWebhookOptions): Promise<VerifiedEvent> => {
  const body = rawBytes(options.body)
  const id = headerOf(options.headers, 'webhook-id')
  const timestamp = headerOf(options.headers, 'webhook-timestamp')
  const signatures = signaturesOf(headerOf(options.headers, 'webhook-signature'))
  mustBeRecent(timestamp, options.now ?? new Date(), options.toleranceSeconds ?? 300)
  const keys = await Promise.all((options.secrets ?? [options.secret]).map(keyOf))

  const head = new TextEncoder().encode(`${id}.${timestamp}.`)
  const signed = new Uint8Array(head.length + body.length)
  signed.set(head)
  signed.set(body, head.length)
  const pairs = keys.flatMap((key) => signatures.map((signature) => ({ key, signature })))
  const checks = await Promise.all(
    pairs.map(({ key, signature }) => crypto.subtle.verify('HMAC', key, signature, signed)),
  )
  if (!checks.includes(true)) {
    fail(
      'signature_mismatch',
      'No signature fits. The secret is another endpoint’s, or the body was changed on its way: parsed and written ' +
        'again (JSON.stringify(request.body) is not the raw body), re-encoded, or trimmed.',
    )
  }
  const event = parsed(body)
  if (isEvent(event)) return { ...event, id }
  return fail('body_not_an_event', 'The signature fits, but the body is no event of Azukari.')
}
