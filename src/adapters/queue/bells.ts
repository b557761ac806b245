import type { JobRunner } from '../../core/jobs/jobs.ts'
import type { Outbox, OutboxRow } from '../../core/outbox/outbox.ts'

/** A doorbell, not the parcel: all that Redis ever holds of a piece of work. */
export type Bell = { organizationId: string; rowId: string; fence: number }
export const queueNames = ['jobs', 'events', 'changes', 'webhooks'] as const
export type QueueName = (typeof queueNames)[number]

/** A row that was claimed, and the queue in which to ring for it. */
export type Claim = Bell & { queue: QueueName }

/** Where the relay finds what is due. The rows own state, tries and delays; BullMQ owns latency only. */
export type Source = {
  name: string
  /** The next due row under a fresh lease and fence, or null. */
  claimDue: () => Promise<Claim | null>
  /** The bell could not be rung: due again at once. Without it, the lease runs out and the row is due then. */
  release: (claim: Claim) => Promise<void>
}

/** Who answers a bell. May be rung twice for one row, or for a row that is settled: then it does nothing. */
export type Lane = { queue: QueueName; concurrency: number; answer: (bell: Bell) => Promise<void> }

const queueOfTopic = { event: 'events', job: 'jobs', change: 'changes' } as const satisfies Record<
  OutboxRow['topic'],
  QueueName
>

export const outboxSource = (outbox: Pick<Outbox, 'claimDue' | 'release'>): Source => ({
  name: 'outbox',
  claimDue: async () => {
    const row = await outbox.claimDue()
    return row === null
      ? null
      : { queue: queueOfTopic[row.topic], organizationId: row.organizationId, rowId: row._id, fence: row.fence }
  },
  release: ({ organizationId, rowId, fence }) => outbox.release({ organizationId, _id: rowId, fence }),
})

/** Reads the row under its fence; a bell of an older claim finds nothing. `run` settles the row. */
const outboxLane =
  (queue: QueueName) =>
  (outbox: Pick<Outbox, 'read'>, run: (row: OutboxRow) => Promise<void>, concurrency: number): Lane => ({
    queue,
    concurrency,
    answer: async ({ organizationId, rowId, fence }) => {
      const row = await outbox.read(organizationId, rowId, fence)
      if (row !== null) await run(row)
    },
  })

export const jobsLane = (outbox: Pick<Outbox, 'read'>, { run }: JobRunner, concurrency = 2): Lane =>
  outboxLane('jobs')(outbox, run, concurrency)

export const eventsLane = (
  outbox: Pick<Outbox, 'read'>,
  fanOut: (row: OutboxRow) => Promise<void>,
  concurrency = 8,
): Lane => outboxLane('events')(outbox, fanOut, concurrency)

/** What other features of the service hear of each other: one at a time keeps counters from getting in each other's way. */
export const changesLane = (
  outbox: Pick<Outbox, 'read'>,
  answer: (row: OutboxRow) => Promise<void>,
  concurrency = 1,
): Lane => outboxLane('changes')(outbox, answer, concurrency)

type Deliver = {
  claimDue: () => Promise<Bell | null>
  release: (bell: Bell) => Promise<void>
  run: (bell: Bell) => Promise<void>
}

/** Deliveries have rows, leases and fences of their own. */
export const deliverySource = ({ claimDue, release }: Pick<Deliver, 'claimDue' | 'release'>): Source => ({
  name: 'deliveries',
  claimDue: async () => {
    const bell = await claimDue()
    return bell === null ? null : { ...bell, queue: 'webhooks' }
  },
  release,
})

export const deliveriesLane = ({ run }: Pick<Deliver, 'run'>, concurrency = 16): Lane => ({
  queue: 'webhooks',
  concurrency,
  answer: run,
})
