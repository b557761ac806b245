import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Notices } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { defined } from '../shared/defined.ts'
import { notFound } from '../shared/errors.ts'
import { isCorporation, type Subjects } from '../subjects/subjects.ts'
import type { HistoryLine, HistoryRenderer, RequestHistory } from './collection.rules.ts'
import { blankOf, detailOf, noticeLine, sentenceOf } from './history.rules.ts'
import type { HistoryRow, HistoryStore } from './history.store.ts'
import type { Requests } from './requests.ts'
import type { SealedDetail } from './transitions.ts'

/** The contract has room for so many: what is older than the newest is left out. */
const mostLines = 4900
const mostNotices = 100

type Deps = {
  history: HistoryStore
  requests: Requests
  keys: Keys
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
  notices: Notices
  clock: Clock
  renderHistory: HistoryRenderer
}

/** 経過記録: the employer did its part, and why a slip is blank. It names people, so each is on record. */
export const createHistory = (deps: Deps) => {
  const { history, requests, keys, ledger, organizations, subjects, notices, clock, renderHistory } = deps

  const linesOf = async (organizationId: string, requestId: string, ofCorporation: boolean): Promise<HistoryLine[]> => {
    const cipher = await keys.fields.for(organizationId)
    const toLine = (row: HistoryRow): HistoryLine => {
      const { name }: SealedDetail =
        row.detail === undefined ? {} : (cipher.openJson(row._id, 'detail', row.detail) as SealedDetail)
      return {
        at: row.at,
        kind: row.kind,
        what: sentenceOf(row.kind, ofCorporation),
        by: { kind: row.by.kind, ...defined({ name }) },
        ...defined({
          channel: row.channel,
          outcome: row.outcome,
          reason: row.reasons?.[0],
          detail: detailOf(row),
          remark: row.remark === undefined ? undefined : cipher.open(row._id, 'remark', row.remark),
        }),
      }
    }
    return (await history.newest(organizationId, requestId, mostLines)).map(toLine)
  }

  /** How the person was told why, also before they were asked. */
  const noticeLines = async (organizationId: string, subjectId: string): Promise<HistoryLine[]> => {
    const given = await notices.givenTo(organizationId, [subjectId])
    return given.slice(-mostNotices).map(({ givenAt, channel, language }) => noticeLine(givenAt, channel, language))
  }

  const make = async (caller: Caller, requestId: string): Promise<RequestHistory> => {
    const { organizationId } = caller
    const request = await requests.find(caller, requestId)
    const subject = await subjects.get(caller, request.subjectId)
    const organization = await organizations.own(caller)
    const company = await organizations.getCompany(caller, request.companyId)
    const lines = [
      ...(await noticeLines(organizationId, subject.id)),
      ...(await linesOf(organizationId, requestId, isCorporation(subject))),
    ].sort((a, b) => a.at.getTime() - b.at.getTime())
    const shown = (await subjects.shown(organizationId, [subject.id])).get(subject.id)
    if (shown === undefined) throw notFound('subject')
    await ledger.append(
      await ledger.prepare(caller, [
        { operation: 'request', functionName: '経過記録の出力', outcome: 'done', subject: shown },
      ]),
    )
    return {
      requestId,
      state: request.state,
      subject: { id: subject.id, name: subject.name },
      ofCorporation: isCorporation(subject),
      organizationName: organization.name,
      companyName: company.name,
      madeAt: clock.now(),
      lines,
      ...defined({ dueOn: request.dueOn, blank: blankOf(subject, request.state) }),
    }
  }

  return {
    get: make,
    pdf: async (caller: Caller, requestId: string): Promise<Buffer> => renderHistory(await make(caller, requestId)),
  }
}
