import { join } from 'node:path'
import { createGridFsBlobs } from '../../src/adapters/blobs/gridfs.ts'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import { createAccess } from '../../src/core/access/access.ts'
import { createErasure, type EpochPoint } from '../../src/core/erasure/erasure.ts'
import { createFiles } from '../../src/core/files/files.ts'
import { createJobRunner, createJobs, type JobHandler } from '../../src/core/jobs/jobs.ts'
import { createKeys } from '../../src/core/keys/keys.ts'
import { createLedger } from '../../src/core/ledger/ledger.ts'
import { createNotices } from '../../src/core/notices/notices.ts'
import { createOrganizations } from '../../src/core/organizations/organizations.ts'
import { createOutbox } from '../../src/core/outbox/outbox.ts'
import { createRetention } from '../../src/core/retention/retention.ts'
import { systemCaller } from '../../src/core/shared/caller.ts'
import { createDatabase } from '../../src/core/shared/database.ts'
import { createSubjects } from '../../src/core/subjects/subjects.ts'
import { createVault } from '../../src/core/vault/vault.ts'
import { testAnchors } from './anchors.ts'

export type ErasurePlace = { mongodbUrl: string; databaseName: string; directory: string }
export type ErasureWish = {
  /** 10 by default: then tests move the clock over each wait. */
  cacheSeconds?: number
  keepOldKeysSeconds?: number
  confirmsByItself?: boolean
  deletionDelayDays?: number
  leaseMs?: number
  /** Where a test moves the clock by days, which MongoDB's does not follow. */
  trustsClock?: true
  chunkSize?: number
  observe?: (point: EpochPoint) => Promise<void> | void
}

/** What an erasure epoch stands on, as one process has it: in a test, and in a child that a test kills. */
export const openErasureGraph = async (place: ErasurePlace, wish: ErasureWish = {}) => {
  const { mongodbUrl: url, databaseName, directory } = place
  let offsetMs = 0
  const clock = { now: () => new Date(Date.now() + offsetMs) }
  const db = createDatabase({ url, name: databaseName, joinsTransactions: true })
  const keysDb = createDatabase({ url, name: `${databaseName}_keys`, joinsTransactions: false })
  const { deletionDelayDays } = wish
  const provider = {
    ...createLocalFilesProvider({ directory: join(directory, 'kms'), production: false }),
    ...(deletionDelayDays === undefined ? {} : { deletionDelayDays }),
  }
  const errors: unknown[] = []
  const onError = (error: unknown): void => {
    errors.push(error)
  }
  const keys = createKeys({ db: keysDb, provider, clock, cacheSeconds: wish.cacheSeconds ?? 10, onError })
  const anchors = testAnchors({ directory, db, keysDb, keys, clock })
  const ledger = createLedger({ db, keys, clock })
  const outbox = createOutbox({ db, clock })
  const jobs = createJobs({ db, outbox, clock })
  const organizations = createOrganizations({ db, keys, ledger, clock })
  const access = createAccess({ db, keys, ledger, organizations, clock, issuer: 'https://azukari.example' })
  const subjects = createSubjects({ db, keys, ledger, outbox, organizations, clock })
  const notices = createNotices({ db, keys, ledger, organizations, subjects, clock })
  const files = createFiles({ db, keys, blobs: createGridFsBlobs(db), clock })
  const vault = createVault({ db, keys, ledger, outbox, organizations, subjects, notices, files, anchors, onError })
  const retention = createRetention({
    ...{ db, keys, ledger, outbox, jobs, organizations, access, subjects, notices, vault, files, clock },
    anchors,
    answers: access.once,
    issuer: 'https://azukari.example',
    lastPaymentYears: () => Promise.resolve(new Map()),
  })
  const erasure = createErasure({
    ...{ db, keysDb, keys, ledger, outbox, organizations, subjects, vault, files, clock, onError },
    retention:
      wish.trustsClock === undefined
        ? retention
        : { ...retention, trustedClock: { ...retention.trustedClock, isTrusted: () => Promise.resolve(true) } },
    everyDays: 21,
    keepOldKeysSeconds: wish.keepOldKeysSeconds ?? 0,
    confirmsByItself: wish.confirmsByItself ?? true,
    leaseMs: wish.leaseMs ?? 2000,
    ...(wish.chunkSize === undefined ? {} : { chunkSize: wish.chunkSize }),
    ...(wish.observe === undefined ? {} : { observe: wish.observe }),
  })
  const never: JobHandler = { run: () => Promise.reject(new Error('not here')), failed: async () => {} }
  const runner = createJobRunner({
    ...{ db, jobs, outbox, clock, onError },
    handlers: {
      ...{ import_check: never, import_apply: never, export: never, filing: never, ledger_export: never },
      ...{ campaign: never, campaign_cancellation: never },
      disposal: retention.disposalHandler,
    },
    callerOf: access.callerOfJob(() => undefined),
    systemCallerOf: (organizationId) =>
      Promise.resolve(systemCaller({ _id: organizationId, platformId: '', mode: 'test' }, clock.now())),
  })
  await Promise.all([db.connect(), keysDb.connect()])
  await db.prepare()
  await keysDb.prepare()
  await keys.prepare()

  /** Runs what is due in the outbox, until nothing is. */
  const work = async (): Promise<void> => {
    for (;;) {
      const row = await outbox.claimDue()
      if (row === null) return
      if (row.topic === 'job') await runner.run(row)
      else await outbox.finish(row)
    }
  }
  return {
    ...{ db, keysDb, provider, keys, ledger, outbox, organizations, access, subjects, notices, files, vault },
    ...{ retention, erasure, anchors, clock, errors, work },
    waitsByClock: (wish.cacheSeconds ?? 10) >= 10,
    moveClock: (ms: number): void => {
      offsetMs += ms
    },
    close: async (): Promise<void> => {
      erasure.stop()
      await vault.flush()
      keys.close()
      await Promise.all([db.close(), keysDb.close()])
    },
  }
}
export type ErasureGraph = Awaited<ReturnType<typeof openErasureGraph>>
