import type { Request } from 'express'
import {
  type Access,
  acts,
  type Bearer,
  coverageAt,
  type Judged,
  type Operation,
  type Permission,
  permissions,
  type Recorded,
  rolesAt,
  type Staff,
} from '../../core/access/access.ts'
import type { PersonSession } from '../../core/collection/collection.ts'
import type { Caller } from '../../core/shared/caller.ts'
import { defined } from '../../core/shared/defined.ts'
import { AppError } from '../../core/shared/errors.ts'
import type { OperationId } from './contract.ts'
import type { Asker } from './operation.ts'

/** Every operation of the contract has its row; a new one does not compile until it has. */
const rows: Record<OperationId, Permission> = permissions
/** …and no row without an operation. */
type Surplus = Exclude<Operation, OperationId>
const noSurplus: [Surplus] extends [never] ? true : Surplus = true
void noSurplus

export type Authorizing = {
  access: Access
  authenticateSession: (accessToken: string) => Promise<PersonSession>
  /** Throws `unavailable` while budgets cannot be counted. */
  budgetsMustCount: () => Promise<void>
}

const maxTokenLength = 4096

const bearerToken = (request: Request): string => {
  const match = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(request.headers.authorization ?? '')
  const token = match?.[1]
  if (token === undefined || token.length > maxTokenLength)
    throw new AppError('unauthenticated', 'Send `Authorization: Bearer` with an access token.')
  return token
}

/** RFC 6749 § 2.3.1: id and secret are form-encoded before they are joined. */
const basicCredentials = (request: Request): { id: string; secret: string } | undefined => {
  // Without it the client authenticates by an assertion in the form (RFC 7521 § 4.2).
  if (request.headers.authorization === undefined) return undefined
  const refused = new AppError('invalid_client', 'Authenticate the client by HTTP Basic.')
  const match = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(request.headers.authorization ?? '')
  if (match?.[1] === undefined) throw refused
  const text = Buffer.from(match[1], 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 1) throw refused
  try {
    const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '))
    return { id: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) }
  } catch {
    throw refused
  }
}

const callerOf = (
  bearer: Bearer & { organization: NonNullable<Bearer['organization']> },
  requestId: string,
  at: Date,
  network: string | undefined,
): Caller => ({
  organizationId: bearer.organization.id,
  platformId: bearer.organization.platformId,
  mode: bearer.organization.mode,
  clientId: bearer.clientId,
  actor:
    bearer.staff === undefined
      ? { type: 'client', id: bearer.clientId }
      : { type: 'staff', id: bearer.staff._id, userId: bearer.staff.userId, name: bearer.staff.name },
  assurance: bearer.assurance,
  requestId,
  at,
  ...(network === undefined ? {} : { network }),
})

/** Authentication and permission, before anything of the request is read. */
export const authorize = async (
  { access, authenticateSession, budgetsMustCount }: Authorizing,
  operation: OperationId,
  request: Request,
  requestId: string,
  at: Date,
  network: string | undefined,
): Promise<Asker> => {
  const row = rows[operation]
  const { scope, budget } = row
  if (scope === 'public') return { kind: 'anybody' }
  if (scope === 'client') return { kind: 'client', ...defined({ basic: basicCredentials(request) }) }
  if (scope === 'session') return { kind: 'person', session: await authenticateSession(bearerToken(request)) }

  const bearer = await access.authenticate(bearerToken(request))
  const wanted = bearer.organization === undefined ? (row.platformScope ?? scope) : scope
  if (!bearer.scopes.has(wanted)) throw new AppError('not_permitted', lacking(wanted))
  const { organization, platformId, clientId, staff } = bearer
  if (organization === undefined) return { kind: 'platform', platform: { platformId, clientId, requestId, at } }
  const caller = callerOf({ ...bearer, organization }, requestId, at, network)
  const person = row.roles === undefined ? staff : await access.mustBePermitted(caller, staff, row)
  await access.mustBeAssured(caller, bearer, operation)
  if (budget === true) await budgetsMustCount()
  return { kind: 'organization', caller: { ...caller, ...appointedTo(person, at, row.roles) } }
}

/** What the appointments of today let somebody do. */
const appointedTo = (
  person: Staff | undefined,
  at: Date,
  roles: Permission['roles'],
): Pick<Caller, 'roles' | 'coverage'> =>
  person === undefined
    ? {}
    : {
        roles: rolesAt(person.appointments, at),
        ...defined({ coverage: coverageAt(person.appointments, at, roles) }),
      }

const lacking = (scope: string): string =>
  scope.startsWith('platform:')
    ? `This needs the scope ${scope}, which only a token without an organization can have.`
    : `This needs the scope ${scope}, in a token for an organization.`

/** With what it leaves in the 取扱記録, so that a refusal says what was tried. */
export const rowOf = (operation: OperationId): Judged => {
  const recorded: Recorded = acts[operation]
  return 'records' in recorded ? { ...rows[operation], tried: recorded.records[0] } : rows[operation]
}
export const onceRowOf = (operation: OperationId): Permission['once'] => rows[operation].once
