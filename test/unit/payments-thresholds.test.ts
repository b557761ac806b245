import { describe, expect, it } from 'vitest'
import { type PaymentCategory, paymentCategories } from '../../src/core/payments/payments.rules.ts'
import { type CountedPayment, createTally, type Tally, thresholdsOf } from '../../src/core/payments/records.rules.ts'

const payment = (some: Partial<CountedPayment> = {}): CountedPayment => ({
  category: 'manuscript',
  kind: '原稿料',
  detail: '',
  amount: 10_000,
  unpaid: 0,
  withheld: 1021,
  withheldUnpaid: 0,
  ...some,
})
const tallyOf = (...payments: Partial<CountedPayment>[]): Tally => {
  const tally = createTally('309', 2026)
  for (const some of payments) tally.add(payment(some))
  return tally.close()
}

const kinds: Record<PaymentCategory, string> = {
  manuscript: '原稿料',
  professional: '税理士報酬',
  medical: '診療報酬',
  sports_and_sales: '外交員報酬',
  performance: '出演料',
  hostess: 'ホステス報酬',
  contract_money: '契約金',
  prize: '広告宣伝の賞金',
}

describe('who must be filed on form 309 (所得税法施行規則84条2項)', () => {
  it.each([
    ['manuscript', 50_000],
    ['professional', 50_000],
    ['performance', 50_000],
    ['contract_money', 50_000],
    ['medical', 500_000],
    ['sports_and_sales', 500_000],
    ['hostess', 500_000],
    ['prize', 500_000],
  ] as const)('%s: over %i yen a year, and not at it', (category, limit) => {
    const kind = kinds[category]
    expect(tallyOf({ category, kind, amount: limit }).required).toBe(false)
    expect(tallyOf({ category, kind, amount: limit + 1 }).required).toBe(true)
    expect(tallyOf({ category, kind, amount: limit - 1 }, { category, kind, amount: 1 }).required).toBe(false)
    expect(tallyOf({ category, kind, amount: limit }, { category, kind, amount: 1 }).required).toBe(true)
  })

  it('has a filing range for every category of the contract', () => {
    const known = new Set(thresholdsOf('309', 2026).flatMap(({ categories }) => categories))
    expect([...known].sort()).toEqual([...paymentCategories].sort())
  })

  it('judges ballplayers, jockeys and models with the 50,000 of the rest, boxers and salespeople with 500,000', () => {
    const category = 'sports_and_sales'
    expect(tallyOf({ category, kind: '職業野球選手報酬', amount: 50_001 }).required).toBe(true)
    expect(tallyOf({ category, kind: 'モデル報酬', amount: 50_001 }).required).toBe(true)
    expect(tallyOf({ category, kind: 'プロボクサー報酬', amount: 500_000 }).required).toBe(false)
    expect(tallyOf({ category, kind: '集金人報酬', amount: 500_001 }).required).toBe(true)
  })

  it('adds up fees of different kinds within one group', () => {
    const result = tallyOf({ amount: 30_000 }, { category: 'professional', kind: '税理士報酬', amount: 20_001 })
    expect(result).toMatchObject({ required: true, amount: 50_001 })
  })

  it('files all racing prizes of the year when a single one is over 750,000, and none otherwise', () => {
    const race = { category: 'prize', kind: '競馬の賞金' } as const
    expect(tallyOf({ ...race, amount: 750_000 }, { ...race, amount: 750_000 }).required).toBe(false)
    expect(tallyOf({ ...race, amount: 750_001 }, { ...race, amount: 1 })).toMatchObject({
      required: true,
      amount: 750_002,
    })
  })

  it('leaves a group below its limit out of the slip, and says so', () => {
    const result = tallyOf(
      { amount: 60_000 },
      { category: 'prize', kind: '広告宣伝の賞金', amount: 400_000, withheld: 0 },
    )
    expect(result.required).toBe(true)
    expect(result.lines.map(({ kind }) => kind)).toEqual(['原稿料'])
    expect(result.amount).toBe(60_000)
    expect(result.reason.ja).toBe(
      '年間の支払金額が5万円を超えるため（含めないもの: 広告宣伝のための賞金の年間の支払金額が50万円以下のため）',
    )
  })

  it('gives the reason either way, in both languages', () => {
    expect(tallyOf({ amount: 50_001 }).reason).toEqual({
      ja: '年間の支払金額が5万円を超えるため',
      en: 'The year total is over 50,000 yen',
    })
    expect(tallyOf({ amount: 50_000 }).reason).toEqual({
      ja: '年間の支払金額が5万円以下のため',
      en: 'The year total is not over 50,000 yen',
    })
  })
})

describe('the lines of a slip', () => {
  it('are one for each 区分 and 細目, with the inner figures added up', () => {
    const result = tallyOf(
      { detail: '雑誌A', amount: 100_000, withheld: 10_210, unpaid: 40_000, withheldUnpaid: 4084 },
      { detail: '雑誌B', amount: 20_000, withheld: 2042 },
      { detail: '雑誌A', amount: 50_000, withheld: 5105, unpaid: 50_000, withheldUnpaid: 5105 },
    )
    expect(result.lines).toEqual([
      { kind: '原稿料', detail: '雑誌A', amount: 150_000, withheld: 15_315, unpaid: 90_000, withheldUnpaid: 9189 },
      { kind: '原稿料', detail: '雑誌B', amount: 20_000, withheld: 2042, unpaid: 0, withheldUnpaid: 0 },
    ])
    expect(result).toMatchObject({ amount: 170_000, withheld: 17_357 })
  })

  it('carry each remark once', () => {
    expect(tallyOf({ remarks: '消費税込み' }, { remarks: '災' }, { remarks: '消費税込み' }).remarks).toBe(
      '消費税込み、災',
    )
  })
})
