import { type Doc, newId, randomBytes } from './kit.ts'

/** Documents as large as the service's. Where nobody reads them here, sealed bytes are random bytes of the same length. */
export const sealedBytes = { number: 72, names: 196, answer: 486 }

/** For a line of the ledger: who, whose, which. */
export type About = {
  organizationId: string
  staffId: string
  at: Date
  operation: string
  functionName: string
  outcome: string
  subject: Doc
  departmentCode: string
  code: string
  line: number
  more?: Record<string, unknown>
  names?: Buffer
  grams: number[]
}
const committed = [
  'actorName',
  'actorUserId',
  'subjectName',
  'subjectKana',
  'subjectCode',
  'departmentCode',
  'departmentName',
]
/** 32 bytes each, base64url. */
const commitments = (): Record<string, string> => {
  const bytes = randomBytes(committed.length * 32)
  return Object.fromEntries(
    committed.map((name, i) => [name, bytes.subarray(i * 32, (i + 1) * 32).toString('base64url')]),
  )
}
export const entryOf = (about: About): Doc => ({
  _id: newId('ent'),
  organizationId: about.organizationId,
  at: about.at,
  recordedAt: new Date(),
  line: about.line,
  operation: about.operation,
  functionName: about.functionName,
  actor: { type: 'staff', id: about.staffId, userId: 'j0013' },
  names: about.names ?? randomBytes(sealedBytes.names),
  commitments: commitments(),
  mac: { keyId: about.subject._id, digest: randomBytes(32) },
  grams: about.grams,
  outcome: about.outcome,
  requestId: about.subject._id,
  assurance: 'host',
  unsealed: true,
  subjectId: about.subject._id,
  companyId: about.subject.companyId,
  departmentCode: about.departmentCode,
  code: about.code,
  clientId: about.subject._id,
  network: '127.0.0.1',
  ...about.more,
})
