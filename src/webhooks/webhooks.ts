import type { Keys } from '../core/keys/keys.ts'
import type { Ledger } from '../core/ledger/ledger.ts'
import type { Organizations } from '../core/organizations/organizations.ts'
import type { Outbox } from '../core/outbox/outbox.ts'
import type { Caller } from '../core/shared/caller.ts'
import type { Clock } from '../core/shared/clock.ts'
import type { Database } from '../core/shared/database.ts'
import { defined } from '../core/shared/defined.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../core/shared/page.ts'
import { createDeliver } from './deliver.ts'
import { createDeliveryStore, type DeliveryFilter, type DeliveryRow, type DeliveryState } from './deliveries.store.ts'
import { createEndpointStore } from './endpoints.store.ts'
import { createEndpoints } from './endpoints.ts'
import { createFanOut } from './fan-out.ts'
import { createSend } from './send.ts'

export type { Endpoint } from './endpoints.ts'

export type Delivery = Pick<
  DeliveryRow,
  'endpointId' | 'eventId' | 'type' | 'attempts' | 'createdAt' | 'lastStatus'
> & {
  id: string
  state: DeliveryState
  lastError?: string
  nextAt?: Date
  deliveredAt?: Date
}

export type WebhooksDeps = {
  db: Database
  keys: Pick<Keys, 'fields'>
  ledger: Pick<Ledger, 'prepare' | 'append'>
  outbox: Outbox
  organizations: Pick<Organizations, 'find'>
  clock: Clock
  /** WEBHOOKS_ALLOW_LOOPBACK=1, which production refuses. */
  allowLoopback: boolean
  leaseMs?: number
  timeoutMs?: number
  random?: () => number
}

const toDelivery = (row: DeliveryRow): Delivery => {
  const state = row.state === 'succeeded' || row.state === 'failed' ? row.state : 'waiting'
  return {
    id: row._id,
    endpointId: row.endpointId,
    eventId: row.eventId,
    type: row.type,
    state,
    attempts: row.attempts,
    createdAt: row.createdAt,
    ...defined({
      lastStatus: row.lastStatus,
      lastError: row.lastError,
      nextAt: row.state === 'waiting' ? row.dueAt : undefined,
      deliveredAt: row.state === 'succeeded' ? row.settledAt : undefined,
    }),
  }
}

/**
 * Signed webhooks. Stands apart: the one part that talks to addresses chosen by customers. It reads events from the
 * outbox; core does not know that it exists, and nothing here leads to a number.
 */
export const createWebhooks = ({ timeoutMs, ...deps }: WebhooksDeps) => {
  const endpoints = createEndpointStore(deps.db)
  const deliveries = createDeliveryStore(deps.db)
  const { send, close } = createSend(defined({ timeoutMs }))

  const listDeliveries = async (
    { organizationId }: Caller,
    { limit, after, total, ...filter }: DeliveryFilter & PageRequest,
  ): Promise<Page<Delivery>> => {
    const rows = await deliveries.list(organizationId, filter, readCursor(after, ['number', 'string']), limit + 1)
    const cut = cutPage(rows, limit, (row) => [row.createdAt.getTime(), row._id])
    return {
      ...cut,
      rows: cut.rows.map(toDelivery),
      ...(total === true ? { total: shownTotal(await deliveries.count(organizationId, filter)) } : {}),
    }
  }

  return {
    endpoints: createEndpoints({ ...deps, endpoints, deliveries }),
    deliveries: { list: listDeliveries },
    /** For workers: an outbox row of topic `event`, settled when it returns. */
    fanOut: createFanOut({ ...deps, endpoints, deliveries }),
    /** For relay and workers: due deliveries, and an attempt at one. */
    deliver: createDeliver({ ...deps, endpoints, deliveries, send }),
    close,
  }
}
export type Webhooks = ReturnType<typeof createWebhooks>
