import { describe, expect, it } from 'vitest'
import { listPurposes, type Purpose, purposeFits, purposeInForce, purposes } from '../../src/core/notices/purposes.ts'
import { listRetentionRules } from '../../src/core/retention/retention-rules.ts'
import { isDay } from '../../src/core/shared/dates.ts'
import { purposeCodes, subjectKinds } from '../../src/core/shared/words.ts'

const rules = new Map(listRetentionRules().map((rule) => [String(rule.id), rule]))

describe('the table of purposes', () => {
  it.each(listPurposes().map((row) => [row.code, row] as const))(
    '%s starts a retention rule that knows it',
    (code, row) => {
      expect(rules.get(row.retentionRuleId)?.purposes).toContain(code)
    },
  )

  it('is known whole by the retention rules: no rule is for a purpose that starts none', () => {
    expect([...new Set([...rules.values()].flatMap((rule) => rule.purposes))].sort()).toEqual([...purposeCodes].sort())
  })

  it.each(listPurposes().map((row) => [row.code, row] as const))(
    '%s names law, source, kinds and days',
    (_code, row) => {
      expect(row.law).toMatch(/^番号法9条4項, .+/)
      expect(row.source.length).toBeGreaterThan(10)
      expect(row.subjectKinds.length).toBeGreaterThan(0)
      expect(isDay(row.fromOn)).toBe(true)
      expect(row.toOn === undefined || (isDay(row.toOn) && row.toOn >= row.fromOn)).toBe(true)
      // What could not be read is marked so, and the source says it.
      if (row.confidence === 'primary') expect(row.source).not.toMatch(/未確認/)
      else expect(row.source).toMatch(/未確認|二次資料/)
    },
  )

  it('has a purpose for every kind of subject, and slips for payees only', () => {
    for (const kind of subjectKinds) expect(purposeCodes.some((code) => purposeFits(code, kind))).toBe(true)
    for (const code of purposeCodes.filter((each) => each.startsWith('payment_record_')))
      expect([purposeFits(code, 'payee'), purposeFits(code, 'employee')]).toEqual([true, false])
  })

  it('is dated: the first and the last day are in force, their neighbours are not', () => {
    expect(purposeInForce('withholding_tax', '2016-01-01')).toBe(true)
    expect(purposeInForce('withholding_tax', '2015-12-31')).toBe(false)
    const row: Purpose = purposes.shareholding
    row.toOn = '2026-12-31'
    try {
      expect(purposeInForce('shareholding', '2026-12-31')).toBe(true)
      expect(purposeInForce('shareholding', '2027-01-01')).toBe(false)
    } finally {
      delete row.toOn
    }
  })
})
