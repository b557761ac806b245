import type { FieldCipher } from '../keys/keys.ts'
import type { Company } from '../organizations/organizations.ts'
import type { Slip } from './payments.rules.ts'
import type { PaymentRecordRow } from './records.store.ts'

/** What of a slip is a person's: sealed with the record, as it was when the slip was made. */
export type SlipTexts = { name: string; address: string; remarks: string }

export const sealTexts = (cipher: FieldCipher, recordId: string, texts: SlipTexts): Buffer =>
  cipher.sealJson(recordId, 'slip', texts)

const textOf = (value: unknown, name: keyof SlipTexts): string => {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return typeof text === 'string' ? text : ''
}

/** A record as the slip to be written or drawn. It has no place for a number. */
export const toSlip = (cipher: FieldCipher, company: Company, record: PaymentRecordRow): Slip => {
  const texts = cipher.openJson(record._id, 'slip', record.slip)
  return {
    key: record.subjectId,
    companyAddress: company.address ?? '',
    companyName: company.name,
    ...(company.phone === undefined ? {} : { companyPhone: company.phone }),
    year: record.year,
    // No payee with an address abroad yet: non-residents have a form of their own.
    payee: { address: textOf(texts, 'address'), abroad: false, name: textOf(texts, 'name') },
    lines: record.lines.map(({ kind, detail, amount, unpaid, withheld, withheldUnpaid }) => ({
      kind,
      detail: detail ?? '',
      amount,
      unpaid,
      withheld,
      withheldUnpaid,
    })),
    remarks: textOf(texts, 'remarks'),
    correction: false,
  }
}
