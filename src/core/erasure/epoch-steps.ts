import type { Files } from '../files/files.ts'
import type { Keys } from '../keys/keys.ts'
import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import type { Vault } from '../vault/vault.ts'
import type { CertifyErased } from './certify.ts'
import { type EpochPoint, type EpochState, erasableAt } from './epoch.rules.ts'
import type { EpochChange, EpochRow } from './epoch.store.ts'
import type { Shares } from './shares.ts'

/** What a step says when it is done: the next state, and from when on. */
export type Move = { to: EpochState; set?: EpochChange; unset?: readonly ('active' | 'backup' | 'rewrappedAt')[] }

/** What a worker may do while it has an epoch: each throws when another worker has taken over or the service stops. */
export type Hand = {
  /** A piece is done; so many data keys were re-wrapped in it. */
  beat: (done?: number) => Promise<void>
  /** Kept with the epoch, in the state in which it is. */
  keep: (set: EpochChange) => Promise<void>
}

export type StepDeps = {
  rotation: Keys['rotation']
  vault: Pick<Vault, 'renewIndexes'>
  files: Pick<Files, 'endUncommitted'>
  shares: Shares
  certify: CertifyErased
  clock: Clock
  trustedClock: { isTrusted: () => Promise<boolean>; untrusted: () => AppError }
  keepOldKeysSeconds: number
  /** Of nobody's data: there is no backup that somebody would have to restore. */
  confirmsByItself: boolean
  chunkSize: number
  observe: (point: EpochPoint) => Promise<void> | void
}

const pageSize = 200

