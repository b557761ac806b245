import type { Access, AppointmentInput, Staff } from '../../../core/access/access.ts'
import type { Notices } from '../../../core/notices/notices.ts'
import type {
  Company,
  DepartmentRow,
  OrganizationRow,
  Organizations,
} from '../../../core/organizations/organizations.ts'
import { defined } from '../../../core/shared/defined.ts'
import type { Subjects } from '../../../core/subjects/subjects.ts'
import { callerOf, created, type Handler, type Input, ok, on } from '../operation.ts'
import { iso, pageOf, toList } from './paging.ts'

type Deps = { organizations: Organizations; access: Access; subjects: Subjects; notices: Notices; now: () => Date }

const toCompany = (row: Company) => ({
  id: row._id,
  name: row.name,
  kind: row.kind,
  createdAt: iso(row.createdAt),
  ...defined({
    corporateNumber: row.corporateNumber,
    address: row.address,
    phone: row.phone,
    externalId: row.externalId,
    proprietorId: row.proprietorId,
  }),
})

const toDepartment = (row: DepartmentRow) => ({
  id: row._id,
  companyId: row.companyId,
  code: row.code,
  name: row.name,
  createdAt: iso(row.createdAt),
})

const toStaff = (row: Staff) => ({
  id: row._id,
  name: row.name,
  userId: row.userId,
  createdAt: iso(row.createdAt),
  appointments: row.appointments.map(({ id, role, fromOn, companyId, departmentId, toOn, basis }) => ({
    id,
    role,
    fromOn,
    ...defined({ companyId, departmentId, toOn, basis }),
  })),
})

const toAppointmentInput = (body: Input<'createAppointment'>['body']): AppointmentInput => ({
  role: body.role,
  fromOn: body.fromOn,
  ...defined({ companyId: body.companyId, departmentId: body.departmentId, toOn: body.toOn, basis: body.basis }),
})

const toSettings = (row: OrganizationRow) => ({
  selfCheckRequired: row.selfCheckRequired,
  jweInputRequired: row.jweInputRequired === true,
  jweAnswersRequired: row.jweAnswersRequired === true,
  ...defined({ standingNoticeId: row.standingNoticeId }),
})

export const organizationHandlers = ({ organizations, access, subjects, notices, now }: Deps) => {
  const toTestClock = (row: OrganizationRow) => ({
    now: iso(row.testClock ?? now()),
    moved: row.testClock !== undefined,
  })
  return {
    listCompanies: (async (context, { query }) =>
      ok(
        toList(await organizations.listCompanies(callerOf(context), pageOf(query)), toCompany),
      )) satisfies Handler<'listCompanies'>,
    createCompany: on<'createCompany', Company>(
      (context, { body }) => {
        const caller = callerOf(context)
        const input = {
          name: body.name,
          kind: body.kind,
          ...defined({
            corporateNumber: body.corporateNumber,
            address: body.address,
            phone: body.phone,
            externalId: body.externalId,
          }),
        }
        const personal = { name: body.name, ...defined({ address: body.address, phone: body.phone }) }
        return organizations.createCompany(caller, input, (companyId) =>
          subjects.proprietor(caller, companyId, personal),
        )
      },
      (row) => created(toCompany(row)),
    ),
    getCompany: (async (context, { path }) =>
      ok(toCompany(await organizations.getCompany(callerOf(context), path.id)))) satisfies Handler<'getCompany'>,

    listDepartments: (async (context, { query }) =>
      ok(
        toList(
          await organizations.listDepartments(callerOf(context), {
            ...pageOf(query),
            ...defined({ companyId: query.companyId }),
          }),
          toDepartment,
        ),
      )) satisfies Handler<'listDepartments'>,
    createDepartment: on<'createDepartment', DepartmentRow>(
      (context, { body }) =>
        organizations.createDepartment(callerOf(context), {
          companyId: body.companyId,
          code: body.code,
          name: body.name,
        }),
      (row) => created(toDepartment(row)),
    ),
    getDepartment: (async (context, { path }) =>
      ok(
        toDepartment(await organizations.getDepartment(callerOf(context), path.id)),
      )) satisfies Handler<'getDepartment'>,

    listStaff: (async (context, { query }) =>
      ok(toList(await access.staff.list(callerOf(context), pageOf(query)), toStaff))) satisfies Handler<'listStaff'>,
    createStaff: on<'createStaff', Staff>(
      (context, { body }) =>
        access.staff.create(callerOf(context), {
          name: body.name,
          userId: body.userId,
          appointment: toAppointmentInput(body.appointment),
        }),
      (row) => created(toStaff(row)),
    ),
    getStaff: (async (context, { path }) =>
      ok(toStaff(await access.staff.get(callerOf(context), path.id)))) satisfies Handler<'getStaff'>,
    createAppointment: on<'createAppointment', Staff>(
      (context, { path, body }) => access.staff.appoint(callerOf(context), path.id, toAppointmentInput(body)),
      (row) => created(toStaff(row)),
    ),

    getSettings: (async (context) =>
      ok(toSettings(await organizations.own(callerOf(context))))) satisfies Handler<'getSettings'>,
    updateSettings: (async (context, { body }) => {
      const caller = callerOf(context)
      if (typeof body.standingNoticeId === 'string') await notices.get(caller, body.standingNoticeId)
      return ok(
        toSettings(
          await organizations.changeSettings(
            caller,
            defined({
              standingNoticeId: body.standingNoticeId,
              selfCheckRequired: body.selfCheckRequired,
              jweInputRequired: body.jweInputRequired,
              jweAnswersRequired: body.jweAnswersRequired,
            }),
          ),
        ),
      )
    }) satisfies Handler<'updateSettings'>,
    getTestClock: (async (context) =>
      ok(toTestClock(await organizations.own(callerOf(context))))) satisfies Handler<'getTestClock'>,
    setTestClock: (async (context, { body }) =>
      ok(
        toTestClock(await organizations.setTestClock(callerOf(context), new Date(body.now))),
      )) satisfies Handler<'setTestClock'>,
  }
}
