import { type Access, appointmentsAt, type Staff } from '../access/access.ts'
import type { Entry, Ledger } from '../ledger/ledger.ts'
import { purposes } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { defined } from '../shared/defined.ts'
import { AppError, errorTitles, notFound } from '../shared/errors.ts'
import type { PurposeCode } from '../shared/words.ts'
import type { Subjects } from '../subjects/subjects.ts'
import {
  type HandledBy,
  type HandledPurpose,
  type HandlingLine,
  type HandlingStatement,
  otherActors,
  resultOf,
  roleNames,
  type StatementRenderer,
  whatHappened,
} from './oversight.rules.ts'

export type StatementWish = { subjectId: string; from?: Date; to?: Date }

/** A whole document, in one answer: far more than a person's number sees in its time. */
const mostLines = 5000
const pageSize = 500

export type HandlingStatementDeps = {
  ledger: Pick<Ledger, 'prepare' | 'append' | 'list'>
  access: Pick<Access, 'staff'>
  organizations: Pick<Organizations, 'own' | 'getCompany' | 'findDepartments'>
  subjects: Pick<Subjects, 'get' | 'shown'>
  clock: Clock
  renderer: StatementRenderer
}

/**
 * 本人への開示: who touched my number, when, and why (個人情報保護法33条: 開示; 番号法 leaves it to that law). It names whoever acted,
 * in the role and post of that day, because that is what was asked; of others who are in the record it names nobody.
 */
export const createHandlingStatement = (deps: HandlingStatementDeps) => {
  const { ledger, access, organizations, subjects, clock, renderer } = deps

  const entriesOf = async (caller: Caller, { subjectId, from, to }: StatementWish & { to: Date }): Promise<Entry[]> => {
    const found: Entry[] = []
    for (let after: string | undefined; ; ) {
      const period = { from: from ?? new Date(0), to }
      const page = await ledger.list(caller, {
        ...{ ...period, subjectId, order: 'asc', limit: pageSize },
        ...defined({ after }),
      })
      found.push(...page.rows)
      if (found.length > mostLines)
        throw new AppError('invalid_request', `A statement has at most ${mostLines} lines: name a shorter period.`, {
          places: [{ parameter: 'from', code: 'invalid_request' }],
        })
      if (page.next === undefined) return found
      after = page.next
    }
  }

  /** Whoever acted, each looked up once. */
  const staffOf = async (caller: Caller, entries: readonly Entry[]): Promise<Map<string, Staff>> => {
    const ids = new Set(entries.flatMap(({ actor }) => (actor.type === 'staff' && actor.id ? [actor.id] : [])))
    const found = await Promise.all([...ids].map((id) => access.staff.find(caller.organizationId, id)))
    return new Map(found.flatMap((staff) => (staff === null ? [] : [[staff._id, staff]])))
  }

  const departmentsOf = async (caller: Caller, staff: Iterable<Staff>): Promise<Map<string, string>> => {
    const ids = new Set([...staff].flatMap(({ appointments }) => appointments.flatMap((one) => one.departmentId ?? [])))
    if (ids.size === 0) return new Map()
    return new Map((await organizations.findDepartments(caller, [...ids])).map(({ _id, name }) => [_id, name]))
  }

  const byStaff = (
    { at, actorName }: Entry,
    staff: Staff | undefined,
    departmentNames: Map<string, string>,
  ): HandledBy => {
    // The name is as of then, in the entry; role and post are those of the appointments in force on that day.
    const appointments = staff === undefined ? [] : appointmentsAt(staff.appointments, at)
    const roles = [...new Set(appointments.map(({ role }) => role))].map((code) => ({ code, ...roleNames[code] }))
    const departments = [
      ...new Set(appointments.flatMap(({ departmentId }) => departmentNames.get(departmentId ?? '') ?? [])),
    ]
    const post = appointments.find((one) => one.post !== undefined)?.post
    const titles = roles.length === 0 ? { ja: '担当者', en: 'staff' } : joined(roles)
    return {
      kind: 'staff',
      ja: [titles.ja, actorName].filter((part) => part !== undefined).join('　'),
      en: [actorName, titles.en].filter((part) => part !== undefined).join(', '),
      roles,
      departments,
      ...defined({ name: actorName, post }),
    }
  }

  const byOther = (subjectId: string, { actor }: Entry): HandledBy => {
    const kind = {
      subject: actor.id === subjectId ? ('self' as const) : ('family' as const),
      client: 'host' as const,
      operator: 'operator' as const,
      system: 'system' as const,
      staff: 'host' as const,
    }[actor.type]
    return { kind, ...otherActors[kind], roles: [], departments: [] }
  }

  const make = async (caller: Caller, wish: StatementWish, functionName: string): Promise<HandlingStatement> => {
    const { organizationId } = caller
    const { subjectId, from } = wish
    // One millisecond on: an entry of this very moment belongs to "until now", this statement's own among them.
    const madeAt = clock.now()
    const to = wish.to ?? new Date(madeAt.getTime() + 1)
    if (from !== undefined && from >= to)
      throw new AppError('invalid_request', '`from` must be before `to`.', {
        places: [{ parameter: 'from', code: 'invalid_request' }],
      })
    const shown = (await subjects.shown(organizationId, [subjectId])).get(subjectId)
    if (shown === undefined) throw notFound('subject')
    const [{ name }, organization, company] = await Promise.all([
      subjects.get(caller, subjectId),
      organizations.own(caller),
      organizations.getCompany(caller, shown.companyId),
    ])
    await ledger.append(
      await ledger.prepare(caller, [{ operation: 'disclose', functionName, outcome: 'done', subject: shown }]),
    )
    const entries = await entriesOf(caller, { ...wish, to })
    const staff = await staffOf(caller, entries)
    const departmentNames = await departmentsOf(caller, staff.values())
    return {
      subject: { id: subjectId, name },
      organizationName: organization.name,
      companyName: company.name,
      period: { to, ...defined({ from }) },
      madeAt,
      lines: entries.map((entry): HandlingLine => {
        const { operation, operationLabel, outcome, refusal, actor } = entry
        return {
          entryId: entry._id,
          at: entry.at,
          operation,
          operationLabel,
          functionName: entry.functionName,
          what: whatHappened(operation, operationLabel, outcome),
          by:
            actor.type === 'staff'
              ? byStaff(entry, staff.get(actor.id ?? ''), departmentNames)
              : byOther(subjectId, entry),
          outcome,
          result: resultOf(outcome, refusal === undefined ? undefined : errorTitles[refusal]),
          ...defined({
            purpose: entry.purpose === undefined ? undefined : purposeOf(entry.purpose),
            use: entry.use,
          }),
        }
      }),
    }
  }

  return {
    /** In the name of staff or host today; the person's own session can ask the same of itself. */
    get: (caller: Caller, wish: StatementWish): Promise<HandlingStatement> => make(caller, wish, '取扱状況の開示'),
    pdf: async (caller: Caller, wish: StatementWish): Promise<Buffer> =>
      renderer(await make(caller, wish, '取扱状況の開示（PDF）')),
  }
}
export type HandlingStatements = ReturnType<typeof createHandlingStatement>

const purposeOf = (code: PurposeCode): HandledPurpose => {
  const { name, nameEn, law } = purposes[code]
  return { code, ja: name, en: nameEn, law }
}

const joined = (roles: HandledBy['roles']) => ({
  ja: roles.map(({ ja }) => ja).join('・'),
  en: roles.map(({ en }) => en).join(', '),
})
