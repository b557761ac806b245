import { type EventType, eventTypes, type Outbox, type OutboxRow } from '../core/outbox/outbox.ts'
import type { Clock } from '../core/shared/clock.ts'
import { newId } from '../core/shared/ids.ts'
import type { DeliveryStore } from './deliveries.store.ts'
import type { EndpointRow, EndpointStore } from './endpoints.store.ts'

type Deps = {
  outbox: Pick<Outbox, 'finish' | 'fail' | 'giveUp' | 'nudge'>
  clock: Clock
  endpoints: Pick<EndpointStore, 'enabled'>
  deliveries: Pick<DeliveryStore, 'insertMissing'>
}

const isWanted = ({ _id, events }: EndpointRow, type: EventType, data: OutboxRow['data']): boolean =>
  type === 'webhook_endpoint.test' ? data.endpointId === _id : events.length === 0 || events.includes(type)

/** Makes one delivery of an event for each endpoint that wants it, then settles the outbox row. Can run twice. */
export const createFanOut = ({ outbox, clock, endpoints, deliveries }: Deps) => {
  return async (row: OutboxRow): Promise<void> => {
    const { organizationId, data } = row
    const type = eventTypes.find((known) => known === row.type)
    if (type === undefined) {
      // Written by a newer version that runs beside this one: left to its workers.
      if ((await outbox.fail(row, 'unknown event type')) === 'given_up') await outbox.giveUp(row, 'unknown event type')
      return
    }
    const wanted = (await endpoints.enabled(organizationId)).filter((endpoint) => isWanted(endpoint, type, data))
    await deliveries.insertMissing(
      wanted.map((endpoint) => ({
        id: newId('delivery'),
        organizationId,
        endpointId: endpoint._id,
        eventId: row._id,
        type,
        data,
        eventAt: row.createdAt,
        requestId: row.requestId,
      })),
      clock.now(),
    )
    await outbox.finish(row)
    if (wanted.length > 0) outbox.nudge()
  }
}
