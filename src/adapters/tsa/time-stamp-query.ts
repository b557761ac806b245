import { createHash, randomBytes } from 'node:crypto'
import forge from 'node-forge'

const { asn1 } = forge
type Node = forge.asn1.Asn1

/** RFC 3161 in DER: the question, and what an answer must say to be one to this question. */
export const queryType = 'application/timestamp-query'
export const replyType = 'application/timestamp-reply'

const sha256Oid = '2.16.840.1.101.3.4.2.1'
const signedDataOid = '1.2.840.113549.1.7.2'
const tstInfoOid = '1.2.840.113549.1.9.16.1.4'
const { UNIVERSAL, CONTEXT_SPECIFIC } = asn1.Class

const node = (type: forge.asn1.Type, value: string | Node[]): Node =>
  asn1.create(UNIVERSAL, type, Array.isArray(value), value as string & Node[])
const oid = (text: string): Node => node(asn1.Type.OID, asn1.oidToDer(text).getBytes())
const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')

export type TimeStampQuery = { digest: Buffer; nonce: Buffer }

/** A positive INTEGER of 8 bytes: the first bit is 0 and the first byte is not, so that DER keeps it as it is. */
const newNonce = (): Buffer => {
  const nonce = randomBytes(8)
  nonce[0] = 0x40 | ((nonce[0] ?? 0) & 0x3f)
  return nonce
}

export const newQuery = (content: Uint8Array): TimeStampQuery => ({
  digest: createHash('sha256').update(content).digest(),
  nonce: newNonce(),
})

/** TimeStampReq (§ 2.4.1), with certReq: whoever verifies later finds the authority's certificate inside. */
export const toDer = ({ digest, nonce }: TimeStampQuery): Buffer => {
  const imprint = node(asn1.Type.SEQUENCE, [
    node(asn1.Type.SEQUENCE, [oid(sha256Oid), node(asn1.Type.NULL, '')]),
    node(asn1.Type.OCTETSTRING, binary(digest)),
  ])
  const request = node(asn1.Type.SEQUENCE, [
    node(asn1.Type.INTEGER, '\u0001'),
    imprint,
    node(asn1.Type.INTEGER, binary(nonce)),
    node(asn1.Type.BOOLEAN, '\u00ff'),
  ])
  return bytesOf(asn1.toDer(request).getBytes())
}

/** What an answer lacks; for the operator's log. */
export class NoTimeStamp extends Error {}

const children = (from: Node | undefined): Node[] => {
  if (from === undefined || !Array.isArray(from.value)) throw new NoTimeStamp('the answer has another shape')
  return from.value as Node[]
}
const primitive = (from: Node | undefined, type: forge.asn1.Type): Buffer => {
  if (from === undefined || from.tagClass !== UNIVERSAL || from.type !== type || typeof from.value !== 'string')
    throw new NoTimeStamp('the answer has another shape')
  return bytesOf(from.value)
}
const oidOf = (from: Node | undefined): string => asn1.derToOid(primitive(from, asn1.Type.OID).toString('latin1'))
/** [0] EXPLICIT */
const explicit = (from: Node | undefined): Node | undefined => {
  if (from?.tagClass !== CONTEXT_SPECIFIC || from.type !== 0) throw new NoTimeStamp('the answer has another shape')
  return children(from)[0]
}
const parsed = (der: Uint8Array): Node => {
  try {
    return asn1.fromDer(binary(der), { strict: true, parseAllBytes: true, decodeBitStrings: false } as never)
  } catch (cause) {
    throw new NoTimeStamp('the answer is no DER', { cause })
  }
}

/** GeneralizedTime of § 2.4.2: UTC, with or without a fraction. */
const timeOf = (text: string): Date => {
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text) ?? []
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`)
  if (Number.isNaN(at.getTime())) throw new NoTimeStamp('the answer names no time')
  return at
}

/** eContent of the token's SignedData (RFC 5652 § 5.1): TSTInfo. */
const tstInfoOf = (token: Node | undefined): Node[] => {
  const [type, content] = children(token)
  if (oidOf(type) !== signedDataOid) throw new NoTimeStamp('the answer is no signed data')
  const [, , encapsulated] = children(explicit(content))
  const [contentType, eContent] = children(encapsulated)
  if (oidOf(contentType) !== tstInfoOid) throw new NoTimeStamp('the answer is no time stamp')
  const octets = explicit(eContent)
  // Some parsers read what is in an OCTET STRING and looks like DER; here it stays bytes.
  if (octets !== undefined && typeof octets.value !== 'string') return children((octets.value as Node[])[0])
  return children(parsed(primitive(octets, asn1.Type.OCTETSTRING)))
}

/**
 * The time that a TimeStampResp (§ 2.4.2) names for this question; NoTimeStamp for an answer to another one, or none. The
 * signature is for whoever relies on it to check, against the authority that they trust (`openssl ts -verify`).
 */
export const timeIn = (response: Uint8Array, { digest, nonce }: TimeStampQuery): Date => {
  const [statusInfo, token] = children(parsed(response))
  const status = primitive(children(statusInfo)[0], asn1.Type.INTEGER)
  // 0 granted, 1 granted with modifications.
  if (status.length !== 1 || (status[0] ?? 9) > 1) throw new NoTimeStamp(`the authority refused (${status[0]})`)
  const [, , imprint, , genTime, ...rest] = tstInfoOf(token)
  const [algorithm, hashed] = children(imprint)
  if (oidOf(children(algorithm)[0]) !== sha256Oid || !primitive(hashed, asn1.Type.OCTETSTRING).equals(digest))
    throw new NoTimeStamp('the answer is about something else')
  const answered = rest.find(({ tagClass, type }) => tagClass === UNIVERSAL && type === asn1.Type.INTEGER)
  if (answered === undefined || !primitive(answered, asn1.Type.INTEGER).equals(nonce))
    throw new NoTimeStamp('the answer is to another question')
  return timeOf(primitive(genTime, asn1.Type.GENERALIZEDTIME).toString('latin1'))
}
