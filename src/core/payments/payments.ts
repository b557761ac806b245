import type { Files } from '../files/files.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import { createFilingsStore } from './filings.store.ts'
import { createFilings } from './filings.ts'
import { createPaid } from './paid.ts'
import { createPayeeCopies } from './payee-copy.ts'
import type { Archive, PayeeCopyRenderer, SlipRenderer, SlipWriter, WhyBlank } from './payments.rules.ts'
import { createPaymentsStore } from './payments.store.ts'
import { createRecordsStore } from './records.store.ts'
import { createRecords } from './records.ts'

export type { Filing } from './filings.ts'
export type { Payment, PaymentInput } from './paid.ts'
export type * from './payments.rules.ts'
export type { PaymentRecord } from './records.ts'

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
  /** What speaks the tax office's and the printer's tongues. */
  writer: SlipWriter
  renderer: SlipRenderer
  payeeCopy: PayeeCopyRenderer
  archive: Archive
  whyBlank: WhyBlank
  chunkSize?: number
}

/** 支払 → 支払調書 → 提出: what was paid, the slip of each payee and year, and the set for the tax office. */
export const createPayments = ({ payeeCopy, ...deps }: Deps) => {
  const payments = createPaymentsStore(deps.db)
  const recordsStore = createRecordsStore(deps.db)
  const filings = createFilingsStore(deps.db)
  const records = createRecords({ ...deps, payments, records: recordsStore })
  return {
    ...createPaid({ ...deps, store: payments }),
    records: { get: records.get, list: records.list },
    payeeCopy: createPayeeCopies({ ...deps, records: recordsStore, renderer: payeeCopy }),
    /** With `handler`, for jobs of kind `filing`, and `sweep`, for packages whose time is over. */
    filings: createFilings({ ...deps, payments, recordsStore, records, store: filings }),
    /** For retention: the last year with a payment, by payee. */
    lastYears: payments.lastYears,
  }
}
export type Payments = ReturnType<typeof createPayments>
