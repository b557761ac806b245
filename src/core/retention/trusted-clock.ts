import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'

/** How far the process and MongoDB may be apart. */
const toleranceMs = 5 * 60 * 1000

/**
 * Irreversible acts need a trusted clock (DESIGN § 7): this is the comparison with MongoDB, by the real clock, never by the
 * test clock. Checkpoints and the monotonic heartbeat are further witnesses, to be asked here too.
 */
export const createTrustedClock = ({
  clock,
  serverTime,
}: {
  clock: Clock
  serverTime: () => Promise<Date | undefined>
}) => {
  const isTrusted = async (): Promise<boolean> => {
    const before = clock.now().getTime()
    const server = (await serverTime())?.getTime()
    const after = clock.now().getTime()
    // The server answered some time between the two: its clock must be within the tolerance of that span.
    return server !== undefined && server >= before - toleranceMs && server <= after + toleranceMs
  }
  return {
    isTrusted,
    untrusted: (): AppError =>
      new AppError(
        'clock_untrusted',
        'The clocks of this process and of MongoDB are more than five minutes apart: set them right.',
      ),
  }
}
export type TrustedClock = ReturnType<typeof createTrustedClock>
