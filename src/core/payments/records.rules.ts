import { AppError, type Sentence } from '../shared/errors.ts'
import type { PaymentCategory, RecordForm, SlipLine } from './payments.rules.ts'

/** A group of payments that the ordinance judges by itself: who is over its limit is filed (超える: strictly more). */
export type ThresholdGroup = {
  group: string
  /** Absent for the rest, which needs no name. */
  name?: Sentence
  categories: readonly PaymentCategory[]
  /** Only with such a 区分; a category's rows are tried in order. */
  kinds?: RegExp
  overYen: number
  /** What is compared: the year's sum, or the largest payment, which then brings all of the group with it. */
  of: 'year' | 'one_payment'
  source: string
  confidence: 'primary' | 'secondary' | 'uncertain'
}
export type Thresholds = {
  form: RecordForm
  sinceYear: number
  untilYear: number | null
  groups: readonly ThresholdGroup[]
}

const guide = '令和8年分 法定調書の作成と提出の手引'

/**
 * 提出範囲. Consumption tax counts where it is in `amount`; a domestic corporation is filed like a person, though nothing is
 * withheld (手引 309 3(1)). Not modelled: the exemption of public hospitals in the 診療報酬 row.
 */
export const thresholds: readonly Thresholds[] = [
  {
    form: '309',
    sinceYear: 2016,
    untilYear: null,
    groups: [
      {
        group: 'medical',
        name: { ja: '診療報酬', en: 'medical fees' },
        categories: ['medical'],
        overYen: 500_000,
        of: 'year',
        source: `所得税法施行規則84条2項1号; ${guide}`,
        confidence: 'primary',
      },
      {
        group: 'sales',
        name: {
          ja: '外交員、集金人、電力量計の検針人、プロボクサーの報酬',
          en: 'pay of salespeople, collectors, boxers',
        },
        categories: ['sports_and_sales'],
        kinds: /外交員|集金|検針|ボクサー|ボクシング|拳闘/u,
        overYen: 500_000,
        of: 'year',
        source: `所得税法施行規則84条2項1号; ${guide}. That 区分 names them so is ours`,
        confidence: 'primary',
      },
      {
        group: 'hostess',
        name: { ja: 'ホステス等の報酬', en: 'pay of hostesses' },
        categories: ['hostess'],
        overYen: 500_000,
        of: 'year',
        source: `所得税法施行規則84条2項; ${guide}`,
        confidence: 'primary',
      },
      {
        group: 'racehorse',
        name: { ja: '競馬の賞金', en: 'racing prizes' },
        categories: ['prize'],
        kinds: /競馬|馬主/u,
        // 所得税法施行令298条: prize × 20 % + 600,000 reaches the prize itself at 750,000.
        overYen: 750_000,
        of: 'one_payment',
        source: `所得税法施行規則84条2項3号、令298条; ${guide}. 750,000 computed`,
        confidence: 'primary',
      },
      {
        group: 'prize',
        name: { ja: '広告宣伝のための賞金', en: 'advertising prizes' },
        categories: ['prize'],
        overYen: 500_000,
        of: 'year',
        source: `所得税法施行規則84条2項2号; ${guide}`,
        confidence: 'primary',
      },
      {
        group: 'others',
        categories: ['manuscript', 'professional', 'sports_and_sales', 'performance', 'contract_money'],
        overYen: 50_000,
        of: 'year',
        source: `所得税法施行規則84条2項4号; ${guide}`,
        confidence: 'primary',
      },
    ],
  },
]

export const thresholdsOf = (form: RecordForm, year: number): readonly ThresholdGroup[] => {
  const row = thresholds.find(
    (t) => t.form === form && t.sinceYear <= year && (t.untilYear === null || year <= t.untilYear),
  )
  if (row === undefined) throw new AppError('invalid_request', 'No filing range is known for this form and year.')
  return row.groups
}

export type CountedPayment = SlipLine & { category: PaymentCategory; remarks?: string }

/** What the year comes to for one payee. `lines` are those of the slip: of the groups to be filed, or all where none is. */
export type Tally = {
  required: boolean
  reason: Sentence
  amount: number
  withheld: number
  lines: SlipLine[]
  remarks: string
}

type GroupSum = {
  row: ThresholdGroup
  total: number
  largest: number
  lines: Map<string, SlipLine>
  remarks: Set<string>
}

/** More than 摘要 can hold is refused when the slip is checked, so no more is kept than shows it. */
const remarksKept = 100

