import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { newId } from '../shared/ids.ts'
import type { EventType } from './events.ts'
import type { OutboxRow } from './outbox.store.ts'
import { createOutboxStore } from './outbox.store.ts'

export { type EventType, eventTypes } from './events.ts'
/** `subjects.added`: campaigns that new people join; `requests.changed`: counters of a campaign that are behind. */
export type ChangeKind = 'subjects.added' | 'requests.changed'
export type { OutboxRow } from './outbox.store.ts'

/** Whose it is, and what it came of. */
type About = Pick<Caller, 'organizationId' | 'requestId'>

/** How long a queued row belongs to the worker that took it, unless renewed. */
export const leaseMs = 60_000
const maxFailures = 8
const backOffMs = (failures: number): number => Math.min(2 ** failures * 1000, 10 * 60_000)

/** Use cases write rows here, inside their transaction; they never enqueue and never call out. */
export const createOutbox = ({
  db,
  clock,
  leaseMs: lease = leaseMs,
}: {
  db: Database
  clock: Clock
  leaseMs?: number
}) => {
  const store = createOutboxStore(db)
  const listeners = new Set<() => void>()
  const leaseEnd = (): Date => new Date(clock.now().getTime() + lease)

  const row = (caller: About, topic: OutboxRow['topic'], type: string, data: Record<string, string>): OutboxRow => ({
    _id: newId(topic === 'event' ? 'event' : 'outbox'),
    organizationId: caller.organizationId,
    topic,
    type,
    data,
    state: 'waiting',
    dueAt: clock.now(),
    attempt: 0,
    failures: 0,
    fence: 0,
    requestId: caller.requestId,
    createdAt: clock.now(),
  })

  return {
    /** Announces what happened: ids only. The row's id is the event's id. */
    event: async (caller: About, type: EventType, data: Record<string, string>): Promise<string> => {
      const document = row(caller, 'event', type, data)
      await store.insertMany([document])
      return document._id
    },

    events: async (caller: Caller, items: { type: EventType; data: Record<string, string> }[]): Promise<void> => {
      if (items.length > 0) await store.insertMany(items.map((item) => row(caller, 'event', item.type, item.data)))
    },

    /** Tells other features of the service what changed. Ids only; whoever answers can be told twice. */
    change: async (organizationId: string, kind: ChangeKind, data: Record<string, string>): Promise<void> => {
      await store.insertMany([row({ organizationId, requestId: 'change' }, 'change', kind, data)])
    },

    /** Rings for a job: `data.jobId` names the job resource. */
    job: async (caller: Caller, kind: string, jobId: string): Promise<void> => {
      await store.insertMany([row(caller, 'job', kind, { jobId })])
    },

    /** For the relay: the next due row with a fresh lease and fence, or null. */
    claimDue: (): Promise<OutboxRow | null> => store.claimDue(clock.now(), leaseEnd()),
    /** The relay could not ring for a row that it claimed: due at once, nothing counted. */
    release: (row: { organizationId: string; _id: string; fence: number }): Promise<void> =>
      store.release(row.organizationId, row._id, row.fence, clock.now()),
    /** For workers: the row, if this fence still holds it. */
    read: store.read,
    renew: (row: OutboxRow): Promise<boolean> => store.renew(row.organizationId, row._id, row.fence, leaseEnd()),
    finish: (row: OutboxRow): Promise<boolean> => store.finish(row.organizationId, row._id, row.fence, clock.now()),
    /** Tries again later, with growing delays; gives up after some. The reason holds no value. */
    fail: async (row: OutboxRow, reason: string): Promise<'later' | 'given_up'> => {
      const failures = row.failures + 1
      // Whoever gives up settles what belongs to the row in the same transaction.
      if (failures >= maxFailures) return 'given_up'
      await store.postpone(
        row.organizationId,
        row._id,
        row.fence,
        new Date(clock.now().getTime() + backOffMs(failures)),
        reason,
      )
      return 'later'
    },
    /** No more tries: it stays, for the operator to look at. */
    giveUp: (row: OutboxRow, reason: string): Promise<void> =>
      store.giveUp(row.organizationId, row._id, row.fence, reason),
    waiting: store.waiting,
    leaseMs: lease,

    /** A relay in this process may look at once instead of at its next round. */
    onRow: (listener: () => void): (() => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    nudge: (): void => {
      for (const listener of listeners) listener()
    },
  }
}
export type Outbox = ReturnType<typeof createOutbox>
