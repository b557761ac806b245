import type { Anchored, Anchors } from '../anchors/anchors.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { ReturnedVersion } from '../vault/vault.ts'
import type { DisposalItem, DisposalRow } from './disposals.store.ts'

type Version = Omit<ReturnedVersion, 'state'>
/** One person in a record: enough to dispose of the number again, and to certify it under the same id. */
export type ListedItem = DisposalItem & { certificateId: string; versionIds: string[] }
/** What a record says of its disposal. `items` is empty where only files went. */
export type ListedDisposal = {
  disposal: Pick<DisposalRow, '_id' | 'jobId' | 'staffId' | 'roles'> & { createdAt: string }
  items: ListedItem[]
}

/** Verified before it is read: only this file writes it. */
export const listedDisposal = ({ name, body }: Anchored): ListedDisposal => {
  const { disposal, items } = body as Partial<ListedDisposal>
  if (disposal === undefined || !Array.isArray(items))
    throw new AppError('internal', undefined, { cause: new Error(`${name} is not of a disposal`) })
  return { disposal, items }
}

/** Entered before step 2, chunk by chunk: ids only. */
export const createDisposalList = ({ anchors }: { anchors: Pick<Anchors, 'enter'> }) => {
  const headOf = ({ _id, jobId, staffId, roles, createdAt }: DisposalRow): ListedDisposal['disposal'] => ({
    ...{ _id, jobId, roles, createdAt: createdAt.toISOString() },
    ...(staffId === undefined ? {} : { staffId }),
  })

  const itemsOf = (disposal: DisposalRow, versions: readonly Version[]): ListedItem[] => {
    const decided = new Map(disposal.items.map((item) => [item.subjectId, item]))
    return [...Map.groupBy(versions, ({ subjectId }) => subjectId)].flatMap(([subjectId, own]) => {
      const item = decided.get(subjectId)
      const versionIds = own.map(({ versionId }) => versionId)
      return item === undefined ? [] : [{ ...item, certificateId: newId('certificate'), versionIds }]
    })
  }

  const enter = (disposal: DisposalRow, dekIds: readonly string[], of: readonly string[], items: ListedItem[]) =>
    anchors.enter({
      kind: 'disposal',
      ownerId: disposal._id,
      organizationId: disposal.organizationId,
      dekIds,
      of,
      body: { disposal: headOf(disposal), items } satisfies ListedDisposal,
    })

  return {
    numbers: (disposal: DisposalRow, versions: readonly Version[]): Promise<Anchored> => {
      const dekIds = versions.flatMap((version) => version.dekIds)
      const versionIds = versions.map(({ versionId }) => versionId)
      return enter(disposal, dekIds, [...versionIds, ...dekIds], itemsOf(disposal, versions))
    },
    files: (disposal: DisposalRow, dekIds: readonly string[]): Promise<Anchored> => enter(disposal, dekIds, dekIds, []),
  }
}
