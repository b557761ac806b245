import { purposeFits } from '../notices/notices.ts'
import { addDays, addYears, type Day, laterDay } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import type { Sentence } from '../shared/errors.ts'
import { type PurposeCode, purposeCodes, type SubjectKind } from '../shared/words.ts'
import { type Anchor, listRetentionRules, type RetentionRule, type RetentionRuleId } from './retention-rules.ts'

type EventKind = 'hired' | 'retired' | 'insurance_lost' | 'transferred' | 'contract_ended' | 'dependency_ended'
export type RelationEvent = { kind: EventKind; on: Day; recordedAt: Date }

/** Where the relation stands: `endedOn` absent = it goes on. */
export type Relation = { endedOn?: Day; insuranceLostOn?: Day }

export type ClaimFacts = {
  kind: SubjectKind
  /** Of every notice given to the subject. */
  purposes: Iterable<PurposeCode>
  events: readonly RelationEvent[]
  /** A dependent's: the numbers of a family go by the employment they were collected for. */
  employeeEvents?: readonly RelationEvent[]
  /** The last year with a payment: its 支払調書 is due after the contract may have ended. */
  lastPaymentYear?: number
  /** The PPC's "at most seven years" for copies of 支払調書 is a permission, not a duty: false lets go after filing. */
  keepPaymentRecordCopies?: boolean
}

/** 保存期間の根拠. `untilOn` is the last day of keeping; absent = open, the period has not begun. */
export type Claim = { ruleId: RetentionRuleId; purpose: PurposeCode; anchorOn?: Day; untilOn?: Day; reason: Sentence }

const ends: readonly EventKind[] = ['retired', 'transferred', 'contract_ended', 'dependency_ended']

/** Being hired again opens what had ended: a continuing contract may keep and reuse the number (ガイドライン第4-1-(1)1Ba). */
const ownRelation = (events: readonly RelationEvent[]): Relation => {
  const inOrder = [...events].sort(
    (a, b) => a.on.localeCompare(b.on) || a.recordedAt.getTime() - b.recordedAt.getTime(),
  )
  let relation: Relation = {}
  for (const { kind, on } of inOrder) {
    if (kind === 'hired') relation = {}
    else if (kind === 'insurance_lost') relation.insuranceLostOn = on
    else if (ends.includes(kind)) relation.endedOn = on
  }
  return relation
}

const earlier = (a: Day | undefined, b: Day | undefined): Day | undefined =>
  a === undefined || b === undefined ? (a ?? b) : a < b ? a : b

/** A dependent's relation ends with the employee's, or sooner by an event of its own. */
export const relationOf = (
  events: readonly RelationEvent[],
  employeeEvents: readonly RelationEvent[] = [],
): Relation => {
  const own = ownRelation(events)
  const employee = ownRelation(employeeEvents)
  return defined({
    endedOn: earlier(own.endedOn, employee.endedOn),
    insuranceLostOn: earlier(own.insuranceLostOn, employee.insuranceLostOn),
  })
}

/**
 * The last day of a period of years whose first day this is. It expires on the eve of the corresponding day (民法143条2項), or,
 * where the last month has no such day, with the end of that month: from 29 February, on 28 February.
 */
export const lastDayOfPeriod = (firstDay: Day, years: number): Day => {
  const corresponding = addYears(firstDay, years)
  return corresponding.slice(5) === firstDay.slice(5) ? addDays(corresponding, -1) : corresponding
}

const yearOf = (day: Day): number => Number(day.slice(0, 4))
/** A day of the year after, `01-10` for instance. */
const inNextYear = (year: number, monthAndDay: string): Day =>
  addYears(`${String(year).padStart(4, '0')}-${monthAndDay}`, 1)

/** The day each anchor falls on, after which the period is counted (初日不算入, 民法140条); undefined = not yet. */
const anchorDays = {
  end_of_employment_tax_year: ({ endedOn }) =>
    endedOn === undefined ? undefined : inNextYear(yearOf(endedOn), '01-10'),
  insurance_lost_or_retired: ({ endedOn, insuranceLostOn }) => insuranceLostOn ?? endedOn,
  end_of_employment: ({ endedOn }) => endedOn,
  last_payment_record_due: ({ endedOn }, lastPaymentYear) =>
    endedOn === undefined ? undefined : inNextYear(Math.max(yearOf(endedOn), lastPaymentYear ?? 0), '01-31'),
  end_of_relation: ({ endedOn }) => endedOn,
} as const satisfies Record<Anchor, (relation: Relation, lastPaymentYear?: number) => Day | undefined>

