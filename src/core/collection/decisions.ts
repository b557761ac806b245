import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { addDays, type Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { HistoryKind } from './collection.rules.ts'
import { nextReminder, type RequestState } from './requests.rules.ts'
import type { Move, RequestRow, RequestsStore } from './requests.store.ts'
import type { CollectionRequest, Requests, ReturnRemarks } from './requests.ts'
import { actorKindOf, type Telling, type Transitions } from './transitions.ts'
import type { CancellationReason, Priority, RefusalReason, ReturnReason } from './words.ts'

export type ReturnInput = {
  items: readonly { subjectId: string; reason: ReturnReason; remark?: string }[]
  remark?: string
}
export type RefusalInput = { reason: RefusalReason; remark?: string; refusedOn?: Day }
export type CancellationInput = { reason: CancellationReason; remark?: string }
export type RequestChange = { dueOn?: Day | null; priority?: Priority }

type Act = {
  functionName: string
  kind: HistoryKind
  to: RequestState
  change: Move
  /** What else changes with it, inside the transaction. */
  also?: (() => Promise<unknown>)[]
  telling?: Telling
  /** What to say where the table does not allow it. */
  otherwise: string
}
type Deps = {
  db: Database
  store: RequestsStore
  requests: Requests
  transitions: Transitions
  keys: Keys
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
}

/** What staff decide of a request: 受入, 差戻し, 提供拒否 and its withdrawal, 取消, deadline and priority. */
export const createDecisions = (deps: Deps) => {
  const { db, store, requests, transitions, keys, ledger, organizations, subjects } = deps

  /** Who was asked and did not give it is as if never asked. */
  const noLongerRequested = ({ organizationId, subjectId }: RequestRow) =>
    subjects.rows.moveNumberState(organizationId, [subjectId], ['requested'], { numberState: 'none' })

  const decide = async (caller: Caller, request: RequestRow, act: Act): Promise<CollectionRequest> => {
    const { functionName, kind, to, change, also = [], telling, otherwise } = act
    const entries = await requests.entriesOf(caller, request.subjectId, functionName)
    const lines = await transitions.lineOf(caller, request, kind, telling)
    const open = await requests.opener(caller.organizationId)
    return commit(db, caller, async () => {
      const row = await transitions.move(caller, request._id, to, { ...change, lines })
      if (row === null) throw new AppError('conflict', otherwise)
      if (to === 'cancelled') await noLongerRequested(row)
      for (const write of also) await write()
      await ledger.append(entries)
      return open(row)
    })
  }

  /** 扶養終了, as the person said it: from now on nobody is asked for them, and what is held goes by its own claims. */
  const endingsOf = async (caller: Caller, { endings = [] }: RequestRow) => {
    const today = await organizations.today(caller)
    return Promise.all(
      endings.map(({ subjectId, endedOn = today }) =>
        subjects.prepareEvent(caller, subjectId, { kind: 'dependency_ended', on: endedOn }),
      ),
    )
  }

  /** 受入: staff looked at what was submitted. */
  const accept = async (caller: Caller, id: string): Promise<CollectionRequest> => {
    const request = await requests.find(caller, id)
    return decide(caller, request, {
      functionName: '提出内容の受入',
      kind: 'accepted',
      to: 'accepted',
      change: { set: { acceptedAt: caller.at }, where: { revision: request.revision } },
      also: await endingsOf(caller, request),
      otherwise: 'Only what was submitted can be accepted.',
    })
  }

  /** An item is of the person, or of somebody for whom they provide (番号法14条). */
  const mustBeTheirs = async (caller: Caller, { subjectId }: RequestRow, { items }: ReturnInput): Promise<void> => {
    const family = await subjects.rows.findDependents(caller.organizationId, [subjectId])
    const theirs = new Set([subjectId, ...family.map(({ _id }) => _id)])
    for (const [i, item] of items.entries()) {
      if (!theirs.has(item.subjectId))
        throw invalidField(
          `/items/${i}/subjectId`,
          'not_found',
          'This is not the person of the request, nor a dependent.',
        )
      if (item.reason === 'other' && item.remark === undefined)
        throw invalidField(`/items/${i}/remark`, 'required', 'Say what it is: the person cannot guess it.')
    }
  }

  /** 差戻し: the person sees why, and submits again. */
  const giveBack = async (caller: Caller, id: string, input: ReturnInput): Promise<CollectionRequest> => {
    const request = await requests.find(caller, id)
    await mustBeTheirs(caller, request, input)
    const remarks: ReturnRemarks = {
      items: input.items.map(({ remark }) => remark ?? null),
      ...defined({ remark: input.remark }),
    }
    const cipher = await keys.fields.for(caller.organizationId)
    return decide(caller, request, {
      functionName: '提出内容の差戻し',
      kind: 'returned',
      to: 'returned',
      change: {
        set: {
          returnedAt: caller.at,
          returned: input.items.map(({ subjectId, reason }) => ({ subjectId, reason })),
          returnRemarks: cipher.sealJson(id, 'returnRemarks', remarks),
        },
      },
      telling: { reasons: input.items.map(({ reason }) => reason), ...defined({ remark: input.remark }) },
      otherwise: 'Only what was submitted can be returned.',
    })
  }

  /** 提供拒否（不同意）: by the person in the session, or as staff were told. */
  const refuse = async (caller: Caller, id: string, input: RefusalInput): Promise<CollectionRequest> => {
    const request = await requests.find(caller, id)
    const today = await organizations.today(caller)
    const { reason, remark, refusedOn = today } = input
    if (refusedOn > today)
      throw invalidField('/refusedOn', 'invalid_request', 'A refusal is recorded after it was said.')
    if (reason === 'other' && remark === undefined)
      throw invalidField('/remark', 'required', 'Say what the person said.')
    const cipher = await keys.fields.for(caller.organizationId)
    const by = actorKindOf(caller)
    return decide(caller, request, {
      functionName: '提供拒否（不同意）の記録',
      kind: 'refused',
      to: 'refused',
      change: {
        set: {
          refusedAt: caller.at,
          refusal: { reason, by: by === 'system' ? 'host' : by, refusedOn },
          ...(remark === undefined ? {} : { refusalRemark: cipher.seal(id, 'refusalRemark', remark) }),
        },
        ...(remark === undefined ? { unset: ['refusalRemark'] } : {}),
        endWriting: true,
      },
      telling: { reasons: [reason], ...defined({ remark }) },
      otherwise: 'In its state this request cannot be refused.',
    })
  }

  /** 不同意の撤回 */
  const withdrawRefusal = async (caller: Caller, id: string): Promise<CollectionRequest> =>
    decide(caller, await requests.find(caller, id), {
      functionName: '提供拒否（不同意）の撤回',
      kind: 'refusal_withdrawn',
      to: 'sent',
      change: { from: ['refused'], unset: ['refusal', 'refusalRemark', 'refusedAt'] },
      otherwise: 'There is no refusal to withdraw.',
    })

  const cancel = async (
    caller: Caller,
    id: string,
    { reason, remark }: CancellationInput,
    from?: readonly RequestState[],
  ): Promise<CollectionRequest> => {
    const request = await requests.find(caller, id)
    if (reason === 'other' && remark === undefined) throw invalidField('/remark', 'required', 'Say why.')
    const cipher = await keys.fields.for(caller.organizationId)
    return decide(caller, request, {
      functionName: '提出依頼の取消',
      kind: 'cancelled',
      to: 'cancelled',
      change: {
        ...defined({ from }),
        set: {
          cancelledAt: caller.at,
          cancellation: { reason },
          ...(remark === undefined ? {} : { cancellationRemark: cipher.seal(id, 'cancellationRemark', remark) }),
        },
        endWriting: true,
      },
      telling: { reasons: [reason], ...defined({ remark }) },
      otherwise: 'What was accepted, or cancelled already, cannot be cancelled.',
    })
  }

  /** The last day and the priority, while it is open. The reminders follow. */
  const change = async (caller: Caller, id: string, input: RequestChange): Promise<CollectionRequest> => {
    const request = await requests.find(caller, id)
    const today = await organizations.today(caller)
    const { priority = request.priority } = input
    const dueOn = input.dueOn === null ? undefined : (input.dueOn ?? request.dueOn)
    if (input.dueOn != null && input.dueOn < today)
      throw invalidField('/dueOn', 'invalid_request', 'The deadline is over already.')
    const entries = await requests.entriesOf(caller, request.subjectId, '提出依頼の期限・優先度の変更')
    const lines = await transitions.lineOf(caller, request, 'changed', defined({ dueOn, reasons: [priority] }))
    const open = await requests.opener(caller.organizationId)
    const remindOn = nextReminder(dueOn, priority, addDays(today, -1))
    return commit(db, caller, async () => {
      const gone = [
        ...(dueOn === undefined ? (['dueOn'] as const) : []),
        ...(remindOn === undefined ? (['remindOn'] as const) : []),
      ]
      const row = await store.change(caller.organizationId, id, { priority, ...defined({ dueOn, remindOn }) }, gone)
      if (row === null) throw new AppError('conflict', 'This request is closed: ask anew.')
      await transitions.insertLines(lines)
      await ledger.append(entries)
      return open(row)
    })
  }

  return { accept, giveBack, refuse, withdrawRefusal, cancel, change }
}
export type Decisions = ReturnType<typeof createDecisions>
