import { type Dispatcher, fetch } from 'undici'
import { AddressNotAllowed, createLoopbackAgent, createPublicAgent } from '../outbound/address.ts'
import type { DeliveryError } from './deliveries.store.ts'

/** What came of one attempt. Nothing of what the receiver wrote is kept. */
export type Answer = { status?: number; retryAfter?: string; error?: DeliveryError }
export type Send = (request: {
  url: string
  loopback: boolean
  headers: Record<string, string>
  body: string
}) => Promise<Answer>

export const attemptTimeoutMs = 15_000
/** The contract's promise to receivers. Payloads are ids, and far smaller. */
export const maxBodyBytes = 20_000
/** Read this much of an answer, so that the connection can be used again; more, and it is closed. */
const maxAnswerBytes = 4096

const causes = (error: unknown): unknown[] => {
  const found: unknown[] = []
  for (let at = error; at instanceof Error && found.length < 10; at = at.cause) {
    found.push(at)
    if (at instanceof AggregateError) found.push(...at.errors)
  }
  return found
}
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : ''

const whyFailed = (error: unknown): DeliveryError => {
  const all = causes(error)
  if (all.some((cause) => cause instanceof AddressNotAllowed)) return 'address_not_allowed'
  const words = all
    .map((cause) => `${codeOf(cause)} ${cause instanceof Error ? `${cause.name} ${cause.message}` : ''}`)
    .join(' ')
  if (/redirect/i.test(words)) return 'redirect'
  if (/timeout|ETIMEDOUT/i.test(words)) return 'timeout'
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(words)) return 'tls_failed'
  return 'connection_failed'
}

const drain = async (body: AsyncIterable<Uint8Array> | null): Promise<void> => {
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > maxAnswerBytes) return
  }
}

/** One POST, under a time limit, to a public address, without following redirects. */
export const createSend = (options: { timeoutMs?: number; tls?: { ca?: string } } = {}) => {
  const publicAgent = createPublicAgent(options.tls)
  const loopbackAgent = createLoopbackAgent()

  const post = async (
    url: string,
    dispatcher: Dispatcher,
    headers: Record<string, string>,
    body: string,
  ): Promise<Answer> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'azukari-webhooks/1' },
      body,
      dispatcher,
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMs ?? attemptTimeoutMs),
    })
    const retryAfter = response.headers.get('retry-after')
    // The status decides. Leaving the loop early cancels the rest.
    await drain(response.body).catch(() => undefined)
    return { status: response.status, ...(retryAfter === null ? {} : { retryAfter }) }
  }

  const send: Send = async ({ url, loopback, headers, body }) => {
    if (Buffer.byteLength(body) > maxBodyBytes) return { error: 'too_large' }
    try {
      return await post(url, loopback ? loopbackAgent : publicAgent, headers, body)
    } catch (error) {
      return { error: whyFailed(error) }
    }
  }
  const close = async (): Promise<void> => {
    await Promise.all([publicAgent.destroy(), loopbackAgent.destroy()])
  }
  return { send, close }
}
