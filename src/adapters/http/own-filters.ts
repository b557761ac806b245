import type { Caller } from '../../core/shared/caller.ts'

/** What lists are filtered by, and what throws `not_found` where the organization has no such thing. */
export type OwnFilters = Record<
  'companyId' | 'departmentId' | 'subjectId' | 'campaignId' | 'filingId' | 'endpointId',
  (caller: Caller, id: string) => Promise<unknown>
>

/** An id of somebody else's finds nothing, and says so: an empty list would say that it is one's own. Promise 6. */
export const mustBeOwn = async (own: OwnFilters, caller: Caller, query: Record<string, unknown>): Promise<void> => {
  for (const [name, find] of Object.entries(own)) {
    const id = query[name]
    if (typeof id === 'string') await find(caller, id)
  }
}
