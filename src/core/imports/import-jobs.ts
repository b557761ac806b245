import type { Files } from '../files/files.ts'
import type { JobHandler, JobRun } from '../jobs/jobs.ts'
import type { Keys } from '../keys/keys.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Clock } from '../shared/clock.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { ImportCounts, ImportRow, ImportState, ImportsStore, ProblemRow } from './imports.store.ts'
import { type RosterChunk, rosterChunks } from './roster-chunks.ts'
import type { FileEncoding, RosterFormat } from './roster-format.ts'
import { countOutcomes, createRosterWriter, PeopleMoved, type PlannedChunk } from './roster-writer.ts'

export type ImportJobDeps = {
  store: ImportsStore
  roster: RosterFormat
  keys: Keys
  files: Files
  outbox: Outbox
  organizations: Organizations
  subjects: Subjects
  clock: Clock
}

type Cursor = ImportCounts & { line: number; problems: number }
const start: Cursor = { line: 0, problems: 0, rows: 0, added: 0, changed: 0, unchanged: 0, errors: 0 }
const mostTries = 5

/** Both steps of an import read the same file in the same chunks: the dry run counts and reports, the application writes. */
export const createImportJobs = (deps: ImportJobDeps) => {
  const { store, roster, files, outbox, clock } = deps

  const importOf = async (run: JobRun): Promise<ImportRow> => {
    const row = await store.find(run.caller.organizationId, run.job.input.importId ?? '')
    if (row === null) throw new AppError('internal', 'A job names no import of its organization.')
    return row
  }

  /** Chunk by chunk, the next one read and parsed while `work` writes the last. */
  const eachChunk = async (
    row: ImportRow,
    from: Cursor,
    work: (chunk: RosterChunk) => Promise<void>,
  ): Promise<FileEncoding | undefined> => {
    let encoding: FileEncoding | undefined
    const source = await files.read(row.organizationId, row.fileId)
    const items = roster.read(source, {
      onDetected: (found) => {
        encoding = found
      },
    })
    const chunks = rosterChunks(items, from.line)
    const next = (): Promise<IteratorResult<RosterChunk, unknown>> => {
      const promise = chunks.next()
      promise.catch(() => undefined)
      return promise
    }
    try {
      let ahead = next()
      for (;;) {
        const result = await ahead
        if (result.done === true) return encoding
        ahead = next()
        await work(result.value)
      }
    } finally {
      source.destroy()
    }
  }

  const problemRows = (row: ImportRow, chunk: RosterChunk['problems'], from: number): ProblemRow[] =>
    chunk.map(({ line, column, code, detail, severity }, i) => ({
      _id: `${row._id}.${from + i}`,
      organizationId: row.organizationId,
      importId: row._id,
      seq: from + i,
      severity,
      line,
      code,
      detail,
      createdAt: clock.now(),
      ...defined({ column }),
    }))

  const after = (
    at: Cursor,
    chunk: RosterChunk,
    plan: Pick<PlannedChunk, 'outcomes'>,
    problems: RosterChunk['problems'],
  ): Cursor => {
    const { added, changed, unchanged } = countOutcomes(plan.outcomes)
    const errors = problems.filter(({ severity }) => severity === 'error')
    // A bad line is a line of the file too. The header's own problems are on the line before everybody.
    const badLines = new Set(
      errors.filter(({ line, code }) => line > 1 && !headerCodes.has(code)).map(({ line }) => line),
    ).size
    return {
      line: chunk.line,
      problems: at.problems + problems.length,
      rows: at.rows + plan.outcomes.length + badLines,
      added: at.added + added,
      changed: at.changed + changed,
      unchanged: at.unchanged + unchanged,
      errors: at.errors + errors.length,
    }
  }

  const check = async (run: JobRun): Promise<void> => {
    const row = await importOf(run)
    if (row.state !== 'checking') return run.succeed()
    const writer = createRosterWriter(deps, run.caller, row.companyId, { dryRun: true })
    let at = readCursor(run.job.cursor)
    const encoding = await eachChunk(row, at, async (chunk) => {
      const plan = await writer.plan(chunk.rows)
      const found = plan.problems.map((problem) => ({ ...problem, severity: 'error' as const }))
      const problems = [...chunk.problems, ...found].sort((a, b) => a.line - b.line)
      const next = after(at, chunk, plan, problems)
      const rows = problemRows(row, problems, at.problems)
      await run.step({ progress: { done: next.rows }, cursor: next }, () => store.insertProblems(rows))
      at = next
    })
    const counts = countsOf(at)
    await run.succeed(async () => {
      await store.move(row.organizationId, row._id, 'checking', { state: 'checked', counts, ...defined({ encoding }) })
      // It can't be applied: no reason to keep what somebody uploaded.
      if (counts.errors > 0) await files.doom(row.organizationId, [row.fileId])
    })
  }

  const moved = (error: unknown): boolean => error instanceof PeopleMoved || isDuplicateKey(error)

  const apply = async (run: JobRun): Promise<void> => {
    const row = await importOf(run)
    if (row.state !== 'applying') return run.succeed()
    const writer = createRosterWriter(deps, run.caller, row.companyId, { dryRun: false })
    const total = row.counts?.rows ?? 0
    let at = readCursor(run.job.cursor)

    const applyChunk = async (chunk: RosterChunk, tries = 1): Promise<void> => {
      const plan = await writer.plan(chunk.rows)
      const problems = [...chunk.problems.filter(({ severity }) => severity === 'error'), ...plan.problems]
      if (problems.length > 0)
        throw new AppError('conflict', 'The data moved since the dry run: upload the file again.', {
          places: problems.map(({ line, column, code, detail }) => ({ line, code, detail, ...defined({ column }) })),
        })
      const next = after(at, chunk, plan, [])
      try {
        await run.step({ progress: { done: next.rows, total }, cursor: next }, () => writer.write(plan))
        at = next
      } catch (error) {
        if (!moved(error) || tries >= mostTries) throw error
        await applyChunk(chunk, tries + 1)
      }
    }

    await eachChunk(row, at, (chunk) => applyChunk(chunk))
    await run.succeed(async () => {
      const change = { state: 'applied', counts: countsOf(at), appliedAt: clock.now() } as const
      if ((await store.move(row.organizationId, row._id, 'applying', change)) === null)
        throw new AppError('conflict', 'The import is not being applied any more.')
      await files.doom(row.organizationId, [row.fileId])
      await outbox.event(run.caller, 'import.completed', { importId: row._id, companyId: row.companyId })
    })
  }

  const failedFrom =
    (state: ImportState): JobHandler['failed'] =>
    async ({ organizationId }, job) => {
      const row = await store.move(organizationId, job.input.importId ?? '', state, { state: 'failed' })
      if (row !== null) await files.doom(organizationId, [row.fileId])
    }

  return {
    checkHandler: { run: check, failed: failedFrom('checking') } satisfies JobHandler,
    applyHandler: { run: apply, failed: failedFrom('applying') } satisfies JobHandler,
  }
}

const headerCodes: ReadonlySet<string> = new Set(['missing_column', 'duplicate_column', 'unknown_column'])

const countsOf = ({ rows, added, changed, unchanged, errors }: Cursor): ImportCounts => ({
  rows,
  added,
  changed,
  unchanged,
  errors,
})

const readCursor = (cursor: Record<string, unknown> | undefined): Cursor => {
  if (cursor === undefined) return start
  const number = (name: keyof Cursor): number => Number(cursor[name])
  return {
    line: number('line'),
    problems: number('problems'),
    rows: number('rows'),
    added: number('added'),
    changed: number('changed'),
    unchanged: number('unchanged'),
    errors: number('errors'),
  }
}
