import type { Company, DepartmentRow, Organizations } from '../../../core/organizations/organizations.ts'
import { defined } from '../../../core/shared/defined.ts'
import type { Subjects } from '../../../core/subjects/subjects.ts'
import { callerOf, created, type Handler, ok, on } from '../operation.ts'
import { conditionOf, etagOf } from './etag.ts'
import { iso, pageOf, toList } from './paging.ts'

type Deps = { organizations: Organizations; subjects: Pick<Subjects, 'proprietor'> }

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

const okCompany = (row: Company) => ({ ...ok(toCompany(row)), headers: etagOf(row.version ?? 0) })

const toDepartment = (row: DepartmentRow) => ({
  id: row._id,
  companyId: row.companyId,
  code: row.code,
  name: row.name,
  createdAt: iso(row.createdAt),
})

export const organizationHandlers = ({ organizations, subjects }: Deps) => {
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
      okCompany(await organizations.getCompany(callerOf(context), path.id))) satisfies Handler<'getCompany'>,
    updateCompany: (async (context, { path, body, ifMatch }) => {
      const { name, address, phone, externalId } = body
      const change = defined({ name, address, phone, externalId })
      return okCompany(await organizations.changeCompany(callerOf(context), path.id, change, conditionOf(ifMatch)))
    }) satisfies Handler<'updateCompany'>,

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
  }
}