const reasonOf = (rule: RetentionRule, anchorOn: Day | undefined, untilOn: Day | undefined): Sentence => {
  if (anchorOn === undefined || untilOn === undefined)
    return {
      ja: `雇用又は契約が続いているため、保存期間が始まっていません（${rule.law}）`,
      en: `The relation goes on, so the period has not begun (${rule.law})`,
    }
  return rule.years === 0
    ? { ja: `${rule.name}：${untilOn}まで必要（${rule.law}）`, en: `Needed until ${untilOn} (${rule.law})` }
    : {
        ja: `${rule.name}：${anchorOn}の翌日から${rule.years}年、${untilOn}まで保存（${rule.law}）`,
        en: `${rule.years} years from the day after ${anchorOn}, until ${untilOn} (${rule.law})`,
      }
}

const inForce = (rule: RetentionRule, anchorOn: Day | undefined): boolean =>
  anchorOn === undefined ||
  ((rule.fromOn === undefined || rule.fromOn <= anchorOn) && (rule.toOn === undefined || anchorOn <= rule.toOn))

const longestFirst = (a: Claim, b: Claim): number => (b.untilOn ?? '9999').localeCompare(a.untilOn ?? '9999')

/** Why this number must be kept, longest first: one claim for each purpose the person was told of and each rule it starts. */
export const claimsOf = (facts: ClaimFacts): Claim[] => {
  const relation = relationOf(facts.events, facts.employeeEvents)
  const told = new Set(facts.purposes)
  const fitting = purposeCodes.filter((purpose) => told.has(purpose) && purposeFits(purpose, facts.kind))
  const claims = listRetentionRules().flatMap((rule): Claim[] => {
    if (rule.kinds !== undefined && !rule.kinds.includes(facts.kind)) return []
    const anchorOn = anchorDays[rule.anchor](relation, facts.lastPaymentYear)
    if (!inForce(rule, anchorOn)) return []
    const years = rule.id === 'payment_record_copy' && facts.keepPaymentRecordCopies === false ? 0 : rule.years
    const untilOn =
      anchorOn === undefined ? undefined : years === 0 ? anchorOn : lastDayOfPeriod(addDays(anchorOn, 1), years)
    const reason = reasonOf({ ...rule, years }, anchorOn, untilOn)
    return fitting
      .filter((purpose) => rule.purposes.includes(purpose))
      .map((purpose) => ({ ruleId: rule.id, purpose, reason, ...defined({ anchorOn, untilOn }) }))
  })
  return claims.sort(longestFirst)
}

export type StaffPlan = { staffOn?: Day; withdrawn?: boolean }
export type Planned = { state: 'open' | 'planned' | 'withdrawn'; claimsUntilOn?: Day; staffOn?: Day; plannedOn?: Day }

/**
 * The first day on which the number may be disposed of: the day after the longest claim, or the staff's date where that is
 * later. The staff's date never shortens a claim. Without any claim only the staff can give a date.
 */
export const plannedOf = (claims: readonly Claim[], { staffOn, withdrawn }: StaffPlan = {}): Planned => {
  const untils = claims.map(({ untilOn }) => untilOn).filter((day) => day !== undefined)
  const open = untils.length < claims.length
  const claimsUntilOn = open
    ? undefined
    : untils.reduce<Day | undefined>((a, b) => (a === undefined ? b : laterDay(a, b)), undefined)
  if (withdrawn === true) return { state: 'withdrawn', ...defined({ claimsUntilOn }) }
  const claimsOn = claimsUntilOn === undefined ? undefined : addDays(claimsUntilOn, 1)
  const plannedOn = open
    ? undefined
    : claimsOn === undefined || staffOn === undefined
      ? (claimsOn ?? staffOn)
      : laterDay(claimsOn, staffOn)
  return { state: plannedOn === undefined ? 'open' : 'planned', ...defined({ claimsUntilOn, staffOn, plannedOn }) }
}

export const plannedOn = (claims: readonly Claim[], staffOn?: Day): Day | undefined =>
  plannedOf(claims, defined({ staffOn })).plannedOn

export const isDue = (planned: Planned, today: Day): boolean =>
  planned.state === 'planned' && planned.plannedOn !== undefined && planned.plannedOn <= today
