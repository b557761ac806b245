import type { Anchored, Anchors, Replay } from '../anchors/anchors.ts'
import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { EventType, Outbox } from '../outbox/outbox.ts'
import { type Caller, systemCaller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { ReturnedVersion, Vault } from '../vault/vault.ts'
import type { CertificateRow } from './certificates.store.ts'
import type { Certificates } from './certificates.ts'
import type { HeldFiles } from './disposal-job.ts'
import { type ListedDisposal, listedDisposal } from './disposal-list.ts'
import type { DisposalRow, DisposalsStore } from './disposals.store.ts'
import type { RetentionStore } from './retention.store.ts'

type Deps = {
  db: Database
  keys: Pick<Keys, 'deks'>
  anchors: Pick<Anchors, 'carryOut'>
  ledger: Ledger
  outbox: Outbox
  organizations: Organizations
  subjects: Subjects
  vault: Pick<Vault, 'returned' | 'removeReturned'>
  files: HeldFiles
  answers: { forget: (organizationId: string, subjectIds: readonly string[]) => Promise<void> }
  clock: Clock
  store: DisposalsStore
  plans: RetentionStore
  certificates: Certificates
}
type Event = { type: EventType; data: Record<string, string> }

const functionName = '復元後の再廃棄'

/**
 * After a restore: what the list says has gone, and is there again, goes again, in one transaction a record. No date is
 * judged: that was done when it was decided. Keys and files go first; a kill in between leaves the record to be repeated.
 */
export const createReplays = (deps: Deps) => {
  const { db, keys, anchors, ledger, outbox, organizations, subjects, vault, files, answers, clock, store, plans } =
    deps
  const { certificates } = deps

  const callerOf = async (organizationId: string): Promise<Caller | undefined> => {
    const organization = await organizations.find(organizationId)
    return organization === null ? undefined : systemCaller(organization, clock.now())
  }

  const entriesOf = async (caller: Caller, returned: readonly ReturnedVersion[]) => {
    const shown = [...(await subjects.shown(caller.organizationId, idsOf(returned))).values()]
    return ledger.prepare(
      caller,
      shown.map((subject) => ({ operation: 'delete' as const, functionName, outcome: 'done' as const, subject })),
    )
  }

  /** The restored numbers of one record, and what goes with them; `more` in the same transaction. */
  const again = async (
    record: Anchored,
    caller: Caller,
    {
      returned,
      becomes,
      more,
      events,
    }: {
      returned: readonly ReturnedVersion[]
      becomes: 'disposed' | 'none'
      more: () => Promise<void>
      events: readonly Event[]
    },
  ): Promise<void> => {
    const { organizationId } = record
    const deletedAt = clock.now()
    const entries = await entriesOf(caller, returned)
    await db.inTransaction(async () => {
      if (!(await anchors.carryOut(record))) return
      await vault.removeReturned(organizationId, returned, deletedAt, becomes)
      await answers.forget(organizationId, idsOf(returned))
      await more()
      await ledger.append(entries)
      await outbox.events(caller, [...events])
    })
  }

  const idsOf = (returned: readonly ReturnedVersion[]): string[] => [
    ...new Set(returned.map(({ subjectId }) => subjectId)),
  ]

  /** The keys of the record have gone; a restored row may name others, and files may hold the number. */
  const destroy = async (organizationId: string, returned: readonly ReturnedVersion[]): Promise<void> => {
    if (returned.length === 0) return
    await keys.deks.destroy(
      organizationId,
      returned.flatMap(({ dekIds }) => dekIds),
    )
    await files.destroyHolding(organizationId, idsOf(returned))
  }

  const certify = async (
    caller: Caller,
    { disposal, items }: ListedDisposal,
    listedAt: Date,
  ): Promise<CertificateRow[]> => {
    const { organizationId } = caller
    const there = new Set(
      await certificates.certifiedIn(
        organizationId,
        disposal._id,
        items.map(({ subjectId }) => subjectId),
      ),
    )
    const [deletedAt, businessAt] = [clock.now(), await organizations.now(caller)]
    const rows: CertificateRow[] = []
    for (const { subjectId, versionIds, certificateId } of items)
      if (!there.has(subjectId))
        rows.push(
          await certificates.sign(
            { ...disposal, organizationId, items },
            { subjectId, versionIds, certificateId, deletedAt, businessAt, listedAt },
          ),
        )
    return rows
  }

  const rowOf = (organizationId: string, { disposal, items }: ListedDisposal): DisposalRow => {
    const at = new Date(disposal.createdAt)
    return {
      ...{ ...disposal, organizationId, state: 'done', restarts: 0 },
      ...{ createdAt: at, startedAt: at, finishedAt: clock.now() },
      items: items.map(({ subjectId, plannedOn, ruleIds }) => ({ subjectId, plannedOn, ruleIds })),
      certificateIds: items.map(({ certificateId }) => certificateId),
    }
  }

  /** Restored as it was between its first and its last step: its own job finishes it, and nobody reads it until then. */
  const isUnderWay = async (organizationId: string, id: string, returned: readonly ReturnedVersion[]) => {
    const disposal = await store.find(organizationId, id)
    return disposal !== null && disposal.state !== 'done' && returned.every(({ state }) => state === 'disposing')
  }

  const disposal: Replay = async (record) => {
    const { organizationId, dekIds, recordedAt } = record
    const listed = listedDisposal(record)
    const { items } = listed
    const caller = await callerOf(organizationId)
    // Restored to before this organization: none of it is here.
    if (caller === undefined) return void (await anchors.carryOut(record))
    const returned = await vault.returned(organizationId, {
      versionIds: items.flatMap(({ versionIds }) => versionIds),
      dekIds,
    })
    if (returned.length > 0 && (await isUnderWay(organizationId, listed.disposal._id, returned))) return
    await destroy(organizationId, returned)
    const issued = await certify(caller, listed, recordedAt)
    await again(record, caller, {
      ...{ returned, becomes: 'disposed' },
      more: async () => {
        await plans.drop(organizationId, idsOf(returned))
        await certificates.insertMany(issued)
        if (items.length > 0) await store.putBack(rowOf(organizationId, listed))
      },
      events: [
        ...returned.map(({ subjectId, versionId }) => ({
          type: 'number.deleted' as const,
          data: { subjectId, versionId, disposalId: listed.disposal._id },
        })),
        ...issued.map(({ _id: certificateId, subjectId, disposalId }) => ({
          type: 'certificate.issued' as const,
          data: { certificateId, subjectId, disposalId },
        })),
      ],
    })
  }

  /** Wrong digits are not proper to keep either. The right ones were lost with the restore: the person is asked again. */
  const correction: Replay = async (record) => {
    const { organizationId, dekIds } = record
    const caller = await callerOf(organizationId)
    if (caller === undefined) return void (await anchors.carryOut(record))
    const returned = await vault.returned(organizationId, { versionIds: [], dekIds })
    await destroy(organizationId, returned)
    await again(record, caller, {
      ...{ returned, becomes: 'none', more: async () => {} },
      events: returned.map(({ subjectId, versionId }) => ({ type: 'number.deleted', data: { subjectId, versionId } })),
    })
  }

  return { disposal, correction }
}
