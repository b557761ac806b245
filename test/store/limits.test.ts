import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLimits } from '../../src/adapters/limits/limits.ts'
import { emptyParts, testParts } from '../support/parts.ts'
import { deleteKeys } from '../support/redis-keys.ts'

/** Two processes on one Redis, and one whose Redis is gone. */
describe('limits across processes', () => {
  const open: ReturnType<typeof createLimits>[] = []
  const limits = (more: { redisUrl?: string; clientPerMinute?: number } = {}) => {
    const { redisUrl, redisPrefix: prefix } = testParts()
    const made = createLimits({ redisUrl, prefix, clientPerMinute: 10, ...more })
    open.push(made)
    return made
  }
  beforeAll(emptyParts)
  afterAll(() => {
    for (const each of open) each.close()
  })
  const dead = 'redis://127.0.0.1:1'

  it('every request is counted once, also those that come at the same moment; the one beyond the quota is told', async () => {
    const [a, b] = [limits(), limits()]
    await Promise.all([a.counter.add('warm', 1, 9, async () => 0), b.counter.add('warm', 1, 9, async () => 0)])
    const states = await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? a : b).take('client', 'cli_1')),
    )
    expect(states.filter(({ exceeded }) => exceeded)).toHaveLength(2)
    expect(states.map(({ remaining }) => remaining).sort((x, y) => x - y)).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect((await a.take('client', 'cli_2')).exceeded).toBe(false)
  })

  it('without Redis the general limit goes on in the process alone', async () => {
    const alone = limits({ redisUrl: dead })
    const states = await Promise.all(Array.from({ length: 11 }, () => alone.take('client', 'cli_3')))
    expect(states.filter(({ exceeded }) => exceeded)).toHaveLength(1)
  })

  it('without Redis a budget rejects', async () => {
    await expect(limits({ redisUrl: dead }).counter.add('x', 1, 5, async () => 0)).rejects.toThrow()
  })

  it('a missing budget is rebuilt once, by whoever is first, and never goes over', async () => {
    const [a, b] = [limits(), limits()]
    const granted = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        (i % 2 === 0 ? a : b).counter.add('org/reveals/stf/day', 1, 8, async () => 4),
      ),
    )
    expect(granted.filter(Boolean)).toHaveLength(4)
    await a.counter.giveBack('org/reveals/stf/day', 1)
    expect(await b.counter.add('org/reveals/stf/day', 1, 8, async () => 0)).toBe(true)
    const { redisUrl, redisPrefix } = testParts()
    const redis = new Redis(redisUrl)
    await deleteKeys(redis, `${redisPrefix}:budget`)
    redis.disconnect()
    await a.counter.giveBack('org/reveals/stf/day', 1)
    expect(await b.counter.add('org/reveals/stf/day', 1, 8, async () => 8)).toBe(false)
  })
})
