import type { Access, ClientKeyRow, ClientRow, ClientSecret, NewClientSecret } from '../../../core/access/access.ts'
import type { OrganizationRow, Organizations } from '../../../core/organizations/organizations.ts'
import { defined } from '../../../core/shared/defined.ts'
import { created, type Handler, ok, on, platformOf } from '../operation.ts'
import { iso, maybeIso, pageOf, toList } from './paging.ts'

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

const toSecret = (row: ClientSecret) => ({
  id: row.id,
  createdAt: iso(row.createdAt),
  ...defined({ endsAt: maybeIso(row.endsAt) }),
})

const toKey = ({ _id, use, jwk, createdAt, expiresOn }: ClientKeyRow) => ({
  id: _id,
  use,
  jwk: { kty: jwk.kty, crv: jwk.crv, x: jwk.x, ...defined({ y: jwk.y }) },
  createdAt: iso(createdAt),
  ...defined({ expiresOn }),
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
      toList(await access.clients.list(platformOf(context), pageOf(query)), toClient),
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
    ok(toClient(await access.clients.get(platformOf(context), path.id)))) satisfies Handler<'getClient'>,
  deleteClient: on<'deleteClient', void>(
    (context, { path }) => access.clients.remove(platformOf(context), path.id),
    () => ({ status: 204 }),
  ),

  listClientSecrets: (async (context, { path }) => {
    const rows = await access.clients.listSecrets(platformOf(context), path.id)
    return ok({ data: rows.map(toSecret) })
  }) satisfies Handler<'listClientSecrets'>,
  createClientSecret: on<'createClientSecret', NewClientSecret>(
    (context, { path, body: { previousEndsAt } }) =>
      access.clients.rotateSecret(
        platformOf(context),
        path.id,
        defined({ previousEndsAt: previousEndsAt === undefined ? undefined : new Date(previousEndsAt) }),
      ),
    ({ id, secret, createdAt, previousEndsAt }) =>
      created({ id, secret, createdAt: iso(createdAt), previousEndsAt: iso(previousEndsAt) }),
  ),
  deleteClientSecret: on<'deleteClientSecret', void>(
    (context, { path }) => access.clients.removeSecret(platformOf(context), path.id, path.secretId),
    () => ({ status: 204 }),
  ),

  listClientKeys: (async (context, { path }) => {
    const rows = await access.clientKeys.list(platformOf(context), path.id)
    return ok({ data: rows.map(toKey) })
  }) satisfies Handler<'listClientKeys'>,
  createClientKey: on<'createClientKey', ClientKeyRow>(
    (context, { path, body: { use, jwk, expiresOn } }) =>
      access.clientKeys.create(platformOf(context), path.id, { use, jwk, ...defined({ expiresOn }) }),
    (row) => created(toKey(row)),
  ),
  deleteClientKey: on<'deleteClientKey', void>(
    (context, { path }) => access.clientKeys.remove(platformOf(context), path.id, path.keyId),
    () => ({ status: 204 }),
  ),
})
