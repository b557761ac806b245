import { type Files, WriteAgain, type WrittenFile } from '../files/files.ts'
import type { Keys } from '../keys/keys.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import { release } from '../shared/secret-bytes.ts'
import type { SubjectFilter, Subjects } from '../subjects/subjects.ts'
import type { NumberBatch, Vault } from '../vault/vault.ts'
import type { ExportFormat } from './export-format.ts'
import { createPeople, type Person } from './export-people.ts'
import type { ExportCounts, ExportRecord } from './exports.store.ts'

/** Where the next chunk begins: an order key, a part, a line of the ledger, counts. */
export type ExportCursor = { after: string; part: number; line: number } & ExportCounts
export const firstChunk: ExportCursor = { after: '', part: 0, line: 0, subjects: 0, numbers: 0, skipped: 0 }

export const readCursor = (
  cursor: Record<string, unknown> | undefined,
): (ExportCursor & { total: number }) | undefined => {
  if (cursor === undefined) return undefined
  const number = (name: string): number => Number(cursor[name])
  return {
    after: String(cursor.after),
    part: number('part'),
    line: number('line'),
    subjects: number('subjects'),
    numbers: number('numbers'),
    skipped: number('skipped'),
    total: number('total'),
  }
}

/** Ready to commit: the digits are in the sealed part already, and nowhere else. */
export type ExportChunk = {
  next: ExportCursor
  part: WrittenFile
  entries: NumberBatch['entries']
  /** Which versions are in the part. */
  held: NumberBatch['held']
}

const chunkSize = 500

type Deps = { keys: Keys; files: Files; subjects: Subjects; organizations: Organizations; vault: Vault }
type Job = { caller: Caller; jobId: string; row: ExportRecord; format: ExportFormat; filter: SubjectFilter }

/** The reading side of an export job. */
export const createChunks = (deps: Deps, { caller, jobId, row, format, filter }: Job) => {
  const { keys, files, subjects, vault } = deps
  const { organizationId } = caller
  const people = createPeople({ ...deps, organizationId })

  const readAfter = async (after: string): Promise<{ people: Person[]; last: string } | undefined> => {
    const [rows, cipher] = await Promise.all([
      subjects.rows.inOrder(organizationId, filter, after === '' ? undefined : after, chunkSize, 'file'),
      keys.fields.for(organizationId),
    ])
    const last = rows.at(-1)?.order
    return last === undefined ? undefined : { people: await people(cipher, rows), last }
  }

  /** One buffer for the whole chunk, so that no line costs a turn of a stream. */
  const linesOf = (persons: readonly Person[], batch: NumberBatch): Buffer => {
    const lines: Uint8Array[] = []
    try {
      for (const { id, line } of persons) {
        const number = batch.numbers.get(id)
        lines.push(format.line({ ...line, issuedOn: number?.issuedOn }, number?.digits))
      }
      return Buffer.concat(lines)
    } finally {
      for (const line of lines) line.fill(0)
    }
  }

  /** A disposal that ended before the part had its row could not find it: nothing is written for what went with it. */
  const mustBeInForce = async ({ held }: NumberBatch): Promise<void> => {
    if (!(await vault.areInForce(organizationId, held))) throw new WriteAgain()
  }

  /** First asked when the part has its row. The sealing side has copied what it was given when it asks for more. */
  async function* lines(persons: readonly Person[], batch: NumberBatch): AsyncGenerator<Uint8Array> {
    await mustBeInForce(batch)
    const bytes = linesOf(persons, batch)
    try {
      yield bytes
    } finally {
      release(bytes)
    }
  }

  const prepare = async (cursor: ExportCursor): Promise<ExportChunk | undefined> => {
    const read = await readAfter(cursor.after)
    if (read === undefined) return undefined
    const batch = await vault.batch(caller, {
      subjects: read.people.map(({ shown }) => shown),
      companyId: row.companyId,
      purpose: row.purpose,
      use: 'export',
      functionName: exportFunction,
      jobId,
      firstLine: cursor.line,
    })
    try {
      const numbers = batch.numbers.size
      const about = {
        kind: 'export_part',
        group: row._id,
        part: cursor.part,
        subjectIds: [...batch.numbers.keys()],
      } as const
      return {
        part: await files.write(organizationId, about, lines(read.people, batch)),
        entries: batch.entries,
        held: batch.held,
        next: {
          after: read.last,
          part: cursor.part + 1,
          line: cursor.line + batch.entries.length,
          subjects: cursor.subjects + read.people.length,
          numbers: cursor.numbers + numbers,
          skipped: cursor.skipped + read.people.length - numbers,
        },
      }
    } finally {
      batch.wipe()
    }
  }

  return { readAfter, prepare }
}

export const exportFunction = '給与ソフト用CSV出力'