const yenJa = (yen: number): string => `${yen / 10_000}万円`
const yenEn = (yen: number): string => String(yen).replace(/\B(?=(\d{3})+$)/gu, ',')

const isOver = ({ row, total, largest }: GroupSum): boolean => (row.of === 'year' ? total : largest) > row.overYen

const overSentence = ({ row }: GroupSum): Sentence =>
  row.of === 'one_payment'
    ? {
        ja: `${row.name?.ja ?? ''}に1回${yenJa(row.overYen)}を超えるものがあるため`,
        en: `One of the ${row.name?.en ?? 'payments'} is over ${yenEn(row.overYen)} yen`,
      }
    : {
        ja: `${row.name === undefined ? '' : `${row.name.ja}の`}年間の支払金額が${yenJa(row.overYen)}を超えるため`,
        en: `The year total${row.name === undefined ? '' : ` of ${row.name.en}`} is over ${yenEn(row.overYen)} yen`,
      }

const underSentence = ({ row }: GroupSum): Sentence =>
  row.of === 'one_payment'
    ? {
        ja: `${row.name?.ja ?? ''}がいずれも1回${yenJa(row.overYen)}以下のため`,
        en: `None of the ${row.name?.en ?? 'payments'} is over ${yenEn(row.overYen)} yen`,
      }
    : {
        ja: `${row.name === undefined ? '' : `${row.name.ja}の`}年間の支払金額が${yenJa(row.overYen)}以下のため`,
        en: `The year total${row.name === undefined ? '' : ` of ${row.name.en}`} is not over ${yenEn(row.overYen)} yen`,
      }

const joined = (sentences: Sentence[]): Sentence => ({
  ja: sentences.map(({ ja }) => ja).join('、'),
  en: sentences.map(({ en }) => en).join('; '),
})

/** Why it is filed and, where a group is left out of the slip, why that. */
const reasonOf = (over: GroupSum[], under: GroupSum[]): Sentence => {
  if (over.length === 0) return joined(under.map(underSentence))
  const why = joined(over.map(overSentence))
  if (under.length === 0) return why
  const leftOut = joined(under.map(underSentence))
  return { ja: `${why.ja}（含めないもの: ${leftOut.ja}）`, en: `${why.en} (left out: ${leftOut.en})` }
}

const added = (line: SlipLine | undefined, payment: SlipLine): SlipLine => ({
  kind: payment.kind,
  detail: payment.detail,
  amount: (line?.amount ?? 0) + payment.amount,
  unpaid: (line?.unpaid ?? 0) + payment.unpaid,
  withheld: (line?.withheld ?? 0) + payment.withheld,
  withheldUnpaid: (line?.withheldUnpaid ?? 0) + payment.withheldUnpaid,
})

/** The payments of one payee and year, one after the other, in the order in which they fell due. */
export const createTally = (form: RecordForm, year: number) => {
  const rows = thresholdsOf(form, year)
  const groups = new Map<string, GroupSum>()

  const add = (payment: CountedPayment): void => {
    const row = rows.find((r) => r.categories.includes(payment.category) && (r.kinds?.test(payment.kind) ?? true))
    if (row === undefined) throw new AppError('internal', 'A category of payments has no filing range.')
    const sum = groups.get(row.group) ?? { row, total: 0, largest: 0, lines: new Map(), remarks: new Set() }
    groups.set(row.group, sum)
    sum.total += payment.amount
    sum.largest = Math.max(sum.largest, payment.amount)
    // Lines are one for each 区分 and 細目: 手引 309 lists them so.
    const key = JSON.stringify([payment.kind, payment.detail])
    sum.lines.set(key, added(sum.lines.get(key), payment))
    if (payment.remarks !== undefined && [...sum.remarks].join('').length <= remarksKept)
      sum.remarks.add(payment.remarks)
  }

  const close = (): Tally => {
    const sums = [...groups.values()]
    const over = sums.filter(isOver)
    const shown = over.length > 0 ? over : sums
    const lines = shown.flatMap((sum) => [...sum.lines.values()])
    return {
      required: over.length > 0,
      reason: reasonOf(
        over,
        sums.filter((sum) => !isOver(sum)),
      ),
      amount: lines.reduce((total, line) => total + line.amount, 0),
      withheld: lines.reduce((total, line) => total + line.withheld, 0),
      lines,
      remarks: [...new Set(shown.flatMap((sum) => [...sum.remarks]))].join('、'),
    }
  }

  return { add, close }
}
