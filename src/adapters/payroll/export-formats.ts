import type { ExportFormat } from '../../core/exports/exports.ts'
import type { FormatProfile } from './format-profile.ts'
import { formats } from './formats.ts'
import { createPayrollWriter } from './payroll-csv.ts'

const toFormat = (id: string, profile: FormatProfile): ExportFormat => {
  const writer = createPayrollWriter(profile)
  return {
    id,
    name: profile.name,
    encoding: profile.encoding,
    lineEnd: profile.lineEnd,
    columns: profile.columns.map(({ header }) => header),
    fileName: profile.fileName,
    mediaType: 'application/octet-stream',
    subjectKinds: ['employee', 'dependent'],
    header: writer.header,
    line: writer.writeRow,
    problems: (row) => {
      const found = writer.findProblems(row)
      return found.length === 0 ? [] : writer.unmappableError(found).places
    },
  }
}

/** Every profile as core/exports asks for it. */
export const exportFormats: readonly ExportFormat[] = Object.entries(formats).map(([id, profile]) =>
  toFormat(id, profile),
)
