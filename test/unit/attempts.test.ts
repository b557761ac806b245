import { describe, expect, it } from 'vitest'
import {
  type AttemptCounts,
  createAttempts,
  createMemoryCounts,
  lockSeconds,
  networkOf,
} from '../../src/core/access/attempts.ts'

let now = Date.parse('2026-11-25T00:00:00Z')
const clock = { now: () => new Date(now) }
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'free',
    (error) => `${error.code} ${error.retryAfterSeconds}`,
  )
const lost: AttemptCounts = {
  state: () => Promise.reject(new Error('lost')),
  fail: () => Promise.reject(new Error('lost')),
  lock: () => Promise.reject(new Error('lost')),
  right: () => Promise.reject(new Error('lost')),
}
const failTimes = async (tries: { failed: () => Promise<void> }, times: number): Promise<void> => {
  for (let i = 0; i < times; i++) await tries.failed()
}

describe('failed authentications', () => {
  it('lock for twice as long each time, up to a quarter of an hour', () => {
    expect([9, 10, 11, 12, 17, 18, 1000].map((failures) => lockSeconds(failures, 10))).toEqual([
      0, 5, 10, 20, 640, 900, 900,
    ])
  })

  it('lock a client at one address, and end by themselves', async () => {
    const attempts = createAttempts({ clock })
    await failTimes(attempts.forClient('cli_a', '192.0.2.1'), 12)
    expect(await codeOf(attempts.forClient('cli_a', '192.0.2.1').mustBeFree())).toBe('rate_limited 20')
    expect(await codeOf(attempts.forClient('cli_a', '192.0.2.2').mustBeFree())).toBe('free')
    expect(await codeOf(attempts.forClient('cli_b', '192.0.2.1').mustBeFree())).toBe('free')
    now += 20_000
    expect(await codeOf(attempts.forClient('cli_a', '192.0.2.1').mustBeFree())).toBe('free')
  })

  it('over many client ids lock the address, but not for a client that was right there', async () => {
    const attempts = createAttempts({ clock })
    await attempts.forClient('cli_known', '198.51.100.1').succeeded()
    for (let i = 0; i < 300; i++) await attempts.forClient(`cli_${i}`, '198.51.100.1').failed()
    expect(await codeOf(attempts.forClient('cli_new', '198.51.100.1').mustBeFree())).toMatch(/^rate_limited/)
    expect(await codeOf(attempts.forClient('cli_known', '198.51.100.1').mustBeFree())).toBe('free')
  })

  it('are counted for all processes together', async () => {
    const shared = createMemoryCounts(clock)
    const [one, two] = [createAttempts({ clock, shared }), createAttempts({ clock, shared })]
    await failTimes(one.forClient('cli_c', '192.0.2.1'), 5)
    await failTimes(two.forClient('cli_c', '192.0.2.1'), 5)
    expect(await codeOf(one.forClient('cli_c', '192.0.2.1').mustBeFree())).toMatch(/^rate_limited/)
  })

  it('without Redis are counted by each process: the door stays shut to who fails, and open to who is right', async () => {
    const attempts = createAttempts({ clock, shared: lost })
    await failTimes(attempts.forClient('cli_d', '192.0.2.1'), 10)
    expect(await codeOf(attempts.forClient('cli_d', '192.0.2.1').mustBeFree())).toMatch(/^rate_limited/)
    await attempts.forClient('cli_e', '192.0.2.1').succeeded()
    expect(await codeOf(attempts.forClient('cli_e', '192.0.2.1').mustBeFree())).toBe('free')
  })

  it('fill no memory', async () => {
    const counts = createMemoryCounts(clock, 10)
    for (let i = 0; i < 1000; i++) await counts.fail(`key ${i}`)
    expect(await counts.fail('key 999')).toBe(2)
    expect(await counts.fail('key 0')).toBe(1)
  })

  it('of IPv6 count by the network that somebody is given', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2')
    expect(networkOf('2001:db8:1:2::9')).toBe('2001:db8:1:2')
    expect(networkOf('2001:0db8::1')).toBe('2001:db8:0:0')
    expect(networkOf('::1')).toBe('0:0:0:0')
    expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0')
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1')
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
  })
})
