import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField } from '../shared/errors.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { HistoryActorKind } from './collection.rules.ts'
import type { HistoryRow, HistoryStore, Received } from './history.store.ts'
import type { Requests } from './requests.ts'
import type { SealedDetail, Transitions } from './transitions.ts'
import { type ContactChannel, type ContactOutcome, contactChannels } from './words.ts'

/** 対応記録, with the name of then and what was written. */
export type Contact = {
  id: string
  requestId: string
  subjectId: string
  channel: ContactChannel
  outcome: ContactOutcome
  at: Date
  by: { kind: HistoryActorKind; name?: string }
  recordedAt: Date
  remark?: string
  received?: Received
}
export type ContactInput = {
  channel: ContactChannel
  outcome: ContactOutcome
  at?: Date
  remark?: string
  received?: Received
}

type Deps = {
  db: Database
  history: HistoryStore
  requests: Requests
  transitions: Transitions
  keys: Keys
  ledger: Ledger
  clock: Clock
}

/** Every attempt to reach the person: what shows that the employer did its part. */
export const createContacts = ({ db, history, requests, transitions, keys, clock, ledger }: Deps) => {
  const opener = async (organizationId: string): Promise<(row: HistoryRow) => Contact> => {
    const cipher = await keys.fields.for(organizationId)
    return (row) => {
      const { name }: SealedDetail =
        row.detail === undefined ? {} : (cipher.openJson(row._id, 'detail', row.detail) as SealedDetail)
      return {
        id: row._id,
        requestId: row.requestId,
        subjectId: row.subjectId,
        channel: row.channel ?? 'mail',
        outcome: row.outcome ?? 'sent',
        at: row.at,
        by: { kind: row.by.kind, ...defined({ name }) },
        recordedAt: row.recordedAt,
        ...defined({
          remark: row.remark === undefined ? undefined : cipher.open(row._id, 'remark', row.remark),
          received: row.received,
        }),
      }
    }
  }

  /** In any state: somebody may also call about what was accepted. */
  const create = async (caller: Caller, requestId: string, input: ContactInput): Promise<Contact> => {
    const request = await requests.find(caller, requestId)
    const { channel, outcome, at = caller.at, remark, received } = input
    if (at > clock.now()) throw invalidField('/at', 'invalid_request', 'A contact is recorded after it was made.')
    if ((received !== undefined) !== (outcome === 'received'))
      throw invalidField(
        '/received',
        'invalid_request',
        'Say what came, and what was done with it, of what was received.',
      )
    const functionName = `対応記録（${contactChannels[channel].ja}）`
    const entries = await requests.entriesOf(caller, request.subjectId, functionName)
    const lines = await transitions.lineOf(caller, request, 'contact', {
      ...{ at, channel, outcome },
      ...defined({ remark, received }),
    })
    const open = await opener(caller.organizationId)
    return commit(db, caller, async () => {
      await transitions.insertLines(lines)
      await ledger.append(entries)
      const [row] = lines
      if (row === undefined) throw new AppError('internal', 'A contact has one line.')
      return open(row)
    })
  }

  const list = async (caller: Caller, requestId: string, page: PageRequest): Promise<Page<Contact>> => {
    const { organizationId } = caller
    await requests.find(caller, requestId)
    const rows = await history.contacts(organizationId, requestId, readCursor(page.after, ['string']), page.limit + 1)
    const cut = cutPage(rows, page.limit, (row) => [row._id])
    const open = await opener(organizationId)
    return {
      ...cut,
      rows: cut.rows.map(open),
      ...(page.total === true ? { total: shownTotal(await history.countContacts(organizationId, requestId)) } : {}),
    }
  }

  return { create, list }
}
export type Contacts = ReturnType<typeof createContacts>
