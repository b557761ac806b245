import {
  type ConsentRow,
  consentTexts,
  listPurposes,
  type NoticeGivenRow,
  type NoticeRow,
  type Notices,
  readyMadeNotices,
} from '../../../core/notices/notices.ts'
import { defined } from '../../../core/shared/defined.ts'
import { callerOf, created, type Handler, ok, on } from '../operation.ts'
import { iso, maybeIso, pageOf, toList, wholeList } from './paging.ts'

export const toNotice = (row: NoticeRow) => ({
  id: row._id,
  version: row.version,
  title: row.title,
  text: row.text,
  purposes: [...row.purposes],
  createdAt: iso(row.createdAt),
  ...defined({ audience: row.audience, language: row.language }),
})

const toConsent = (row: ConsentRow) => ({
  id: row._id,
  subjectId: row.subjectId,
  kind: row.kind,
  language: row.language,
  text: row.text,
  channel: row.channel,
  givenAt: iso(row.givenAt),
  recordedBy: row.recordedBy,
  recordedAt: iso(row.recordedAt),
  ...defined({
    concernsId: row.concernsId,
    requestId: row.requestId,
    withdrawnAt: maybeIso(row.withdrawnAt),
  }),
})

const toGiven = (row: NoticeGivenRow) => ({
  id: row._id,
  subjectId: row.subjectId,
  noticeId: row.noticeId,
  noticeVersion: row.noticeVersion,
  purposes: [...row.purposes],
  channel: row.channel,
  givenAt: iso(row.givenAt),
  recordedAt: iso(row.recordedAt),
})

/** The table of the law: the same for everybody, as long as this runs. */
const lawfulPurposes = wholeList(
  listPurposes().map((row) => ({
    code: row.code,
    name: row.name,
    nameEn: row.nameEn,
    law: row.law,
    subjectKinds: [...row.subjectKinds],
    retentionRuleId: row.retentionRuleId,
    source: row.source,
    confidence: row.confidence,
    fromOn: row.fromOn,
    ...defined({ toOn: row.toOn }),
  })),
)

export const noticesHandlers = ({ notices }: { notices: Notices }) => ({
  listPurposes: (async () => ok(lawfulPurposes)) satisfies Handler<'listPurposes'>,
  listNotices: (async (context, { query }) => {
    const wish = { ...pageOf(query), ...defined({ audience: query.audience, language: query.language }) }
    return ok(toList(await notices.list(callerOf(context), wish), toNotice))
  }) satisfies Handler<'listNotices'>,
  listNoticeTemplates: (async () =>
    ok(
      wholeList(
        readyMadeNotices().map(({ audience, language, title, text, purposes }) => ({
          audience,
          language,
          title,
          text,
          purposes,
        })),
      ),
    )) satisfies Handler<'listNoticeTemplates'>,
  createNotice: on<'createNotice', NoticeRow>(
    (context, { body }) => {
      const { title, text, purposes, audience, language } = body
      return notices.create(callerOf(context), defined({ title, text, purposes, audience, language }))
    },
    (row) => created(toNotice(row)),
  ),
  listConsentTexts: (async () =>
    ok(
      wholeList(consentTexts().map(({ kind, language, title, text }) => ({ kind, language, title, text }))),
    )) satisfies Handler<'listConsentTexts'>,
  listConsents: (async (context, { query }) => {
    const wish = { ...pageOf(query), ...defined({ subjectId: query.subjectId, kind: query.kind }) }
    return ok(toList(await notices.consents.list(callerOf(context), wish), toConsent))
  }) satisfies Handler<'listConsents'>,
  createConsent: on<'createConsent', ConsentRow>(
    (context, { body }) => {
      const { subjectId, concernsId, kind, language, text, channel, givenAt } = body
      const when = givenAt === undefined ? undefined : new Date(givenAt)
      const input = { subjectId, kind, channel, ...defined({ concernsId, language, text, givenAt: when }) }
      return notices.consents.record(callerOf(context), input)
    },
    (row) => created(toConsent(row)),
  ),
  getConsent: (async (context, { path }) =>
    ok(toConsent(await notices.consents.get(callerOf(context), path.id)))) satisfies Handler<'getConsent'>,
  createConsentWithdrawal: on<'createConsentWithdrawal', ConsentRow>(
    (context, { path }) => notices.consents.withdraw(callerOf(context), path.id),
    (row) => created(toConsent(row)),
  ),
  getNotice: (async (context, { path }) =>
    ok(toNotice(await notices.get(callerOf(context), path.id)))) satisfies Handler<'getNotice'>,
  listNoticesGiven: (async (context, { query }) =>
    ok(
      toList(
        await notices.listGiven(callerOf(context), { ...pageOf(query), ...defined({ subjectId: query.subjectId }) }),
        toGiven,
      ),
    )) satisfies Handler<'listNoticesGiven'>,
  createNoticeGiven: on<'createNoticeGiven', NoticeGivenRow>(
    (context, { body }) =>
      notices.give(callerOf(context), {
        subjectId: body.subjectId,
        noticeId: body.noticeId,
        channel: body.channel,
        ...defined({ givenAt: body.givenAt === undefined ? undefined : new Date(body.givenAt) }),
      }),
    (row) => created(toGiven(row)),
  ),
})
