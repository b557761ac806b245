import type { Ledger } from '../ledger/ledger.ts'
import type { IdentityProviderRow, Organizations } from '../organizations/organizations.ts'
import type { Assurance, Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { type Condition, fits } from '../shared/condition.ts'
import type { Database } from '../shared/database.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import type { IssuerKeys } from './id-tokens.ts'
import { type Operation, type Permission, permissions } from './permissions.ts'

export type IdentityProviderInput = Omit<IdentityProviderRow, 'loopback' | 'changedAt'>
/** What stands behind a token, as far as a demand asks. */
export type SignIn = { assurance: Assurance; authTime?: number; acr?: string }
type Demand = IdentityProviderRow['demands'][number]
/** It stands in the organization's settings, and has their version. */
type VersionedProvider = IdentityProviderRow & { version: number }

const leewaySeconds = 30
/** They stand in a quoted list in a header (RFC 9470 § 3), and nothing may end it. */
const acrValue = /^[!#-[\]-~]+$/

const stepUp = (demand?: Demand): AppError =>
  new AppError(
    'insufficient_user_authentication',
    'Let the person sign in at the organization’s own issuer and exchange the ID token at /oauth/token (RFC 9470).',
    {
      stepUp: {
        ...(demand?.acrValues === undefined ? {} : { acrValues: demand.acrValues }),
        ...(demand?.maxAgeSeconds === undefined ? {} : { maxAgeSeconds: demand.maxAgeSeconds }),
      },
    },
  )

/** Pure: whether a sign-in is what the organization demands for an operation. */
export const meets = ({ assurance, authTime, acr }: SignIn, demand: Demand, now: Date): boolean => {
  if (assurance !== 'idp') return false
  if (demand.acrValues !== undefined && (acr === undefined || !demand.acrValues.includes(acr))) return false
  if (demand.maxAgeSeconds === undefined) return true
  const age = now.getTime() / 1000 - (authTime ?? Number.NEGATIVE_INFINITY)
  return age <= demand.maxAgeSeconds && age >= -leewaySeconds
}

/** Throws the step-up challenge where the organization demands more of the sign-in than there is. */
export const mustMeetDemands = (
  provider: IdentityProviderRow | undefined,
  operation: Operation,
  signIn: SignIn,
  now: Date,
): void => {
  const demand = provider?.demands.find((each) => each.operation === operation)
  if (demand !== undefined && !meets(signIn, demand, now)) throw stepUp(demand)
}

/** Operations that take an organization's token: nobody is signed in anywhere for the others. */
const canBeDemanded = (operation: string): boolean => {
  const row: Permission | undefined = Object.hasOwn(permissions, operation)
    ? permissions[operation as Operation]
    : undefined
  return row !== undefined && !['public', 'client', 'session'].includes(row.scope) && !row.scope.startsWith('platform:')
}

type Deps = { db: Database; ledger: Ledger; organizations: Organizations; issuerKeys: IssuerKeys; clock: Clock }

/** The organization's own OIDC issuer, registered by its officer. */
export const createIdentityProvider = ({ db, ledger, organizations, issuerKeys, clock }: Deps) => {
  const find = async (caller: Caller): Promise<VersionedProvider | undefined> => {
    const { identityProvider, settingsVersion = 0 } = await organizations.own(caller)
    return identityProvider === undefined ? undefined : { ...identityProvider, version: settingsVersion }
  }

  const get = async (caller: Caller): Promise<VersionedProvider> => {
    const provider = await find(caller)
    if (provider === undefined) throw notFound('identity provider of this organization')
    return provider
  }

  /** RFC 9110 § 13.1.1: where there is none, no ETag fits, and `*` does not either. */
  const mustFit = (provider: VersionedProvider | undefined, condition: Condition | undefined): void => {
    if (condition === undefined) return
    if (provider === undefined || !fits(condition, provider.version))
      throw new AppError('precondition_failed', 'Somebody else changed it: read it again.')
  }

  const touch = (functionName: string) => ({ operation: 'settings', functionName }) as const

  /** A host that could lift a demand in an officer's name would not be bound by any. */
  const mustBeProved = async (
    caller: Caller,
    functionName: string,
    ...demands: (Demand[] | undefined)[]
  ): Promise<void> => {
    if (caller.assurance !== 'idp' && demands.some((list) => (list ?? []).length > 0))
      await ledger.refuse(caller, stepUp(), [touch(functionName)])
  }

  const change = async (
    caller: Caller,
    functionName: string,
    before: IdentityProviderRow | undefined,
    after: IdentityProviderRow | undefined,
    condition: Condition | undefined,
  ): Promise<void> => {
    const entries = await ledger.prepare(caller, [{ ...touch(functionName), outcome: 'done' }])
    await commit(db, caller, async () => {
      const now = await find(caller)
      mustFit(now, condition)
      if (now?.changedAt.getTime() !== before?.changedAt.getTime())
        throw new AppError('conflict', 'Somebody else changed it at the same time: look again.')
      await organizations.writeIdentityProvider(caller, after)
      await ledger.append(entries)
    })
  }

  const set = async (
    caller: Caller,
    input: IdentityProviderInput,
    condition?: Condition,
  ): Promise<VersionedProvider> => {
    const name = '認証基盤の設定'
    const before = await find(caller)
    mustFit(before, condition)
    await mustBeProved(caller, name, before?.demands, input.demands)
    for (const [i, { operation, acrValues = [] }] of input.demands.entries()) {
      const pointer = `/demands/${i}/operation`
      if (!canBeDemanded(operation))
        throw invalidField(
          pointer,
          'invalid_value',
          'Name an operation of the contract that takes an organization’s token.',
        )
      if (input.demands.findIndex((each) => each.operation === operation) !== i)
        throw invalidField(pointer, 'invalid_value', 'Each operation once.')
      const wrong = acrValues.findIndex((value) => !acrValue.test(value))
      if (wrong >= 0)
        throw invalidField(
          `/demands/${i}/acrValues/${wrong}`,
          'invalid_value',
          'Printable ASCII without spaces and quotes.',
        )
    }
    issuerKeys.readUrl(input.issuer, caller.mode, '/issuer')
    const { url, loopback } = issuerKeys.readUrl(input.jwksUri, caller.mode, '/jwksUri')
    const after = { ...input, jwksUri: url, loopback, changedAt: clock.now() }
    await change(caller, name, before, after, condition)
    return get(caller)
  }

  const remove = async (caller: Caller, condition?: Condition): Promise<void> => {
    const name = '認証基盤の解除'
    const before = await get(caller)
    mustFit(before, condition)
    await mustBeProved(caller, name, before.demands)
    await change(caller, name, before, undefined, condition)
  }

  return { get, set, remove }
}
