import type { components } from '../../../contract.gen.ts'
import type { EventType } from '../../../core/outbox/outbox.ts'
import type { Caller } from '../../../core/shared/caller.ts'
import { defined } from '../../../core/shared/defined.ts'
import type { Page, PageRequest } from '../../../core/shared/page.ts'
import { accepted, callerOf, created, ok, on } from '../operation.ts'
import { iso, maybeIso, pageOf, toList } from './paging.ts'

type Schemas = components['schemas']

type Endpoint = {
  id: string
  url: string
  events: EventType[]
  description?: string
  state: 'enabled' | 'disabled'
  createdAt: Date
}
type Delivery = {
  id: string
  endpointId: string
  eventId: string
  type: EventType
  state: 'waiting' | 'succeeded' | 'failed'
  attempts: number
  lastStatus?: number
  lastError?: string
  nextAt?: Date
  createdAt: Date
  deliveredAt?: Date
}

/** What is asked of webhooks, which no adapter knows: compose hands in what fits. */
export type WebhooksPort = {
  endpoints: {
    create: (
      caller: Caller,
      input: { url: string; events?: readonly EventType[]; description?: string },
    ) => Promise<Endpoint & { secret: string }>
    get: (caller: Caller, id: string) => Promise<Endpoint>
    list: (caller: Caller, page: PageRequest) => Promise<Page<Endpoint>>
    remove: (caller: Caller, id: string) => Promise<void>
    rotate: (caller: Caller, id: string) => Promise<{ secret: string; previousUntil: Date }>
    sendTest: (caller: Caller, id: string) => Promise<{ eventId: string }>
  }
  deliveries: {
    list: (
      caller: Caller,
      query: PageRequest & { endpointId?: string; state?: Delivery['state'] },
    ) => Promise<Page<Delivery>>
  }
}

const toEndpoint = (endpoint: Endpoint): Schemas['WebhookEndpoint'] => ({
  id: endpoint.id,
  url: endpoint.url,
  events: endpoint.events,
  state: endpoint.state,
  createdAt: iso(endpoint.createdAt),
  ...defined({ description: endpoint.description }),
})

const toDelivery = (delivery: Delivery): Schemas['WebhookDelivery'] => ({
  id: delivery.id,
  endpointId: delivery.endpointId,
  eventId: delivery.eventId,
  type: delivery.type,
  state: delivery.state,
  attempts: delivery.attempts,
  createdAt: iso(delivery.createdAt),
  ...defined({
    lastStatus: delivery.lastStatus,
    lastError: delivery.lastError,
    nextAt: maybeIso(delivery.nextAt),
    deliveredAt: maybeIso(delivery.deliveredAt),
  }),
})

export const webhooksHandlers = ({ webhooks: { endpoints, deliveries } }: { webhooks: WebhooksPort }) => ({
  listWebhookEndpoints: on<'listWebhookEndpoints', Page<Endpoint>>(
    (context, { query }) => endpoints.list(callerOf(context), pageOf(query)),
    (page) => ok(toList(page, toEndpoint)),
  ),
  createWebhookEndpoint: on<'createWebhookEndpoint', Endpoint & { secret: string }>(
    (context, { body: { url, events, description } }) =>
      endpoints.create(callerOf(context), { url, ...defined({ events, description }) }),
    (endpoint) => created({ ...toEndpoint(endpoint), secret: endpoint.secret }),
  ),
  getWebhookEndpoint: on<'getWebhookEndpoint', Endpoint>(
    (context, { path }) => endpoints.get(callerOf(context), path.id),
    (endpoint) => ok(toEndpoint(endpoint)),
  ),
  deleteWebhookEndpoint: on<'deleteWebhookEndpoint', void>(
    (context, { path }) => endpoints.remove(callerOf(context), path.id),
    () => ({ status: 204 }),
  ),
  createWebhookSecret: on<'createWebhookSecret', { secret: string; previousUntil: Date }>(
    (context, { path }) => endpoints.rotate(callerOf(context), path.id),
    ({ secret, previousUntil }) => created({ secret, previousUntil: iso(previousUntil) }),
  ),
  createTestEvent: on<'createTestEvent', { eventId: string }>(
    (context, { path }) => endpoints.sendTest(callerOf(context), path.id),
    ({ eventId }) => accepted({ eventId }),
  ),
  listWebhookDeliveries: on<'listWebhookDeliveries', Page<Delivery>>(
    (context, { query }) =>
      deliveries.list(callerOf(context), {
        ...pageOf(query),
        ...defined({ endpointId: query.endpointId, state: query.state }),
      }),
    (page) => ok(toList(page, toDelivery)),
  ),
})
