import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { type Bell, type Claim, type Lane, type QueueName, queueNames, type Source } from './bells.ts'
import { createStateLog, type Log, named } from './log.ts'
import { type Relay, startRelay } from './relay.ts'

export {
  type Bell,
  type Claim,
  changesLane,
  deliveriesLane,
  deliverySource,
  eventsLane,
  jobsLane,
  type Lane,
  outboxSource,
  type Source,
} from './bells.ts'
export type { Log } from './log.ts'
export type { Relay } from './relay.ts'

export type QueueDeps = { redisUrl: string; prefix: string; log: Log; closeMs?: number }

const commandTimeoutMs = 2000
const answerHoldsMs = 1000
const retryStrategy = (times: number): number => Math.min(times * 100, 1000)
const ignore = (): void => undefined

/** Settles within the time, even when the other side never answers (a Redis that is paused keeps its sockets open). */
const within = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('timed out')), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
    work.catch(ignore)
  }
}

/**
 * BullMQ on Redis: makes things quick, and owns nothing. Jobs hold ids only, are tried once and then removed, because the
 * row that was claimed owns tries and delays, and because BullMQ ignores a `jobId` that it still knows.
 */
export const createQueue = ({ redisUrl, prefix, log, closeMs = 10_000 }: QueueDeps) => {
  const redis = createStateLog(log, 'Redis')
  const relays = new Set<Relay>()
  const closers: (() => Promise<void>)[] = []

  // No offline queue and a timeout: a Redis that is gone or stands still must not hold up who asks.
  const producer = new Redis(redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    retryStrategy,
  })
  // The relay's rounds and ping() report the state; the events would say it once a second.
  producer.on('error', ignore)

  let queues: Map<QueueName, Queue<Bell>> | undefined
  /** Made at the first ring, when Redis has answered: a Queue that starts without Redis fails for good. */
  const queueOf = (name: QueueName): Queue<Bell> => {
    queues ??= new Map(
      queueNames.map((queueName) => {
        const queue = new Queue<Bell>(queueName, { connection: producer, prefix, skipMetasUpdate: true })
        queue.on('error', ignore)
        return [queueName, queue]
      }),
    )
    const found = queues.get(name)
    if (found === undefined) throw new Error(`no queue ${name}`)
    return found
  }

  const ring = async (claims: readonly Claim[]): Promise<void> => {
    for (const [name, ofQueue] of Map.groupBy(claims, ({ queue }) => queue)) {
      const jobs = ofQueue.map(({ organizationId, rowId, fence }) => ({
        name,
        data: { organizationId, rowId, fence },
        // Each claim has a fence of its own, so that no claim's bell is taken for another's. No `:` (BullMQ).
        opts: { jobId: `${rowId}-${fence}`, attempts: 1, removeOnComplete: true, removeOnFail: true },
      }))
      await within(queueOf(name).addBulk(jobs), commandTimeoutMs * 2)
    }
  }

  const ping = async (): Promise<void> => {
    if (producer.status === 'connecting' || producer.status === 'connect')
      await within(new Promise((resolve) => void producer.once('ready', resolve)), commandTimeoutMs)
    await within(producer.ping(), commandTimeoutMs)
  }

  let answeredAt = Number.NEGATIVE_INFINITY
  producer.on('close', () => {
    answeredAt = Number.NEGATIVE_INFINITY
  })
  /** Like ping, but an answer of the last second will do: for requests that need Redis to be there. */
  const mustAnswer = async (): Promise<void> => {
    if (performance.now() - answeredAt < answerHoldsMs) return
    await ping()
    answeredAt = performance.now()
  }

  /** Starts carrying. `nudge` may be called from anywhere in this process. */
  const relay = (sources: readonly Source[], options: { pollMs?: number; idlePollMs?: number } = {}): Relay => {
    const started = startRelay({ ...options, sources, ring, reach: ping, redis, mongo: createStateLog(log, 'MongoDB') })
    relays.add(started)
    return started
  }

  const answerSafely = ({ queue, answer }: Lane) => {
    return async (data: Bell): Promise<void> => {
      try {
        await answer(data)
      } catch (error) {
        // The row is unsettled: its lease runs out and it is due again.
        log.error({ queue, rowId: data.rowId, ...named(error) }, 'a row could not be worked on: it is tried again')
      }
    }
  }

  /** Starts answering bells, with connections that wait for Redis as long as it takes. */
  const workers = (lanes: readonly Lane[]): { close: () => Promise<void> } => {
    const connection = new Redis(redisUrl, { maxRetriesPerRequest: null, retryStrategy })
    const state = createStateLog(log, 'Redis (workers)')
    connection.on('error', state.down)
    connection.on('ready', state.up)
    const running = lanes.map((lane) => {
      const answer = answerSafely(lane)
      const worker = new Worker<Bell>(lane.queue, ({ data }) => answer(data), {
        connection,
        prefix,
        concurrency: lane.concurrency,
        // A worker that was killed or stood still: the row's lease brings its work back, under a new fence.
        maxStalledCount: 0,
      })
      worker.on('error', ignore)
      return worker
    })
    let closing: Promise<void> | undefined
    /** Finishes what runs, as long as it takes less than `closeMs`; the rest is for the next worker, by its lease. */
    const close = (): Promise<void> => {
      closing ??= (async () => {
        const force = () => Promise.all(running.map((worker) => within(worker.close(true), 1000).catch(ignore)))
        await within(Promise.all(running.map((worker) => worker.close())), closeMs).catch(force)
        connection.disconnect()
      })()
      return closing
    }
    closers.push(close)
    return { close }
  }

  const close = async (): Promise<void> => {
    await Promise.all([...relays].map(({ stop }) => stop()))
    await Promise.all(closers.map((end) => end()))
    for (const queue of queues?.values() ?? []) await within(queue.close(), 1000).catch(ignore)
    producer.disconnect()
  }

  return { relay, workers, ping, mustAnswer, close }
}
export type AzukariQueue = ReturnType<typeof createQueue>
