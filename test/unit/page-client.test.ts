import { describe, expect, it } from 'vitest'
import type { Session } from '../../src/adapters/page/client/contract.ts'
import { choiceOf, dayInWords, dayOf, noDay, yearInEra } from '../../src/adapters/page/client/days.ts'
import { inFours, readDigits } from '../../src/adapters/page/client/digits.ts'
import { endingOf } from '../../src/adapters/page/client/endings.ts'
import { isOpen, resumeAt, stepsOf } from '../../src/adapters/page/client/steps.ts'
import { words } from '../../src/adapters/page/client/words/words.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

describe('a number as it is typed', () => {
  const number = fixtureNumber(4711)
  it('is read with full-width digits, spaces and hyphens of every kind, as the vault reads it', () => {
    const wide = [...number].map((digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0)).join('')
    for (const text of [number, wide, inFours(number), `${wide.slice(0, 4)}ー${number.slice(4, 8)}　${wide.slice(8)}`])
      expect(readDigits(text)).toEqual({ state: 'right', digits: number })
  })
  it('is said to be short, long, no number, or wrong by its check digit', () => {
    expect(readDigits('')).toEqual({ state: 'empty' })
    expect(readDigits(number.slice(0, 5))).toEqual({ state: 'short', count: 5 })
    expect(readDigits(`${number}0`)).toEqual({ state: 'long', count: 13 })
    expect(readDigits(`${number.slice(0, 11)}x`)).toEqual({ state: 'stray' })
    expect(readDigits(`${number.slice(0, 11)}${(Number(number[11]) + 1) % 10}`)).toEqual({ state: 'wrong' })
  })
})

describe('a day', () => {
  it('stands in 西暦 and 和暦 side by side, by the day on which an era began', () => {
    expect(dayInWords('2019-04-30', 'ja')).toBe('2019年4月30日（平成31年4月30日）')
    expect(dayInWords('2019-05-01', 'ja')).toBe('2019年5月1日（令和元年5月1日）')
    expect([1926, 1989, 2015, 2019].map(yearInEra)).toEqual([
      '大正15年・昭和元年',
      '昭和64年・平成元年',
      '平成27年',
      '平成31年・令和元年',
    ])
  })
  it('is a day of the calendar, or none, or not chosen', () => {
    expect(dayOf(choiceOf('2016-02-29'))).toBe('2016-02-29')
    expect(dayOf({ year: '2017', month: '2', day: '29' })).toBeNull()
    expect(dayOf({ ...noDay, year: '2017' })).toBeNull()
    expect(dayOf(noDay)).toBeUndefined()
  })
})

const number = { masked: '*****18', readable: true }
const session: Session = {
  id: 'ses_01JZ0000000000000000000000',
  kind: 'collect',
  factor: { kind: 'none', passed: true },
  canWrite: true,
  requestState: 'opened',
  organizationName: '青葉商事グループ',
  companyName: '青葉商事株式会社',
  contact: {},
  notice: {
    id: 'ntc_01JZ0000000000000000000000',
    version: 1,
    title: '個人番号の利用目的について',
    text: '源泉徴収事務のために利用します。',
    purposes: ['withholding_tax'],
    createdAt: '2026-11-23T01:23:45.678Z',
  },
  noticeAccepted: true,
  subjectKind: 'employee',
  dependents: [],
  documents: [],
  missingDocuments: [],
  evidence: [],
  consents: [],
  expiresAt: '2026-11-23T01:23:45.678Z',
}

