import type { ErrorCode } from '../shared/errors.ts'
import type { SubjectRow } from '../subjects/subjects.ts'

/** 所得税法204条1項 1号 to 8号, in this order. */
export const paymentCategories = [
  'manuscript',
  'professional',
  'medical',
  'sports_and_sales',
  'performance',
  'hostess',
  'contract_money',
  'prize',
] as const
export type PaymentCategory = (typeof paymentCategories)[number]

/** The forms that can be filed: 309 報酬、料金、契約金及び賞金の支払調書. */
export const recordForms = ['309'] as const
export type RecordForm = (typeof recordForms)[number]

/** 支払内容: one line of a slip, whole yen. */
export type SlipLine = {
  /** 区分 */
  kind: string
  /** 細目 */
  detail: string
  /** 支払金額, with what is unpaid (未払金額). */
  amount: number
  unpaid: number
  /** 源泉徴収税額, with what is not yet withheld (未徴収税額). */
  withheld: number
  withheldUnpaid: number
}

/** 支払調書 of one payee and year, as it is printed: everything but the numbers. */
export type Slip = {
  /** The payee's subject id: names the slip in a problem, never printed. */
  key: string
  companyAddress: string
  companyName: string
  companyPhone?: string
  year: number
  payee: { address: string; abroad: boolean; name: string }
  lines: readonly SlipLine[]
  /** 摘要 */
  remarks: string
  /** The record that voids one already filed. */
  correction: boolean
}

/** ASCII digits, 12 of a 個人番号 or 13 of a 法人番号; absent is a blank item. They belong to whoever hands them in. */
export type SlipDigits = { payer?: Uint8Array; payee?: Uint8Array }
export type NumberedSlip = { slip: Slip; digits: SlipDigits }

/** Why a slip cannot be filed as it is: the item and at most one character, never the value. */
export type SlipProblem = {
  /** Whose data: the payer's are the same on every slip, and told once. */
  of: 'payer' | 'payee'
  item: string
  code: ErrorCode
  detail: string
}

/** The statutory record file (adapters/tax). */
export type SlipWriter = {
  fileName: string
  problems: (slip: Slip) => SlipProblem[]
  /** The records of one slip; no header. */
  write: (slip: Slip, digits: SlipDigits) => Uint8Array
}

/** 提出用 on paper (adapters/pdf): one document of many slips. */
export type SlipRenderer = {
  slipsPerBundle: number
  problems: (slip: Slip) => SlipProblem[]
  render: (
    facts: { year: number; madeAt: Date; companyName: string },
    slips: AsyncIterable<NumberedSlip>,
  ) => AsyncIterable<Uint8Array>
}

/** 支払を受ける方への写し (adapters/pdf): takes no number, so it can carry none. */
export type PayeeCopyRenderer = (slip: Slip, options: { madeAt: Date }) => Promise<Buffer>

/** Several files as one (adapters/archive): the same entries and instant give the same bytes. Entries are read in turn. */
export type ArchiveEntry = { name: string; source: AsyncIterable<Uint8Array> }
export type Archive = (entries: AsyncIterable<ArchiveEntry>, options: { madeAt: Date }) => AsyncIterable<Uint8Array>

/** Why a slip says nothing where the number would be. `not_usable`: there is one, and it may not be used for this. */
export const blankReasons = [
  'refused',
  'overseas',
  'newborn',
  'unregistered',
  'not_provided',
  'not_asked',
  'not_usable',
] as const
export type BlankReason = (typeof blankReasons)[number]
/** Of people without a number. */
export type WhyBlank = (
  organizationId: string,
  people: readonly SubjectRow[],
) => Promise<ReadonlyMap<string, BlankReason>>
