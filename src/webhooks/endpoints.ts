import type { FieldCipher, Keys } from '../core/keys/keys.ts'
import type { Ledger } from '../core/ledger/ledger.ts'
import type { EventType, Outbox } from '../core/outbox/outbox.ts'
import type { Caller } from '../core/shared/caller.ts'
import type { Clock } from '../core/shared/clock.ts'
import { commit } from '../core/shared/commit.ts'
import type { Database } from '../core/shared/database.ts'
import { defined } from '../core/shared/defined.ts'
import { AppError, notFound } from '../core/shared/errors.ts'
import { newId } from '../core/shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../core/shared/page.ts'
import { readEndpointUrl } from '../outbound/address.ts'
import type { DeliveryStore } from './deliveries.store.ts'
import type { EndpointRow, EndpointStore, SecretRow } from './endpoints.store.ts'
import { newSecret } from './sign.ts'

export type Endpoint = Pick<EndpointRow, 'url' | 'events' | 'description' | 'state' | 'createdAt'> & { id: string }

/** How long a replaced secret signs beside its successor. */
const overlapMs = 24 * 3600 * 1000
/** Rotating again and again within the overlap must not make the header grow without end. */
const maxSecrets = 4
const maxEndpoints = 50
/** 取扱記録: who changed where events go is part of the record. */
export const webhookTouch = (what: '登録' | '削除' | '停止' | 'シークレット更新' | '試験送信') =>
  ({ operation: 'settings', functionName: `Webhook${what}`, outcome: 'done' }) as const

export const toEndpoint = (row: EndpointRow): Endpoint => ({
  id: row._id,
  url: row.url,
  events: row.events,
  state: row.state,
  createdAt: row.createdAt,
  ...defined({ description: row.description }),
})

const fieldName = (secretId: string): string => `secret ${secretId}`

const sealSecret = (cipher: FieldCipher, endpointId: string, secret: string): SecretRow => {
  const id = newId('key')
  return { id, sealed: cipher.seal(endpointId, fieldName(id), secret) }
}

/** The secrets that sign at this instant, the newest first. */
export const openSecrets = (cipher: FieldCipher, row: EndpointRow, now: Date): string[] =>
  row.secrets
    .filter(({ until }) => until === undefined || until > now)
    .map(({ id, sealed }) => cipher.open(row._id, fieldName(id), sealed))

type Deps = {
  db: Database
  keys: Pick<Keys, 'fields'>
  ledger: Pick<Ledger, 'prepare' | 'append'>
  outbox: Pick<Outbox, 'event' | 'nudge'>
  clock: Clock
  endpoints: EndpointStore
  deliveries: DeliveryStore
  /** WEBHOOKS_ALLOW_LOOPBACK: `test` organizations may name http://127.0.0.1. */
  allowLoopback: boolean
}

export const createEndpoints = ({ db, keys, ledger, outbox, clock, endpoints, deliveries, allowLoopback }: Deps) => {
  const mustFind = async ({ organizationId }: Caller, id: string): Promise<EndpointRow> => {
    const row = await endpoints.find(organizationId, id)
    if (row === null) throw notFound('webhook endpoint')
    return row
  }

  /** The one answer that shows the secret. */
  const create = async (
    caller: Caller,
    input: { url: string; events?: readonly EventType[]; description?: string },
  ): Promise<Endpoint & { secret: string }> => {
    const { organizationId } = caller
    const { url, loopback } = readEndpointUrl(input.url, allowLoopback && caller.mode === 'test')
    if ((await endpoints.count(organizationId)) >= maxEndpoints)
      throw new AppError('conflict', `An organization has at most ${maxEndpoints} endpoints: delete one first.`)
    const id = newId('endpoint')
    const secret = newSecret()
    const row: EndpointRow = {
      _id: id,
      organizationId,
      url,
      loopback,
      events: [...(input.events ?? [])],
      state: 'enabled',
      secrets: [sealSecret(await keys.fields.for(organizationId), id, secret)],
      createdAt: clock.now(),
      ...defined({ description: input.description }),
    }
    const entries = await ledger.prepare(caller, [webhookTouch('登録')])
    return commit(db, caller, async () => {
      await endpoints.insert(row)
      await ledger.append(entries)
      return { ...toEndpoint(row), secret }
    })
  }

  const get = async (caller: Caller, id: string): Promise<Endpoint> => toEndpoint(await mustFind(caller, id))

  const list = async ({ organizationId }: Caller, page: PageRequest): Promise<Page<Endpoint>> => {
    const rows = await endpoints.list(organizationId, readCursor(page.after, ['string']), page.limit + 1)
    const cut = cutPage(rows, page.limit, (row) => [row._id])
    return {
      ...cut,
      rows: cut.rows.map(toEndpoint),
      ...(page.total === true ? { total: shownTotal(await endpoints.count(organizationId)) } : {}),
    }
  }

  const remove = async (caller: Caller, id: string): Promise<void> => {
    await mustFind(caller, id)
    const entries = await ledger.prepare(caller, [webhookTouch('削除')])
    await commit(db, caller, async () => {
      if (!(await endpoints.delete(caller.organizationId, id))) throw notFound('webhook endpoint')
      await ledger.append(entries)
    })
    // Thousands may wait, too many for one transaction. What a kill leaves here ends itself when it is due.
    await deliveries.endAll(caller.organizationId, id, 'endpoint_deleted', clock.now())
  }

  /** A further secret. The one before signs beside it until then, so that the receiver can change over. */
  const rotate = async (caller: Caller, id: string): Promise<{ secret: string; previousUntil: Date }> => {
    const { organizationId } = caller
    await mustFind(caller, id)
    const now = clock.now()
    const previousUntil = new Date(now.getTime() + overlapMs)
    const secret = newSecret()
    const added = sealSecret(await keys.fields.for(organizationId), id, secret)
    const entries = await ledger.prepare(caller, [webhookTouch('シークレット更新')])
    return commit(db, caller, async () => {
      // Two who rotate at once meet on this row: MongoDB runs the later one again, and it reads the earlier one's secret.
      const { secrets } = await mustFind(caller, id)
      const living = secrets
        .map((row) => ({ ...row, until: row.until ?? previousUntil }))
        .filter(({ until }) => until > now)
      await endpoints.setSecrets(organizationId, id, [added, ...living].slice(0, maxSecrets))
      await ledger.append(entries)
      return { secret, previousUntil }
    })
  }

  /** Goes to this endpoint alone, whatever events it asked for. */
  const sendTest = async (caller: Caller, id: string): Promise<{ eventId: string }> => {
    const row = await mustFind(caller, id)
    if (row.state !== 'enabled') throw new AppError('conflict', 'The endpoint is disabled: make another one.')
    const entries = await ledger.prepare(caller, [webhookTouch('試験送信')])
    const sent = await commit(db, caller, async () => {
      await ledger.append(entries)
      return { eventId: await outbox.event(caller, 'webhook_endpoint.test', { endpointId: id }) }
    })
    outbox.nudge()
    return sent
  }

  return { create, get, list, remove, rotate, sendTest }
}
export type Endpoints = ReturnType<typeof createEndpoints>
