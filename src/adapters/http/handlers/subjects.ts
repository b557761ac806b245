import { defined } from '../../../core/shared/defined.ts'
import type { EmploymentEvent, Subject, SubjectInput, Subjects } from '../../../core/subjects/subjects.ts'
import { callerOf, created, type Handler, type Input, ok, on } from '../operation.ts'
import { conditionOf, etagOf } from './etag.ts'
import { iso, pageOf, toList } from './paging.ts'

export const toSubject = (row: Subject) => ({
  id: row.id,
  kind: row.kind,
  companyId: row.companyId,
  name: row.name,
  numberState: row.numberState,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  ...defined({
    noNumber:
      row.noNumber === undefined
        ? undefined
        : { reason: row.noNumber.reason, ...defined({ sinceOn: row.noNumber.sinceOn }) },
    departmentId: row.departmentId,
    code: row.code,
    externalId: row.externalId,
    metadata: row.metadata,
    kana: row.kana,
    birthOn: row.birthOn,
    address: row.address,
    email: row.email,
    phone: row.phone,
    payeeKind: row.payeeKind,
    corporateNumber: row.corporateNumber,
    landlord: row.landlord,
    employeeId: row.employeeId,
    dependentNo: row.dependentNo,
    relationship: row.relationship,
  }),
})

const etag = (row: Subject) => etagOf(row.version)

const toInput = (body: Input<'createSubject'>['body']): SubjectInput => ({
  kind: body.kind,
  companyId: body.companyId,
  name: body.name,
  ...defined({
    departmentId: body.departmentId,
    code: body.code,
    externalId: body.externalId,
    metadata: body.metadata,
    kana: body.kana,
    birthOn: body.birthOn,
    address: body.address,
    email: body.email,
    phone: body.phone,
    payeeKind: body.payeeKind,
    corporateNumber: body.corporateNumber,
    landlord: body.landlord,
  }),
})

const toEvent = (subjectId: string) => (event: EmploymentEvent) => ({
  id: event.id,
  subjectId,
  kind: event.kind,
  on: event.on,
  recordedAt: iso(event.recordedAt),
})

export const subjectsHandlers = ({ subjects }: { subjects: Subjects }) => ({
  listSubjects: (async (context, { query }) => {
    const { kind, companyId, departmentId, name, code, externalId, numberState } = query
    const page = await subjects.list(callerOf(context), {
      ...pageOf(query),
      ...defined({ kind, companyId, departmentId, name, code, externalId, numberState }),
    })
    return ok(toList(page, toSubject))
  }) satisfies Handler<'listSubjects'>,
  createSubject: on<'createSubject', Subject>(
    (context, { body }) => subjects.create(callerOf(context), toInput(body)),
    (row) => ({ ...created(toSubject(row)), headers: etag(row) }),
  ),
  getSubject: (async (context, { path }) => {
    const row = await subjects.get(callerOf(context), path.id)
    return { ...ok(toSubject(row)), headers: etag(row) }
  }) satisfies Handler<'getSubject'>,
  updateSubject: (async (context, { path, body, ifMatch }) => {
    const change = defined({
      name: body.name,
      kana: body.kana,
      birthOn: body.birthOn,
      address: body.address,
      email: body.email,
      phone: body.phone,
      departmentId: body.departmentId,
      code: body.code,
      metadata: body.metadata,
      corporateNumber: body.corporateNumber,
      landlord: body.landlord,
    })
    const row = await subjects.update(callerOf(context), path.id, change, conditionOf(ifMatch))
    return { ...ok(toSubject(row)), headers: etag(row) }
  }) satisfies Handler<'updateSubject'>,
  upsertSubject: (async (context, { path, body, ifMatch }) => {
    const row = await subjects.upsert(callerOf(context), path.externalId, toInput(body), conditionOf(ifMatch))
    return { ...ok(toSubject(row)), headers: etag(row) }
  }) satisfies Handler<'upsertSubject'>,

  listDependents: (async (context, { path, query }) => {
    const caller = callerOf(context)
    await subjects.get(caller, path.id)
    return ok(toList(await subjects.list(caller, { ...pageOf(query), employeeId: path.id }), toSubject))
  }) satisfies Handler<'listDependents'>,
  createDependent: on<'createDependent', Subject>(
    (context, { path, body }) =>
      subjects.createDependent(callerOf(context), path.id, {
        dependentNo: body.dependentNo,
        relationship: body.relationship,
        name: body.name,
        ...defined({
          kana: body.kana,
          birthOn: body.birthOn,
          address: body.address,
          email: body.email,
          phone: body.phone,
          externalId: body.externalId,
          metadata: body.metadata,
        }),
      }),
    (row) => ({ ...created(toSubject(row)), headers: etag(row) }),
  ),

  listEmploymentEvents: (async (context, { path, query }) => {
    const page = await subjects.listEvents(callerOf(context), path.id, pageOf(query))
    return ok(toList(page, toEvent(path.id)))
  }) satisfies Handler<'listEmploymentEvents'>,
  createEmploymentEvent: on<'createEmploymentEvent', { subjectId: string; event: EmploymentEvent }>(
    (context, { path, body }) => subjects.addEvent(callerOf(context), path.id, { kind: body.kind, on: body.on }),
    ({ subjectId, event }) => created(toEvent(subjectId)(event)),
  ),
})
