import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { TestService } from './service.ts'

export type ClientKey = { clientId: string; kid: string; privateKey: CryptoKey; jwk: JWK; alg: 'EdDSA' | 'ES256' }

/** A client that signs, with one registered key. */
export const makeSigningClient = async (
  { vendor }: Pick<TestService, 'vendor'>,
  { alg = 'EdDSA', organizationId }: { alg?: 'EdDSA' | 'ES256'; organizationId?: string } = {},
): Promise<ClientKey> => {
  const client = await vendor.clients.create({
    name: '署名するクライアント',
    scopes: ['settings:read', 'settings:write'],
    ...(organizationId !== undefined && { organizationId }),
  })
  return { clientId: client.id, ...(await addKey({ vendor }, client.id, alg)) }
}

export const addKey = async ({ vendor }: Pick<TestService, 'vendor'>, clientId: string, alg: 'EdDSA' | 'ES256') => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const { kty, crv, x, y } = await exportJWK(publicKey)
  const jwk = { kty: kty as 'OKP', crv: crv as 'Ed25519', x: x ?? '', ...(y !== undefined && { y }) }
  const { id } = await vendor.clientKeys.create(clientId, { use: 'sig', jwk })
  return { kid: id, privateKey, jwk: await exportJWK(privateKey), alg }
}

export const issuer = 'https://azukari.test'

/** A good assertion, but for what is changed. */
export const signAssertion = (
  { clientId, kid, privateKey, alg }: ClientKey,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> => {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({
    iss: clientId,
    sub: clientId,
    aud: issuer,
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + 60,
    ...claims,
  })
    .setProtectedHeader({ alg, kid, ...header })
    .sign(privateKey)
}

export const assertionForm = (assertion: string): Record<string, string> => ({
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: assertion,
})
