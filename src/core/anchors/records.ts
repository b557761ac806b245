import { CompactSign, compactVerify, decodeProtectedHeader } from 'jose'
import type { Keys } from '../keys/keys.ts'
import { AppError } from '../shared/errors.ts'
import type { AnchorStore } from './anchor-store.ts'
import { listOfKey } from './names.rules.ts'

export const anchorType = 'azukari-anchor+jws'
const formatVersion = 1

/** Ids only: no digits, no mask, no names. `body` is the business of whoever entered it. */
export type AnchorRecord = {
  name: string
  organizationId: string
  /** The data keys that go: all that the key database needs to know. */
  dekIds: string[]
  recordedAt: Date
  body: Record<string, unknown>
}
/** A record as it stands in the list. */
export type Anchored = AnchorRecord & { jws: string }

const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const toRecord = (claims: unknown): AnchorRecord | undefined => {
  if (!isObject(claims) || claims.v !== formatVersion) return undefined
  const { name, organizationId, dekIds, recordedAt, body } = claims
  if (typeof name !== 'string' || typeof organizationId !== 'string' || typeof recordedAt !== 'string') return undefined
  if (!isStrings(dekIds) || !isObject(body) || Number.isNaN(Date.parse(recordedAt))) return undefined
  return { name, organizationId, dekIds, recordedAt: new Date(recordedAt), body }
}

/** Compact JWS (RFC 7515, EdDSA by RFC 8037) under a signing key of their own; its name is inside, so none passes for another. */
export const createRecords = ({ signing }: Pick<Keys, 'signing'>) => {
  const sign = async ({ recordedAt, ...rest }: AnchorRecord): Promise<Anchored> => {
    const key = await signing.key('anchor')
    const claims = { v: formatVersion, ...rest, recordedAt: recordedAt.toISOString() }
    const jws = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: anchorType })
      .sign(key.privateKey)
    return { ...rest, recordedAt, jws }
  }

  /** Undefined for what this service did not sign under this name. A key that cannot be looked up is thrown: it is no verdict. */
  const open = async (name: string, jws: string): Promise<Anchored | undefined> => {
    const kid = kidOf(jws)
    const publicKey = kid === undefined ? undefined : await signing.publicKey('anchor', kid)
    if (publicKey === undefined) return undefined
    const payload = await compactVerify(jws, publicKey, { algorithms: ['EdDSA'] }).then(
      (verified) => (verified.protectedHeader.typ === anchorType ? verified.payload : undefined),
      () => undefined,
    )
    const record = payload === undefined ? undefined : toRecord(JSON.parse(Buffer.from(payload).toString('utf8')))
    return record?.name === name ? { ...record, jws } : undefined
  }

  const read = async (store: Pick<AnchorStore, 'read'>, name: string): Promise<Anchored | undefined> => {
    const jws = await store.read(name)
    return jws === undefined ? undefined : open(name, jws.trim())
  }

  let list: string | undefined
  /** The name of this installation's list. Its key is made at the first start, so that every backup of the key database has it. */
  const listName = async (): Promise<string> => {
    if (list !== undefined) return list
    await signing.key('anchor')
    const first = (await signing.jwks(['anchor'])).keys.at(-1)
    if (first === undefined) throw new AppError('internal', 'The list of disposals has no signing key.')
    list = listOfKey(first.kid)
    return list
  }

  return { sign, open, read, listName }
}
export type Records = ReturnType<typeof createRecords>

const kidOf = (jws: string): string | undefined => {
  try {
    return decodeProtectedHeader(jws).kid
  } catch {
    return undefined
  }
}
