import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listPurposes } from '../../src/core/notices/notices.ts'
import {
  type ClaimFacts,
  claimsOf,
  isDue,
  lastDayOfPeriod,
  plannedOf,
  plannedOn,
  type RelationEvent,
} from '../../src/core/retention/retention.rules.ts'
import { listRetentionRules, retentionRules } from '../../src/core/retention/retention-rules.ts'
import { addDays, addYears } from '../../src/core/shared/dates.ts'
import { purposeCodes, subjectKinds } from '../../src/core/shared/words.ts'

const event = (kind: RelationEvent['kind'], on: string, recordedAt = '2026-01-01T00:00:00Z'): RelationEvent => ({
  kind,
  on,
  recordedAt: new Date(recordedAt),
})
const employee = (...events: RelationEvent[]): ClaimFacts => ({
  kind: 'employee',
  purposes: ['withholding_tax'],
  events,
})
const untils = (facts: ClaimFacts): Record<string, string | undefined> =>
  Object.fromEntries(claimsOf(facts).map(({ ruleId, untilOn }) => [ruleId, untilOn]))

describe('the statutory periods', () => {
  it('keep the 扶養控除等申告書 of 令和8年分 of one who left on 2026-10-31 until 2034-01-10, and let it go the day after', () => {
    const claims = claimsOf(employee(event('hired', '2020-04-01'), event('retired', '2026-10-31')))
    expect(claims.map(({ ruleId }) => ruleId)).toEqual(['withholding_7y', 'retirement_income_7y'])
    expect(claims[0]).toMatchObject({ anchorOn: '2027-01-10', untilOn: '2034-01-10', purpose: 'withholding_tax' })
    expect(plannedOf(claims)).toEqual({ state: 'planned', claimsUntilOn: '2034-01-10', plannedOn: '2034-01-11' })
  })

  it('count the year of leaving by the day: 31 December and 1 January are a year apart', () => {
    expect(untils(employee(event('retired', '2026-12-31'))).withholding_7y).toBe('2034-01-10')
    expect(untils(employee(event('retired', '2027-01-01'))).withholding_7y).toBe('2035-01-10')
  })

  it('count insurance from the loss, and from retirement where no loss is recorded', () => {
    const purposes = ['employment_insurance', 'health_pension', 'workers_accident'] as const
    const both = {
      kind: 'employee' as const,
      purposes,
      events: [event('retired', '2026-10-31'), event('insurance_lost', '2026-11-01')],
    }
    expect(untils(both)).toEqual({
      employment_insurance_4y: '2030-11-01',
      health_pension_2y: '2028-11-01',
      workers_accident_3y: '2029-10-31',
    })
    expect(untils({ ...both, events: [event('retired', '2026-10-31')] })).toMatchObject({
      employment_insurance_4y: '2030-10-31',
      health_pension_2y: '2028-10-31',
    })
  })

  it('end with the calendar where they would go beyond the year 9999', () => {
    const facts = employee(event('hired', '2020-04-01'), event('retired', '9999-12-31'))
    const ends = Object.values(untils(facts))
    expect(ends.length).toBeGreaterThan(0)
    expect(new Set(ends.map((end) => end?.slice(0, 4)))).toEqual(new Set(['9999']))
    expect(plannedOf(claimsOf(facts)).plannedOn).toBe('9999-12-31')
    expect(addDays('9999-12-31', 1)).toBe('9999-12-31')
    expect(addYears('9999-02-28', 1)).toBe('9999-12-31')
  })

  it('end on the eve of the corresponding day, and at the end of the month where there is no such day (民法143条2項)', () => {
    expect(lastDayOfPeriod('2024-02-29', 7)).toBe('2031-02-28')
    expect(lastDayOfPeriod('2024-02-29', 4)).toBe('2028-02-28')
    expect(lastDayOfPeriod('2024-03-01', 4)).toBe('2028-02-29')
    expect(lastDayOfPeriod('2023-03-01', 1)).toBe('2024-02-29')
    expect(addYears('2024-02-29', 7)).toBe('2031-02-28')
    const leap = {
      kind: 'employee' as const,
      purposes: ['health_pension' as const],
      events: [event('retired', '2024-02-29')],
    }
    expect(untils(leap).health_pension_2y).toBe('2026-02-28')
  })

  it('keep copies of 支払調書 for seven years after 31 January, as an uncertain rule with a switch', () => {
    const payee: ClaimFacts = {
      kind: 'payee',
      purposes: ['payment_record_fee'],
      events: [event('contract_ended', '2026-06-30')],
    }
    expect(retentionRules.payment_record_copy.confidence).toBe('uncertain')
    expect(untils(payee).payment_record_copy).toBe('2034-01-31')
    expect(untils({ ...payee, lastPaymentYear: 2027 }).payment_record_copy).toBe('2035-01-31')
    expect(untils({ ...payee, lastPaymentYear: 2020 }).payment_record_copy).toBe('2034-01-31')
    expect(untils({ ...payee, keepPaymentRecordCopies: false }).payment_record_copy).toBe('2027-01-31')
  })

  it('do not begin while the relation goes on', () => {
    for (const facts of [
      employee(),
      employee(event('hired', '2020-04-01')),
      employee(event('retired', '2026-03-31'), event('hired', '2026-04-01')),
      employee(event('hired', '2020-04-01'), event('insurance_lost', '2025-04-01')),
      { kind: 'payee' as const, purposes: ['payment_record_rent' as const], events: [], lastPaymentYear: 2020 },
    ]) {
      expect(claimsOf(facts).every(({ untilOn }) => untilOn === undefined)).toBe(true)
      expect(plannedOf(claimsOf(facts)).state).toBe('open')
    }
  })

  it('of two events of one day, the one recorded later counts: somebody may leave on the first day', () => {
    const first = event('hired', '2026-04-01', '2026-04-01T00:00:00Z')
    const left = event('retired', '2026-04-01', '2026-04-02T00:00:00Z')
    expect(untils(employee(left, first)).withholding_7y).toBe('2034-01-10')
  })

  it('let a dependent follow the employee, or end sooner by an event of its own', () => {
    const dependent: ClaimFacts = { kind: 'dependent', purposes: ['withholding_tax'], events: [] }
    expect(untils({ ...dependent, employeeEvents: [] }).withholding_7y).toBeUndefined()
    expect(untils({ ...dependent, employeeEvents: [event('retired', '2026-10-31')] }).withholding_7y).toBe('2034-01-10')
    const own = [event('contract_ended', '2024-05-01')]
    expect(untils({ ...dependent, events: own, employeeEvents: [] }).withholding_7y).toBe('2032-01-10')
  })

  it('have a row for every purpose, and the one that the table of purposes names', () => {
    for (const { code, retentionRuleId } of listPurposes()) {
      const rules = listRetentionRules().filter((rule) => rule.purposes.includes(code))
      expect(rules.length).toBeGreaterThan(0)
      if (retentionRuleId !== undefined) expect(rules.map(({ id }) => id as string)).toContain(retentionRuleId)
    }
  })

  it('ignore purposes that do not fit the kind of subject', () => {
    expect(claimsOf({ kind: 'payee', purposes: ['health_pension'], events: [] })).toEqual([])
  })
})

