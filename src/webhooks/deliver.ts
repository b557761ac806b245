import type { Keys } from '../core/keys/keys.ts'
import type { Ledger } from '../core/ledger/ledger.ts'
import type { Organizations } from '../core/organizations/organizations.ts'
import type { Outbox } from '../core/outbox/outbox.ts'
import { systemCaller } from '../core/shared/caller.ts'
import type { Clock } from '../core/shared/clock.ts'
import type { Database } from '../core/shared/database.ts'
import { defined } from '../core/shared/defined.ts'
import { AppError } from '../core/shared/errors.ts'
import type { DeliveryRow, DeliveryStore, Outcome } from './deliveries.store.ts'
import type { EndpointRow, EndpointStore } from './endpoints.store.ts'
import { openSecrets, webhookTouch } from './endpoints.ts'
import { delayAfter, goneStatus, readRetryAfter, restOf } from './retries.rules.ts'
import type { Answer, Send } from './send.ts'
import { signedHeaders } from './sign.ts'

type Deps = {
  db: Database
  keys: Pick<Keys, 'fields'>
  ledger: Pick<Ledger, 'prepare' | 'append'>
  outbox: Pick<Outbox, 'event' | 'nudge'>
  organizations: Pick<Organizations, 'find'>
  clock: Clock
  endpoints: EndpointStore
  deliveries: DeliveryStore
  send: Send
  allowLoopback: boolean
  leaseMs?: number
  random?: () => number
}

/** Longer than an attempt can take, so that a delivery is sent by one worker at a time. */
const defaultLeaseMs = 60_000

/** The body, byte for byte the same at every attempt. */
export const payloadOf = ({ type, eventAt, data }: Pick<DeliveryRow, 'type' | 'eventAt' | 'data'>): string =>
  JSON.stringify({ type, timestamp: eventAt.toISOString(), data })

/** One attempt, and what follows from it. At least once: a kill between sending and settling sends again, with the same id. */
export const createDeliver = (deps: Deps) => {
  const { db, keys, ledger, outbox, organizations, clock, endpoints, deliveries, send, allowLoopback } = deps
  const { leaseMs = defaultLeaseMs, random = Math.random } = deps
  const later = (ms: number): Date => new Date(clock.now().getTime() + ms)

  const attempt = async (row: DeliveryRow, endpoint: EndpointRow): Promise<Answer> => {
    if (endpoint.loopback && !allowLoopback) return { error: 'address_not_allowed' }
    const secrets = openSecrets(await keys.fields.for(row.organizationId), endpoint, clock.now())
    const body = payloadOf(row)
    const headers = signedHeaders(secrets, { id: row.eventId, at: clock.now(), body })
    const sent = row.requestId === undefined ? headers : { ...headers, 'x-request-id': row.requestId }
    return send({ url: endpoint.url, loopback: endpoint.loopback, headers: sent, body })
  }

  /** 410 Gone: no more of it, which the record and the other endpoints learn. */
  const disable = async (row: DeliveryRow, outcome: Outcome): Promise<void> => {
    const { organizationId, endpointId } = row
    const organization = await organizations.find(organizationId)
    if (organization === null) throw new AppError('internal', 'A delivery belongs to no organization.')
    const caller = systemCaller(organization, clock.now())
    const entries = await ledger.prepare(caller, [webhookTouch('停止')])
    await db.inTransaction(async () => {
      await deliveries.settle(row, outcome, clock.now())
      if (!(await endpoints.disable(organizationId, endpointId))) return
      await ledger.append(entries)
      await outbox.event(caller, 'webhook_endpoint.disabled', { endpointId })
    })
    await deliveries.endAll(organizationId, endpointId, 'endpoint_disabled', clock.now())
    outbox.nudge()
  }

  const settle = async (row: DeliveryRow, { status, retryAfter, error }: Answer): Promise<void> => {
    const now = clock.now()
    if (status !== undefined && status >= 200 && status < 300) {
      await deliveries.settle(row, { state: 'succeeded', lastStatus: status }, now)
      return
    }
    const failed = defined({ lastStatus: status, lastError: error ?? ('status' as const) })
    if (status === goneStatus) return disable(row, { state: 'failed', ...failed })
    const restMs = restOf(status, readRetryAfter(retryAfter, now))
    if (restMs > 0) await endpoints.rest(row.organizationId, row.endpointId, later(restMs))
    const delay = error === 'too_large' ? undefined : delayAfter(row.attempts + 1, restMs, random)
    await deliveries.settle(
      row,
      delay === undefined ? { state: 'failed', ...failed } : { state: 'waiting', dueAt: later(delay), ...failed },
      now,
    )
  }

  /** Answers a bell. One that rings twice, or late, finds nothing to do. */
  const run = async (bell: { organizationId: string; rowId: string; fence: number }): Promise<void> => {
    const { organizationId, rowId, fence } = bell
    const row = await deliveries.begin(organizationId, rowId, fence, later(leaseMs))
    if (row === null) return
    const endpoint = await endpoints.find(organizationId, row.endpointId)
    if (endpoint === null) return deliveries.endAll(organizationId, row.endpointId, 'endpoint_deleted', clock.now())
    if (endpoint.state === 'disabled')
      return deliveries.endAll(organizationId, row.endpointId, 'endpoint_disabled', clock.now())
    const rest = (endpoint.restsUntil?.getTime() ?? 0) - clock.now().getTime()
    // Spread over a tenth more than the rest, so that it does not end with a rush.
    if (rest > 0) return deliveries.putBack(organizationId, rowId, fence, later(rest * (1 + random() / 10)))
    await settle(row, await attempt(row, endpoint))
  }

  /** For the relay: the next due delivery under a fresh lease and fence, or null. */
  const claimDue = async (): Promise<{ organizationId: string; rowId: string; fence: number } | null> => {
    const row = await deliveries.claimDue(clock.now(), later(leaseMs))
    return row === null ? null : { organizationId: row.organizationId, rowId: row._id, fence: row.fence }
  }
  const release = ({ organizationId, rowId, fence }: { organizationId: string; rowId: string; fence: number }) =>
    deliveries.putBack(organizationId, rowId, fence, clock.now())

  return { run, claimDue, release }
}
