import type { Files } from '../files/files.ts'
import type { Keys } from '../keys/keys.ts'
import type { Ledger, Touch } from '../ledger/ledger.ts'
import { type Organizations, type PlatformCaller, recordOf } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Retention } from '../retention/retention.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import { createCertifyErased } from './certify.ts'
import { alarmsOf, type EpochAlarm, type EpochPoint, isDue, periodDays } from './epoch.rules.ts'
import { createEpochStore, type EpochRow } from './epoch.store.ts'
import { createEpochWorker } from './epoch-worker.ts'
import { createSharesStore, type ShareRow } from './shares.store.ts'
import { createShares } from './shares.ts'

export {
  type EpochAlarm,
  type EpochPoint,
  type EpochState,
  epochAlarms,
  epochPoints,
  epochStates,
} from './epoch.rules.ts'
export type { EpochRow } from './epoch.store.ts'

/** An epoch as it is shown: progress is of the whole service, or of the organization that asks. */
export type ShownEpoch = EpochRow & { alarms: EpochAlarm[]; certificates?: number }

export type ErasureDeps = {
  db: Database
  keysDb: Database
  keys: Pick<Keys, 'rotation'>
  ledger: Ledger
  outbox: Outbox
  organizations: Organizations
  subjects: Pick<Subjects, 'shown'>
  vault: Pick<Vault, 'renewIndexes' | 'markErased'>
  files: Pick<Files, 'endUncommitted'>
  retention: Pick<Retention, 'erasure' | 'trustedClock'>
  clock: Clock
  onError: (error: unknown) => void
  /** An epoch begins by itself so long after the last one, or earlier where 35 days demand it. */
  everyDays: number
  /** The old fingerprint key answers for the Idempotency-Keys of a day. */
  keepOldKeysSeconds: number
  /** Only where the keys are files and the data nobody's: backups count as taken. */
  confirmsByItself: boolean
  /** Whose clients may begin and confirm over HTTP; without it, only those of the one platform that there is. */
  platformId?: string
  leaseMs: number
  chunkSize?: number
  /** For tests: where a worker is, at each point at which it could die. */
  observe?: (point: EpochPoint) => Promise<void> | void
}

