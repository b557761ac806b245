import {
  type Commitments,
  type CommittedValues,
  canonicalLeaf,
  commitTo,
  committedFields,
  type Leaf,
  leafHash,
} from './leaf.ts'
import type { EntryRow } from './ledger.store.ts'

/** What is sealed in a row's `names`: the names as of then, and the salt of all of the entry's commitments (base64url). */
export type OpenedNames = {
  salt: string
  subjectName?: string
  subjectKana?: string
  departmentName?: string
  actorName?: string
}

export const saltOf = ({ salt }: OpenedNames): Buffer => Buffer.from(salt, 'base64url')

/** All committed values: names are sealed in the row, codes stand in it. */
export const valuesOf = (row: EntryRow, { salt: _, ...names }: OpenedNames): CommittedValues => {
  const values: CommittedValues = { ...names }
  if (row.actor.userId !== undefined) values.actorUserId = row.actor.userId
  if (row.code !== undefined) values.subjectCode = row.code
  if (row.departmentCode !== undefined) values.departmentCode = row.departmentCode
  return values
}

export const isErased = ({ names, code, departmentCode, actor }: EntryRow): boolean =>
  [names, code, departmentCode, actor.userId].every((value) => value === undefined)

/** Made anew from the values while they are kept; none where these do not fit, or are neither readable nor wholly erased. */
const commitmentsOf = (row: EntryRow, opened: OpenedNames | undefined): Commitments => {
  if (opened === undefined) return isErased(row) ? row.commitments : {}
  const made = commitTo(saltOf(opened), valuesOf(row, opened))
  return committedFields.every((field) => made[field] === row.commitments[field]) ? made : {}
}

/** In the order in which they are written (RFC 8785 § 3.2.3). What a row lacks, its leaf lacks. */
const members: Record<keyof Leaf, (row: EntryRow, commitments: Commitments) => unknown> = {
  actor: ({ actor: { id, type } }) => (id === undefined ? { type } : { id, type }),
  assurance: ({ assurance }) => assurance,
  at: ({ at }) => at.toISOString(),
  clientId: ({ clientId }) => clientId,
  commitments: (_, commitments) => commitments,
  companyId: ({ companyId }) => companyId,
  functionName: ({ functionName }) => functionName,
  id: ({ _id }) => _id,
  jobId: ({ jobId }) => jobId,
  line: ({ line }) => line,
  network: ({ network }) => network,
  operation: ({ operation }) => operation,
  organizationId: ({ organizationId }) => organizationId,
  outcome: ({ outcome }) => outcome,
  place: ({ place }) => place,
  purpose: ({ purpose }) => purpose,
  recordedAt: ({ recordedAt }) => recordedAt.toISOString(),
  refusal: ({ refusal }) => refusal,
  requestId: ({ requestId }) => requestId,
  subjectId: ({ subjectId }) => subjectId,
  tampered: ({ tampered }) => tampered,
  use: ({ use }) => use,
  v: () => 1,
}
const leafMembers = Object.entries(members)

const toLeaf = (row: EntryRow, commitments: Commitments): Leaf => {
  const leaf: Record<string, unknown> = {}
  for (const [name, read] of leafMembers) {
    const value = read(row, commitments)
    if (value !== undefined) leaf[name] = value
  }
  return leaf as Leaf
}

/** Of a new entry: what cannot be written down is an error. */
export const newLeaf = (row: EntryRow): string => canonicalLeaf(toLeaf(row, row.commitments))

export type RowLeaf = { text: string; hash: Buffer }

/**
 * The leaf of a row as it stands in the database, by the sealer and by whoever verifies, so never an error: a row that
 * somebody has bent until it makes no leaf has one that says so. `opened` is absent where the names are erased, or do not open.
 */
export const leafOf = (row: EntryRow, opened?: OpenedNames): RowLeaf => {
  const text = wholeLeafOf(row, opened) ?? bentLeafOf(row)
  return { text, hash: leafHash(text) }
}

const wholeLeafOf = (row: EntryRow, opened: OpenedNames | undefined): string | undefined => {
  try {
    return canonicalLeaf(toLeaf(row, commitmentsOf(row, opened)))
  } catch {
    return undefined
  }
}
const bentLeafOf = ({ _id, organizationId }: EntryRow): string =>
  `{"id":${JSON.stringify(String(_id))},"organizationId":${JSON.stringify(organizationId)},"tampered":true,"v":1}`
