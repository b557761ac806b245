import type { EntryQuery } from '../ledger/ledger.ts'
import { defined } from '../shared/defined.ts'

/** What a reader may ask for, besides the period and the order. */
export type ReadingFilters = Omit<EntryQuery, 'from' | 'to' | 'order' | 'actorId' | 'actorUserId'> & {
  /** 操作した人: an id of ours, or the host's user id. */
  actor?: string
}

const ourId = /^(stf|sub|cli)_[0-9A-HJKMNP-TV-Z]{26}$/

export const toEntryFilters = ({ actor, ...filters }: ReadingFilters) => ({
  ...filters,
  ...(actor === undefined ? {} : ourId.test(actor) ? { actorId: actor } : { actorUserId: actor }),
})

/** Named one by one: what else a request carries is not stored. */
export const filtersOf = (asked: { [K in keyof ReadingFilters]?: ReadingFilters[K] | undefined }): ReadingFilters =>
  defined({
    departmentCode: asked.departmentCode,
    code: asked.code,
    name: asked.name,
    operation: asked.operation,
    subjectId: asked.subjectId,
    purpose: asked.purpose,
    use: asked.use,
    outcome: asked.outcome,
    assurance: asked.assurance,
    place: asked.place,
    requestId: asked.requestId,
    clientId: asked.clientId,
    actor: asked.actor,
  }) as ReadingFilters
