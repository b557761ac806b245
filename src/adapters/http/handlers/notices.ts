import { listPurposes, type NoticeGivenRow, type NoticeRow, type Notices } from '../../../core/notices/notices.ts'
import { defined } from '../../../core/shared/defined.ts'
import { callerOf, created, type Handler, ok, on } from '../operation.ts'
import { iso, pageOf, toList, wholeList } from './paging.ts'

export const toNotice = (row: NoticeRow) => ({
  id: row._id,
  version: row.version,
  title: row.title,
  text: row.text,
  purposes: [...row.purposes],
  createdAt: iso(row.createdAt),
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

export const noticesHandlers = ({ notices }: { notices: Notices }) => ({
  listPurposes: (async () =>
    ok(
      wholeList(
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
      ),
    )) satisfies Handler<'listPurposes'>,
  listNotices: (async (context, { query }) =>
    ok(toList(await notices.list(callerOf(context), pageOf(query)), toNotice))) satisfies Handler<'listNotices'>,
  createNotice: on<'createNotice', NoticeRow>(
    (context, { body }) =>
      notices.create(callerOf(context), { title: body.title, text: body.text, purposes: body.purposes }),
    (row) => created(toNotice(row)),
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
