import { join } from 'node:path'
import { createFolderAnchors } from '../src/adapters/anchors/folder.ts'
import { createGridFsBlobs } from '../src/adapters/blobs/gridfs.ts'
import { createLocalFilesProvider } from '../src/adapters/kms/local-files.ts'
import { exportFormats } from '../src/adapters/payroll/export-formats.ts'
import { createPdfCleaning } from '../src/adapters/pdf/cleaning.ts'
import { renderHandlingStatement } from '../src/adapters/pdf/handling-statement.ts'
import { ledgerPdf } from '../src/adapters/pdf/ledger-pdf.ts'
import { renderPersonReceipt } from '../src/adapters/pdf/person-receipt.ts'
import { renderRequestHistory } from '../src/adapters/pdf/request-history.ts'
import { qrCodeOf } from '../src/adapters/qr/qr-code.ts'
import { ledgerCsv } from '../src/adapters/spreadsheet/ledger-csv.ts'
import { createAccess } from '../src/core/access/access.ts'
import { createAnchors } from '../src/core/anchors/anchors.ts'
import { createCollection } from '../src/core/collection/collection.ts'
import { createExports } from '../src/core/exports/exports.ts'
import { createFiles } from '../src/core/files/files.ts'
import { createJobs } from '../src/core/jobs/jobs.ts'
import { createKeys } from '../src/core/keys/keys.ts'
import { createLedger } from '../src/core/ledger/ledger.ts'
import { createNotices } from '../src/core/notices/notices.ts'
import { createOrganizations } from '../src/core/organizations/organizations.ts'
import { createOutbox } from '../src/core/outbox/outbox.ts'
import { createOversight } from '../src/core/oversight/oversight.ts'
import { createReading } from '../src/core/reading/reading.ts'
import { systemClock as clock } from '../src/core/shared/clock.ts'
import { createDatabase } from '../src/core/shared/database.ts'
import { createSubjects } from '../src/core/subjects/subjects.ts'
import { createVault } from '../src/core/vault/vault.ts'

export type Place = { mongodbUrl: string; redisUrl: string; databaseName: string; keysDirectory: string }

/** The `iss` of the tokens that both sides check. */
export const issuer = 'http://azukari.bench'

/** The part of the service that the bench calls without HTTP: to seed, and to run an export as its worker does. */
export const openGraph = async ({ mongodbUrl: url, databaseName: name, keysDirectory: directory }: Place) => {
  const db = createDatabase({ url, name, joinsTransactions: true })
  const keysDb = createDatabase({ url, name: `${name}_keys`, joinsTransactions: false })
  const provider = createLocalFilesProvider({ directory, production: false })
  const store = createFolderAnchors({ directory: join(directory, 'anchors'), create: true })
  const onError = (error: unknown): void => console.error(error)
  const keys = createKeys({ db: keysDb, provider, clock })
  const anchors = createAnchors({ store, db, keysDb, keys, clock })
  const ledger = createLedger({ db, keys, clock })
  const outbox = createOutbox({ db, clock })
  const jobs = createJobs({ db, outbox, clock })
  const organizations = createOrganizations({ db, keys, ledger, clock })
  const access = createAccess({ db, keys, ledger, organizations, clock, issuer })
  const subjects = createSubjects({ db, keys, ledger, outbox, organizations, clock })
  const notices = createNotices({ db, keys, ledger, organizations, subjects, clock })
  const files = createFiles({ db, keys, blobs: createGridFsBlobs(db), clock })
  const vault = createVault({ db, keys, ledger, outbox, organizations, subjects, notices, files, anchors, onError })
  const exports = createExports({
    db,
    formats: exportFormats,
    keys,
    files,
    ledger,
    outbox,
    organizations,
    subjects,
    vault,
    jobs,
    access,
    clock,
    onError,
  })
  const oversight = createOversight({
    ledger,
    access,
    organizations,
    subjects,
    clock,
    renderer: renderHandlingStatement,
  })
  const collection = createCollection({
    ...{ db, keys, ledger, jobs, outbox, organizations, subjects, notices, vault, clock },
    publicUrl: issuer,
    files,
    access,
    oversight,
    renderReceipt: renderPersonReceipt,
    cleanPdf: createPdfCleaning(),
    drawQrCode: qrCodeOf,
    renderHistory: renderRequestHistory,
  })
  // Files of the record without the tree: what is measured is reading and writing.
  const log = {
    checkpoint: () => Promise.resolve(undefined),
    start: () => Promise.resolve({ from: 0, frontier: [] }),
    prover: () => () => Promise.resolve(undefined),
  }
  const formats = { csv: ledgerCsv, pdf: ledgerPdf }
  const reading = createReading({
    db,
    keys,
    ledger,
    jobs,
    organizations,
    subjects,
    files,
    clock,
    formats,
    log,
    onError,
  })
  await Promise.all([db.connect(), keysDb.connect()])
  return {
    ...{
      db,
      keysDb,
      provider,
      keys,
      ledger,
      organizations,
      access,
      subjects,
      notices,
      jobs,
      files,
      vault,
      anchors,
      collection,
      exports,
      outbox,
      reading,
    },
    prepare: async (): Promise<void> => {
      await Promise.all([db.prepare(), keysDb.prepare()])
      await keys.prepare()
    },
    close: async (): Promise<void> => {
      await vault.flush()
      keys.close()
      await Promise.all([db.close(), keysDb.close()])
    },
  }
}
export type Graph = Awaited<ReturnType<typeof openGraph>>
