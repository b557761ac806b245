import type { Keys } from '../keys/keys.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { defined } from '../shared/defined.ts'
import { newId } from '../shared/ids.ts'
import type { HistoryActorKind, HistoryKind } from './collection.rules.ts'
import type { EvidenceEnd } from './evidence-end.ts'
import type { HistoryRow, HistoryStore } from './history.store.ts'
import { eventOfState, type RequestState } from './requests.rules.ts'
import type { Move, RequestRow, RequestsStore } from './requests.store.ts'

/** What a line tells beside who and when. */
export type Telling = Partial<
  Pick<HistoryRow, 'at' | 'channel' | 'outcome' | 'received' | 'reasons' | 'dueOn'> & { remark: string }
>
export type SealedDetail = { name?: string }
type Of = Pick<RequestRow, '_id' | 'subjectId'>

const actorKinds = {
  staff: 'staff',
  subject: 'subject',
  client: 'host',
  operator: 'system',
  system: 'system',
} as const satisfies Record<Caller['actor']['type'], HistoryActorKind>
export const actorKindOf = ({ actor }: Pick<Caller, 'actor'>): HistoryActorKind => actorKinds[actor.type]

/** Over, and nothing was accepted. */
const isGivenUp = (to: RequestState): boolean => to === 'cancelled' || to === 'expired'

type Deps = {
  store: RequestsStore
  history: HistoryStore
  evidence: Pick<EvidenceEnd, 'close'>
  keys: Keys
  outbox: Outbox
  clock: Clock
}

/**
 * Changes of state: the row, its line of the 経過記録, the event for the host and the doorbell of the campaign's counters are
 * one effect, in the transaction of whoever changes it. Lines are prepared before, since names are sealed.
 */
export const createTransitions = ({ store, history, evidence, keys, outbox, clock }: Deps) => {
  const linesOf = async (
    caller: Caller,
    requests: readonly Of[],
    kind: HistoryKind,
    { remark, ...telling }: Telling = {},
  ): Promise<HistoryRow[]> => {
    const { organizationId, actor } = caller
    const cipher = await keys.fields.for(organizationId)
    const detail: SealedDetail = defined({ name: 'name' in actor ? actor.name : undefined })
    return requests.map((request) => {
      const id = newId(kind === 'contact' ? 'contact' : 'historyLine')
      return {
        _id: id,
        organizationId,
        requestId: request._id,
        subjectId: request.subjectId,
        kind,
        at: caller.at,
        recordedAt: clock.now(),
        by: { kind: actorKindOf(caller), ...defined({ id: 'id' in actor ? actor.id : undefined }) },
        ...(Object.keys(detail).length === 0 ? {} : { detail: cipher.sealJson(id, 'detail', detail) }),
        ...(remark === undefined ? {} : { remark: cipher.seal(id, 'remark', remark) }),
        ...telling,
      }
    })
  }
  const lineOf = async (caller: Caller, request: Of, kind: HistoryKind, telling?: Telling): Promise<HistoryRow[]> =>
    linesOf(caller, [request], kind, telling)

  /** Inside the transaction: the counters of these requests' campaigns are behind. */
  const tellCounters = async (
    organizationId: string,
    rows: readonly Pick<RequestRow, 'campaignId'>[],
  ): Promise<void> => {
    for (const campaignId of new Set(rows.flatMap((row) => row.campaignId ?? [])))
      await outbox.change(organizationId, 'requests.changed', { campaignId })
  }

  const eventsOf = (to: RequestState, rows: readonly Of[], data: Record<string, string> = {}) => {
    const type = eventOfState[to]
    return type === undefined
      ? []
      : rows.map(({ _id: requestId, subjectId }) => ({ type, data: { requestId, subjectId, ...data } }))
  }

  type Told = { lines: readonly HistoryRow[]; data?: Record<string, string> }

  /** Inside a transaction: null when the table does not allow it now, and then nothing was written. */
  const move = async (
    caller: Caller,
    id: string,
    to: RequestState,
    { lines, data, ...change }: Move & Told,
  ): Promise<RequestRow | null> => {
    const row = await store.move(caller.organizationId, id, to, change, clock.now())
    if (row === null) return null
    await history.insertMany(lines)
    await outbox.events(caller, eventsOf(to, [row], data))
    await tellCounters(caller.organizationId, [row])
    if (isGivenUp(to)) await evidence.close(caller.organizationId, [row])
    return row
  }

  /** Likewise, of those of many that the table allows. */
  const moveMany = async (
    caller: Caller,
    ids: readonly string[],
    to: RequestState,
    { lines, ...change }: Move & Told,
  ): Promise<RequestRow[]> => {
    const rows = await store.moveMany(caller.organizationId, ids, to, change, clock.now())
    const moved = new Set(rows.map(({ _id }) => _id))
    await history.insertMany(lines.filter(({ requestId }) => moved.has(requestId)))
    await outbox.events(caller, eventsOf(to, rows))
    await tellCounters(caller.organizationId, rows)
    if (isGivenUp(to)) await evidence.close(caller.organizationId, rows)
    return rows
  }

  return { lineOf, linesOf, move, moveMany, tellCounters, insertLines: history.insertMany }
}
export type Transitions = ReturnType<typeof createTransitions>