describe('the planned day', () => {
  const claims = claimsOf(employee(event('retired', '2026-10-31')))

  it('is the later of the claims and the staff’s date', () => {
    expect(plannedOn(claims, '2034-03-31')).toBe('2034-03-31')
    expect(plannedOn(claims, '2030-01-01')).toBe('2034-01-11')
    expect(plannedOf(claims, { staffOn: '2030-01-01' })).toMatchObject({
      staffOn: '2030-01-01',
      plannedOn: '2034-01-11',
    })
  })

  it('is open with an open claim, whatever the staff’s date; 予定解除 takes it out', () => {
    expect(plannedOf(claimsOf(employee()), { staffOn: '2026-01-01' })).toEqual({ state: 'open', staffOn: '2026-01-01' })
    expect(plannedOf(claims, { withdrawn: true })).toEqual({ state: 'withdrawn', claimsUntilOn: '2034-01-10' })
  })

  it('without any claim is the staff’s alone', () => {
    expect(plannedOf([])).toEqual({ state: 'open' })
    expect(plannedOf([], { staffOn: '2026-05-01' })).toEqual({
      state: 'planned',
      staffOn: '2026-05-01',
      plannedOn: '2026-05-01',
    })
  })

  it('comes due on its day and not the day before', () => {
    const planned = plannedOf(claims)
    expect(isDue(planned, '2034-01-10')).toBe(false)
    expect(isDue(planned, '2034-01-11')).toBe(true)
  })
})

const days = fc.integer({ min: 0, max: 20_000 }).map((n) => addDays('2010-01-01', n))
const events = fc.array(
  fc.record({
    kind: fc.constantFrom('hired', 'retired', 'insurance_lost', 'transferred', 'contract_ended' as const),
    on: days,
    recordedAt: fc.integer({ min: 0, max: 1e12 }).map((n) => new Date(n)),
  }),
  { maxLength: 6 },
)
const anyFacts: fc.Arbitrary<ClaimFacts> = fc.record({
  kind: fc.constantFrom(...subjectKinds),
  purposes: fc.subarray([...purposeCodes]),
  events,
  employeeEvents: events,
  lastPaymentYear: fc.integer({ min: 2016, max: 2060 }),
})

describe('whatever happens', () => {
  it('the staff’s date never shortens a claim, and the day is after every claim', () => {
    fc.assert(
      fc.property(anyFacts, days, (facts, staffOn) => {
        const claims = claimsOf(facts)
        const alone = plannedOn(claims)
        const withStaff = plannedOn(claims, staffOn)
        if (alone !== undefined) expect(withStaff !== undefined && withStaff >= alone).toBe(true)
        if (withStaff !== undefined)
          for (const { untilOn } of claims) expect(untilOn !== undefined && untilOn < withStaff).toBe(true)
        if (claims.some(({ untilOn }) => untilOn === undefined)) expect(withStaff).toBeUndefined()
      }),
    )
  })

  it('one more purpose never lets a number go sooner, and claims come longest first', () => {
    fc.assert(
      fc.property(anyFacts, fc.constantFrom(...purposeCodes), (facts, more) => {
        const claims = claimsOf(facts)
        const wider = claimsOf({ ...facts, purposes: [...facts.purposes, more] })
        const [few, many] = [plannedOn(claims), plannedOn(wider)]
        if (claims.length > 0 && many !== undefined) expect(few !== undefined && few <= many).toBe(true)
        const order = wider.map(({ untilOn }) => untilOn ?? '9999')
        expect(order).toEqual([...order].sort().reverse())
      }),
    )
  })

  it('a period of years ends within two days of that many years, and begins after its anchor', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 30 }), (first, years) => {
        const last = lastDayOfPeriod(first, years)
        expect(last >= addDays(addYears(first, years), -1) && last <= addYears(first, years)).toBe(true)
      }),
    )
  })
})
