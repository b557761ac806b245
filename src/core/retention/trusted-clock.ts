import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import type { HeartbeatStore } from './heartbeat.store.ts'

const minuteMs = 60 * 1000
const hourMs = 60 * minuteMs
/** How far the process and MongoDB may be apart. */
const toleranceMs = 5 * minuteMs
/** How far the clock may run from the monotonic one since the last mark. */
const mostJumpMs = hourMs
/** How long the whole service may have stood still. */
const mostGapMs = 7 * 24 * hourMs
const beatEveryMs = minuteMs

const reasons = {
  apart: 'The clocks of this process and of MongoDB are more than five minutes apart: set them right.',
  behind: 'The clock is behind the newest checkpoint or heartbeat: set it right, then `azukari clock confirm`.',
  jumped: 'The clock jumped by more than an hour: set it right, or say that it is right by `azukari clock confirm`.',
  gap: 'The service stood still for more than seven days: look at the clock, then `azukari clock confirm`.',
} as const
type Reason = keyof typeof reasons

type Deps = {
  clock: Clock
  serverTime: () => Promise<Date | undefined>
  heartbeat: HeartbeatStore
  /** The newest checkpoint of any ledger: time was there already. */
  newestCheckpointAt?: () => Promise<Date | undefined>
  /** Milliseconds that nobody can set. */
  monotonicMs?: () => number
}

/**
 * Irreversible acts need a trusted clock (DESIGN § 7), the real one, never the test clock: whoever turns it forward would have
 * numbers disposed of that the law still keeps. Witnesses: MongoDB, the newest checkpoint, and a heartbeat that is compared with
 * the monotonic clock while the process runs, and with the last beat in the database after a start.
 */
export const createTrustedClock = ({
  clock,
  serverTime,
  heartbeat,
  newestCheckpointAt = async () => undefined,
  monotonicMs = () => performance.now(),
}: Deps) => {
  type Mark = { wall: number; monotonic: number }
  const markNow = (): Mark => ({ wall: clock.now().getTime(), monotonic: monotonicMs() })
  let mark: Mark | undefined
  let beatAt = Number.NEGATIVE_INFINITY
  let lastReason: Reason = 'apart'

  const agreesWithServer = async (): Promise<boolean> => {
    const before = clock.now().getTime()
    const server = (await serverTime())?.getTime()
    const after = clock.now().getTime()
    // The server answered some time between the two: its clock must be within the tolerance of that span.
    return server !== undefined && server >= before - toleranceMs && server <= after + toleranceMs
  }

  const jumped = (from: Mark, now: Mark): boolean =>
    Math.abs(now.wall - from.wall - (now.monotonic - from.monotonic)) > mostJumpMs

  const reasonAgainst = async (): Promise<Reason | undefined> => {
    if (!(await agreesWithServer())) return 'apart'
    const now = markNow()
    const [row, checkpointAt] = await Promise.all([heartbeat.read(), newestCheckpointAt()])
    // An hour in which the operator's word holds: until this process has seen it, its own mark is from before.
    const confirmed = row?.confirmedAt !== undefined && Math.abs(now.wall - row.confirmedAt.getTime()) <= mostJumpMs
    const newest = Math.max(row?.at.getTime() ?? 0, checkpointAt?.getTime() ?? 0)
    if (now.wall < newest - toleranceMs) return 'behind'
    if (confirmed) return undefined
    if (mark !== undefined) return jumped(mark, now) ? 'jumped' : undefined
    return row !== null && now.wall - row.at.getTime() > mostGapMs ? 'gap' : undefined
  }

  /** Asked before every irreversible act, and every minute: the mark moves on only while the clock is trusted. */
  const isTrusted = async (): Promise<boolean> => {
    const reason = await reasonAgainst()
    if (reason !== undefined) {
      lastReason = reason
      return false
    }
    mark = markNow()
    if (mark.monotonic - beatAt >= beatEveryMs) {
      beatAt = mark.monotonic
      await heartbeat.beat(new Date(mark.wall))
    }
    return true
  }

  return {
    isTrusted,
    untrusted: (): AppError => new AppError('clock_untrusted', reasons[lastReason]),
    /** The operator says that the clock is right; still not against MongoDB. */
    confirm: async (): Promise<Date> => {
      if (!(await agreesWithServer())) throw new AppError('clock_untrusted', reasons.apart)
      const now = clock.now()
      await heartbeat.confirm(now)
      return now
    },
  }
}
export type TrustedClock = ReturnType<typeof createTrustedClock>
