import type { Readable } from 'node:stream'
import { type BothClocks, createDownloads, type Files, stateNow } from '../files/files.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { coversWhole, mustCoverWhole, notCovered } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import { createFilingCheck } from './filing-check.ts'
import { slipsPerChunk } from './filing-cursor.ts'
import { createFilingJob } from './filing-job.ts'
import { createFilingNumbers, purposeOf } from './filing-numbers.ts'
import { createFilingPackage } from './filing-package.ts'
import type { FilingRow, FilingsStore } from './filings.store.ts'
import type { Archive, RecordForm, SlipRenderer, SlipWriter, WhyBlank } from './payments.rules.ts'
import type { PaymentsStore } from './payments.store.ts'
import type { RecordsStore } from './records.store.ts'
import type { Records } from './records.ts'

export type Filing = Omit<FilingRow, '_id' | 'organizationId' | 'fileId' | 'expiresAt' | 'fileEndsAt' | 'download'> & {
  id: string
}

export type PackageDownload = {
  stream: Readable
  fileName: string
  /** To be told when the stream has ended: whether the last byte has gone. */
  sent: (whole: boolean) => Promise<void>
}

type Deps = {
  db: Database
  keys: Keys
  ledger: Ledger
  outbox: Outbox
  jobs: Jobs
  organizations: Organizations
  subjects: Subjects
  vault: Pick<Vault, 'batch' | 'hold' | 'areInForce'>
  files: Files
  clock: Clock
  writer: SlipWriter
  renderer: SlipRenderer
  archive: Archive
  whyBlank: WhyBlank
  /** Slips per transaction. */
  chunkSize?: number
  payments: PaymentsStore
  records: Records
  recordsStore: RecordsStore
  store: FilingsStore
}

/** 提出: the slips of a company, form and year that must be filed, as a package for the tax office. */
export const createFilings = (deps: Deps) => {
  const { db, jobs, ledger, organizations, clock, payments, store } = deps

  /** A filing has a state of its own beside that of its package. */
  const packageOf = (row: FilingRow) => ({ ...row, state: row.packageState })

  const toFiling = (row: FilingRow, now: BothClocks): Filing => {
    const { _id, organizationId, fileId, expiresAt, fileEndsAt, download, ...rest } = row
    return { ...rest, id: _id, packageState: stateNow(packageOf(row), now) }
  }

  const downloads = createDownloads({
    ...deps,
    store: {
      find: async (organizationId, id) => {
        const row = await store.find(organizationId, id)
        return row === null ? null : packageOf(row)
      },
      take: store.take,
      end: store.end,
      over: async (now, limit) => (await store.over(now, limit)).map(packageOf),
      expiredOf: async (...of) => (await store.expiredOf(...of)).map(packageOf),
    },
  })

  const create = async (
    caller: Caller,
    input: { companyId: string; form: RecordForm; year: number },
  ): Promise<Filing> => {
    const { organizationId } = caller
    const { companyId, form, year } = input
    const company = await organizations.getCompany(caller, companyId)
    // A filing holds every payee of the company: half of them would be a wrong filing.
    if (!coversWhole(caller.coverage, { companyId, kinds: ['payee'] }))
      await ledger.refuse(caller, notCovered(), [
        { operation: 'file', functionName: '支払調書作成（提出用）', use: 'filing' },
      ])
    if (company.address === undefined)
      throw invalidField('/companyId', 'required', 'The company has no address, which every slip names: add it first.')
    if ((await payments.countPayees(organizationId, companyId, year)) === 0)
      throw invalidField('/year', 'conflict', 'No payment of this company fell due in this year.')
    await ledger.mustBeSealed(organizationId)
    const row: Omit<FilingRow, 'jobId'> = {
      _id: newId('filing'),
      organizationId,
      companyId,
      form,
      year,
      state: 'draft',
      packageState: 'preparing',
      problems: [],
      createdAt: clock.now(),
    }
    return commit(db, caller, async () => {
      const jobId = await jobs.start(caller, 'filing', { filingId: row._id })
      const whole = { ...row, jobId }
      await store.insert(whole)
      return toFiling(whole, { at: row.createdAt, businessAt: row.createdAt })
    }).catch((error) => {
      throw isDuplicateKey(error)
        ? new AppError('conflict', 'A filing of this company, form and year is being prepared: wait for its job.')
        : error
    })
  }

  const find = async (caller: Caller, id: string): Promise<FilingRow> => {
    const row = await store.find(caller.organizationId, id)
    if (row === null) throw notFound('filing')
    mustCoverWhole(caller, { companyId: row.companyId, kinds: ['payee'] })
    return row
  }

  const get = async (caller: Caller, id: string): Promise<Filing> =>
    toFiling(await find(caller, id), await organizations.bothClocks(caller))

  const download = async (caller: Caller, id: string): Promise<PackageDownload> => {
    const row = await find(caller, id)
    const { form, year } = row
    const what = { functionName: '支払調書受取（提出用）', purpose: purposeOf[form], use: 'filing' } as const
    return { ...(await downloads.open(caller, packageOf(row), what)), fileName: `${form}-${year}.zip` }
  }

  const list = async (caller: Caller, { limit, after, total }: PageRequest): Promise<Page<Filing>> => {
    mustCoverWhole(caller, { kinds: ['payee'] })
    const rows = await store.list(caller.organizationId, readCursor(after, ['string']), limit + 1)
    const page = cutPage(rows, limit, (row) => [row._id])
    const now = await organizations.bothClocks(caller)
    return {
      ...page,
      rows: page.rows.map((row) => toFiling(row, now)),
      ...(total === true ? { total: shownTotal(await store.count(caller.organizationId)) } : {}),
    }
  }

  const parts = { ...deps, filings: store, chunkSize: deps.chunkSize ?? slipsPerChunk }
  const job = createFilingJob({
    ...parts,
    check: createFilingCheck(parts),
    numbers: createFilingNumbers(parts),
    pack: createFilingPackage(parts),
  })

  return { create, get, list, package: download, sweep: downloads.sweep, handler: job }
}
export type Filings = ReturnType<typeof createFilings>
