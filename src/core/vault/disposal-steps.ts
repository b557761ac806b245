import type { Keys } from '../keys/keys.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { VaultStore, VersionState } from './vault.store.ts'

export type ReturnedVersion = DisposingVersion & { state: VersionState }
export type DisposingVersion = { organizationId: string; subjectId: string; versionId: string; dekIds: string[] }

type Deps = { store: VaultStore; keys: Keys; subjects: Subjects }

/** Disposal in three steps, for core/retention: (1) and (3) inside its transactions, (2) in the key database between them. */
export const createDisposalSteps = ({ store, keys, subjects }: Deps) => {
  const toDisposing = (row: Awaited<ReturnType<VaultStore['living']>>[number]): DisposingVersion => ({
    organizationId: row.organizationId,
    subjectId: row.subjectId,
    versionId: row._id,
    dekIds: [...(row.dekId === undefined ? [] : [row.dekId]), ...(row.doomedDekIds ?? [])],
  })

  return {
    /** Step 1, inside a transaction: from here on no running part reads these numbers. */
    beginDisposal: async (organizationId: string, subjectIds: readonly string[]): Promise<DisposingVersion[]> => {
      const rows = await store.living(organizationId, subjectIds)
      await store.beginDisposal(organizationId, subjectIds)
      return rows.map(toDisposing)
    },
    /** What is between step 1 and step 3, for these subjects. */
    disposingOf: async (organizationId: string, subjectIds: readonly string[]): Promise<DisposingVersion[]> =>
      (await store.living(organizationId, subjectIds)).filter(({ state }) => state === 'disposing').map(toDisposing),
    /** Step 2, key database, majority: the only keys go. Again for keys already gone is no error. */
    deleteKeys: async (organizationId: string, versions: readonly DisposingVersion[]): Promise<void> =>
      keys.deks.destroy(
        organizationId,
        versions.flatMap(({ dekIds }) => dekIds),
      ),
    /** Step 3, inside a transaction: ciphertext and mask go. */
    finishDisposal: async (organizationId: string, subjectIds: readonly string[], at: Date): Promise<void> => {
      await store.finishDisposal(organizationId, subjectIds, at)
      await subjects.setNumberState(organizationId, subjectIds, 'disposed')
    },
    /** What the list of disposals says has gone, and a restore has brought back. */
    returned: async (
      organizationId: string,
      gone: { versionIds: readonly string[]; dekIds: readonly string[] },
    ): Promise<ReturnedVersion[]> =>
      (await store.returned(organizationId, gone)).map((row) => ({ ...toDisposing(row), state: row.state })),
    /** Inside a transaction, their keys gone before: they go again. A number that the person has handed in since stays. */
    removeReturned: async (
      organizationId: string,
      versions: readonly DisposingVersion[],
      at: Date,
      becomes: 'disposed' | 'none',
    ): Promise<void> => {
      const subjectIds = [...new Set(versions.map(({ subjectId }) => subjectId))]
      await store.removeReturned(
        organizationId,
        versions.map(({ versionId }) => versionId),
        at,
      )
      const living = new Set((await store.currentOf(organizationId, subjectIds)).map(({ subjectId }) => subjectId))
      const without = subjectIds.filter((id) => !living.has(id))
      await subjects.setNumberState(organizationId, without, becomes)
    },
    /** What a kill left half-way, in any organization. */
    disposing: async (limit = 500): Promise<DisposingVersion[]> => (await store.disposing(limit)).map(toDisposing),
  }
}
