/** The columns of a roster file, by header. Order in the file is free; what is not required may be missing. */
export type RosterColumn = {
  header: string
  /** The file cannot be read without it. */
  required: boolean
  maxLength: number
}

export const rosterColumns = {
  departmentCode: { header: '部門コード', required: false, maxLength: 20 },
  departmentName: { header: '部門', required: false, maxLength: 60 },
  employeeCode: { header: '社員コード', required: true, maxLength: 20 },
  employeeName: { header: '社員名', required: true, maxLength: 60 },
  dependentNo: { header: '扶養No', required: false, maxLength: 4 },
  dependentName: { header: '扶養者名', required: false, maxLength: 60 },
  relationship: { header: '続柄', required: false, maxLength: 20 },
  issuedOn: { header: 'マイナンバー発行日', required: false, maxLength: 10 },
  kana: { header: 'カナ', required: false, maxLength: 60 },
  bornOn: { header: '生年月日', required: false, maxLength: 10 },
  address: { header: '住所', required: false, maxLength: 200 },
  joinedOn: { header: '入社日', required: false, maxLength: 10 },
  leftOn: { header: '退職日', required: false, maxLength: 10 },
} as const satisfies Record<string, RosterColumn>

export type RosterField = keyof typeof rosterColumns

export const rosterFields = Object.keys(rosterColumns).filter((name): name is RosterField => name in rosterColumns)

export const headerOf = (field: RosterField): string => rosterColumns[field].header

/** Dependents need all three: one without the others would drop people in silence. */
export const dependentFields = [
  'dependentNo',
  'dependentName',
  'relationship',
] as const satisfies readonly RosterField[]

/** `扶養ＮＯ` and ` 扶養No ` are the same header. */
const sameHeader = (header: string): string => header.normalize('NFKC').trim().toLowerCase()

const byHeader = new Map(rosterFields.map((field) => [sameHeader(headerOf(field)), field]))

export const fieldOfHeader = (header: string): RosterField | undefined => byHeader.get(sameHeader(header))
