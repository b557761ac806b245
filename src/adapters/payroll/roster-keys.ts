/**
 * Who has come by in this file. The only thing that grows with it: codes and lines, and 32 bits of each name instead
 * of the name (two different names pass as one in 1 of 4,000,000,000).
 */
const fingerprint = (text: string): number => {
  let hash = 0x811c9dc5 // FNV-1a
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193)
  return hash
}

export const createRosterKeys = () => {
  const names = new Map<string, number>()
  const employees = new Map<string, number>()
  const dependents = new Map<string, number>()

  const firstLine = (lines: Map<string, number>, key: string, line: number): number | undefined => {
    const before = lines.get(key)
    if (before === undefined) lines.set(key, line)
    return before
  }

  /** Whether this code had another name before. */
  const nameDiffers = (employeeCode: string, name: string): boolean => {
    const now = fingerprint(name)
    const before = names.get(employeeCode)
    if (before === undefined) names.set(employeeCode, now)
    return before !== undefined && before !== now
  }
  /** The line where this employee stood before, if any; else remembers this one. */
  const employeeBefore = (employeeCode: string, line: number) => firstLine(employees, employeeCode, line)
  const dependentBefore = (employeeCode: string, dependentNo: number, line: number) =>
    firstLine(dependents, `${employeeCode}\n${dependentNo}`, line)
  const hasEmployee = (employeeCode: string): boolean => employees.has(employeeCode)

  return { nameDiffers, employeeBefore, dependentBefore, hasEmployee }
}

export type RosterKeys = ReturnType<typeof createRosterKeys>
