import { createHash, randomBytes } from 'node:crypto'
import type { Ledger } from '../ledger/ledger.ts'
import { type Organizations, type PlatformCaller, recordOf } from '../organizations/organizations.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { AccessStore, ClientRow, SecretRow } from './access.store.ts'
import type { ClientKeyStore } from './client-keys.store.ts'
import { isPlatformScope, type Scope } from './scopes.ts'

export type ClientSecret = Omit<SecretRow, 'hash'>
export type NewClientSecret = { id: string; secret: string; createdAt: Date; previousEndsAt: Date }

/** One transaction of a change to a client and its ledger entry. */
export type ChangeClient = <T>(
  platform: PlatformCaller,
  client: ClientRow,
  functionName: string,
  work: () => Promise<T>,
) => Promise<T>

const dayMs = 24 * 3600 * 1000
const longestOverlapMs = 7 * dayMs
const maxSecrets = 5

export const secretHash = (secret: string): Buffer => createHash('sha256').update(secret).digest()
const newSecret = (now: Date): { secret: string; row: SecretRow } => {
  const secret = `azs_${randomBytes(32).toString('base64url')}`
  return { secret, row: { id: newId('clientSecret'), hash: secretHash(secret), createdAt: now } }
}
export const isSecretInForce = ({ endsAt }: ClientSecret, now: Date): boolean => endsAt === undefined || endsAt > now

type Deps = {
  db: Database
  store: AccessStore
  keyStore: ClientKeyStore
  ledger: Ledger
  organizations: Organizations
  clock: Clock
}

/** API clients of a platform, and their secrets. */
export const createClients = ({ db, store, keyStore, ledger, organizations, clock }: Deps) => {
  const change: ChangeClient = async (platform, client, functionName, work) => {
    // A client of one organization is that organization's affair.
    const caller = recordOf(platform, client.organizationId)
    const entries = await ledger.prepare(caller, [{ operation: 'settings', functionName, outcome: 'done' }])
    return db.inTransaction(async () => {
      const result = await work()
      await ledger.append(entries)
      await platform.once?.keep(result)
      return result
    })
  }

  const create = async (
    platform: PlatformCaller,
    input: { name: string; scopes: Scope[]; organizationId?: string },
  ): Promise<ClientRow & { secret: string }> => {
    if (input.organizationId !== undefined) {
      await organizations.get(platform, input.organizationId)
      if (input.scopes.some(isPlatformScope))
        throw invalidField('/scopes', 'invalid_scope', 'A client of one organization has no platform scopes.')
    }
    const now = clock.now()
    const first = newSecret(now)
    const row: ClientRow = {
      _id: newId('client'),
      platformId: platform.platformId,
      name: input.name,
      scopes: input.scopes,
      secrets: [first.row],
      createdAt: now,
      ...defined({ organizationId: input.organizationId }),
    }
    return change(platform, row, 'クライアント登録', async () => {
      await store.insertClient(row)
      return { ...row, secret: first.secret }
    })
  }

  const get = async (platform: PlatformCaller, id: string): Promise<ClientRow> => {
    const row = await store.findClient(id)
    if (row === null || row.platformId !== platform.platformId) throw notFound('client')
    return row
  }

  const list = async (platform: PlatformCaller, page: PageRequest): Promise<Page<ClientRow>> => {
    const rows = await store.listClients(platform.platformId, readCursor(page.after, ['string']), page.limit + 1)
    return {
      ...cutPage(rows, page.limit, (row) => [row._id]),
      ...(page.total === true ? { total: shownTotal(await store.countClients(platform.platformId)) } : {}),
    }
  }

  /** Its tokens end with it: every process looks it up again within five seconds (access.ts). */
  const remove = async (platform: PlatformCaller, id: string): Promise<void> => {
    const row = await get(platform, id)
    await change(platform, row, 'クライアント失効', async () => {
      if (!(await store.deleteClient(platform.platformId, id))) throw notFound('client')
      await keyStore.deleteAll(platform.platformId, id)
    })
  }

  const listSecrets = async (platform: PlatformCaller, id: string): Promise<ClientSecret[]> => {
    const now = clock.now()
    const { secrets } = await get(platform, id)
    return secrets.filter((row) => isSecretInForce(row, now)).map(({ hash: _, ...shown }) => shown)
  }

  /** A further secret; those before it go on for a while, so that hosts can change over. */
  const rotateSecret = async (
    platform: PlatformCaller,
    id: string,
    { previousEndsAt }: { previousEndsAt?: Date },
  ): Promise<NewClientSecret> => {
    const now = clock.now()
    const ends = previousEndsAt ?? new Date(now.getTime() + dayMs)
    if (ends.getTime() > now.getTime() + longestOverlapMs)
      throw invalidField('/previousEndsAt', 'invalid_value', 'The secrets before it end within 7 days.')
    const client = await get(platform, id)
    const { secret, row } = newSecret(now)
    return change(platform, client, 'クライアントシークレット更新', async () => {
      // Two who rotate at once meet on this row: MongoDB runs the later one again, and it reads the earlier one's secret.
      const { secrets } = await get(platform, id)
      const living = secrets
        .map((each) => ({ ...each, endsAt: each.endsAt !== undefined && each.endsAt < ends ? each.endsAt : ends }))
        .filter((each) => isSecretInForce(each, now))
      if (living.length >= maxSecrets)
        throw new AppError('conflict', `A client has at most ${maxSecrets} secrets at once: end one first.`)
      await store.setSecrets(platform.platformId, id, [row, ...living])
      return { id: row.id, secret, createdAt: now, previousEndsAt: ends }
    })
  }

  const removeSecret = async (platform: PlatformCaller, id: string, secretId: string): Promise<void> => {
    const client = await get(platform, id)
    await change(platform, client, 'クライアントシークレット失効', async () => {
      const { secrets } = await get(platform, id)
      const left = secrets.filter((row) => row.id !== secretId)
      if (left.length === secrets.length) throw notFound('secret of this client')
      await store.setSecrets(platform.platformId, id, left)
    })
  }

  return { create, get, list, remove, listSecrets, rotateSecret, removeSecret, change }
}
export type Clients = ReturnType<typeof createClients>
