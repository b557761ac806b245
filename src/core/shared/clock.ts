/** The real clock, handed in so that tests can hold it still. Milliseconds since the epoch, UTC. */
export type Clock = { now: () => Date }

export const systemClock: Clock = { now: () => new Date() }

/**
 * For how long something has waited: by the clock handed in *and* by the machine's. By one that is moved, what was written a
 * moment ago is days old.
 */
export const earlierNow = (clock: Clock): number => Math.min(clock.now().getTime(), Date.now())
