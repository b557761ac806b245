import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js'
import { zipArchive } from '../../src/adapters/archive/zip.ts'
import { createGridFsBlobs } from '../../src/adapters/blobs/gridfs.ts'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import { payeeCopyRenderer, slipRenderer } from '../../src/adapters/pdf/slip-renderer.ts'
import { slipWriter } from '../../src/adapters/tax/slip-writer.ts'
import { createFiles } from '../../src/core/files/files.ts'
import { createJobs, FenceLost, type JobRow, type JobRun } from '../../src/core/jobs/jobs.ts'
import { createKeys } from '../../src/core/keys/keys.ts'
import { createLedger } from '../../src/core/ledger/ledger.ts'
import { createNotices } from '../../src/core/notices/notices.ts'
import { type CompanyInput, createOrganizations } from '../../src/core/organizations/organizations.ts'
import { createOutbox } from '../../src/core/outbox/outbox.ts'
import { createPayments, type PaymentInput } from '../../src/core/payments/payments.ts'
import type { Caller } from '../../src/core/shared/caller.ts'
import { createDatabase } from '../../src/core/shared/database.ts'
import { AppError } from '../../src/core/shared/errors.ts'
import { createSubjects, type SubjectInput } from '../../src/core/subjects/subjects.ts'
import { createVault } from '../../src/core/vault/vault.ts'
import { testAnchors } from './anchors.ts'
import { fixtureNumber } from './fixture-number.ts'
import { testParts } from './parts.ts'

export const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it worked',
    (error: unknown) => (error instanceof AppError ? error.code : `${error}`),
  )

/** As `kill -9` of the worker. */
export class Killed extends Error {}

export type Row = string[]
/** The record file as somebody else would read it: Shift_JIS, CRLF, commas, no quotes. */
export const readRecords = (bytes: Uint8Array): Row[] => {
  const text = new TextDecoder('shift_jis', { fatal: true }).decode(bytes)
  const lines = text.split('\r\n')
  if (lines.pop() !== '') throw new Error('The last record has no line end.')
  return lines.map((line) => line.split(','))
}

export const unzip = async (bytes: Uint8Array): Promise<Map<string, Uint8Array>> => {
  const reader = new ZipReader(new Uint8ArrayReader(bytes))
  const found = new Map<string, Uint8Array>()
  for (const entry of await reader.getEntries())
    if (!entry.directory) found.set(entry.filename, await entry.getData(new Uint8ArrayWriter()))
  await reader.close()
  return found
}

