import type {
  BegunDisposal,
  CertificateRow,
  Claim,
  DisposalRow,
  PlannedDisposal,
  Retention,
  RetentionRule,
  ScheduleRow,
} from '../../../core/retention/retention.ts'
import { defined } from '../../../core/shared/defined.ts'
import { accepted, callerOf, type Handler, ok, on, receipted } from '../operation.ts'
import { conditionOf, etagOf } from './etag.ts'
import { iso, maybeIso, pageOf, toList, wholeList } from './paging.ts'

const toRule = (rule: RetentionRule & { id: string }) => ({
  id: rule.id,
  name: rule.name,
  law: rule.law,
  years: rule.years,
  anchor: rule.anchor,
  purposes: [...rule.purposes],
  confidence: rule.confidence,
  ...defined({ fromOn: rule.fromOn, toOn: rule.toOn }),
})

const toClaim = (claim: Claim) => ({
  ruleId: claim.ruleId,
  purpose: claim.purpose,
  reason: { ja: claim.reason.ja, en: claim.reason.en },
  ...defined({ anchorOn: claim.anchorOn, untilOn: claim.untilOn }),
})

const toPlanned = (planned: PlannedDisposal) => ({
  subjectId: planned.subjectId,
  state: planned.state,
  ...defined({
    claimsUntilOn: planned.claimsUntilOn,
    staffOn: planned.staffOn,
    plannedOn: planned.plannedOn,
    reason: planned.reason,
    reviewOn: planned.reviewOn,
  }),
})

const planned = (row: PlannedDisposal) => ({ ...ok(toPlanned(row)), headers: etagOf(row.version) })

const toScheduleRow = (row: ScheduleRow) => ({
  subjectId: row.subjectId,
  kind: row.kind,
  name: row.name,
  state: row.state,
  due: row.due,
  ...defined({
    department: row.department === undefined ? undefined : { code: row.department.code, name: row.department.name },
    code: row.code,
    employeeName: row.employeeName,
    dependentNo: row.dependentNo,
    issuedOn: row.issuedOn,
    retiredOn: row.retiredOn,
    insuranceLostOn: row.insuranceLostOn,
    plannedOn: row.plannedOn,
    masked: row.masked,
  }),
})

const toDisposal = (row: DisposalRow) => ({
  id: row._id,
  state: row.state,
  jobId: row.jobId,
  certificateIds: [...row.certificateIds],
  createdAt: iso(row.createdAt),
  ...defined({ finishedAt: maybeIso(row.finishedAt) }),
})

const toCertificate = (row: CertificateRow) => ({
  id: row._id,
  disposalId: row.disposalId,
  subjectId: row.subjectId,
  status: row.status,
  deletedAt: iso(row.deletedAt),
  jws: row.jws,
  ...defined({ erasedAt: maybeIso(row.erasedAt) }),
})

export const retentionHandlers = ({ retention }: { retention: Retention }) => ({
  listRetentionRules: (async () =>
    ok(wholeList(retention.rules().map(toRule)))) satisfies Handler<'listRetentionRules'>,

  listClaims: (async (context, { path }) =>
    ok(wholeList((await retention.claims(callerOf(context), path.id)).map(toClaim)))) satisfies Handler<'listClaims'>,

  listDisposalSchedule: (async (context, { query }) => {
    const { companyId, due } = query
    const page = await retention.schedule(callerOf(context), { ...pageOf(query), ...defined({ companyId, due }) })
    return ok(toList(page, toScheduleRow))
  }) satisfies Handler<'listDisposalSchedule'>,

  getPlannedDisposal: (async (context, { path }) =>
    planned(await retention.getPlanned(callerOf(context), path.id))) satisfies Handler<'getPlannedDisposal'>,

  setPlannedDisposal: (async (context, { path, body, ifMatch }) => {
    const wish = { plannedOn: body.plannedOn, reason: body.reason }
    return planned(await retention.setPlanned(callerOf(context), path.id, wish, conditionOf(ifMatch)))
  }) satisfies Handler<'setPlannedDisposal'>,

  removePlannedDisposal: (async (context, { path, query, ifMatch }) => {
    const wish = { reason: query.reason, reviewOn: query.reviewOn }
    return planned(await retention.removePlanned(callerOf(context), path.id, wish, conditionOf(ifMatch)))
  }) satisfies Handler<'removePlannedDisposal'>,

  listDisposals: (async (context, { query }) =>
    ok(
      toList(await retention.disposals.list(callerOf(context), pageOf(query)), toDisposal),
    )) satisfies Handler<'listDisposals'>,

  createDisposal: on<'createDisposal', BegunDisposal>(
    (context, { body }) => retention.disposals.create(callerOf(context), { subjectIds: body.subjectIds }),
    (row) => receipted(accepted(toDisposal(row)), row.entries),
  ),

  getDisposal: (async (context, { path }) =>
    ok(toDisposal(await retention.disposals.get(callerOf(context), path.id)))) satisfies Handler<'getDisposal'>,

  listCertificates: (async (context, { query }) => {
    const wish = { ...pageOf(query), ...defined({ subjectId: query.subjectId }) }
    return ok(toList(await retention.certificates.list(callerOf(context), wish), toCertificate))
  }) satisfies Handler<'listCertificates'>,

  getCertificate: (async (context, { path }) =>
    ok(
      toCertificate(await retention.certificates.get(callerOf(context), path.id)),
    )) satisfies Handler<'getCertificate'>,
})
