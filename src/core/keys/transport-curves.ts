import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { TransportPublicJwk, TransportUse } from './platform-keys.store.ts'

/**
 * Everything about one curve in one place. PKCS#8 of a private key is a fixed beginning and its 32 bytes (X25519: RFC 8410 § 7;
 * P-256: RFC 5915 without the optional public key, which OpenSSL works out); those 32 bytes are what the KMS wraps.
 */
type Curve = {
  use: TransportUse
  pkcs8Prefix: Buffer
  generate: () => { privateKey: KeyObject; publicKey: KeyObject }
  /** The public members, in the order of RFC 7638. */
  members: (jwk: { crv?: string; kty?: string; x?: string; y?: string }) => TransportPublicJwk | undefined
}

export const curves = {
  'P-256': {
    use: 'transport_p256',
    pkcs8Prefix: Buffer.from('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420', 'hex'),
    generate: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    members: ({ crv, kty, x, y }) =>
      crv === 'P-256' && kty === 'EC' && x !== undefined && y !== undefined ? { crv, kty, x, y } : undefined,
  },
  X25519: {
    use: 'transport_x25519',
    pkcs8Prefix: Buffer.from('302e020100300506032b656e04220420', 'hex'),
    generate: () => generateKeyPairSync('x25519'),
    members: ({ crv, kty, x }) => (crv === 'X25519' && kty === 'OKP' && x !== undefined ? { crv, kty, x } : undefined),
  },
} as const satisfies Record<TransportPublicJwk['crv'], Curve>
export type CurveName = keyof typeof curves
export const curveNames = Object.keys(curves) as CurveName[]

const secretBytes = 32

/** The 32 bytes of a private key; whoever gets them wipes them. */
export const secretOf = (privateKey: KeyObject): Buffer => {
  // SEC1 and OneAsymmetricKey both carry the secret as an OCTET STRING of 32 bytes, right after its tag and length: the first such in both.
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  const at = der.indexOf(Buffer.from([0x04, secretBytes])) + 2
  const secret = Buffer.from(der.subarray(at, at + secretBytes))
  der.fill(0)
  return secret
}

export const privateKeyOf = (curve: CurveName, secret: Buffer): KeyObject => {
  const der = Buffer.concat([curves[curve].pkcs8Prefix, secret])
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } finally {
    der.fill(0)
  }
}

/** RFC 7638: the thumbprint of the required members in lexical order. */
export const thumbprintOf = (jwk: TransportPublicJwk): string =>
  createHash('sha256')
    .update(
      JSON.stringify(
        jwk.kty === 'EC'
          ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }
          : { crv: jwk.crv, kty: jwk.kty, x: jwk.x },
      ),
    )
    .digest('base64url')
