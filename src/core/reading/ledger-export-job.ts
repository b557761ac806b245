import { type FileRow, type Files, WriteAgain, type WrittenFile } from '../files/files.ts'
import type { JobHandler, JobRun } from '../jobs/jobs.ts'
import type { Keys } from '../keys/keys.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { notCovered } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError } from '../shared/errors.ts'
import type { CursorKey } from '../shared/page.ts'
import { release } from '../shared/secret-bytes.ts'
import { conditionsOf } from './conditions.ts'
import type { LedgerExportRow, LedgerExportsStore } from './ledger-exports.store.ts'
import type { LedgerFileFacts } from './ledger-format.ts'
import { createSources, type SourceDeps } from './sources.ts'

export type LedgerExportJobDeps = SourceDeps & {
  db: Database
  keys: Keys
  files: Files
  organizations: Pick<Organizations, 'own'>
  clock: Clock
  store: LedgerExportsStore
  onError: (error: unknown) => void
}

/** What the searched name is bound to in its row. */
export const nameField = 'name'
/**
 * A part ends behind the batch in which it has so many entries, or has looked at so many. Larger ones are faster (2,000: by a
 * third) and lie longer outside the heap when they are put together (66 MB at the highest, 63 with these, measured).
 */
const partEntries = 500
const partBatches = 40

/** Where the next part begins: a place in the log, a part, a count. */
type Cursor = { after: CursorKey | undefined; part: number; entries: number }

const readCursor = (cursor: Record<string, unknown> | undefined): Cursor | undefined =>
  cursor === undefined
    ? undefined
    : {
        after: Array.isArray(cursor.after) ? cursor.after : undefined,
        part: Number(cursor.part),
        entries: Number(cursor.entries),
      }

/** The work behind 記録の出力: one sealed part for each committed chunk, then one file out of the parts. */
export const createLedgerExportJob = (deps: LedgerExportJobDeps): JobHandler => {
  const { keys, files, organizations, store, clock, log } = deps
  const sources = createSources(deps)

  /** As of now: 監査者 read the whole of it, whoever else is limited reads none. */
  const mustMayRead = ({ coverage, roles }: Caller): void => {
    if (coverage !== undefined && roles?.has('auditor') !== true) throw notCovered()
  }

  const filtersOf = async (row: LedgerExportRow) => {
    if (row.name === undefined) return row.filters
    const cipher = await keys.fields.for(row.organizationId)
    return { ...row.filters, name: cipher.open(row._id, nameField, row.name) }
  }

  /** The newest checkpoint before the first entry is read: it stands on the file, and the proofs lead to it. */
  const begin = async (row: LedgerExportRow): Promise<LedgerExportRow> => {
    const checkpoint = await log.checkpoint(row.organizationId)
    if (checkpoint === undefined) return row
    await store.change(row.organizationId, row._id, { checkpoint })
    return { ...row, checkpoint }
  }

  const writePart = async (
    row: LedgerExportRow,
    linesFrom: (after: CursorKey | undefined) => AsyncGenerator<{ lines: string[]; last: CursorKey }>,
    at: Cursor,
  ): Promise<{ file: WrittenFile; next: Cursor } | undefined> => {
    const batches = linesFrom(at.after)
    const first = await batches.next()
    if (first.done === true) return undefined
    const next = { ...at, part: at.part + 1 }
    async function* bytes(): AsyncGenerator<Uint8Array> {
      let batch = first
      for (let read = 1; batch.done !== true; read++) {
        const { lines, last } = batch.value
        next.after = last
        next.entries += lines.length
        const bytes = Buffer.from(lines.join(''), 'utf8')
        try {
          yield bytes
        } finally {
          release(bytes)
        }
        if (next.entries - at.entries >= partEntries || read >= partBatches) break
        batch = await batches.next()
      }
    }
    const about = { kind: 'ledger_export_part', group: row._id, part: at.part } as const
    const file = await files.write(row.organizationId, about, bytes())
    await batches.return(undefined)
    return { file, next }
  }

  const writeParts = async (run: JobRun, row: LedgerExportRow, from: Cursor): Promise<Cursor> => {
    const linesFrom = await sources.lines(row, await filtersOf(row))
    for (let cursor = from; ; ) {
      const part = await writePart(row, linesFrom, cursor)
      if (part === undefined) return cursor
      const { file, next } = part
      try {
        await run.step({ progress: { done: next.entries }, cursor: { ...next } }, () => files.attach([file]))
      } catch (error) {
        await files.discard(file)
        throw error
      }
      cursor = next
    }
  }

  /** Nobody takes parts away before their week is over. */
  const mustBeWhole = (parts: readonly FileRow[], { part }: Cursor): void => {
    if (parts.length !== part) throw new AppError('conflict', 'A part of the file has expired: export again.')
  }

  const factsOf = async (run: JobRun, row: LedgerExportRow, { entries }: Cursor): Promise<LedgerFileFacts> => {
    const { actor } = run.caller
    const { name } = await organizations.own(run.caller)
    return {
      organization: name,
      madeAt: row.createdAt,
      madeBy: 'name' in actor ? `${actor.name}（${actor.userId ?? actor.id}）` : 'id' in actor ? actor.id : '',
      conditions: conditionsOf(row.period, await filtersOf(row)),
      order: row.order,
      entries,
      ...defined({ checkpoint: row.checkpoint }),
    }
  }

  /** Into one file under a fresh DEK. A kill in here starts it over; the parts stay. */
  const assemble = async (run: JobRun, row: LedgerExportRow, done: Cursor): Promise<void> => {
    const { organizationId } = run.caller
    const parts = await files.partsOf(organizationId, row._id)
    mustBeWhole(parts, done)
    const facts = await factsOf(run, row, done)
    const whole = sources.file(row, facts, files.readAll(parts))
    const file = await files.write(organizationId, { kind: 'ledger_export', group: row._id }, whole)
    const partIds = parts.map(({ _id }) => _id)
    try {
      await run.succeed(async () => {
        if ((await files.doom(organizationId, partIds)) !== parts.length) throw new WriteAgain()
        await files.attach([file])
        const ready = { state: 'ready', fileId: file._id, readyAt: clock.now(), expiresAt: file.expiresAt } as const
        if (!(await store.change(organizationId, row._id, { ...ready, entries: done.entries })))
          throw new AppError('conflict', 'The export is not in preparation any more.')
      })
    } catch (error) {
      await files.discard(file)
      throw error
    }
    // What is cut short here the sweeps do.
    await files.markLive(file).catch(deps.onError)
    await files.destroy(organizationId, partIds).catch(deps.onError)
  }

  const run = async (run: JobRun): Promise<void> => {
    const row = await store.find(run.caller.organizationId, run.job.input.exportId ?? '')
    if (row === null) throw new AppError('internal', 'A job names no export of its organization.')
    if (row.state !== 'preparing') return run.succeed()
    mustMayRead(run.caller)
    const at = readCursor(run.job.cursor)
    const begun = at === undefined ? await begin(row) : row
    const done = await writeParts(run, begun, at ?? { after: undefined, part: 0, entries: 0 })
    await assemble(run, begun, done)
  }

  return {
    run,
    failed: async (caller, job) => {
      const exportId = job.input.exportId ?? ''
      await store.change(caller.organizationId, exportId, { state: 'failed' })
      await files.doomGroup(caller.organizationId, exportId)
    },
  }
}
