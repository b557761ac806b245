import type { Access } from '../access/access.ts'
import type { Anchors } from '../anchors/anchors.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Notices } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import { createBasis, type LastPaymentYears } from './basis.ts'
import { createCertificatesStore } from './certificates.store.ts'
import { createCertificates } from './certificates.ts'
import { createDisposalJob, type HeldFiles } from './disposal-job.ts'
import { createDisposalsStore } from './disposals.store.ts'
import { createDisposals } from './disposals.ts'
import { createHeartbeatStore } from './heartbeat.store.ts'
import { createPlans } from './plans.ts'
import { createReplays } from './replays.ts'
import { createRetentionStore } from './retention.store.ts'
import { listRetentionRules } from './retention-rules.ts'
import { createSchedule } from './schedule.ts'
import { createTrustedClock } from './trusted-clock.ts'

export type { LastPaymentYears } from './basis.ts'
export type { CertificateRow } from './certificates.store.ts'
export { certificateType } from './certificates.ts'
export type { HeldFiles } from './disposal-job.ts'
export type { DisposalRow } from './disposals.store.ts'
export type { BegunDisposal } from './disposals.ts'
export type { PlannedDisposal } from './plans.ts'
export type { Claim, Planned } from './retention.rules.ts'
export { listRetentionRules, type RetentionRule, type RetentionRuleId, retentionRules } from './retention-rules.ts'
export type { ScheduleRow } from './schedule.ts'

type Deps = {
  db: Database
  keys: Keys
  ledger: Ledger
  outbox: Outbox
  jobs: Jobs
  organizations: Organizations
  access: { staff: Pick<Access['staff'], 'get'> }
  subjects: Subjects
  notices: Notices
  vault: Pick<
    Vault,
    'currentMasked' | 'beginDisposal' | 'disposingOf' | 'deleteKeys' | 'finishDisposal' | 'returned' | 'removeReturned'
  >
  anchors: Pick<Anchors, 'enter' | 'keysGone' | 'carriedOut' | 'carryOut'>
  files: HeldFiles
  answers: { forget: (organizationId: string, subjectIds: readonly string[]) => Promise<void> }
  clock: Clock
  /** The `iss` of certificates. */
  issuer: string
  lastPaymentYears: LastPaymentYears
  /** Whether copies of 支払調書 are kept for the seven years that the PPC allows; no law demands it. */
  keepPaymentRecordCopies?: boolean
  chunkSize?: number
  /** Of any organization's ledger: the clock cannot be before it. */
  newestCheckpointAt?: () => Promise<Date | undefined>
}

/** 保存期間と廃棄: why a number is kept, until when, and how it goes. */
export const createRetention = (deps: Deps) => {
  const { db, subjects, notices, lastPaymentYears, keepPaymentRecordCopies = true } = deps
  const store = createRetentionStore(db)
  const basisOf = createBasis({ store, subjects, notices, lastPaymentYears, keepPaymentRecordCopies })
  const trustedClock = createTrustedClock({
    clock: deps.clock,
    serverTime: store.serverTime,
    heartbeat: createHeartbeatStore(db),
    ...defined({ newestCheckpointAt: deps.newestCheckpointAt }),
  })
  const plans = createPlans({ ...deps, store, basisOf })
  const certificatesStore = createCertificatesStore(db)
  const certificates = createCertificates({ ...deps, store: certificatesStore })
  const disposalsStore = createDisposalsStore(db)
  const disposals = createDisposals({ ...deps, store: disposalsStore, plans: store, trustedClock, basisOf })
  const job = createDisposalJob({ ...deps, store: disposalsStore, plans: store, trustedClock, certificates })

  return {
    rules: listRetentionRules,
    claims: plans.claims,
    getPlanned: plans.get,
    setPlanned: plans.set,
    removePlanned: plans.remove,
    schedule: createSchedule({ ...deps, basisOf }),
    disposals,
    certificates: { get: certificates.get, list: certificates.list },
    /** For the erasure epoch, which alone may say *erased*. */
    erasure: {
      enterEpoch: certificatesStore.enterEpoch,
      ofEpoch: certificatesStore.ofEpoch,
      sign: certificates.signErased,
      erase: certificatesStore.erase,
      oldestNotErased: certificatesStore.oldestNotErased,
    },
    trustedClock,
    /** For the job runner, as kind `disposal`. */
    disposalHandler: job.handler,
    /** After a restore, for each kind of record in the list of disposals. */
    replays: createReplays({ ...deps, store: disposalsStore, plans: store, certificates }),
    /** For the sweep: starts anew what a kill or a failure left half-way. */
    finishDisposals: job.finish,
    /** For a timer: the clock is watched while nobody disposes of anything, so that a jump is seen as one. */
    heartbeat: trustedClock.isTrusted,
    /** For the operator's command. */
    confirmClock: trustedClock.confirm,
  }
}
export type Retention = ReturnType<typeof createRetention>
