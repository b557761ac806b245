import type { Anchored, Anchors } from '../anchors/anchors.ts'
import type { Files } from '../files/files.ts'
import type { JobHandler, JobRow, Jobs } from '../jobs/jobs.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { type Caller, systemCaller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { AppError } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import type { CertificateRow } from './certificates.store.ts'
import type { Certificates } from './certificates.ts'
import { createDisposalList, listedDisposal } from './disposal-list.ts'
import type { DisposalRow, DisposalsStore } from './disposals.store.ts'
import type { RetentionStore } from './retention.store.ts'
import type { TrustedClock } from './trusted-clock.ts'

/** Stored files that hold a subject's number lose their keys with it. */
export type HeldFiles = Pick<Files, 'destroyHolding'>

type Deps = {
  db: Database
  ledger: Ledger
  outbox: Outbox
  jobs: Jobs
  organizations: Organizations
  subjects: Subjects
  vault: Pick<Vault, 'disposingOf' | 'deleteKeys' | 'finishDisposal'>
  files: HeldFiles
  /** Kept answers that show the mask. */
  /** Nothing goes that the list outside the databases does not know. */
  anchors: Pick<Anchors, 'enter' | 'keysGone' | 'carriedOut'>
  answers: { forget: (organizationId: string, subjectIds: readonly string[]) => Promise<void> }
  clock: Clock
  trustedClock: TrustedClock
  store: DisposalsStore
  plans: RetentionStore
  certificates: Certificates
  chunkSize?: number
}
type Disposing = Awaited<ReturnType<Vault['disposingOf']>>

const functionName = 'マイナンバー廃棄'
/** A job that has run for so long is taken for dead; a second one beside a living one does no harm. */
const stuckAfterMs = 60 * 60 * 1000
const sweepBatch = 100
/** Started anew at once, then after 2, 4, 8 … minutes, at most an hour. */
const backOffMs = (restarts: number): number => (restarts === 0 ? 0 : Math.min(2 ** restarts * 60_000, stuckAfterMs))

/**
 * Steps 2 and 3 of a disposal. Where to go on is what is still `disposing`, so it resumes from any kill. A disposal that
 * has begun is finished, whoever has left meanwhile: `finish` starts a new job for what a failed one left.
 */