describe('the steps', () => {
  it('are those that the session asks for', () => {
    expect(stepsOf(session)).toEqual(['notice', 'number', 'dependents', 'look'])
    expect(stepsOf({ ...session, subjectKind: 'payee_individual', person: { name: '講師 花子' } })).toEqual([
      'notice',
      'person',
      'number',
      'look',
    ])
    expect(stepsOf({ ...session, subjectKind: 'payee_corporation', person: { name: '丸の内税理士法人' } })).toEqual([
      'notice',
      'person',
      'look',
    ])
    expect(
      stepsOf({
        ...session,
        factor: { kind: 'birth_date', passed: true },
        documents: ['number_proof', 'delegation'],
        missingDocuments: [{ document: 'number_proof', subjectKey: 'self' }],
        consents: [
          { kind: 'family_check_entrusted', demanded: false, language: 'ja', title: '委託', text: '委託します。' },
        ],
      }),
    ).toEqual(['factor', 'notice', 'number', 'dependents', 'consents', 'documents', 'look'])
  })

  it('go on where somebody stopped', () => {
    expect(resumeAt({ ...session, factor: { kind: 'passcode', passed: false } })).toEqual({ name: 'factor' })
    expect(resumeAt({ ...session, noticeAccepted: false })).toEqual({ name: 'notice' })
    expect(resumeAt(session)).toEqual({ name: 'number' })
    expect(resumeAt({ ...session, number })).toEqual({ name: 'dependents' })
    const items = [{ key: 'self', reason: 'number_differs' }] as const
    expect(resumeAt({ ...session, number, return: { returnedAt: '', items: [...items] } })).toEqual({ name: 'look' })
    expect(resumeAt({ ...session, kind: 'status' })).toEqual({ name: 'status' })
    const over = { ...session, canWrite: false }
    expect(resumeAt({ ...over, requestState: 'submitted' })).toEqual({ name: 'done' })
    expect(resumeAt({ ...over, requestState: 'refused' })).toEqual({ name: 'refused' })
    expect(resumeAt({ ...over, requestState: 'cancelled' })).toEqual({ name: 'ended', why: 'over' })
  })

  it('need one agreement of those demanded for the spouse, and none that the law does not demand', () => {
    const text = { language: 'ja', title: '同意', text: '同意します。' } as const
    const family = { kind: 'family_check_entrusted', demanded: false, ...text } as const
    const agent = { kind: 'category_3_agent', demanded: true, dependentKey: 'd1', ...text } as const
    const entrusted = { kind: 'category_3_entrusted', demanded: true, dependentKey: 'd1', ...text } as const
    const ready = { ...session, number }
    const at = (consents: Session['consents']) => isOpen({ name: 'look' }, { ...ready, consents })
    expect(at([family])).toBe(true)
    expect(at([family, agent, entrusted])).toBe(false)
    expect(at([family, agent, { ...entrusted, givenAt: '2026-11-23T01:23:45.678Z' }])).toBe(true)
    expect(resumeAt({ ...ready, consents: [family, agent, entrusted] })).toEqual({ name: 'consents' })
    const missing = [{ document: 'number_proof', subjectKey: 'self' }] as const
    expect(resumeAt({ ...ready, documents: ['number_proof'], missingDocuments: [...missing] })).toEqual({
      name: 'documents',
    })
  })

  it('are not shown before those ahead of them are done, whatever the browser’s history says', () => {
    expect(isOpen({ name: 'look' }, session)).toBe(false)
    expect(isOpen({ name: 'look' }, { ...session, number })).toBe(true)
    expect(isOpen({ name: 'number' }, { ...session, noticeAccepted: false })).toBe(false)
    expect(isOpen({ name: 'dependent', key: 'd1' }, { ...session, number, canWrite: false })).toBe(false)
    expect(isOpen({ name: 'status' }, { ...session, canWrite: false, requestState: 'submitted' })).toBe(true)
  })
})

describe('what ends a visit', () => {
  it('has a page of its own', () => {
    const problem = (code: string, status: number) => ({ code, status, places: [] })
    expect(endingOf(problem('session_replaced', 401), true)).toBe('elsewhere')
    expect(endingOf(problem('expired', 410), true)).toBe('time')
    expect(endingOf(problem('expired', 410), false)).toBe('link')
    expect(endingOf(problem('unauthenticated', 401), false)).toBe('link')
    expect(endingOf(problem('link_locked', 403), true)).toBe('locked')
    expect(endingOf(problem('rate_limited', 429), false)).toBe('busy')
    expect(endingOf(problem('check_digit', 422), true)).toBeUndefined()
  })
})

describe('the words', () => {
  it('are the same sentences in both languages', () => {
    const shape = (value: unknown): unknown =>
      typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .map(([name, each]) => [name, shape(each)])
              .sort(),
          )
        : typeof value
    expect(shape(words.en)).toEqual(shape(words.ja))
  })
})
