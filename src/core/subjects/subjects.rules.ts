import type { FieldCipher, Grams } from '../keys/keys.ts'
import type { SubjectAsShown } from '../shared/caller.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { orderKey } from '../shared/order.ts'
import type { SubjectKind } from '../shared/words.ts'
import type { SubjectRow } from './subjects.store.ts'

/** Personal fields: at rest only under the organization's field key. */
export type Personal = {
  name: string
  kana?: string
  birthOn?: Day
  address?: string
  email?: string
  phone?: string
  /** 続柄 */
  relationship?: string
}
export const personalFields = ['name', 'kana', 'birthOn', 'address', 'email', 'phone', 'relationship'] as const

/** 対象者, decrypted. */
export type Subject = Omit<SubjectRow, '_id' | 'personal' | 'grams'> & Personal & { id: string }

export const toSubject = (cipher: FieldCipher, { _id, personal, grams, ...row }: SubjectRow): Subject => ({
  ...row,
  id: _id,
  ...(cipher.openJson(_id, 'personal', personal) as Personal),
})

export const sealPersonal = (cipher: FieldCipher, grams: Grams, id: string, personal: Personal) => {
  const kept = Object.fromEntries(
    personalFields.filter((field) => personal[field] !== undefined).map((field) => [field, personal[field]]),
  )
  return {
    personal: cipher.sealJson(id, 'personal', kept),
    grams: grams.of([personal.name, ...(personal.kana === undefined ? [] : [personal.kana])]),
  }
}

/** A dependent is shown behind the employee; the kana likewise, where there is any. */
export const namesAsShown = (
  subject: Pick<Personal, 'name' | 'kana'>,
  employee: Pick<Personal, 'name' | 'kana'> | undefined,
): Pick<SubjectAsShown, 'shownName' | 'shownKana'> => {
  const people = employee === undefined ? [subject] : [employee, subject]
  const kana = people.flatMap((person) => person.kana ?? [])
  return {
    shownName: people.map(({ name }) => name).join(' > '),
    ...(kana.length === 0 ? {} : { shownKana: kana.join(' > ') }),
  }
}

export const orderOf = (
  row: Pick<SubjectRow, '_id' | 'code' | 'employeeId' | 'dependentNo'>,
  departmentCode: string | undefined,
): string =>
  orderKey({
    employeeId: row.employeeId ?? row._id,
    ...defined({ departmentCode, code: row.code, dependentNo: row.dependentNo }),
  })

/** 機能名 of a new subject in the 取扱記録. */
export const additionLabels = {
  employee: '社員の登録',
  dependent: '扶養親族の登録',
  payee: '支払先の登録',
  proprietor: '個人事業主の登録',
} as const satisfies Record<SubjectKind, string>

/** 法人番号 is public (番号法39条4項): it is confirmed rather than collected, and it proves itself. */
export const isCorporation = ({ payeeKind }: Pick<SubjectRow, 'payeeKind'>): boolean => payeeKind === 'corporation'

/** A dependent whom staff know to be none any more: nobody is asked for them. */
export const hasLeft = ({ events }: Pick<SubjectRow, 'events'>): boolean =>
  events.some(({ kind }) => kind === 'dependency_ended')

/** What makes up a subject, as the 取扱記録 calls it: which fields changed, never to what. */
const fieldLabels = {
  kind: '区分',
  companyId: '会社',
  departmentId: '部門',
  code: 'コード',
  externalId: '連携ID',
  payeeKind: '種別',
  corporateNumber: '法人番号',
  landlord: '不動産の貸主等',
  name: '氏名',
  kana: 'カナ',
  birthOn: '生年月日',
  address: '住所',
  email: 'メール',
  phone: '電話',
  relationship: '続柄',
  metadata: '付加情報',
} as const satisfies Partial<Record<keyof Subject, string>>
type Field = keyof typeof fieldLabels

export const changedFields = (before: Subject, after: Subject): Field[] =>
  (Object.keys(fieldLabels) as Field[]).filter((field) =>
    field === 'metadata'
      ? JSON.stringify(before.metadata ?? {}) !== JSON.stringify(after.metadata ?? {})
      : before[field] !== after[field],
  )

export const changeFunction = (fields: readonly Field[]): string =>
  `対象者の変更（${fields.map((field) => fieldLabels[field]).join('・')}）`