export const createDisposalJob = (deps: Deps) => {
  const {
    db,
    ledger,
    outbox,
    jobs,
    organizations,
    subjects,
    vault,
    files,
    anchors,
    answers,
    clock,
    trustedClock,
    store,
    plans,
    certificates,
  } = deps
  const chunkSize = deps.chunkSize ?? 500
  const list = createDisposalList({ anchors })

  const certify = async (
    caller: Caller,
    disposal: DisposalRow,
    versions: Disposing,
    listed: Anchored,
  ): Promise<CertificateRow[]> => {
    const idOf = new Map(listedDisposal(listed).items.map((item) => [item.subjectId, item.certificateId]))
    const deletedAt = clock.now()
    const businessAt = await organizations.now(caller)
    const rows: CertificateRow[] = []
    for (const [subjectId, own] of Map.groupBy(versions, (version) => version.subjectId)) {
      const versionIds = own.map(({ versionId }) => versionId)
      const certificateId = idOf.get(subjectId)
      if (certificateId === undefined) throw new AppError('internal', 'The list has another disposal under this name.')
      rows.push(await certificates.sign(disposal, { certificateId, subjectId, versionIds, deletedAt, businessAt }))
    }
    return rows
  }

  const removed = async (caller: Caller, disposal: DisposalRow, rows: readonly CertificateRow[]): Promise<void> => {
    const { organizationId } = disposal
    const subjectIds = rows.map(({ subjectId }) => subjectId)
    const now = await vault.disposingOf(organizationId, subjectIds)
    // Another worker has finished these: this one's fence is lost, or its next look finds nothing left.
    if (now.length !== rows.flatMap(({ versionIds }) => versionIds).length)
      throw new AppError('unavailable', 'Done by another worker.')
    await vault.finishDisposal(organizationId, subjectIds, rows[0]?.deletedAt ?? clock.now())
    await answers.forget(organizationId, subjectIds)
    await certificates.insertMany([...rows])
    await plans.drop(organizationId, subjectIds)
    await store.addCertificates(
      organizationId,
      disposal._id,
      rows.map(({ _id }) => _id),
    )
    await outbox.events(
      caller,
      rows.flatMap(({ _id: certificateId, subjectId, versionIds }) => [
        ...versionIds.map((versionId) => ({
          type: 'number.deleted' as const,
          data: { subjectId, versionId, disposalId: disposal._id },
        })),
        { type: 'certificate.issued' as const, data: { certificateId, subjectId, disposalId: disposal._id } },
      ]),
    )
  }

  const destroyFiles = async (disposal: DisposalRow, subjectIds: readonly string[]): Promise<Anchored[]> => {
    const entered: Anchored[] = []
    await files.destroyHolding(disposal.organizationId, subjectIds, async (dekIds) => {
      entered.push(await list.files(disposal, dekIds))
    })
    return entered
  }

  const run: JobHandler['run'] = async ({ job, caller, step, succeed }) => {
    const { organizationId } = job
    const disposal = await store.find(organizationId, job.input.disposalId ?? '')
    if (disposal === null) throw new AppError('internal', 'The job names no disposal.')
    const all = disposal.items.map(({ subjectId }) => subjectId)
    for (;;) {
      const left = await vault.disposingOf(organizationId, all)
      const leftIds = new Set(left.map(({ subjectId }) => subjectId))
      const chunk = all.filter((id) => leftIds.has(id)).slice(0, chunkSize)
      if (chunk.length === 0) break
      // Not a refusal: it is tried again until the clocks agree.
      if (!(await trustedClock.isTrusted())) throw new AppError('unavailable', trustedClock.untrusted().message)
      await ledger.mustBeSealed(organizationId)
      const versions = left.filter(({ subjectId }) => chunk.includes(subjectId))
      const listed = await list.numbers(disposal, versions)
      await vault.deleteKeys(organizationId, versions)
      const entered = [listed, ...(await destroyFiles(disposal, chunk))]
      await anchors.keysGone(entered)
      const rows = await certify(caller, disposal, versions, listed)
      const shown = await subjects.shown(organizationId, chunk)
      const touches = [...shown.values()].map((subject) => ({
        operation: 'delete' as const,
        functionName,
        outcome: 'done' as const,
        subject,
        jobId: job._id,
      }))
      // They share the act's time with 削除開始 and come after it.
      const entries = await ledger.prepare(caller, touches, all.length + (all.length - leftIds.size))
      const done = all.length - leftIds.size + chunk.length
      const recorded = ledger.refsOf(entries)
      await step({ progress: { done, total: all.length }, entries: recorded }, async () => {
        await removed(caller, disposal, rows)
        await ledger.append(entries)
        await anchors.carriedOut(entered)
      })
    }
    // A file that was being written while step 1 committed is found now.
    const late = await destroyFiles(disposal, all)
    await anchors.keysGone(late)
    await succeed(async () => {
      await anchors.carriedOut(late)
      await store.finish(organizationId, disposal._id, clock.now())
    })
  }

  /** Nothing is turned back: the numbers stay `disposing`, unreadable, and the sweep starts a new job. */
  const failed: JobHandler['failed'] = (_caller, job) =>
    store.fail(job.organizationId, job.input.disposalId ?? '', job._id)

  const isWorking = (disposal: DisposalRow, job: JobRow | null): boolean =>
    disposal.state === 'running' &&
    (job?.state === 'queued' || job?.state === 'running') &&
    disposal.startedAt.getTime() > clock.now().getTime() - stuckAfterMs

  const restart = async (disposal: DisposalRow): Promise<boolean> => {
    const { organizationId } = disposal
    if (disposal.startedAt.getTime() > clock.now().getTime() - backOffMs(disposal.restarts)) return false
    if (isWorking(disposal, await jobs.store.find(organizationId, disposal.jobId))) return false
    const organization = await organizations.find(organizationId)
    if (organization === null) return false
    const caller = systemCaller(organization, clock.now())
    return db
      .inTransaction(async () => {
        const jobId = await jobs.start(caller, 'disposal', { disposalId: disposal._id })
        if (await store.restart(disposal, jobId, clock.now())) return true
        throw new AppError('conflict', 'Another sweep was first.')
      })
      .catch((error) => {
        if (error instanceof AppError && error.code === 'conflict') return false
        throw error
      })
  }

  /** For a timer, across organizations: how many were started anew. */
  const finish = async (): Promise<number> => {
    let restarted = 0
    let after = ''
    for (;;) {
      const rows = await store.unfinished(after, sweepBatch)
      for (const row of rows) if (await restart(row)) restarted++
      const last = rows.at(-1)
      if (last === undefined || rows.length < sweepBatch) return restarted
      after = last._id
    }
  }

  return { handler: { run, failed } satisfies JobHandler, finish }
}
