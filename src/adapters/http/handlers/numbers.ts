import { publishedSeconds, type TransportJwk } from '../../../core/keys/keys.ts'
import { defined } from '../../../core/shared/defined.ts'
import type { NumberRow, Reveal, Use } from '../../../core/use/use.ts'
import type { Duplicate, HeldElsewhere, MaskedVersion, SubjectNumber, Vault } from '../../../core/vault/vault.ts'
import { callerOf, created, type Handler, numberOf, ok, on, receipted } from '../operation.ts'
import { iso, maybeIso, pageOf, toList } from './paging.ts'

const toVersion = (row: MaskedVersion) => ({
  id: row.versionId,
  version: row.version,
  state: row.state,
  registeredAt: iso(row.registeredAt),
  registeredBy: row.registeredBy,
  ...defined({
    masked: row.state === 'deleted' || row.state === 'erased' ? undefined : row.masked,
    issuedOn: row.issuedOn,
    selfCheckedAt: maybeIso(row.selfCheckedAt),
    staffCheckedAt: maybeIso(row.staffCheckedAt),
    reason: row.reason,
  }),
})

const toHeldElsewhere = ({ subjectId, versionId, kind }: HeldElsewhere) => ({ subjectId, versionId, kind })

const toSubjectNumber = (row: SubjectNumber) => ({
  subjectId: row.subjectId,
  state: row.state,
  versions: row.versions.map(toVersion),
  ...(row.current === undefined ? {} : { current: toVersion(row.current) }),
  ...(row.duplicates === undefined ? {} : { duplicates: row.duplicates.map(toHeldElsewhere) }),
})

const toRecorded = (row: SubjectNumber) => receipted(created(toSubjectNumber(row)), row.entries)

const toDuplicate = ({ kind, numbers, more }: Duplicate) => ({
  kind,
  numbers: numbers.map(({ subjectId, kind: subjectKind, companyId, versionId, state }) => ({
    subjectId,
    subjectKind,
    companyId,
    versionId,
    state,
  })),
  more,
})

const toRow = (row: NumberRow) => ({
  subjectId: row.subjectId,
  companyId: row.companyId,
  kind: row.kind,
  name: row.name,
  numberState: row.numberState,
  ...defined({
    department: row.department,
    code: row.code,
    employeeName: row.employeeName,
    dependentNo: row.dependentNo,
    relationship: row.relationship,
    versionId: row.version?.versionId,
    masked: row.version?.masked,
    issuedOn: row.version?.issuedOn,
    selfCheckedAt: maybeIso(row.version?.selfCheckedAt),
    staffCheckedAt: maybeIso(row.version?.staffCheckedAt),
  }),
})

const toReveal = (reveal: Reveal) => ({
  purpose: reveal.purpose,
  intent: reveal.intent,
  at: iso(reveal.at),
  numbers: reveal.numbers.map(({ subjectId, versionId, number, numberJwe, issuedOn, entryId }) => ({
    subjectId,
    versionId,
    entryId,
    ...defined({ number, numberJwe, issuedOn }),
  })),
})

const toJwk = (jwk: TransportJwk) => ({
  kty: jwk.kty,
  crv: jwk.crv,
  x: jwk.x,
  kid: jwk.kid,
  alg: jwk.alg,
  use: jwk.use,
  ...(jwk.kty === 'EC' ? { y: jwk.y } : {}),
})

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text))

const confirmationOf = ({ sampleConfirmed }: { sampleConfirmed?: boolean }) => defined({ sampleConfirmed })

export const numbersHandlers = ({ vault, use }: { vault: Vault; use: Use }) => ({
  getVaultJwks: (async () => ({
    ...ok({ keys: (await vault.jwks()).keys.map(toJwk) }),
    headers: { 'Cache-Control': `public, max-age=${publishedSeconds}` },
  })) satisfies Handler<'getVaultJwks'>,
  listNumbers: (async (context, { query }) => {
    const { companyId, departmentId, kind, name, code, numberState } = query
    const page = await use.list(callerOf(context), {
      ...pageOf(query),
      ...defined({ companyId, departmentId, kind, name, code, numberState }),
    })
    return ok(toList(page, toRow))
  }) satisfies Handler<'listNumbers'>,
  getSubjectNumber: (async (context, { path }) =>
    ok(toSubjectNumber(await vault.numberOf(callerOf(context), path.id)))) satisfies Handler<'getSubjectNumber'>,
  registerNumber: on<'registerNumber', SubjectNumber>((context, { path, body }) => {
    const { notice } = body
    const wish =
      notice === undefined
        ? undefined
        : { noticeId: notice.noticeId, channel: notice.channel, ...defined({ givenAt: dateOf(notice.givenAt) }) }
    return vault.register(callerOf(context), {
      subjectId: path.id,
      number: numberOf(context, body),
      ...defined({ issuedOn: body.issuedOn, noticeGivenId: body.noticeGivenId, notice: wish }),
      ...confirmationOf(body),
    })
  }, toRecorded),
  createNumberCorrection: on<'createNumberCorrection', SubjectNumber>(
    (context, { path, body }) =>
      vault.correct(callerOf(context), {
        subjectId: path.id,
        number: numberOf(context, body),
        reason: body.reason,
        ...defined({ issuedOn: body.issuedOn }),
        ...confirmationOf(body),
      }),
    toRecorded,
  ),
  createNumberReissue: on<'createNumberReissue', SubjectNumber>(
    (context, { path, body }) =>
      vault.reissue(callerOf(context), {
        subjectId: path.id,
        number: numberOf(context, body),
        issuedOn: body.issuedOn,
        ...defined({ reason: body.reason }),
        ...confirmationOf(body),
      }),
    toRecorded,
  ),
  createNumberCheck: on<'createNumberCheck', SubjectNumber>(
    (context, { path, body }) =>
      vault.check(callerOf(context), { subjectId: path.id, versionId: body.versionId, kind: 'staff' }),
    toRecorded,
  ),
  listDuplicates: (async (context, { query }) => {
    const { limit, after } = pageOf(query)
    const { companyId } = query
    const page = await vault.listDuplicates(callerOf(context), { limit, ...defined({ after, companyId }) })
    return ok({ ...toList(page, toDuplicate), complete: page.complete })
  }) satisfies Handler<'listDuplicates'>,
  createReveal: (async (context, { body }) => {
    const reveal = await use.reveal(callerOf(context), {
      subjectIds: body.subjectIds,
      ...defined({ purpose: body.purpose, intent: body.intent, encrypted: body.encrypted }),
    })
    return receipted(ok(toReveal(reveal)), reveal.entries)
  }) satisfies Handler<'createReveal'>,
})
