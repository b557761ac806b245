import { describe, expect, it } from 'vitest'
import { createTrustedClock } from '../../src/core/retention/trusted-clock.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** A process on a machine whose clocks a test can turn; `row` outlives it. */
const machine = (row: { at?: Date; confirmedAt?: Date } = {}) => {
  let wall = Date.parse('2026-04-01T00:00:00Z')
  let server = wall
  let monotonic = 0
  let checkpointAt: Date | undefined
  const heartbeat = {
    read: async () => (row.at === undefined ? null : { _id: 'clock' as const, ...row, at: row.at }),
    beat: async (at: Date) => {
      if (row.at === undefined || at > row.at) row.at = at
    },
    confirm: async (at: Date) => {
      row.at = at
      row.confirmedAt = at
    },
  }
  const start = () =>
    createTrustedClock({
      clock: { now: () => new Date(wall) },
      serverTime: async () => new Date(server),
      heartbeat,
      newestCheckpointAt: async () => checkpointAt,
      monotonicMs: () => monotonic,
    })
  return {
    start,
    pass: (ms: number) => {
      wall += ms
      server += ms
      monotonic += ms
    },
    /** Both machines are turned, as by somebody who can reach both. */
    turn: (ms: number) => {
      wall += ms
      server += ms
    },
    turnOwn: (ms: number) => {
      wall += ms
    },
    checkpoint: (ms: number) => {
      checkpointAt = new Date(wall + ms)
    },
  }
}

describe('an irreversible act needs a clock that its witnesses agree with', () => {
  it('time that passes is trusted, for as long as somebody looks', async () => {
    const { start, pass } = machine()
    const clock = start()
    for (let days = 0; days < 30; days++) {
      expect(await clock.isTrusted()).toBe(true)
      pass(day)
    }
  })

  it('not five minutes from MongoDB', async () => {
    const { start, turnOwn } = machine()
    const clock = start()
    turnOwn(5 * minute + 1)
    expect(await clock.isTrusted()).toBe(false)
    await expect(clock.confirm()).rejects.toMatchObject({ code: 'clock_untrusted' })
    turnOwn(-1)
    expect(await clock.isTrusted()).toBe(true)
  })

  it('not when both were turned by over an hour since the last mark, until the operator says that it is right', async () => {
    for (const way of [1, -1]) {
      const { start, turn } = machine()
      const clock = start()
      expect(await clock.isTrusted()).toBe(true)
      turn(way * (hour + 1000))
      expect(await clock.isTrusted()).toBe(false)
      expect(await clock.isTrusted(), 'a second look does not get used to it').toBe(false)
      await clock.confirm()
      expect(await clock.isTrusted()).toBe(true)
    }
  })

  it('a turn of up to an hour is taken for what it mostly is: a correction', async () => {
    const { start, turn } = machine()
    const clock = start()
    expect(await clock.isTrusted()).toBe(true)
    turn(hour)
    expect(await clock.isTrusted()).toBe(true)
  })

  it('after a start not when the last beat is over seven days ago, unless the operator confirms', async () => {
    const here = machine()
    expect(await here.start().isTrusted()).toBe(true)
    here.pass(7 * day)
    expect(await here.start().isTrusted()).toBe(true)
    here.pass(7 * day + 1)
    const clock = here.start()
    expect(await clock.isTrusted()).toBe(false)
    expect(clock.untrusted().message).toContain('seven days')
    await clock.confirm()
    expect(await here.start().isTrusted()).toBe(true)
  })

  it('not before the newest checkpoint, nor before what another process has seen', async () => {
    const here = machine()
    here.checkpoint(6 * minute)
    expect(await here.start().isTrusted()).toBe(false)
    const other = machine({ at: new Date('2026-04-01T00:06:00Z') })
    expect(await other.start().isTrusted()).toBe(false)
  })
})