/** Payments with everything they stand on, on the real MongoDB; two slips a chunk. */
export const startPayments = async (chunkSize = 2) => {
  const { mongodbUrl: url, databaseName } = testParts()
  const directory = mkdtempSync(join(tmpdir(), 'azukari-payments-'))
  const db = createDatabase({ url, name: databaseName, joinsTransactions: true })
  const keysDb = createDatabase({ url, name: `${databaseName}_keys`, joinsTransactions: false })
  let offsetMs = 0
  const clock = { now: () => new Date(Date.now() + offsetMs) }
  const provider = createLocalFilesProvider({ directory: join(directory, 'kms'), production: false })
  const keys = createKeys({ db: keysDb, provider, clock })
  const anchors = testAnchors({ db, keysDb, keys, clock, directory })
  const ledger = createLedger({ db, keys, clock })
  const outbox = createOutbox({ db, clock })
  const jobs = createJobs({ db, outbox, clock })
  const organizations = createOrganizations({ db, keys, ledger, clock })
  const subjects = createSubjects({ db, keys, ledger, outbox, organizations, clock })
  const notices = createNotices({ db, keys, ledger, organizations, subjects, clock })
  const errors: unknown[] = []
  const onError = (error: unknown): void => {
    errors.push(error)
  }
  const files = createFiles({ db, keys, blobs: createGridFsBlobs(db), clock })
  const vault = createVault({ db, keys, ledger, outbox, organizations, subjects, notices, files, anchors, onError })
  const graph = { db, keys, ledger, outbox, jobs, organizations, subjects, vault, files, clock }
  const foreign = { writer: slipWriter, renderer: slipRenderer, payeeCopy: payeeCopyRenderer, archive: zipArchive }
  const payments = createPayments({ ...graph, ...foreign, chunkSize, whyBlank: async () => new Map() })
  await db.connect()
  await keysDb.connect()
  await db.prepare()
  await keysDb.prepare()
  const platformId = await organizations.createPlatform('テスト')

  const newOrganization = async (input: Partial<CompanyInput> = {}) => {
    const platform = { platformId, requestId: 'req', at: clock.now() }
    const organization = await organizations.create(platform, { name: '試験組織', mode: 'test' })
    const caller: Caller = {
      organizationId: organization._id,
      platformId,
      mode: 'test',
      actor: { type: 'staff', id: 'stf_test', userId: 'j0001', name: '担当 太郎' },
      assurance: 'host',
      requestId: 'req-test',
      at: clock.now(),
    }
    const company = await organizations.createCompany(
      caller,
      {
        name: '株式会社あずかり商事',
        kind: 'corporation',
        address: '東京都千代田区大手町１－２－３',
        phone: '03-1234-5678',
        ...(input.kind === 'sole_proprietor' ? {} : { corporateNumber: '7000012050002' }),
        ...input,
      },
      (companyId) => subjects.proprietor(caller, companyId, { name: '事業　主' }),
    )
    const notice = await notices.create(caller, {
      title: '利用目的',
      text: '支払調書の作成のため',
      purposes: ['payment_record_fee'],
    })
    const other = await notices.create(caller, { title: '別の目的', text: '不動産', purposes: ['payment_record_rent'] })
    return { caller, company, companyId: company._id, noticeId: notice._id, otherNoticeId: other._id }
  }
  type Place = Awaited<ReturnType<typeof newOrganization>>

  let seed = 0
  const register = async (
    { caller }: Place,
    subjectId: string,
    noticeId: string,
    how: 'register' | 'correct' = 'register',
  ): Promise<string> => {
    const number = fixtureNumber(++seed)
    if (how === 'correct') {
      await vault.correct(caller, { subjectId, number })
      return number
    }
    await vault.register(caller, { subjectId, number, notice: { noticeId, channel: 'paper' } })
    return number
  }
  const payee = (place: Place, input: Partial<SubjectInput> = {}) =>
    subjects.create(place.caller, {
      kind: 'payee',
      companyId: place.companyId,
      name: '山田　花子',
      address: '横浜市中区本町４－５',
      ...input,
    })
  const pay = (place: Place, subjectId: string, input: Partial<PaymentInput> = {}) =>
    payments.create(place.caller, {
      companyId: place.companyId,
      subjectId,
      category: 'manuscript',
      kind: '原稿料',
      amount: 120_000,
      withheld: 12_252,
      dueOn: '2026-06-30',
      ...input,
    })

  let fence = 0
  /** One attempt of a worker. It dies before the n-th commit (or after it), and the next one has a newer fence. */
  const attempt = async (
    caller: Caller,
    jobId: string,
    die?: { at: number; when: 'before' | 'after' },
    beforeCommit?: (commit: number) => Promise<void>,
    inCommit?: (commit: number) => Promise<void>,
  ): Promise<JobRow> => {
    const { organizationId } = caller
    const mine = ++fence
    const job = await jobs.store.begin(organizationId, jobId, mine, clock.now())
    if (job === null) throw new Error('The job cannot be begun.')
    let commits = 0
    const committing = async (work: () => Promise<void>): Promise<void> => {
      commits += 1
      if (die?.at === commits && die.when === 'before') throw new Killed()
      await beforeCommit?.(commits)
      await db.inTransaction(async () => {
        await work()
        await inCommit?.(commits)
      })
      if (die?.at === commits && die.when === 'after') throw new Killed()
    }
    const held = (ok: boolean): void => {
      if (!ok) throw new FenceLost()
    }
    const run: JobRun = {
      job,
      caller,
      step: (change, work) =>
        committing(async () => {
          await work?.()
          held(await jobs.store.step(organizationId, jobId, mine, change))
        }),
      succeed: (work) =>
        committing(async () => {
          await work?.()
          held(await jobs.store.finish(organizationId, jobId, mine, 'succeeded', [], clock.now()))
        }),
    }
    try {
      await payments.filings.handler.run(run)
    } catch (error) {
      // The queue tries these again.
      if (!(error instanceof AppError) || error.code === 'unavailable') throw error
      await db.inTransaction(async () => {
        held(await jobs.store.finish(organizationId, jobId, mine, 'failed', [...error.places], clock.now()))
        await payments.filings.handler.failed(caller, job, [...error.places])
      })
    }
    return jobs.get(caller, jobId)
  }

  /** The whole way: created, run, downloaded, unzipped. */
  const file = async ({ caller, companyId }: Place, year = 2026) => {
    const filing = await payments.filings.create(caller, { companyId, form: '309', year })
    const job = await attempt(caller, filing.jobId)
    return { job, filing: await payments.filings.get(caller, filing.id) }
  }
  const download = async (caller: Caller, filingId: string): Promise<Uint8Array> => {
    const { stream, sent } = await payments.filings.package(caller, filingId)
    const bytes = await buffer(stream)
    await sent(true)
    return bytes
  }
  const opened = async (caller: Caller, filingId: string) => {
    const entries = await unzip(await download(caller, filingId))
    return { entries, records: readRecords(entries.get('309dat01.txt') ?? new Uint8Array()) }
  }

  /** A whole 廃棄 of one person, as its job does it. */
  const dispose = async ({ organizationId }: Caller, subjectId: string): Promise<void> => {
    const versions = await db.inTransaction(() => vault.beginDisposal(organizationId, [subjectId]))
    await vault.deleteKeys(organizationId, versions)
    await files.destroyHolding(organizationId, [subjectId])
    await db.inTransaction(() => vault.finishDisposal(organizationId, [subjectId], clock.now()))
  }
  /** Blobs whose DEK lies in the key database. */
  const fileKeysOf = async ({ organizationId }: Caller): Promise<string[]> =>
    (await keysDb.mongoose.connection.collection('deks').find({ organizationId, purpose: 'file' }).toArray()).map(
      ({ refId }) => String(refId),
    )

  const entriesOf = async (caller: Caller) =>
    (await ledger.list(caller, { from: new Date(0), to: new Date('2100-01-01'), order: 'asc', limit: 500 })).rows

  return {
    ...graph,
    payments,
    newOrganization,
    register,
    payee,
    pay,
    attempt,
    file,
    download,
    opened,
    entriesOf,
    dispose,
    fileKeysOf,
    errors,
    moveClock: (ms: number): void => {
      offsetMs = ms
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
