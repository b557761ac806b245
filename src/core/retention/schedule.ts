import type { Keys } from '../keys/keys.ts'
import type { Organizations } from '../organizations/organizations.ts'
import { type Caller, seesMasks } from '../shared/caller.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { scanPage } from '../shared/scan.ts'
import type { SubjectKind } from '../shared/words.ts'
import { type SubjectFilter, type SubjectRow, type Subjects, toSubject } from '../subjects/subjects.ts'
import type { MaskedVersion, Vault } from '../vault/vault.ts'
import type { Basis, FindBasis } from './basis.ts'
import { isDue, type Planned } from './retention.rules.ts'

/** A row of the deletion list, in the columns of the customers' screen. */
export type ScheduleRow = {
  subjectId: string
  kind: SubjectKind
  department?: { code: string; name: string }
  code?: string
  name: string
  employeeName?: string
  dependentNo?: number
  issuedOn?: Day
  masked?: string
  retiredOn?: Day
  insuranceLostOn?: Day
  plannedOn?: Day
  state: Planned['state']
  due: boolean
}

type Deps = {
  keys: Keys
  organizations: Organizations
  subjects: Subjects
  vault: Pick<Vault, 'currentMasked'>
  basisOf: FindBasis
}
type Live = { basis: Basis; number: MaskedVersion }

const scanBatch = 500
const totalLimit = 10_000

/** 削除一覧: every living number in the customers' order, or only those due today. Only the rows shown are decrypted. */
export const createSchedule = ({ keys, organizations, subjects, vault, basisOf }: Deps) => {
  const liveOf = async (organizationId: string, rows: readonly SubjectRow[]): Promise<Live[]> => {
    const numbers = await vault.currentMasked(
      organizationId,
      rows.map(({ _id }) => _id),
    )
    const bases = await basisOf(
      organizationId,
      rows.filter(({ _id }) => numbers.has(_id)),
    )
    return [...bases].flatMap(([id, basis]) => {
      const number = numbers.get(id)
      return number === undefined ? [] : [{ basis, number }]
    })
  }

  const toRows = async (caller: Caller, found: readonly Live[], today: Day): Promise<ScheduleRow[]> => {
    const { organizationId } = caller
    const cipher = await keys.fields.for(organizationId)
    const shown = await subjects.shownRows(
      organizationId,
      found.map(({ basis }) => basis.row),
    )
    const employeeIds = [...new Set(found.flatMap(({ basis }) => basis.row.employeeId ?? []))]
    const employees = new Map((await subjects.getMany(organizationId, employeeIds)).map((e) => [e.id, e.name]))
    return found.map(({ basis: { row, relation, planned }, number }) => {
      const seen = shown.get(row._id)
      return {
        subjectId: row._id,
        kind: row.kind,
        name: toSubject(cipher, row).name,
        state: planned.state,
        due: isDue(planned, today),
        ...defined({
          masked: seesMasks(caller) ? number.masked : undefined,
          department: seen?.department,
          code: seen?.code,
          employeeName: row.employeeId === undefined ? undefined : employees.get(row.employeeId),
          dependentNo: row.dependentNo,
          issuedOn: number.issuedOn,
          retiredOn: relation.endedOn,
          insuranceLostOn: relation.insuranceLostOn,
          plannedOn: planned.plannedOn,
        }),
      }
    })
  }

  const countDue = async (organizationId: string, filter: SubjectFilter, today: Day): Promise<string> => {
    let count = 0
    let from: string | undefined
    for (;;) {
      const batch = await subjects.rows.inOrder(organizationId, filter, from, scanBatch)
      count += (await liveOf(organizationId, batch)).filter(({ basis }) => isDue(basis.planned, today)).length
      if (count > totalLimit || batch.length < scanBatch) return shownTotal(count, totalLimit)
      from = batch.at(-1)?.order
    }
  }

  return async (
    caller: Caller,
    query: PageRequest & { companyId?: string; due?: boolean },
  ): Promise<Page<ScheduleRow>> => {
    const { organizationId } = caller
    const { limit, due } = query
    const today = await organizations.today(caller)
    const filter: SubjectFilter = {
      numberStates: ['registered', 'checked'],
      ...defined({ companyId: query.companyId, coverage: caller.coverage }),
    }
    const wanted = ({ basis }: Live): boolean => due !== true || isDue(basis.planned, today)

    const { rows, next } = await scanPage<SubjectRow, Live>(
      {
        read: (from, size) => subjects.rows.inOrder(organizationId, filter, from?.[0]?.toString(), size),
        keyOf: ({ order }) => [order],
        pick: async (batch) => (await liveOf(organizationId, batch)).filter(wanted),
        keyOfFound: ({ basis }) => [basis.row.order],
      },
      { limit, after: readCursor(query.after, ['string']), all: due !== true },
    )
    return {
      rows: await toRows(caller, rows, today),
      ...defined({ next }),
      ...(query.total === true
        ? {
            total:
              due === true
                ? await countDue(organizationId, filter, today)
                : shownTotal(await subjects.count(organizationId, filter)),
          }
        : {}),
    }
  }
}
