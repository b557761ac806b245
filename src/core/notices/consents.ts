import type { FieldCipher, Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { notCovered } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { type Scan, scanPage, scanTotal } from '../shared/scan.ts'
import type { SubjectRow, Subjects } from '../subjects/subjects.ts'
import type { Language } from './audiences.ts'
import { type ConsentKind, consentGivers, consentText } from './consent-texts.ts'
import {
  type ConsentChannel,
  type ConsentFilter,
  type ConsentRow,
  createConsentsStore,
  type SealedConsent,
} from './consents.store.ts'

export type ConsentInput = {
  subjectId: string
  concernsId?: string
  kind: ConsentKind
  language?: Language
  /** Word by word; without it, the ready-made text. */
  text?: string
  channel: ConsentChannel
  requestId?: string
  givenAt?: Date
}
type Entries = Awaited<ReturnType<Ledger['prepare']>>
/** A consent that is ready to be written, with its entry. */
export type PreparedConsent = { row: ConsentRow; sealed: SealedConsent; entries: Entries }

const functionNames = {
  category_3_agent: '委任状の記録（第3号）',
  category_3_entrusted: '本人確認の委託の合意の記録（第3号）',
  family_check_entrusted: '扶養親族の本人確認の記録',
} as const satisfies Record<ConsentKind, string>

type Deps = { db: Database; keys: Pick<Keys, 'fields'>; ledger: Ledger; subjects: Subjects; clock: Clock }

const opened = (cipher: FieldCipher, { text, ...row }: SealedConsent): ConsentRow => ({
  ...row,
  text: cipher.open(row._id, 'text', text),
})

/** 同意・委任・委託: by the person in the session, or recorded by staff. */
export const createConsents = ({ db, keys, ledger, subjects, clock }: Deps) => {
  const store = createConsentsStore(db)

  const areFamily = (a: SubjectRow, b: SubjectRow): boolean => a.employeeId === b._id || b.employeeId === a._id

  const mustFit = async (caller: Caller, input: ConsentInput): Promise<void> => {
    const { kind, subjectId, concernsId } = input
    const ids = [subjectId, ...(concernsId === undefined ? [] : [concernsId])]
    const rows = new Map((await subjects.rows.findMany(caller.organizationId, ids)).map((row) => [row._id, row]))
    const giver = rows.get(subjectId)
    if (giver === undefined) throw notFound('subject')
    if (giver.kind !== consentGivers[kind])
      throw invalidField(
        '/subjectId',
        'invalid_request',
        'The spouse appoints an agent; the employee checks the family.',
      )
    if (concernsId === undefined) return
    const about = rows.get(concernsId)
    if (about === undefined) throw invalidField('/concernsId', 'not_found', 'No such subject.')
    if (!areFamily(giver, about))
      throw invalidField('/concernsId', 'invalid_request', 'It concerns an employee and their own dependent.')
  }

  /** Checked and sealed, for whoever writes it in a transaction of their own. */
  const prepare = async (caller: Caller, input: ConsentInput): Promise<PreparedConsent> => {
    const { kind, subjectId, language = 'ja', channel, givenAt = caller.at } = input
    await mustFit(caller, input)
    if (givenAt > clock.now())
      throw invalidField('/givenAt', 'invalid_request', 'A consent is given before it is recorded.')
    const by = caller.actor.type
    const row: ConsentRow = {
      _id: newId('consent'),
      organizationId: caller.organizationId,
      subjectId,
      kind,
      language,
      text: input.text ?? consentText(kind, language).text,
      channel,
      givenAt,
      recordedBy: by === 'subject' || by === 'staff' ? by : 'host',
      recordedAt: clock.now(),
      ...defined({ concernsId: input.concernsId, requestId: input.requestId }),
    }
    const cipher = await keys.fields.for(caller.organizationId)
    const sealed = { ...row, text: cipher.seal(row._id, 'text', row.text) }
    return { row, sealed, entries: await entriesOf(caller, row, functionNames[kind]) }
  }

  const entriesOf = async (
    caller: Caller,
    { subjectId }: Pick<ConsentRow, 'subjectId'>,
    functionName: string,
  ): Promise<Entries> => {
    const subject = (await subjects.shown(caller.organizationId, [subjectId])).get(subjectId)
    if (subject === undefined) throw notFound('subject')
    return ledger.prepare(caller, [{ operation: 'consent', functionName, outcome: 'done', subject }])
  }

  /** Inside a transaction. */
  const insert = async ({ sealed, entries }: PreparedConsent): Promise<void> => {
    await store.insertMany([sealed])
    await ledger.append(entries)
  }

  const record = async (caller: Caller, input: ConsentInput): Promise<ConsentRow> => {
    const prepared = await prepare(caller, input)
    return commit(db, caller, async () => {
      await insert(prepared)
      return prepared.row
    })
  }

  const get = async (caller: Caller, id: string): Promise<ConsentRow> => {
    const row = await store.find(caller.organizationId, id)
    if (row === null) throw notFound('consent')
    if ((await subjects.outside(caller, [row.subjectId])).length > 0) throw notCovered()
    return opened(await keys.fields.for(caller.organizationId), row)
  }

  const withdraw = async (caller: Caller, id: string): Promise<ConsentRow> => {
    const cipher = await keys.fields.for(caller.organizationId)
    const entries = await entriesOf(caller, await get(caller, id), '同意・委任の撤回の記録')
    return commit(db, caller, async () => {
      const row = await store.withdraw(caller.organizationId, id, caller.at)
      if (row === null) throw new AppError('conflict', 'It was taken back already.')
      await ledger.append(entries)
      return opened(cipher, row)
    })
  }

  const list = async (caller: Caller, query: ConsentFilter & PageRequest): Promise<Page<ConsentRow>> => {
    const { organizationId } = caller
    const { limit, after, total, ...filter } = query
    const scan: Scan<SealedConsent, SealedConsent> = {
      read: (from, size) => store.list(organizationId, filter, from, size),
      keyOf: ({ _id }) => [_id],
      pick: async (rows) => {
        const ids = rows.map(({ subjectId }) => subjectId)
        const outside = new Set((await subjects.outside(caller, ids)).map(({ _id }) => _id))
        return rows.filter(({ subjectId }) => !outside.has(subjectId))
      },
      keyOfFound: ({ _id }) => [_id],
    }
    const all = caller.coverage === undefined
    const found = await scanPage(scan, { limit, after: readCursor(after, ['string']), all })
    const cipher = await keys.fields.for(organizationId)
    const page = { ...found, rows: found.rows.map((row) => opened(cipher, row)) }
    if (total !== true) return page
    return { ...page, total: all ? shownTotal(await store.count(organizationId, filter)) : await scanTotal(scan, 1000) }
  }

  /** In force, of these people. */
  const givenBy = async (organizationId: string, subjectIds: readonly string[]): Promise<ConsentRow[]> => {
    const cipher = await keys.fields.for(organizationId)
    return (await store.givenBy(organizationId, subjectIds)).map((row) => opened(cipher, row))
  }

  /** Whether this very one is in force, given by this request. Inside a transaction too. */
  const isGiven = async (
    organizationId: string,
    wanted: Pick<ConsentRow, 'subjectId' | 'kind' | 'concernsId' | 'requestId'>,
  ): Promise<boolean> =>
    (await store.givenBy(organizationId, [wanted.subjectId])).some(
      ({ kind, concernsId, requestId }) =>
        kind === wanted.kind && concernsId === wanted.concernsId && requestId === wanted.requestId,
    )

  return { prepare, insert, record, get, withdraw, list, givenBy, isGiven }
}
export type Consents = ReturnType<typeof createConsents>
