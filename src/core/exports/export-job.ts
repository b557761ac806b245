import { endsOf, type FileRow, type Files, WriteAgain, type WrittenFile } from '../files/files.ts'
import type { JobHandler, JobRun } from '../jobs/jobs.ts'
import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { purposeFits } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Clock } from '../shared/clock.ts'
import { mustCoverWhole } from '../shared/coverage.ts'
import { defined } from '../shared/defined.ts'
import { AppError, type Place } from '../shared/errors.ts'
import type { SubjectFilter, Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import { createChunks, type ExportChunk, type ExportCursor, firstChunk, readCursor } from './export-chunk.ts'
import type { ExportFormat } from './export-format.ts'
import type { ExportRecord, ExportsStore } from './exports.store.ts'

export type ExportJobDeps = {
  store: ExportsStore
  formats: readonly ExportFormat[]
  keys: Keys
  files: Files
  ledger: Ledger
  outbox: Outbox
  organizations: Organizations
  subjects: Subjects
  vault: Vault
  clock: Clock
  onError: (error: unknown) => void
}

const mostPlaces = 100
const mostTries = 5

/** The work behind an export: one sealed part for each committed chunk, then one file out of the parts. */
export const createExportJob = (deps: ExportJobDeps): JobHandler => {
  const { store, files, ledger, outbox, organizations, vault, clock } = deps

  const formatOf = (row: ExportRecord): ExportFormat => {
    const format = deps.formats.find(({ id }) => id === row.format)
    if (format === undefined) throw new AppError('conflict', 'This format is not offered any more.')
    return format
  }

  const filterOf = (row: ExportRecord, format: ExportFormat): SubjectFilter => ({
    companyId: row.companyId,
    kinds: format.subjectKinds.filter((kind) => purposeFits(row.purpose, kind)),
    ...defined({ departmentId: row.departmentId }),
  })

  /** Before the first digit: a file that cannot be written whole is not begun, and nobody's number was touched for it. */
  const mustFit = async (read: ReturnType<typeof createChunks>['readAfter'], format: ExportFormat): Promise<number> => {
    const places: Place[] = []
    let after = ''
    let total = 0
    for (;;) {
      const chunk = await read(after)
      if (chunk === undefined) break
      total += chunk.people.length
      for (const { line } of chunk.people) if (places.length < mostPlaces) places.push(...format.problems(line))
      after = chunk.last
    }
    if (places.length > 0)
      throw new AppError(
        'unmappable_character',
        'A name holds a character that this format cannot write: see errors.',
        {
          places: places.slice(0, mostPlaces),
        },
      )
    return total
  }

  const commitChunk = async (run: JobRun, chunk: ExportChunk, total: number): Promise<void> => {
    const { organizationId } = run.caller
    const entries = ledger.refsOf(chunk.entries)
    const progress = { done: chunk.next.subjects, total }
    await run.step({ progress, cursor: { ...chunk.next, total }, entries }, async () => {
      // A write, not a look: so a disposal or a correction and this cannot both commit.
      if (!(await vault.hold(organizationId, chunk.held))) throw new WriteAgain()
      await files.attach([chunk.part])
      await ledger.append(chunk.entries)
    })
  }

  const partGone = (): AppError =>
    new AppError('conflict', 'A number was corrected or disposed of while the file was made: export again.')

  /** A part that is gone held the number of somebody who was corrected or disposed of: the file cannot become whole. */
  const mustHaveParts = async ({ caller, job }: JobRun, done: ExportCursor): Promise<void> => {
    const parts = await files.partsOf(caller.organizationId, job.input.exportId ?? '')
    if (parts.length !== done.part) throw partGone()
  }

  /** One chunk ahead: the next is read, decrypted and sealed while the last one commits. */
  const writeParts = async (
    run: JobRun,
    prepare: ReturnType<typeof createChunks>['prepare'],
    from: ExportCursor,
    total: number,
  ) => {
    const begin = (at: ExportCursor): Promise<ExportChunk | undefined> => {
      const promise = prepare(at)
      promise.catch(() => undefined)
      return promise
    }
    const discard = async (chunk: ExportChunk | undefined): Promise<void> => {
      if (chunk !== undefined) await files.discard(chunk.part)
    }
    let cursor = from
    let ahead = begin(cursor)
    let tries = 0
    for (;;) {
      let chunk: ExportChunk | undefined
      try {
        chunk = await ahead
        if (chunk === undefined) return cursor
        ahead = begin(chunk.next)
        await commitChunk(run, chunk, total)
        cursor = chunk.next
        tries = 0
      } catch (error) {
        await ahead.then(discard).catch(() => undefined)
        await discard(chunk)
        if (!(error instanceof WriteAgain)) throw error
        tries += 1
        await mustHaveParts(run, cursor)
        if (tries >= mostTries)
          throw new AppError('conflict', 'Numbers kept changing while they were exported: export again.')
        ahead = begin(cursor)
      }
    }
  }

  /** Inside the last transaction. */
  const finish = async (
    run: JobRun,
    row: ExportRecord,
    parts: readonly FileRow[],
    file: WrittenFile,
    { subjects, numbers, skipped, part }: ExportCursor,
  ): Promise<void> => {
    const { organizationId } = run.caller
    const partIds = parts.map(({ _id }) => _id)
    if ((await files.doom(organizationId, partIds)) !== parts.length || parts.length !== part) throw partGone()
    await files.attach([file])
    const change = {
      state: 'ready',
      fileId: file._id,
      counts: { subjects, numbers, skipped },
      readyAt: clock.now(),
      ...endsOf(file, await organizations.bothClocks(run.caller)),
    } as const
    if (!(await store.move(organizationId, row._id, 'preparing', change)))
      throw new AppError('conflict', 'The export is not in preparation any more.')
    await outbox.event(run.caller, 'export.ready', { exportId: row._id })
  }

  /** Header and parts into one file under a fresh DEK. A kill in here starts it over; the parts stay. */
  const assemble = async (run: JobRun, row: ExportRecord, format: ExportFormat, done: ExportCursor): Promise<void> => {
    const { organizationId } = run.caller
    const parts = await files.partsOf(organizationId, row._id)
    async function* whole(): AsyncGenerator<Uint8Array> {
      yield format.header()
      yield* files.readAll(parts)
    }
    const file = await files.write(organizationId, { kind: 'export', group: row._id }, whole()).catch((error) => {
      throw error instanceof AppError && error.code === 'not_found' ? partGone() : error
    })
    try {
      await run.succeed(() => finish(run, row, parts, file, done))
    } catch (error) {
      await files.discard(file)
      throw error
    }
    // Neither is awaited by anybody's number: what is cut short here the sweeps do.
    await files.markLive(file).catch(deps.onError)
    await files
      .destroy(
        organizationId,
        parts.map(({ _id }) => _id),
      )
      .catch(deps.onError)
  }

  const run = async (run: JobRun): Promise<void> => {
    const { organizationId } = run.caller
    const row = await store.find(organizationId, run.job.input.exportId ?? '')
    if (row === null) throw new AppError('internal', 'A job names no export of its organization.')
    if (row.state !== 'preparing') return run.succeed()
    const format = formatOf(row)
    // As of now: what was asked for under an appointment that has ended since is not done.
    mustCoverWhole(run.caller, { ...row, kinds: format.subjectKinds })
    const chunks = createChunks(deps, {
      caller: run.caller,
      jobId: run.job._id,
      row,
      format,
      filter: filterOf(row, format),
    })
    const at = readCursor(run.job.cursor)
    const total = at?.total ?? (await mustFit(chunks.readAfter, format))
    const done = await writeParts(run, chunks.prepare, at ?? firstChunk, total)
    await assemble(run, row, format, done)
  }

  return {
    run,
    failed: async (caller, job) => {
      const exportId = job.input.exportId ?? ''
      await store.move(caller.organizationId, exportId, 'preparing', { state: 'failed' })
      await files.doomGroup(caller.organizationId, exportId)
    },
  }
}
