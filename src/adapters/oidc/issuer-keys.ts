import type { JSONWebKeySet, JWK } from 'jose'
import { fetch } from 'undici'
import type { IssuerKeys } from '../../core/access/access.ts'
import { AppError } from '../../core/shared/errors.ts'
import { createLoopbackAgent, createPublicAgent, readEndpointUrl } from '../../outbound/address.ts'

const timeoutMs = 5000
const maxBytes = 256 * 1024
const maxKeys = 100

const readAll = async (body: AsyncIterable<Uint8Array> | null): Promise<string> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new Error('too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Public keys that can verify. A symmetric one would make whoever reads this document a signer. */
const isPublicKey = (key: unknown): key is JWK =>
  typeof key === 'object' && key !== null && 'kty' in key && key.kty !== 'oct' && !('use' in key && key.use === 'enc')

const toKeySet = (text: string): JSONWebKeySet => {
  const document: unknown = JSON.parse(text)
  if (typeof document !== 'object' || document === null || !('keys' in document) || !Array.isArray(document.keys))
    throw new Error('no key set')
  return { keys: document.keys.filter(isPublicKey).slice(0, maxKeys) }
}

/** The keys of organizations' own OIDC issuers: from public addresses over https, no redirects, little and soon. */
export const createIssuerKeys = ({ allowLoopback, ca }: { allowLoopback: boolean; ca?: string }) => {
  const publicAgent = createPublicAgent(ca === undefined ? {} : { ca })
  const loopbackAgent = createLoopbackAgent()

  const issuerKeys: IssuerKeys = {
    readUrl: (url, mode, pointer) => readEndpointUrl(url, allowLoopback && mode === 'test', pointer),
    fetchKeys: async (url, loopback) => {
      try {
        const response = await fetch(url, {
          headers: { accept: 'application/jwk-set+json, application/json' },
          dispatcher: loopback && allowLoopback ? loopbackAgent : publicAgent,
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        })
        if (!response.ok) {
          await response.body?.cancel()
          throw new Error(`status ${response.status}`)
        }
        return toKeySet(await readAll(response.body))
      } catch (cause) {
        throw new AppError('unavailable', 'The keys of the organization’s issuer cannot be fetched: see its jwksUri.', {
          cause,
        })
      }
    },
  }
  const close = async (): Promise<void> => {
    await Promise.all([publicAgent.destroy(), loopbackAgent.destroy()])
  }
  return { issuerKeys, close }
}
