import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { PurposeCode } from '../shared/words.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Language, NoticeAudience } from './audiences.ts'
import { createConsents } from './consents.ts'
import {
  createNoticesStore,
  type NoticeChannel,
  type NoticeFilter,
  type NoticeGivenRow,
  type NoticeRow,
} from './notices.store.ts'
import { type ReadyMade, readyMadeNotice } from './ready-made.ts'

export { audienceOf, type Language, languages, type NoticeAudience, noticeAudiences } from './audiences.ts'
export { type ConsentKind, type ConsentText, consentKinds, consentText, consentTexts } from './consent-texts.ts'
export type { ConsentChannel, ConsentRow } from './consents.store.ts'
export type { ConsentInput, PreparedConsent } from './consents.ts'
export { type NoticeChannel, type NoticeGivenRow, type NoticeRow, noticeChannels } from './notices.store.ts'
export { listPurposes, type Purpose, purposeFits, purposeInForce, purposes } from './purposes.ts'
export { type ReadyMade, readyMadeNotices } from './ready-made.ts'

/** 取扱記録: somebody was told why. */
export const noticeTouch = { operation: 'notice', functionName: '利用目的の通知', outcome: 'done' } as const

export type NoticeWish = {
  /** One that is on record already. */
  noticeGivenId?: string
  /** One to be recorded with the act. */
  notice?: { noticeId: string; channel: NoticeChannel; givenAt?: Date }
}

export type NoticeInput = {
  title?: string
  text?: string
  purposes?: PurposeCode[]
  audience?: NoticeAudience
  language?: Language
}

type Deps = {
  db: Database
  keys: Pick<Keys, 'fields'>
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
  clock: Clock
}

