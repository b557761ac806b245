import type { Access, IdentityProviderInput } from '../../../core/access/access.ts'
import { defined } from '../../../core/shared/defined.ts'
import { callerOf, type Handler, type Input, ok, on } from '../operation.ts'
import { conditionOf, etagOf } from './etag.ts'
import { iso } from './paging.ts'

type Demand = IdentityProviderInput['demands'][number]

const toDemand = ({
  operation,
  maxAgeSeconds,
  acrValues,
}: Input<'setIdentityProvider'>['body']['demands'] extends (infer D)[] | undefined ? D : never): Demand => ({
  operation,
  ...defined({ maxAgeSeconds, acrValues }),
})

const toInput = ({ issuer, clientId, jwksUri, userIdClaim, demands }: Input<'setIdentityProvider'>['body']) => ({
  issuer,
  clientId,
  jwksUri,
  userIdClaim: userIdClaim ?? 'sub',
  demands: (demands ?? []).map(toDemand),
})

const toIdentityProvider = (row: IdentityProviderInput & { changedAt: Date }) => ({
  issuer: row.issuer,
  clientId: row.clientId,
  jwksUri: row.jwksUri,
  userIdClaim: row.userIdClaim,
  demands: row.demands.map(toDemand),
  changedAt: iso(row.changedAt),
})

const answer = (row: Parameters<typeof toIdentityProvider>[0] & { version: number }) => ({
  ...ok(toIdentityProvider(row)),
  headers: etagOf(row.version),
})

export const identityProviderHandlers = ({ access: { identityProvider } }: { access: Access }) => ({
  getIdentityProvider: (async (context) =>
    answer(await identityProvider.get(callerOf(context)))) satisfies Handler<'getIdentityProvider'>,
  setIdentityProvider: (async (context, { body, ifMatch }) =>
    answer(
      await identityProvider.set(callerOf(context), toInput(body), conditionOf(ifMatch)),
    )) satisfies Handler<'setIdentityProvider'>,
  removeIdentityProvider: on<'removeIdentityProvider', void>(
    (context, { ifMatch }) => identityProvider.remove(callerOf(context), conditionOf(ifMatch)),
    () => ({ status: 204 }),
  ),
})
