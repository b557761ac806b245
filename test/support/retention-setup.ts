import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGridFsBlobs } from '../../src/adapters/blobs/gridfs.ts'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import { createAccess } from '../../src/core/access/access.ts'
import { createFiles } from '../../src/core/files/files.ts'
import { createJobRunner, createJobs, FenceLost, type JobHandler } from '../../src/core/jobs/jobs.ts'
import { createKeys } from '../../src/core/keys/keys.ts'
import { createLedger } from '../../src/core/ledger/ledger.ts'
import { createNotices } from '../../src/core/notices/notices.ts'
import { createOrganizations } from '../../src/core/organizations/organizations.ts'
import { createOutbox } from '../../src/core/outbox/outbox.ts'
import { createRetention } from '../../src/core/retention/retention.ts'
import { type Caller, systemCaller } from '../../src/core/shared/caller.ts'
import { createDatabase } from '../../src/core/shared/database.ts'
import { AppError, type ErrorCode } from '../../src/core/shared/errors.ts'
import { checkDigitFits } from '../../src/core/shared/number-shape.ts'
import type { PurposeCode } from '../../src/core/shared/words.ts'
import { createSubjects } from '../../src/core/subjects/subjects.ts'
import { createVault } from '../../src/core/vault/vault.ts'
import { testAnchors } from './anchors.ts'
import { testParts } from './parts.ts'

/** Where a worker can be killed: before or after each step of a disposal. */
export const killPoints = [
  'before enter',
  'after enter',
  'before deleteKeys',
  'after deleteKeys',
  'after destroy',
  'after keysGone',
  'in finishDisposal',
  'before succeed',
] as const
export type KillPoint = (typeof killPoints)[number]

/** A fixture number (0000…), made here so that none is written down. */
export const fixtureNumber = (seed: number): string => {
  const body = `0000${String(seed).padStart(7, '0')}`
  const fits = [...'0123456789'].find((digit) => checkDigitFits([...body, digit].map(Number)))
  return body + (fits ?? '')
}

export const codeOf = (attempt: Promise<unknown>): Promise<ErrorCode | string> =>
  attempt.then(
    () => 'it worked',
    (error: unknown) => (error instanceof AppError ? error.code : `${error}`),
  )

