/** An Ed25519 or P-256 key: a JWK with its private part (`kid`: the id that the service gave the key), or a WebCrypto key. */
export type PrivateKey = JsonWebKey | CryptoKey

type Signing = { alg: 'EdDSA' | 'ES256'; key: CryptoKey; sign: EcdsaParams | { name: string } }

const algorithms = {
  Ed25519: { alg: 'EdDSA', importAs: { name: 'Ed25519' }, sign: { name: 'Ed25519' } },
  'P-256': {
    alg: 'ES256',
    importAs: { name: 'ECDSA', namedCurve: 'P-256' },
    sign: { name: 'ECDSA', hash: 'SHA-256' },
  },
} as const

const isCryptoKey = (key: PrivateKey): key is CryptoKey => 'algorithm' in key && 'usages' in key

const curveOf = (key: PrivateKey): keyof typeof algorithms => {
  const algorithm = isCryptoKey(key) ? (key.algorithm as KeyAlgorithm & { namedCurve?: string }) : undefined
  const curve = algorithm === undefined ? (key as JsonWebKey).crv : (algorithm.namedCurve ?? algorithm.name)
  if (curve === 'Ed25519' || curve === 'P-256') return curve
  throw new TypeError('privateKey must be an Ed25519 or P-256 key')
}

const toSigning = async (privateKey: PrivateKey): Promise<Signing> => {
  const { alg, importAs, sign } = algorithms[curveOf(privateKey)]
  if (isCryptoKey(privateKey)) return { alg, key: privateKey, sign }
  const { kty, crv, x, y, d } = privateKey
  // Other members (`alg`, `key_ops`) may say what this runtime's import does not know.
  const jwk = { kty, crv, x, d, ...(y !== undefined && { y }) } as JsonWebKey
  return { alg, key: await crypto.subtle.importKey('jwk', jwk, importAs, false, ['sign']), sign }
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
const encode = (value: object): string => base64url(new TextEncoder().encode(JSON.stringify(value)))

const lifeSeconds = 60

/** RFC 7523 § 2.2: a new assertion for every request, since each is taken once. */
export const createAssertions = (options: {
  clientId: string
  privateKey: PrivateKey
  keyId?: string
  /** The service's own name for itself, from its metadata. */
  audience: () => Promise<string>
}) => {
  const { clientId, privateKey } = options
  const kid = options.keyId ?? ('kid' in privateKey ? (privateKey.kid as string | undefined) : undefined)
  let signing: Promise<Signing> | undefined

  return async (): Promise<string> => {
    signing ??= toSigning(privateKey)
    const [{ alg, key, sign }, aud] = await Promise.all([signing, options.audience()])
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: clientId, sub: clientId, aud, jti: crypto.randomUUID(), iat: now, exp: now + lifeSeconds }
    const input = `${encode({ alg, typ: 'JWT', ...(kid !== undefined && { kid }) })}.${encode(claims)}`
    const signature = await crypto.subtle.sign(sign, key, new TextEncoder().encode(input))
    return `${input}.${base64url(new Uint8Array(signature))}`
  }
}
