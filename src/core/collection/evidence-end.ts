import type { Files } from '../files/files.ts'
import type { EvidenceRow, EvidenceStore } from './evidence.store.ts'
import type { RequestRow } from './requests.store.ts'

type Deps = { store: Pick<EvidenceStore, 'ofSubjects' | 'ofRequests' | 'removeMany'>; files: Pick<Files, 'doom'> }

/**
 * Where 確認書類 end that nobody takes back. Inside the transaction of what ends them; the sweep destroys the keys of what is
 * doomed here. A row never goes without its file: nobody could reach that one any more.
 */
export const createEvidenceEnd = ({ store, files }: Deps) => {
  const end = async (organizationId: string, rows: readonly EvidenceRow[]): Promise<void> => {
    if (rows.length === 0) return
    await files.doom(
      organizationId,
      rows.map(({ fileId }) => fileId),
    )
    await store.removeMany(
      organizationId,
      rows.map(({ _id }) => _id),
    )
  }

  /** Of people whose number was disposed of. Their files have lost their keys, but for one that came in this very moment. */
  const forget = async (organizationId: string, subjectIds: readonly string[]): Promise<void> =>
    end(organizationId, await store.ofSubjects(organizationId, subjectIds))

  /**
   * Of requests that ended without an acceptance. It proves nothing of a number that was never given, and without one no
   * disposal would come for it (番号法20条: nothing is kept that is not needed). What belongs to a number goes with that one.
   */
  const close = async (
    organizationId: string,
    requests: readonly Pick<RequestRow, '_id' | 'entered'>[],
  ): Promise<void> => {
    const entered = new Map(requests.map((request) => [request._id, request.entered]))
    const rows = await store.ofRequests(organizationId, [...entered.keys()])
    await end(
      organizationId,
      rows.filter(({ requestId, subjectId }) => entered.get(requestId)?.includes(subjectId) !== true),
    )
  }

  return { forget, close }
}
export type EvidenceEnd = ReturnType<typeof createEvidenceEnd>
