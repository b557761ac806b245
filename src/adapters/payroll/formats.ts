import type { FormatProfile } from './format-profile.ts'

/** The formats we know, by the id that the API names. None of them is certified by a vendor. */
export const formats = {
  'payroll-7': {
    name: '給与CSV（7列）',
    columns: [
      { header: '処理スキップ', field: 'skip' },
      { header: '社員コード', field: 'employeeCode' },
      { header: '社員名', field: 'employeeName' },
      { header: '扶養No', field: 'dependentNo' },
      { header: '扶養者名', field: 'dependentName' },
      { header: 'マイナンバー発行日', field: 'issuedOn' },
      { header: 'マイナンバー', field: 'number' },
    ],
    headerRow: true,
    // The customers see this file in Excel, so CP932 with CR LF is the working assumption.
    encoding: 'cp932',
    lineEnd: 'crlf',
    separator: ',',
    quoting: 'minimal',
    dateStyle: 'slash',
    skip: { mark: '*', when: 'number_missing' },
    order: ['departmentCode', 'employeeCode', 'dependentNo'],
    fileName: 'payroll.csv',
  },
} as const satisfies Record<string, FormatProfile>

export type FormatId = keyof typeof formats
