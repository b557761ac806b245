import { describe, expect, it } from 'vitest'
import { alarmsOf, epochStates, erasableAt, isDue, mayFollow, periodDays } from '../../src/core/erasure/epoch.rules.ts'

const at = (text: string): Date => new Date(`2026-${text}T00:00:00Z`)

describe('an erasure epoch', () => {
  it('goes forward, and back only to re-wrap what straggled, while the old keys are still there', () => {
    const back = epochStates.flatMap((from, i) =>
      epochStates.slice(0, i).flatMap((to) => (mayFollow(from, to) ? [`${from} → ${to}`] : [])),
    )
    expect(back).toEqual(['awaiting_backup → rewrapping', 'retiring → rewrapping'])
    expect(mayFollow('destroying', 'rewrapping')).toBe(false)
    // Nothing is skipped.
    for (const [i, from] of epochStates.entries())
      for (const to of epochStates.slice(i + 2)) expect(mayFollow(from, to)).toBe(false)
  })

  it('comes every 21 days, or earlier where the 35 days would not hold a disposal that just missed one', () => {
    const day = 24 * 60 * 60
    expect(periodDays(21, day, 0)).toBe(21)
    expect(periodDays(21, day, 7)).toBe(21)
    expect(periodDays(31, day, 7)).toBe(24)
    expect(periodDays(21, day, 30)).toBe(1)
    // The period, a day of old keys, two for the backup, the delay.
    for (const [every, delay] of [
      [1, 0],
      [21, 7],
      [31, 14],
      [31, 30],
    ] as const)
      expect(periodDays(every, day, delay) + 1 + 2 + delay).toBeLessThanOrEqual(35)
  })

  it('is due to the instant', () => {
    expect(isDue(at('01-01'), 21, new Date(at('01-22').getTime() - 1))).toBe(false)
    expect(isDue(at('01-01'), 21, at('01-22'))).toBe(true)
  })

  it('raises an alarm two days after a backup could have been confirmed, and 35 days after a disposal', () => {
    const waiting = { state: 'awaiting_backup', notBefore: at('01-01') } as const
    expect(alarmsOf(waiting, undefined, at('01-03'))).toEqual([])
    expect(alarmsOf(waiting, undefined, at('01-04'))).toEqual(['backup_late'])
    expect(alarmsOf({ ...waiting, backup: {} }, undefined, at('01-04'))).toEqual([])
    expect(alarmsOf({ ...waiting, state: 'rewrapping' }, undefined, at('01-04'))).toEqual([])
    expect(alarmsOf(undefined, at('01-01'), at('02-05'))).toEqual([])
    expect(alarmsOf(undefined, at('01-01'), at('02-06'))).toEqual(['erasure_late'])
  })

  it('erases when the KMS could not bring the version back any more', () => {
    expect(erasableAt(at('01-01'), 7)).toEqual(at('01-08'))
    expect(erasableAt(at('01-01'), 0)).toEqual(at('01-01'))
  })
})
