import { createGridFsBlobs } from '../../src/adapters/blobs/gridfs.ts'
import { exportFormats } from '../../src/adapters/payroll/export-formats.ts'
import { rosterFormat } from '../../src/adapters/payroll/roster-format.ts'
import { createExports } from '../../src/core/exports/exports.ts'
import { createFiles, type Files } from '../../src/core/files/files.ts'
import { createImports } from '../../src/core/imports/imports.ts'
import { createJobRunner, type JobHandler, type JobRow, type JobRun } from '../../src/core/jobs/jobs.ts'
import type { OutboxRow } from '../../src/core/outbox/outbox.ts'
import { type Caller, systemCaller } from '../../src/core/shared/caller.ts'
import { createTestCore } from './core.ts'

/** The worker that dies in the middle: its process is gone, nothing of it goes on. */
export class Killed extends Error {}

/** A run that dies before its step number `at` (from 0), or in the last transaction when `at` is `the end`. */
export const killedAt = (run: JobRun, at: number | 'the end'): JobRun => {
  let steps = 0
  return {
    ...run,
    step: async (change, work) => {
      if (steps === at) throw new Killed()
      steps += 1
      await run.step(change, work)
    },
    succeed: async (work) => {
      if (at === 'the end') throw new Killed()
      await run.succeed(work)
    },
  }
}

export const bytesOf = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const never: JobHandler = { run: async () => undefined, failed: async () => undefined }

/**
 * The core of `core.ts` with files, imports, exports and a worker that does jobs when told to. `wrap.files` lets a test do
 * something in the very moment in which an export writes.
 */
export const createFilesSetup = async (wrap: { files?: (files: Files) => Files } = {}) => {
  const core = await createTestCore()
  const { db } = core
  const blobs = createGridFsBlobs(db)
  const files = createFiles({ ...core, blobs })
  const onError = (error: unknown): void => {
    core.errors.push(error)
  }
  const exports = createExports({ ...core, files: wrap.files?.(files) ?? files, formats: exportFormats, onError })
  const imports = createImports({ ...core, files, roster: rosterFormat })
  await db.prepare()

  let asker: Caller | undefined
  let aroundRun: (run: JobRun) => JobRun = (run) => run
  const wrapped = (handler: JobHandler): JobHandler => ({ ...handler, run: (run) => handler.run(aroundRun(run)) })
  const runner = createJobRunner({
    ...core,
    onError,
    systemCallerOf: (organizationId: string) =>
      Promise.resolve(systemCaller({ _id: organizationId, platformId: '', mode: 'test' }, new Date())),
    callerOf: async (job: JobRow): Promise<Caller> => {
      if (asker === undefined) throw new Error('Nobody asked.')
      return { ...asker, organizationId: job.organizationId, at: job.asked.at }
    },
    handlers: {
      import_check: wrapped(imports.checkHandler),
      import_apply: wrapped(imports.applyHandler),
      export: wrapped(exports.handler),
      filing: never,
      disposal: never,
      ledger_export: never,
      campaign: never,
      campaign_cancellation: never,
    },
  })

  /** Claims what is due: jobs are handed to `work`, events are left as they are. */
  const claimJobs = async (): Promise<OutboxRow[]> => {
    const claimed: OutboxRow[] = []
    for (;;) {
      const row = await core.outbox.claimDue()
      if (row === null) return claimed
      if (row.topic === 'job') claimed.push(row)
    }
  }

  /** One worker does every job that is due, in the name of `caller`. */
  const work = async (caller: Caller, around: (run: JobRun) => JobRun = (run) => run): Promise<void> => {
    asker = caller
    aroundRun = around
    for (const row of await claimJobs()) await runner.run(row)
  }

  /** The same for one claimed row, while other workers may be at work. */
  const runWith = async (caller: Caller, row: OutboxRow, around: (run: JobRun) => JobRun): Promise<void> => {
    asker = caller
    aroundRun = around
    await runner.run(row)
  }

  /** A whole 廃棄 of one person, as its job does it. */
  const dispose = async ({ organizationId }: Caller, subjectId: string): Promise<void> => {
    const versions = await db.inTransaction(() => core.vault.beginDisposal(organizationId, [subjectId]))
    await core.vault.deleteKeys(organizationId, versions)
    await files.destroyHolding(organizationId, [subjectId])
    await db.inTransaction(() => core.vault.finishDisposal(organizationId, [subjectId], core.clock.now()))
  }
  /** DEKs of files that lie in the key database, by the blob that they are for. */
  const fileKeysOf = async ({ organizationId }: Caller): Promise<string[]> =>
    (await core.keysDb.mongoose.connection.collection('deks').find({ organizationId, purpose: 'file' }).toArray()).map(
      ({ refId }) => String(refId),
    )
  const blobsOf = async ({ organizationId }: Caller): Promise<string[]> =>
    (await blobs.page(undefined, 10_000))
      .filter((blob) => blob.organizationId === organizationId)
      .map(({ blobId }) => blobId)

  return { ...core, dispose, fileKeysOf, blobsOf, blobs, files, exports, imports, runner, claimJobs, work, runWith }
}
export type FilesSetup = Awaited<ReturnType<typeof createFilesSetup>>
