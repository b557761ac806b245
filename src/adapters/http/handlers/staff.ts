import type { Access, AppointmentInput, Staff, StaffRecord } from '../../../core/access/access.ts'
import { defined } from '../../../core/shared/defined.ts'
import { callerOf, created, type Handler, type Input, ok, on } from '../operation.ts'
import { conditionOf, etagOf } from './etag.ts'
import { iso, maybeIso, pageOf, toList } from './paging.ts'

const toAppointment = (row: Staff['appointments'][number]) => ({
  id: row.id,
  role: row.role,
  fromOn: row.fromOn,
  ...defined({
    companyId: row.companyId,
    departmentId: row.departmentId,
    subjectKinds: row.subjectKinds,
    post: row.post,
    toOn: row.toOn,
    basis: row.basis,
    dismissedAt: maybeIso(row.dismissedAt),
    dismissalBasis: row.dismissalBasis,
  }),
})

const toStaff = (row: Staff) => ({
  id: row._id,
  name: row.name,
  userId: row.userId,
  createdAt: iso(row.createdAt),
  appointments: row.appointments.map(toAppointment),
  ...defined({ email: row.email }),
})

const etag = (row: Staff) => etagOf(row.version ?? 0)
const createdStaff = (row: Staff) => ({ ...created(toStaff(row)), headers: etag(row) })

const toAppointmentInput = (body: Input<'createAppointment'>['body']): AppointmentInput => ({
  role: body.role,
  fromOn: body.fromOn,
  ...defined({
    companyId: body.companyId,
    departmentId: body.departmentId,
    subjectKinds: body.subjectKinds,
    post: body.post,
    toOn: body.toOn,
    basis: body.basis,
  }),
})

const toTraining = (row: StaffRecord) => ({
  id: row._id,
  staffId: row.staffId,
  subject: row.title,
  trainedOn: row.on,
  recordedAt: iso(row.recordedAt),
  ...defined({ score: row.score }),
})

const toPledge = (row: StaffRecord) => ({
  id: row._id,
  staffId: row.staffId,
  document: row.title,
  pledgedOn: row.on,
  recordedAt: iso(row.recordedAt),
})

export const staffHandlers = ({ access: { staff, records } }: { access: Pick<Access, 'staff' | 'records'> }) => ({
  listStaff: (async (context, { query }) =>
    ok(toList(await staff.list(callerOf(context), pageOf(query)), toStaff))) satisfies Handler<'listStaff'>,
  createStaff: on<'createStaff', Staff>(
    (context, { body }) =>
      staff.create(callerOf(context), {
        name: body.name,
        userId: body.userId,
        appointment: toAppointmentInput(body.appointment),
        ...defined({ email: body.email }),
      }),
    createdStaff,
  ),
  updateStaff: (async (context, { path, body, ifMatch }) => {
    const caller = callerOf(context)
    const { email } = body
    const row =
      email === undefined
        ? await staff.get(caller, path.id)
        : await staff.setEmail(caller, path.id, email, conditionOf(ifMatch))
    return { ...ok(toStaff(row)), headers: etag(row) }
  }) satisfies Handler<'updateStaff'>,
  getStaff: (async (context, { path }) => {
    const row = await staff.get(callerOf(context), path.id)
    return { ...ok(toStaff(row)), headers: etag(row) }
  }) satisfies Handler<'getStaff'>,
  createAppointment: on<'createAppointment', Staff>(
    (context, { path, body, ifMatch }) =>
      staff.appoint(callerOf(context), path.id, toAppointmentInput(body), conditionOf(ifMatch)),
    createdStaff,
  ),
  createDismissal: on<'createDismissal', Staff>(
    (context, { path, body, ifMatch }) =>
      staff.dismiss(
        callerOf(context),
        path.id,
        { appointmentId: body.appointmentId, lastOn: body.lastOn, basis: body.basis },
        conditionOf(ifMatch),
      ),
    createdStaff,
  ),

  listTrainings: (async (context, { path, query }) =>
    ok(
      toList(await records.listTrainings(callerOf(context), path.id, pageOf(query)), toTraining),
    )) satisfies Handler<'listTrainings'>,
  createTraining: on<'createTraining', StaffRecord>(
    (context, { path, body }) =>
      records.recordTraining(callerOf(context), path.id, {
        title: body.subject,
        on: body.trainedOn,
        ...defined({ score: body.score }),
      }),
    (row) => created(toTraining(row)),
  ),
  listPledges: (async (context, { path, query }) =>
    ok(
      toList(await records.listPledges(callerOf(context), path.id, pageOf(query)), toPledge),
    )) satisfies Handler<'listPledges'>,
  createPledge: on<'createPledge', StaffRecord>(
    (context, { path, body }) =>
      records.recordPledge(callerOf(context), path.id, { title: body.document, on: body.pledgedOn }),
    (row) => created(toPledge(row)),
  ),
})
