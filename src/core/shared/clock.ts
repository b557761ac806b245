/** The real clock, handed in so that tests can hold it still. Milliseconds since the epoch, UTC. */
export type Clock = { now: () => Date }

export const systemClock: Clock = { now: () => new Date() }
