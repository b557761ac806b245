import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGridFsBlobs } from '../../src/adapters/blobs/gridfs.ts'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import { createPdfCleaning } from '../../src/adapters/pdf/cleaning.ts'
import { renderHandlingStatement } from '../../src/adapters/pdf/handling-statement.ts'
import { renderPersonReceipt } from '../../src/adapters/pdf/person-receipt.ts'
import { renderRequestHistory } from '../../src/adapters/pdf/request-history.ts'
import { qrCodeOf } from '../../src/adapters/qr/qr-code.ts'
import { createAccess } from '../../src/core/access/access.ts'
import { createCollection } from '../../src/core/collection/collection.ts'
import { createFiles } from '../../src/core/files/files.ts'
import { createJobs } from '../../src/core/jobs/jobs.ts'
import { createKeys } from '../../src/core/keys/keys.ts'
import { createLedger } from '../../src/core/ledger/ledger.ts'
import { createNotices } from '../../src/core/notices/notices.ts'
import { createOrganizations } from '../../src/core/organizations/organizations.ts'
import { createOutbox } from '../../src/core/outbox/outbox.ts'
import { createOversight } from '../../src/core/oversight/oversight.ts'
import type { Caller } from '../../src/core/shared/caller.ts'
import { createDatabase } from '../../src/core/shared/database.ts'
import { AppError } from '../../src/core/shared/errors.ts'
import { createSubjects } from '../../src/core/subjects/subjects.ts'
import { createUse } from '../../src/core/use/use.ts'
import { createVault, type Vault } from '../../src/core/vault/vault.ts'
import { testAnchors } from './anchors.ts'
import { emptyParts, testParts } from './parts.ts'

/** The code with which an attempt was refused. */
export const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it worked',
    (error: unknown) => (error instanceof AppError ? error.code : `${error}`),
  )

/**
 * The core without HTTP, queue and worker, wired by hand on the real MongoDB; the databases are emptied first. `wrap.vault`
 * lets a test do something in the very moment in which collection has asked the vault.
 */
export const createTestCore = async (wrap: { vault?: (vault: Vault) => Vault } = {}) => {
  await emptyParts()
  const { mongodbUrl: url, databaseName } = testParts()
  const home = mkdtempSync(join(tmpdir(), 'azukari-core-'))
  let offsetMs = 0
  const clock = { now: () => new Date(Date.now() + offsetMs) }
  const publicUrl = 'https://azukari.test'
  const errors: unknown[] = []
  const onError = (error: unknown): void => {
    errors.push(error)
  }

  const db = createDatabase({ url, name: databaseName, joinsTransactions: true })
  const keysDb = createDatabase({ url, name: `${databaseName}_keys`, joinsTransactions: false })
  const provider = createLocalFilesProvider({ directory: join(home, 'kms'), production: false })
  const keys = createKeys({ db: keysDb, provider, clock })
  const anchors = testAnchors({ db, keysDb, keys, clock, directory: home })
  const ledger = createLedger({ db, keys, clock })
  const outbox = createOutbox({ db, clock })
  const jobs = createJobs({ db, outbox, clock })
  const organizations = createOrganizations({ db, keys, ledger, clock })
  const access = createAccess({ db, keys, ledger, organizations, clock, issuer: publicUrl })
  const subjects = createSubjects({ db, keys, ledger, outbox, organizations, clock })
  const notices = createNotices({ db, keys, ledger, organizations, subjects, clock })
  const files = createFiles({ db, keys, blobs: createGridFsBlobs(db), clock })
  const vault = createVault({ db, keys, ledger, outbox, organizations, subjects, notices, files, anchors, onError })
  const use = createUse({ vault, subjects, organizations, access })
  const oversight = createOversight({
    ledger,
    access,
    organizations,
    subjects,
    clock,
    renderer: renderHandlingStatement,
  })
  const collection = createCollection({
    db,
    keys,
    ledger,
    jobs,
    outbox,
    organizations,
    subjects,
    notices,
    vault: wrap.vault?.(vault) ?? vault,
    clock,
    publicUrl,
    files,
    access,
    oversight,
    renderHistory: renderRequestHistory,
    renderReceipt: renderPersonReceipt,
    cleanPdf: createPdfCleaning(),
    drawQrCode: qrCodeOf,
    chunkSize: 4,
  })

  await db.connect()
  await keysDb.connect()
  await db.prepare()
  await keysDb.prepare()
  const platformId = await organizations.createPlatform('試験ベンダー')

  /** An organization with a company, an officer in whose name the caller acts, and a standing notice. */
  const makeOrganization = async (mode: 'test' | 'live' = 'test') => {
    const organization = await organizations.create(
      { platformId, requestId: 'test', at: clock.now() },
      { name: '試験組織', mode },
    )
    const system = { organizationId: organization._id, platformId, mode, assurance: 'host' as const, requestId: 'test' }
    const base: Caller = { ...system, actor: { type: 'system' }, at: clock.now() }
    const company = await organizations.createCompany(
      base,
      { name: '個人商店', kind: 'sole_proprietor' },
      (companyId) => subjects.proprietor(base, companyId, { name: '事業 主' }),
    )
    const appointment = { role: 'officer' as const, fromOn: '2020-01-01' }
    const staff = await access.staff.create(base, { name: '責任 太郎', userId: 'j0001', appointment })
    const caller: Caller = { ...base, actor: { type: 'staff', id: staff._id, userId: staff.userId, name: staff.name } }
    const notice = await notices.create(caller, {
      title: '個人番号の利用目的について',
      text: '源泉徴収事務のために利用します。',
      purposes: ['withholding_tax', 'health_pension'],
    })
    await organizations.changeSettings(caller, { standingNoticeId: notice._id })
    return { caller, companyId: company._id, notice }
  }

  return {
    db,
    keysDb,
    keys,
    ledger,
    outbox,
    jobs,
    organizations,
    access,
    subjects,
    notices,
    vault,
    use,
    collection,
    files,
    clock,
    errors,
    makeOrganization,
    /** Every clock of the process. */
    moveClock: (ms: number): void => {
      offsetMs += ms
    },
    /** All documents of a collection of the data database, as they lie there. */
    documents: (name: string): Promise<Record<string, unknown>[]> =>
      db.mongoose.connection.collection(name).find().toArray(),
    stop: async (): Promise<void> => {
      await vault.flush()
      keys.close()
      await db.close()
      await keysDb.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
export type TestCore = Awaited<ReturnType<typeof createTestCore>>
export type TestCoreOrganization = Awaited<ReturnType<TestCore['makeOrganization']>>
