/**
 * The customers' row order: 部門コード, then 社員コード number-aware (104 before 1000; `001` before `test`), the employee
 * before the dependents, dependents by 扶養No. Kept as a string beside each subject so that an index gives the order.
 */
export const naturalKey = (code: string): string =>
  code.replace(/\d+/g, (run) => {
    const digits = run.replace(/^0+(?=\d)/, '')
    return `${String(digits.length).padStart(2, '0')}${digits}`
  })

const end = '\u0000'

export const orderKey = (row: {
  departmentCode?: string
  code?: string
  employeeId: string
  dependentNo?: number
}): string =>
  [
    // Nobody without a department or code is lost: they come last.
    row.departmentCode === undefined ? '\uffff' : naturalKey(row.departmentCode) + end + row.departmentCode,
    row.code === undefined ? '\uffff' : naturalKey(row.code) + end + row.code,
    row.employeeId,
    String(row.dependentNo ?? 0).padStart(3, '0'),
  ].join(end + end)
