import type { RosterFormat } from '../../core/imports/imports.ts'
import { readRoster } from './roster.ts'
import { headerOf, rosterFields } from './roster-columns.ts'

/** The roster as core/imports asks for it. CP932 is read too: the encoding is detected. */
export const rosterFormat: RosterFormat = {
  id: 'roster',
  name: '社員名簿',
  encoding: 'utf-8',
  lineEnd: 'crlf',
  columns: rosterFields.map(headerOf),
  read: (source, { onDetected }) => readRoster(source, { onDetected }),
}
