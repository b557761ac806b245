import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { AppError } from '../shared/errors.ts'

/** What is personal, or lets a person be found: in the leaf as commitments only. */
export const committedFields = [
  'actorName',
  'actorUserId',
  'subjectName',
  'subjectKana',
  'subjectCode',
  'departmentCode',
  'departmentName',
] as const
/** As the leaf writes them. */
const fieldsInOrder = committedFields.toSorted()
export type CommittedField = (typeof committedFields)[number]
export type CommittedValues = Partial<Record<CommittedField, string>>
export type Commitments = Partial<Record<CommittedField, string>>

/**
 * One entry as the tree holds it, format 1. What is absent in the entry is absent here, so that a later field changes no
 * older leaf. No name, no code: those are commitments, and go one day while the leaf stays.
 */
export type Leaf = {
  v: 1
  id: string
  organizationId: string
  at: string
  recordedAt: string
  line: number
  operation: string
  functionName: string
  outcome: string
  actor: { type: string; id?: string }
  subjectId?: string
  companyId?: string
  purpose?: string
  use?: string
  refusal?: string
  requestId: string
  clientId?: string
  network?: string
  place?: string
  assurance: string
  jobId?: string
  /** The entry did not fit its MAC when it was sealed. */
  tampered?: true
  commitments: Commitments
}

export const entrySaltBytes = 32
const fieldSaltBytes = 16

/**
 * HMAC-SHA-256 (FIPS 198-1) of a field's name under the entry's salt, written out: Node makes a key object for every
 * `createHmac`, and seven of them cost 100 µs an entry against 15. What is hashed lies in scratch blocks, so that verifying a
 * ledger leaves little behind.
 */
const blockBytes = 64
const hashBytes = 32
const inner = Buffer.alloc(2 * blockBytes)
const outer = Buffer.alloc(blockBytes + hashBytes)
const fieldMessages = Object.fromEntries(
  committedFields.map((field) => [field, { field, whole: inner.subarray(0, blockBytes + field.length) }]),
) as Record<CommittedField, { field: CommittedField; whole: Buffer }>

const keyWith = (entrySalt: Uint8Array): void => {
  for (let i = 0; i < blockBytes; i++) {
    const byte = entrySalt[i] ?? 0
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
}
/** After `keyWith`; latin1, as short as the salt is. */
const keyedSalt = (of: CommittedField): string => {
  const { field, whole } = fieldMessages[of]
  inner.write(field, blockBytes, 'latin1')
  outer.write(hash('sha256', whole, 'binary'), blockBytes, 'latin1')
  return hash('sha256', outer, 'binary').slice(0, fieldSaltBytes)
}

/** A salt for each field, so that one value can be shown without opening the others: HMAC-SHA-256 of its name, cut to 16 bytes. */
export const fieldSalt = (entrySalt: Uint8Array, field: CommittedField): Buffer => {
  keyWith(entrySalt)
  return Buffer.from(keyedSalt(field), 'latin1')
}

const salted = Buffer.alloc(4096)
/** base64url(SHA-256(salt ‖ UTF-8 of the value)). */
export const commitment = (salt: Uint8Array, value: string): string =>
  hash('sha256', Buffer.concat([salt, Buffer.from(value, 'utf8')]), 'base64url')

const commitmentBy = (salt: string, value: string): string => {
  // Three bytes for a character at most.
  if (value.length * 3 > salted.length - fieldSaltBytes) return commitment(Buffer.from(salt, 'latin1'), value)
  salted.write(salt, 'latin1')
  return hash('sha256', salted.subarray(0, fieldSaltBytes + salted.write(value, fieldSaltBytes, 'utf8')), 'base64url')
}

/** Of each value that is there. */
export const commitTo = (entrySalt: Uint8Array, values: CommittedValues): Commitments => {
  const made: Commitments = {}
  keyWith(entrySalt)
  for (const field of fieldsInOrder) {
    const value = values[field]
    if (value !== undefined) made[field] = commitmentBy(keyedSalt(field), value)
  }
  return made
}

const unfit = (what: string): AppError => new AppError('internal', `A ledger entry cannot be written down: ${what}.`)

/**
 * RFC 8785 leaves these to its callers, and libraries drop or bend them in silence. Tells whether all names come in order: by
 * UTF-16 units (§ 3.2.3), as `<` compares.
 */
const mustBeWritable = (value: unknown, place: string): boolean => {
  if (value === true) return true
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw unfit(`${place} has half of a surrogate pair`)
    return true
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw unfit(`${place} is no whole number`)
    return true
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    throw unfit(`${place} is neither text nor number nor object`)
  let inOrder = true
  let last = ''
  for (const name of Object.keys(value)) {
    if (!name.isWellFormed()) throw unfit(`a name in ${place} has half of a surrogate pair`)
    const sorted = mustBeWritable((value as Record<string, unknown>)[name], name)
    inOrder &&= sorted && last <= name
    last = name
  }
  return inOrder
}

/**
 * The canonical text (RFC 8785). The same leaf gives the same bytes, here and in any other program. Of what a leaf may hold it
 * is what `JSON.stringify` writes (§ 3.2.2) once the names are in order, as they mostly are: half the time of `canonicalize`, and
 * a fourth of the garbage, which for verifying a ledger counts.
 */
export const canonicalLeaf = (leaf: Leaf): string =>
  (mustBeWritable(leaf, 'leaf') ? JSON.stringify(leaf) : canonicalize(leaf)) ?? ''

/** RFC 6962 § 2.1: SHA-256(0x00 ‖ leaf). */
const prefixed = Buffer.alloc(16_384)
export const leafHash = (canonical: string): Buffer => {
  const bytes = canonical.length * 3 < prefixed.length ? prefixed : Buffer.alloc(1 + canonical.length * 3)
  return hash('sha256', bytes.subarray(0, 1 + bytes.write(canonical, 1, 'utf8')), 'buffer')
}