export const createNotices = ({ db, keys, ledger, organizations, subjects, clock }: Deps) => {
  const store = createNoticesStore(db)

  /** What was left out comes from the ready-made notice, where it says for whom it is. */
  const whole = ({ title, text, purposes, audience, language }: NoticeInput) => {
    const readyMade = audience === undefined ? undefined : readyMadeNotice(audience, language ?? 'ja')
    const need = <T>(value: T | undefined, name: string): T => {
      if (value !== undefined) return value
      throw invalidField(`/${name}`, 'required', 'Write it, or name an `audience` whose ready-made notice has it.')
    }
    return {
      title: need(title ?? readyMade?.title, 'title'),
      text: need(text ?? readyMade?.text, 'text'),
      purposes: need(purposes ?? readyMade?.purposes, 'purposes'),
      ...defined({ audience, language: audience === undefined ? language : (language ?? 'ja') }),
    }
  }

  const create = async (caller: Caller, wish: NoticeInput): Promise<NoticeRow> => {
    const { organizationId } = caller
    const input = whole(wish)
    const entries = await ledger.prepare(caller, [
      { operation: 'notice', functionName: '通知文の作成', outcome: 'done' },
    ])
    for (let tries = 0; ; tries++) {
      const row: NoticeRow = {
        _id: newId('notice'),
        organizationId,
        version: (await store.latestVersion(organizationId, input.title)) + 1,
        ...input,
        createdAt: clock.now(),
      }
      try {
        return await commit(db, caller, async () => {
          await store.insertNotice(row)
          await ledger.append(entries)
          return row
        })
      } catch (error) {
        // Two new versions at once: the second takes the number after.
        if (!isDuplicateKey(error) || tries >= 5) throw error
      }
    }
  }

  const get = async (caller: { organizationId: string }, id: string): Promise<NoticeRow> => {
    const row = await store.findNotice(caller.organizationId, id)
    if (row === null) throw notFound('notice')
    return row
  }

  const list = async (caller: Caller, query: NoticeFilter & PageRequest): Promise<Page<NoticeRow>> => {
    const { limit, after, total, ...filter } = query
    const rows = await store.listNotices(caller.organizationId, filter, readCursor(after, ['string']), limit + 1)
    return {
      ...cutPage(rows, limit, (row) => [row._id]),
      ...(total === true ? { total: shownTotal(await store.countNotices(caller.organizationId, filter)) } : {}),
    }
  }

  /** The same notice in another language: the newest for these people with these purposes. */
  const inLanguage = async (notice: NoticeRow, language: Language): Promise<NoticeRow | undefined> => {
    if (notice.language === language) return notice
    if (notice.audience === undefined) return undefined
    const found = await store.newestFor(notice.organizationId, notice.audience, language)
    return found !== null && notice.purposes.every((code) => found.purposes.includes(code)) ? found : undefined
  }

  /**
   * The ready-made text in another language with the purposes of this notice, where the organization has no text of its own. It
   * becomes a notice of the organization when it is given (`adopt`). Japanese is what everybody is asked in: nothing is
   * turned into it by itself.
   */
  const readyMadeFor = (notice: NoticeRow, audience: NoticeAudience | undefined, language: Language) => {
    const of = notice.audience ?? audience
    if (of === undefined || language === 'ja' || language === notice.language) return undefined
    return readyMadeNotice(of, language, notice.purposes)
  }

  /** Before the transaction; `insert` inside it. */
  const adopt = async (caller: Caller, { title, text, purposes, audience, language }: ReadyMade) => {
    const { organizationId } = caller
    const row: NoticeRow = {
      ...{ _id: newId('notice'), organizationId, title, text, purposes, audience, language },
      version: (await store.latestVersion(organizationId, title)) + 1,
      createdAt: clock.now(),
    }
    const entries = await ledger.prepare(caller, [
      { operation: 'notice', functionName: '出来合いの通知文の採用', outcome: 'done' },
    ])
    const insert = async (): Promise<void> => {
      await store.insertNotice(row)
      await ledger.append(entries)
    }
    return { row, insert }
  }

  const givenRow = (notice: NoticeRow, subjectId: string, channel: NoticeChannel, givenAt: Date): NoticeGivenRow => ({
    _id: newId('noticeGiven'),
    organizationId: notice.organizationId,
    subjectId,
    noticeId: notice._id,
    noticeVersion: notice.version,
    purposes: notice.purposes,
    channel,
    givenAt,
    recordedAt: clock.now(),
    ...defined({ language: notice.language }),
  })

  const mustBePast = (givenAt: Date, pointer: string): void => {
    if (givenAt > clock.now())
      throw invalidField(pointer, 'invalid_request', 'A notice is given before it is recorded.')
  }

  const give = async (
    caller: Caller,
    input: { subjectId: string; noticeId: string; channel: NoticeChannel; givenAt?: Date },
  ): Promise<NoticeGivenRow> => {
    const givenAt = input.givenAt ?? clock.now()
    mustBePast(givenAt, '/givenAt')
    const notice = await get(caller, input.noticeId)
    const subject = (await subjects.shown(caller.organizationId, [input.subjectId])).get(input.subjectId)
    if (subject === undefined) throw notFound('subject')
    const row = givenRow(notice, input.subjectId, input.channel, givenAt)
    const entries = await ledger.prepare(caller, [{ ...noticeTouch, subject }])
    return commit(db, caller, async () => {
      await store.insertGiven([row])
      await ledger.append(entries)
      return row
    })
  }

  const listGiven = async (
    caller: Caller,
    query: PageRequest & { subjectId?: string },
  ): Promise<Page<NoticeGivenRow>> => {
    const after = readCursor(query.after, ['string'])
    const rows = await store.listGiven(caller.organizationId, query.subjectId, after, query.limit + 1)
    return {
      ...cutPage(rows, query.limit, (row) => [row._id]),
      ...(query.total === true
        ? { total: shownTotal(await store.countGiven(caller.organizationId, query.subjectId)) }
        : {}),
    }
  }

  /**
   * Before a number is taken, the person was told why (番号法19条・個人情報保護法21条): by a notice on record, one recorded now, or the
   * organization's standing notice. Returns the rows to insert in the transaction of the registration.
   */
  const forRegistration = async (caller: Caller, subjectId: string, wish: NoticeWish): Promise<NoticeGivenRow[]> => {
    const { organizationId } = caller
    if (wish.noticeGivenId !== undefined) {
      const row = await store.findGiven(organizationId, wish.noticeGivenId)
      if (row === null || row.subjectId !== subjectId)
        throw invalidField('/noticeGivenId', 'not_found', 'No such notice given to this subject.')
      return []
    }
    if (wish.notice !== undefined) {
      const notice = await store.findNotice(organizationId, wish.notice.noticeId)
      if (notice === null) throw invalidField('/notice/noticeId', 'not_found', 'No such notice.')
      const givenAt = wish.notice.givenAt ?? caller.at
      mustBePast(givenAt, '/notice/givenAt')
      return [givenRow(notice, subjectId, wish.notice.channel, givenAt)]
    }
    if ((await store.givenTo(organizationId, [subjectId])).length > 0) return []
    const { standingNoticeId } = await organizations.own(caller)
    const standing = standingNoticeId === undefined ? null : await store.findNotice(organizationId, standingNoticeId)
    if (standing === null)
      throw new AppError('notice_required', 'Name the notice that this person was given, or set a standing notice.')
    return [givenRow(standing, subjectId, 'standing', caller.at)]
  }

  return {
    create,
    get,
    list,
    newestFor: store.newestFor,
    inLanguage,
    readyMadeFor,
    adopt,
    consents: createConsents({ db, keys, ledger, subjects, clock }),
    give,
    listGiven,
    forRegistration,
    /** Inside a transaction. */
    insertGiven: store.insertGiven,
    givenRow,
    /** Every notice given to these subjects. */
    givenTo: store.givenTo,
    /** Which of the subjects were told of this purpose before the use. */
    toldOf: store.toldOf,
  }
}
export type Notices = ReturnType<typeof createNotices>
