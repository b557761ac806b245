import type { Access, ClientKeyRow, ClientRow } from '../../../core/access/access.ts'
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

const toClientKey = ({ kid, jwk, createdAt }: ClientKeyRow) => ({
  kid,
  use: 'enc' as const,
  jwk: { kty: jwk.kty, crv: jwk.crv, x: jwk.x, ...(jwk.kty === 'EC' ? { y: jwk.y } : {}) },
  createdAt: iso(createdAt),
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
  listClientKeys: (async (context, { path }) =>
    ok({
      data: (await access.clientKeys.list(platformOf(context), path.id)).map(toClientKey),
    })) satisfies Handler<'listClientKeys'>,
  createClientKey: on<'createClientKey', ClientKeyRow>(
    (context, { path, body: { jwk } }) =>
      access.clientKeys.add(platformOf(context), path.id, {
        kty: jwk.kty,
        crv: jwk.crv,
        x: jwk.x,
        ...defined({ y: jwk.y }),
      }),
    (key) => created(toClientKey(key)),
  ),
  removeClientKey: (async (context, { path, query }) => {
    await access.clientKeys.remove(platformOf(context), path.id, query.kid)
    return { status: 204 }
  }) satisfies Handler<'removeClientKey'>,
})
