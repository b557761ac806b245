import type { Access, ClientRow } from '../../../core/access/access.ts'
import type { OrganizationRow, Organizations } from '../../../core/organizations/organizations.ts'
import { defined } from '../../../core/shared/defined.ts'
import { created, type Handler, ok, on, platformOf } from '../operation.ts'
import { iso, pageOf, toList } from './paging.ts'

type Deps = { organizations: Organizations; access: Access }

const toOrganization = (row: OrganizationRow) => ({
  id: row._id,
  name: row.name,
  mode: row.mode,
  createdAt: iso(row.createdAt),
  ...defined({ externalId: row.externalId }),
})

const toClient = (row: ClientRow & { secret?: string }) => ({
  id: row._id,
  name: row.name,
  scopes: [...row.scopes],
  createdAt: iso(row.createdAt),
  ...defined({ organizationId: row.organizationId, secret: row.secret }),
})

export const platformHandlers = ({ organizations, access }: Deps) => ({
  listOrganizations: (async (context, { query }) =>
    ok(
      toList(await organizations.list(platformOf(context), pageOf(query)), toOrganization),
    )) satisfies Handler<'listOrganizations'>,
  createOrganization: on<'createOrganization', OrganizationRow>(
    (context, { body }) =>
      organizations.create(platformOf(context), {
        name: body.name,
        mode: body.mode,
        ...defined({ externalId: body.externalId }),
      }),
    (row) => created(toOrganization(row)),
  ),
  getOrganization: (async (context, { path }) =>
    ok(toOrganization(await organizations.get(platformOf(context), path.id)))) satisfies Handler<'getOrganization'>,

  listClients: (async (context, { query }) =>
    ok(
      toList(await access.listClients(platformOf(context), pageOf(query)), toClient),
    )) satisfies Handler<'listClients'>,
  createClient: on<'createClient', ClientRow & { secret: string }>(
    (context, { body }) =>
      access.createClient(platformOf(context), {
        name: body.name,
        scopes: body.scopes,
        ...defined({ organizationId: body.organizationId }),
      }),
    (row) => created(toClient(row)),
  ),
  getClient: (async (context, { path }) =>
    ok(toClient(await access.getClient(platformOf(context), path.id)))) satisfies Handler<'getClient'>,
})