/** Retention with everything it stands on, on the real MongoDB. */
export const startRetention = async () => {
  const { mongodbUrl: url, databaseName } = testParts()
  const directory = mkdtempSync(join(tmpdir(), 'azukari-retention-'))
  const db = createDatabase({ url, name: databaseName, joinsTransactions: true })
  const keysDb = createDatabase({ url, name: `${databaseName}_keys`, joinsTransactions: false })
  let offsetMs = 0
  const clock = { now: () => new Date(Date.now() + offsetMs) }
  const provider = createLocalFilesProvider({ directory: join(directory, 'kms'), production: false })
  const keys = createKeys({ db: keysDb, provider, clock })
  let listIsAway = false
  const mustWork = (): void => {
    if (listIsAway) throw new AppError('unavailable', 'x', { cause: new Error('ANCHOR_URL: it is away') })
  }
  const anchors = testAnchors({ db, keysDb, keys, clock, directory, mustWork })
  const ledger = createLedger({ db, keys, clock })
  const outbox = createOutbox({ db, clock })
  const jobs = createJobs({ db, outbox, clock })
  const organizations = createOrganizations({ db, keys, ledger, clock })
  const access = createAccess({ db, keys, ledger, organizations, clock, issuer: 'https://azukari.example' })
  const subjects = createSubjects({ db, keys, ledger, outbox, organizations, clock })
  const notices = createNotices({ db, keys, ledger, organizations, subjects, clock })
  const errors: unknown[] = []
  const onError = (error: unknown): void => {
    errors.push(error)
  }
  const files = createFiles({ db, keys, blobs: createGridFsBlobs(db), clock })
  const vault = createVault({ db, keys, ledger, outbox, organizations, subjects, notices, files, anchors, onError })

  /** A stored file that holds these subjects' numbers. */
  const holdIn = async (organizationId: string, subjectIds: readonly string[]): Promise<string> => {
    const written = await files.write(organizationId, { kind: 'export', subjectIds }, Readable.from([Buffer.from('x')]))
    await db.inTransaction(() => files.attach([written]))
    return written._id
  }

  let killAt: KillPoint | undefined
  /** As `kill -9`: nothing is settled, the lease runs on. */
  const die = (point: KillPoint): void => {
    if (killAt !== point) return
    killAt = undefined
    throw new FenceLost()
  }
  const lastPaymentYears = new Map<string, number>()
  const retention = createRetention({
    db,
    keys,
    ledger,
    outbox,
    jobs,
    organizations,
    access,
    subjects,
    notices,
    clock,
    anchors: {
      ...anchors,
      enter: async (entry) => {
        die('before enter')
        const entered = await anchors.enter(entry)
        die('after enter')
        return entered
      },
      keysGone: async (done) => {
        await anchors.keysGone(done)
        die('after keysGone')
      },
    },
    answers: access.once,
    issuer: 'https://azukari.example',
    chunkSize: 2,
    lastPaymentYears: async (_organizationId, ids) =>
      new Map(ids.flatMap((id) => (lastPaymentYears.has(id) ? [[id, lastPaymentYears.get(id) ?? 0] as const] : []))),
    files: {
      destroyHolding: async (...of) => {
        const destroyed = await files.destroyHolding(...of)
        die('after destroy')
        return destroyed
      },
    },
    vault: {
      ...vault,
      deleteKeys: async (organizationId, versions) => {
        die('before deleteKeys')
        await vault.deleteKeys(organizationId, versions)
        die('after deleteKeys')
      },
      finishDisposal: async (organizationId, ids, at) => {
        await vault.finishDisposal(organizationId, ids, at)
        die('in finishDisposal')
      },
    },
  })

  const never: JobHandler = { run: () => Promise.reject(new Error('not here')), failed: async () => {} }
  let breakJobs: AppError | undefined
  const handler: JobHandler = {
    failed: retention.disposalHandler.failed,
    run: async (run) => {
      if (breakJobs !== undefined) throw breakJobs
      await retention.disposalHandler.run({
        ...run,
        succeed: async (work) => {
          die('before succeed')
          await run.succeed(work)
        },
      })
    },
  }
  const runner = createJobRunner({
    db,
    jobs,
    outbox,
    clock,
    handlers: {
      import_check: never,
      import_apply: never,
      export: never,
      filing: never,
      disposal: handler,
      ledger_export: never,
      campaign: never,
      campaign_cancellation: never,
    },
    callerOf: access.callerOfJob(() => undefined),
    systemCallerOf: (organizationId) =>
      Promise.resolve(systemCaller({ _id: organizationId, platformId: '', mode: 'test' }, clock.now())),
    onError,
  })

  await db.connect()
  await keysDb.connect()
  await db.prepare()
  await keysDb.prepare()

  /** As a start does it: the comparison with the list of disposals, until nothing is left to repeat. */
  const recover = async (): Promise<string[]> => {
    const lines: string[] = []
    const say = (_fields: Record<string, unknown>, message: string): void => void lines.push(message)
    const recovery = anchors.recovery({
      replay: retention.replays,
      log: { info: say, warn: say, error: say },
      retryMs: [20],
    })
    recovery.start()
    await recovery.open()
    await recovery.stop()
    return lines
  }

  const platformId = await organizations.createPlatform('テスト')
  const newOrganization = async (): Promise<{ caller: Caller; companyId: string }> => {
    const platform = { platformId, requestId: 'req', at: clock.now() }
    const organization = await organizations.create(platform, { name: '株式会社テスト', mode: 'test' })
    const base: Caller = {
      organizationId: organization._id,
      platformId,
      mode: 'test',
      actor: { type: 'system' },
      assurance: 'host',
      requestId: 'req-test',
      at: clock.now(),
    }
    const company = await organizations.createCompany(
      base,
      { name: '株式会社テスト', kind: 'sole_proprietor' },
      (companyId) => subjects.proprietor(base, companyId, { name: '事業 主' }),
    )
    const appointment = { role: 'officer' as const, fromOn: '2020-01-01' }
    const staff = await access.staff.create(base, { name: '責任 太郎', userId: 'j0001', appointment })
    return {
      companyId: company._id,
      caller: { ...base, actor: { type: 'staff', id: staff._id, userId: staff.userId, name: staff.name } },
    }
  }

  let seed = 0
  /** A subject told of these purposes, with a number. */
  const register = async (
    caller: Caller,
    subjectId: string,
    purposes: PurposeCode[] = ['withholding_tax'],
  ): Promise<string> => {
    const number = fixtureNumber(++seed)
    const notice = await notices.create(caller, { title: '利用目的', text: '源泉徴収等のため', purposes })
    await vault.register(caller, { subjectId, number, notice: { noticeId: notice._id, channel: 'paper' } })
    return number
  }
  const employee = async (caller: Caller, companyId: string, code: string, leftOn?: string) => {
    const { id } = await subjects.create(caller, { kind: 'employee', companyId, code, name: `社員 ${code}` })
    const number = await register(caller, id)
    if (leftOn !== undefined) await subjects.addEvent(caller, id, { kind: 'retired', on: leftOn })
    return { id, number }
  }

  return {
    db,
    keysDb,
    keys,
    clock,
    anchors,
    recover,
    anchorsDirectory: join(directory, 'anchors'),
    ledger,
    outbox,
    jobs,
    organizations,
    subjects,
    vault,
    retention,
    files,
    holdIn,
    lastPaymentYears,
    errors,
    newOrganization,
    register,
    employee,
    moveClock: (ms: number): void => {
      offsetMs = ms
    },
    moveTestClock: (caller: Caller, day: string) => organizations.setTestClock(caller, new Date(`${day}T03:00:00Z`)),
    killNextAt: (point: KillPoint | undefined): void => {
      killAt = point
    },
    breakList: (away: boolean): void => {
      listIsAway = away
    },
    breakJobs: (error: AppError | undefined): void => {
      breakJobs = error
    },
    /** Runs what is due, until nothing is; says how many rows were taken. */
    work: async (): Promise<number> => {
      for (let count = 0; ; count++) {
        const row = await outbox.claimDue()
        if (row === null) return count
        if (row.topic === 'job') await runner.run(row)
        else await outbox.finish(row)
      }
    },
    stop: async (): Promise<void> => {
      await vault.flush()
      keys.close()
      await db.close()
      await keysDb.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
