import type { Ledger } from '../ledger/ledger.ts'
import { audienceOf, type Language, languages, type Notices } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { isCorporation, type SubjectRow, type Subjects } from '../subjects/subjects.ts'
import type { HistoryRow } from './history.store.ts'
import { asking, nextReminder } from './requests.rules.ts'
import type { FreshRequest, RequestsStore } from './requests.store.ts'
import type { Transitions } from './transitions.ts'
import type { Priority, RequestDocument } from './words.ts'

/** What every request of a campaign has in common, and what one alone may name. */
export type Wish = { noticeId?: string; dueOn?: Day; priority?: Priority; documents?: RequestDocument[] }
export type RequestInput = Wish & { subjectId: string }
type Entries = Awaited<ReturnType<Ledger['prepare']>>
/** Requests that are ready to be written. */
export type Prepared = { rows: FreshRequest[]; askable: string[]; lines: HistoryRow[]; entries: Entries }

const functionNameOf = (subject: Pick<SubjectRow, 'payeeKind'>): string =>
  isCorporation(subject) ? '法人番号確認依頼' : 'マイナンバー提出依頼'

type Deps = {
  db: Database
  store: RequestsStore
  transitions: Transitions
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
  notices: Notices
  clock: Clock
}

/** Asking people: one by one, or a campaign's many. */
export const createAsking = (deps: Deps) => {
  const { db, store, transitions, ledger, organizations, subjects, notices, clock } = deps

  /** What stands for everybody speaks of 個人番号, which a corporation has none of: the ready-made one becomes the organization's own. */
  const forCorporations = async (caller: Caller): Promise<string> => {
    const { once: _, ...unrepeated } = caller
    const [ja] = await Promise.all(
      languages.map((language) => notices.create(unrepeated, { audience: 'payee_corporation', language })),
    )
    if (ja === undefined) throw new AppError('internal', 'No notice was made.')
    return ja._id
  }

  /** The named one, the newest for such people, or the organization's standing notice. */
  const noticeFor = async (
    caller: Caller,
    noticeId: string | undefined,
    subject: Pick<SubjectRow, 'kind' | 'payeeKind' | 'landlord'>,
    ofCampaign: boolean,
  ): Promise<string> => {
    const audience = audienceOf(subject)
    if (noticeId !== undefined) {
      const named = await notices.get(caller, noticeId)
      const speaksToOthers = isCorporation(subject) && (named.audience ?? audience) !== audience
      if (!speaksToOthers) return named._id
      // A campaign names one for all the people in it.
      if (!ofCampaign)
        throw invalidField('/noticeId', 'conflict', 'It speaks of 個人番号: a corporate payee needs one made for such.')
    }
    const newest = async (language: Language): Promise<string | undefined> =>
      audience === undefined ? undefined : (await notices.newestFor(caller.organizationId, audience, language))?._id
    const fitting = await newest('ja')
    if (fitting === undefined && isCorporation(subject)) return forCorporations(caller)
    const { standingNoticeId } = await organizations.own(caller)
    const found = fitting ?? standingNoticeId ?? (await newest('en'))
    if (found === undefined)
      throw new AppError('notice_required', 'Name the notice that this person is shown, or set a standing notice.')
    return found
  }

  const rowOf = (
    caller: Caller,
    subject: SubjectRow,
    noticeId: string,
    today: Day,
    wish: Wish,
    campaignId?: string,
  ) => {
    const { priority = 'normal', documents = [], dueOn } = wish
    const row: FreshRequest = {
      _id: newId('request'),
      organizationId: caller.organizationId,
      subjectId: subject._id,
      kind: subject.kind,
      companyId: subject.companyId,
      noticeId,
      state: 'created',
      open: true,
      priority,
      // A 法人番号 needs no 本人確認.
      documents: isCorporation(subject) ? [] : documents,
      createdAt: clock.now(),
      uncounted: clock.now(),
      entered: [],
      dependents: [],
      entries: [],
      revision: 0,
      ...defined({
        departmentId: subject.departmentId,
        campaignId,
        dueOn,
        remindOn: nextReminder(dueOn, priority, today),
      }),
    }
    return row
  }

  /** Names sealed and entries made, before the transaction. Each subject can be asked, as far as its row says. */
  const prepare = async (
    caller: Caller,
    people: readonly SubjectRow[],
    wish: Wish,
    campaignId?: string,
  ): Promise<Prepared> => {
    const today = await organizations.today(caller)
    const notice = new Map<string, string>()
    const rows: FreshRequest[] = []
    for (const subject of people) {
      const audience = `${subject.kind} ${audienceOf(subject) ?? ''}`
      const noticeId =
        notice.get(audience) ?? (await noticeFor(caller, wish.noticeId, subject, campaignId !== undefined))
      notice.set(audience, noticeId)
      rows.push(rowOf(caller, subject, noticeId, today, wish, campaignId))
    }
    const shown = await subjects.shownRows(caller.organizationId, people)
    const entries = await ledger.prepare(
      caller,
      people.map((subject) => ({
        operation: 'request',
        functionName: functionNameOf(subject),
        outcome: 'done',
        ...defined({ subject: shown.get(subject._id) }),
      })),
    )
    const lines = await transitions.linesOf(caller, rows, 'created', defined({ dueOn: wish.dueOn }))
    // The state of a number: a corporation has none that could be requested.
    const askable = people
      .filter((subject) => subject.numberState === 'none' && !isCorporation(subject))
      .map(({ _id }) => _id)
    return { rows, askable, lines, entries }
  }

  /** Inside a transaction. False where somebody's number came or went meanwhile: prepare anew. */
  const write = async (caller: Caller, { rows, askable, lines, entries }: Prepared): Promise<boolean> => {
    const { organizationId } = caller
    const asked = await subjects.rows.moveNumberState(organizationId, askable, ['none'], { numberState: 'requested' })
    if (asked !== askable.length) return false
    await store.insertRequests(rows)
    await transitions.insertLines(lines)
    await ledger.append(entries)
    await transitions.tellCounters(organizationId, rows)
    return true
  }

  const mustBeAskable = (subject: Pick<SubjectRow, 'payeeKind' | 'numberState'>): void => {
    if (isCorporation(subject)) return
    const answer = asking[subject.numberState]
    if (answer === 'held')
      throw invalidField('/subjectId', 'already_exists', 'The number of this subject is held already.')
    if (answer === 'has_none')
      throw invalidField(
        '/subjectId',
        'conflict',
        'This subject has no number: take that back first, where it has one now.',
      )
  }

  const create = async (caller: Caller, { subjectId, ...wish }: RequestInput): Promise<FreshRequest> => {
    const subject = await subjects.get(caller, subjectId)
    mustBeAskable(subject)
    if (isCorporation(subject) && wish.documents !== undefined && wish.documents.length > 0)
      throw invalidField('/documents', 'invalid_request', 'A 法人番号 needs no 本人確認: leave the documents out.')
    if (wish.dueOn !== undefined && wish.dueOn < (await organizations.today(caller)))
      throw invalidField('/dueOn', 'invalid_request', 'The deadline is over already.')
    const people = await subjects.rows.findMany(caller.organizationId, [subjectId])
    const prepared = await prepare(caller, people, wish)
    const [row] = prepared.rows
    if (row === undefined) throw new AppError('internal', 'A request was prepared for nobody.')
    return commit(db, caller, async () => {
      // A number that was registered a moment ago must not be asked for, or be called `requested`.
      if (!(await write(caller, prepared)))
        throw new AppError('conflict', 'The subject changed at this moment: try again.')
      return row
    }).catch((error) => {
      throw isDuplicateKey(error)
        ? invalidField('/subjectId', 'conflict', 'This subject has an open request already.')
        : error
    })
  }

  /** 変更, by a person who comes back: nothing is asked for, so it is no open request, has no deadline and is never chased. */
  const prepareChange = async (
    caller: Caller,
    subjectId: string,
    noticeId: string | undefined,
  ): Promise<{ row: FreshRequest; lines: HistoryRow[] }> => {
    const subject = await subjects.rows.find(caller.organizationId, subjectId)
    if (subject === null) throw notFound('subject')
    const today = await organizations.today(caller)
    const asked = rowOf(caller, subject, await noticeFor(caller, noticeId, subject, false), today, {})
    const { open: _, ...rest } = asked
    const row: FreshRequest = { ...rest, change: true, changing: true }
    return { row, lines: await transitions.lineOf(caller, row, 'created') }
  }

  return { create, prepare, prepareChange, write }
}
export type Asking = ReturnType<typeof createAsking>
