import { setTimeout as sleep } from 'node:timers/promises'

/** So many can change one thing at once without a condition: one of them gets on in each round. */
const mostTries = 30

/** Reads and writes again, a little later each time, while somebody else was first. Each attempt begins with the reading. */
export const whileRaced = async <T>(
  isRaced: (error: unknown) => boolean,
  attempt: (tries: number) => Promise<T>,
): Promise<T> => {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(tries)
    } catch (error) {
      if (!isRaced(error) || tries >= mostTries) throw error
      await sleep(5 + Math.random() * 10 * Math.min(tries + 1, 10))
    }
  }
}
