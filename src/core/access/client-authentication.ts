import { randomBytes, timingSafeEqual } from 'node:crypto'
import { toBuffer } from '../keys/keys.ts'
import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import type { AccessStore, ClientRow } from './access.store.ts'
import type { Attempts } from './attempts.ts'
import { claimedClient, useAssertion, verifyAssertion } from './client-assertion.ts'
import { isInForce } from './client-keys.rules.ts'
import type { ClientKeyStore } from './client-keys.store.ts'
import { isSecretInForce, secretHash } from './clients.ts'
import type { SingleUseStore } from './single-use.store.ts'

/** How a client says who it is: by its secret, or by an assertion that one of its keys has signed. One way at a time. */
export type ClientCredentials = { id: string; secret: string } | { assertion: string; clientId?: string }

const invalidClient = (): AppError => new AppError('invalid_client', 'Client authentication failed.')

type Deps = {
  store: AccessStore
  keyStore: ClientKeyStore
  singleUse: SingleUseStore
  attempts: Attempts
  clock: Clock
  /** What an assertion may be for: the issuer, and the token endpoint as published. */
  audiences: readonly string[]
}

/**
 * Authentication of clients. Rows are read anew each time: a revoked client, secret or key gets no token from any process.
 * `onRefused` is told which client it would have been, where there is one.
 */
export const createClientAuthentication = ({ store, keyStore, singleUse, attempts, clock, audiences }: Deps) => {
  /** Constant time over all secrets of the client; an unknown client costs the same. */
  const bySecret = (row: ClientRow | null, secret: string): boolean => {
    const given = secretHash(secret)
    const now = clock.now()
    const hashes = (row?.secrets ?? []).filter((each) => isSecretInForce(each, now)).map(({ hash }) => toBuffer(hash))
    let right = false
    for (const hash of hashes.length > 0 ? hashes : [randomBytes(32)]) if (timingSafeEqual(hash, given)) right = true
    return right
  }

  const byAssertion = async (row: ClientRow | null, assertion: string): Promise<boolean> => {
    if (row === null) return false
    const now = clock.now()
    const keys = (await keyStore.ofClient(row.platformId, row._id)).filter(
      (key) => key.use === 'sig' && isInForce(key, now),
    )
    const claims = await verifyAssertion(assertion, row._id, keys, audiences, now)
    return claims !== undefined && (await useAssertion(singleUse, claims))
  }

  return async (
    credentials: ClientCredentials,
    network: string | undefined,
    onRefused: (client: ClientRow, error: AppError) => Promise<void> = async () => undefined,
  ): Promise<ClientRow> => {
    const signed = 'assertion' in credentials
    const id = signed ? claimedClient(credentials.assertion) : credentials.id
    if (id === undefined || (signed && credentials.clientId !== undefined && credentials.clientId !== id))
      throw invalidClient()
    const tries = attempts.forClient(id, network)
    await tries.mustBeFree()
    const row = await store.findClient(id)
    const right = signed ? await byAssertion(row, credentials.assertion) : bySecret(row, credentials.secret)
    if (row === null || !right) {
      await tries.failed()
      if (row !== null) await onRefused(row, invalidClient())
      throw invalidClient()
    }
    await tries.succeeded()
    return row
  }
}