/** *Deleted* is what a disposal does; *erased* is what an epoch makes of it: no key is left that opens any old copy. */
export const createErasure = (deps: ErasureDeps) => {
  const { db, keysDb, keys, retention, clock, keepOldKeysSeconds, chunkSize = 500 } = deps
  const { rotation } = keys
  if (deps.confirmsByItself && !rotation.isLocal)
    throw new Error('Backups confirm themselves only with local key files: see ERASURE_BACKUPS.')
  const store = createEpochStore(keysDb)
  const shares = createShares({ ...deps, store: createSharesStore(db), unfinished: store.unfinished })
  const days = periodDays(deps.everyDays, keepOldKeysSeconds, rotation.deletionDelayDays)
  const worker = createEpochWorker({
    ...{ store, clock, leaseMs: deps.leaseMs, rotation, shares, keepOldKeysSeconds, chunkSize },
    vault: deps.vault,
    files: deps.files,
    certify: createCertifyErased({ ...deps, shares, chunkSize }),
    trustedClock: retention.trustedClock,
    confirmsByItself: deps.confirmsByItself,
    observe: deps.observe ?? (() => undefined),
  })

  const begin = async (startedBy: EpochRow['startedBy']): Promise<EpochRow | undefined> => {
    const now = clock.now()
    const row: EpochRow = {
      _id: newId('erasureEpoch'),
      ...{ state: 'announcing', active: true, startedAt: now, startedBy },
      ...{ notBefore: now, leaseUntil: now, fence: 0, progress: { done: 0 } },
    }
    return (await store.insert(row)) ? row : undefined
  }

  /** One vendor's word must not decide over the keys of another's customers. */
  const mustDecideForAll = async ({ platformId }: PlatformCaller): Promise<void> => {
    const decides =
      deps.platformId === undefined ? await deps.organizations.isOnlyPlatform() : platformId === deps.platformId
    if (!decides)
      throw new AppError(
        'not_permitted',
        'An erasure epoch concerns every platform here: the operator begins and confirms it by `azukari epoch`, or names one platform in ERASURE_PLATFORM_ID.',
      )
  }

  const start = async (by: 'platform' | 'operator'): Promise<ShownEpoch> => {
    const row = await begin(by)
    if (row === undefined)
      throw new AppError('conflict', 'An erasure epoch is under way: look at it, and confirm the backup it waits for.')
    return { ...row, alarms: [] }
  }

  /**
   * A platform's decision, in its own record. Epochs are in the key database, so no transaction holds both: first that it begins,
   * then that it is done, or was refused. Each organization's record says when its keys were renewed (shares.ts).
   */
  const onRecord = async <T>(platform: PlatformCaller, functionName: string, work: () => Promise<T>): Promise<T> => {
    const record = async (touch: Omit<Touch, 'operation'>): Promise<void> =>
      deps.ledger.append(await deps.ledger.prepare(recordOf(platform), [{ ...touch, operation: 'renew_keys' }]))
    await record({ functionName: `${functionName}の開始`, outcome: 'done' })
    try {
      await mustDecideForAll(platform)
      const result = await work()
      await record({ functionName, outcome: 'done' })
      return result
    } catch (error) {
      const refusal = error instanceof AppError ? error.code : 'internal'
      await record({ functionName, outcome: 'refused', refusal })
      throw error
    }
  }

  const beginIfDue = async (): Promise<void> => {
    const since = await rotation.currentSince()
    if (since === undefined || !isDue(since, days, clock.now()) || (await store.active()) !== null) return
    await begin('schedule')
  }

  /** Of the whole service. */
  const alarms = async (): Promise<EpochAlarm[]> => {
    const [active, oldest] = await Promise.all([store.active(), retention.erasure.oldestNotErased()])
    return alarmsOf(active ?? undefined, oldest?.deletedAt, clock.now())
  }

  const shownToPlatform = async (rows: readonly EpochRow[]): Promise<ShownEpoch[]> => {
    const now = await alarms()
    return rows.map((row) => ({ ...row, alarms: row.active === true ? now : [] }))
  }

  const get = async (id: string): Promise<ShownEpoch> => {
    const row = await store.find(id)
    const [shown] = row === null ? [] : await shownToPlatform([row])
    if (shown === undefined) throw notFound('erasure epoch')
    return shown
  }

  const list = async (page: PageRequest): Promise<Page<ShownEpoch>> => {
    const rows = await store.list(readCursor(page.after, ['string']), page.limit + 1)
    const cut = cutPage(rows, page.limit, (row) => [row._id])
    return {
      ...cut,
      rows: await shownToPlatform(cut.rows),
      ...(page.total === true ? { total: shownTotal(await store.count()) } : {}),
    }
  }

  /** What an organization may know of an epoch: where it stands, and its own part. */
  const shownToOrganization = (epoch: EpochRow, share: ShareRow): ShownEpoch => ({
    ...epoch,
    progress: share.progress,
    certificates: share.certificates,
    alarms: [],
  })

  const getOwn = async ({ organizationId }: Pick<Caller, 'organizationId'>, id: string): Promise<ShownEpoch> => {
    const [share, epoch] = await Promise.all([shares.find(organizationId, id), store.find(id)])
    if (share === null || epoch === null) throw notFound('erasure epoch')
    return shownToOrganization(epoch, share)
  }

  const listOwn = async (
    { organizationId }: Pick<Caller, 'organizationId'>,
    page: PageRequest,
  ): Promise<Page<ShownEpoch>> => {
    const read = await shares.list(organizationId, readCursor(page.after, ['string']), page.limit + 1)
    const { rows, ...rest } = cutPage(read, page.limit, (share) => [share.epochId])
    const epochs = new Map((await store.findMany(rows.map(({ epochId }) => epochId))).map((row) => [row._id, row]))
    const shown = rows.flatMap((share) => {
      const epoch = epochs.get(share.epochId)
      return epoch === undefined ? [] : [shownToOrganization(epoch, share)]
    })
    return {
      ...rest,
      rows: shown,
      ...(page.total === true ? { total: shownTotal(await shares.count(organizationId)) } : {}),
    }
  }

  const confirmBackup = async (
    by: 'platform' | 'operator',
    id: string,
    { takenAt }: { takenAt: Date },
  ): Promise<ShownEpoch> => {
    const row = await get(id)
    if (row.state !== 'awaiting_backup' || row.rewrappedAt === undefined)
      throw new AppError('conflict', `This epoch waits for no backup: it is ${row.state}.`)
    if (takenAt <= row.rewrappedAt)
      throw invalidField(
        '/backupTakenAt',
        'too_early',
        `A backup begun before ${row.rewrappedAt.toISOString()} holds keys that will open nothing: take a new one of the key database.`,
      )
    if (takenAt > clock.now())
      throw invalidField('/backupTakenAt', 'invalid_request', 'It is in the future: say when the backup was begun.')
    const confirmed = await store.confirm(id, { takenAt, confirmedAt: clock.now(), by })
    if (confirmed === null)
      throw new AppError('conflict', 'Something was re-wrapped at the same moment: look at the epoch again.')
    return { ...confirmed, alarms: [] }
  }

  return {
    start: (platform: PlatformCaller): Promise<ShownEpoch> =>
      onRecord(platform, '鍵の世代交代', () => start('platform')),
    get,
    list,
    getOwn,
    listOwn,
    confirmBackup: (platform: PlatformCaller, id: string, backup: { takenAt: Date }): Promise<ShownEpoch> =>
      onRecord(platform, '鍵の控えの確認', () => confirmBackup('platform', id, backup)),
    alarms,
    /** The operator's command. */
    operator: {
      start: (): Promise<ShownEpoch> => start('operator'),
      confirm: (id: string, takenAt: Date): Promise<ShownEpoch> => confirmBackup('operator', id, { takenAt }),
    },
    /** For the worker's timer: begins what is due, and does whatever can be done now. */
    advance: async (): Promise<void> => {
      await beginIfDue()
      await worker.work()
    },
    /** The work under way ends at its next chunk. */
    stop: worker.stop,
  }
}
export type Erasure = ReturnType<typeof createErasure>