/** Each can be done again from any line: what was done is found done. */
export const createSteps = (deps: StepDeps): Record<EpochState, (epoch: EpochRow, hand: Hand) => Promise<Move>> => {
  const { rotation, vault, files, shares, certify, clock, trustedClock, keepOldKeysSeconds, chunkSize, observe } = deps

  const after = (from: Date, seconds: number): Date => new Date(from.getTime() + seconds * 1000)
  const settled = async (): Promise<Date> => after(clock.now(), await rotation.settleSeconds())

  const versionsOf = ({ _id, kmsVersion, oldVersions }: EpochRow) => {
    if (kmsVersion === undefined || oldVersions === undefined)
      throw new AppError('internal', undefined, { cause: new Error(`Epoch ${_id} has no KMS version`) })
    return { kmsVersion, oldVersions }
  }

  /** Every organization that still has something under the old KMS versions. */
  async function* organizationsOf(epoch: EpochRow): AsyncGenerator<string> {
    const { oldVersions } = versionsOf(epoch)
    for (let from = ''; ; ) {
      const page = await rotation.organizationsUnder(oldVersions, from, pageSize)
      yield* page
      const last = page.at(-1)
      if (last === undefined) return
      from = last
    }
  }

  const refersToOld = async (epoch: EpochRow, hand: Hand): Promise<boolean> => {
    if (await rotation.platformRefersTo(versionsOf(epoch).oldVersions)) return true
    for await (const organizationId of organizationsOf(epoch)) {
      await hand.beat()
      if (await rotation.refersToOld(organizationId, epoch._id)) return true
    }
    return false
  }

  /** A new KMS version that is the epoch's own from the moment it is kept; one that could not be kept is destroyed. */
  const withKmsVersion = async (
    epoch: EpochRow,
    hand: Hand,
  ): Promise<{ kmsVersion: string; oldVersions: string[] }> => {
    if (epoch.kmsVersion !== undefined) return versionsOf(epoch)
    const oldVersions = await rotation.kmsVersions()
    const kmsVersion = await rotation.createKmsVersion()
    await observe('KMS version made')
    try {
      await hand.keep({ kmsVersion, oldVersions })
    } catch (error) {
      // Taken over before it was kept. Where we only do not know, it may be kept: it stays.
      if (error instanceof AppError && error.code === 'conflict') await rotation.destroyVersions([kmsVersion])
      throw error
    }
    await observe('KMS version kept')
    return { kmsVersion, oldVersions }
  }

  const announcing = async (begun: EpochRow, hand: Hand): Promise<Move> => {
    const versions = await withKmsVersion(begun, hand)
    const epoch = { ...begun, ...versions }
    await rotation.useKmsVersion(versions.oldVersions, versions.kmsVersion)
    await observe('KMS version in use')
    const beganAt = clock.now()
    let latest = await rotation.inUseSince(versions.kmsVersion)
    for await (const organizationId of organizationsOf(epoch)) {
      await hand.beat()
      // First the certificates, then the keys: what was deleted before then was never wrapped by a key of this epoch.
      await shares.enter(organizationId, epoch._id)
      await observe('organization entered')
      const since = await rotation.announce(organizationId, epoch._id, versions.kmsVersion)
      if (since > latest) latest = since
      await observe('organization announced')
    }
    // Until a look that began a whole cache time after the last of it finds nobody new: a process may still have made a KEK
    // under the old version. Counted from what is in the database: the worker that put it there may have died since.
    const notBefore = after(latest, await rotation.settleSeconds())
    return beganAt < notBefore ? { to: 'announcing', set: { notBefore } } : { to: 'promoting' }
  }

  const promoting = async (epoch: EpochRow, hand: Hand): Promise<Move> => {
    for await (const organizationId of organizationsOf(epoch)) {
      await hand.beat()
      await rotation.promote(organizationId, epoch._id)
      await observe('organization promoted')
    }
    return { to: 'rewrapping', set: { promotedAt: clock.now(), notBefore: await settled() } }
  }

  const rewrapping = async (epoch: EpochRow, hand: Hand): Promise<Move> => {
    const { kmsVersion, oldVersions } = versionsOf(epoch)
    if (epoch.progress.total === undefined) {
      let total = 0
      for await (const organizationId of organizationsOf(epoch)) {
        await hand.beat()
        const own = await rotation.countOld(organizationId, epoch._id)
        await shares.setTotal(organizationId, epoch._id, own)
        total += own
      }
      await hand.keep({ progress: { done: 0, total } })
    }
    do {
      for await (const organizationId of organizationsOf(epoch)) {
        await rotation.rewrap(organizationId, epoch._id, {
          chunkSize,
          renewIndexes: vault.renewIndexes,
          endUncommitted: files.endUncommitted,
          step: async (done) => {
            await hand.beat(done)
            await shares.addDone(organizationId, epoch._id, done)
            await observe('chunk re-wrapped')
          },
        })
        await hand.beat()
        await observe('organization re-wrapped')
        await shares.recordRenewal(organizationId, epoch._id)
        await observe('key change on record')
      }
      await rotation.rewrapPlatform(oldVersions, kmsVersion)
      await hand.beat()
      await observe('platform re-wrapped')
    } while (await refersToOld(epoch, hand))
    const rewrappedAt = clock.now()
    const oldKeysEnd = after(epoch.promotedAt ?? rewrappedAt, keepOldKeysSeconds)
    const backup = { takenAt: rewrappedAt, confirmedAt: rewrappedAt, by: 'test' } as const
    return {
      to: 'awaiting_backup',
      set: { rewrappedAt, notBefore: oldKeysEnd, ...(deps.confirmsByItself ? { backup } : {}) },
    }
  }

  /** A key that came to light after the re-wrap is in no backup under its new wrapping: then a newer backup is needed. */
  const again = { to: 'rewrapping', unset: ['backup', 'rewrappedAt'] } as const satisfies Move

  const awaitingBackup = async (epoch: EpochRow, hand: Hand): Promise<Move> => {
    if (await refersToOld(epoch, hand)) return again
    for await (const organizationId of organizationsOf(epoch)) {
      await hand.beat()
      await rotation.retire(organizationId, epoch._id)
      await observe('organization retired')
    }
    return { to: 'retiring', set: { notBefore: await settled() } }
  }

  const retiring = async (epoch: EpochRow, hand: Hand): Promise<Move> => {
    if (await refersToOld(epoch, hand)) return again
    if (!(await trustedClock.isTrusted())) throw trustedClock.untrusted()
    return { to: 'destroying' }
  }

  const destroying = async (epoch: EpochRow, hand: Hand): Promise<Move> => {
    const { oldVersions } = versionsOf(epoch)
    await rotation.destroyVersions(oldVersions)
    await observe('KMS versions destroyed')
    // Taken when the KMS has answered: the delay counts from here.
    const destroyedAt = clock.now()
    for await (const organizationId of organizationsOf(epoch)) {
      await hand.beat()
      await rotation.removeRetired(organizationId, epoch._id)
      await observe('organization cleared')
    }
    await rotation.removeVersions(oldVersions)
    await observe('old rows removed')
    const at = erasableAt(destroyedAt, rotation.deletionDelayDays)
    return { to: 'waiting', set: { destroyedAt, erasableAt: at, notBefore: at }, unset: ['active'] }
  }

  const waiting = async (epoch: EpochRow, hand: Hand): Promise<Move> => {
    if (!(await trustedClock.isTrusted())) throw trustedClock.untrusted()
    const erasedAt = epoch.erasableAt ?? clock.now()
    for await (const organizationId of shares.organizationsOf(epoch._id)) {
      await hand.beat()
      await certify(organizationId, epoch._id, erasedAt, async () => {
        await hand.beat()
        await observe('chunk certified')
      })
    }
    return { to: 'finished', set: { finishedAt: clock.now() } }
  }

  return {
    announcing,
    promoting,
    rewrapping,
    awaiting_backup: awaitingBackup,
    retiring,
    destroying,
    waiting,
    finished: () => Promise.resolve({ to: 'finished' }),
  }
}
