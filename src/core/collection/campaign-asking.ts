import type { Caller } from '../shared/caller.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError } from '../shared/errors.ts'
import { type SubjectKind, subjectKinds } from '../shared/words.ts'
import { isCorporation, type SubjectRow, type Subjects } from '../subjects/subjects.ts'
import type { Asking, Prepared } from './asking.ts'
import type { CampaignRow, CampaignsStore, CampaignTarget } from './campaigns.store.ts'
import { asking as askingOf, type RequestState } from './requests.rules.ts'
import type { RequestsStore } from './requests.store.ts'

/** A proprietor is asked by nobody, but where they are named. */
const usualKinds = ['employee', 'dependent', 'payee'] as const satisfies readonly SubjectKind[]
/** Whoever stands in a list is meant, of whatever kind. */
export const kindsOf = ({ kinds, subjectIds }: CampaignTarget): readonly SubjectKind[] =>
  kinds ?? (subjectIds === undefined ? usualKinds : subjectKinds)

export const fitsTarget = (target: CampaignTarget, subject: SubjectRow): boolean =>
  kindsOf(target).includes(subject.kind) &&
  (target.companyId === undefined || target.companyId === subject.companyId) &&
  (target.departmentId === undefined || target.departmentId === subject.departmentId) &&
  (target.subjectIds === undefined || target.subjectIds.includes(subject._id))

/** A corporation whose 法人番号 is known is asked to confirm it only where it is named, and once. */
const isToConfirm = (
  { subjectIds }: CampaignTarget,
  { corporateNumber }: Pick<SubjectRow, 'corporateNumber'>,
  newest: RequestState | undefined,
): boolean => (corporateNumber === undefined || subjectIds !== undefined) && newest !== 'accepted'

const tries = 5
/** Somebody else asked one of them, or a number came, between reading and writing. */
const moved = new Error('a subject of the chunk changed meanwhile')
const hasMoved = (error: unknown): boolean =>
  isDuplicateKey(error) || (error instanceof AppError && error.cause === moved)

type Deps = {
  store: RequestsStore
  campaigns: CampaignsStore
  asking: Asking
  subjects: Subjects
}

/** A chunk of people, asked in the name of a campaign: by its job, and for those who join later. */
export const createCampaignAsking = ({ store, campaigns, asking, subjects }: Deps) => {
  /**
   * 番号法14条: the employee hands in the family's numbers too, in the one session. A dependent is asked for apart only where they
   * are named, or where nobody asks the employee any more, whose own number is held or who has none.
   */
  const throughEmployee = async (
    { organizationId, target }: CampaignRow,
    people: readonly SubjectRow[],
  ): Promise<ReadonlySet<string>> => {
    const family = people.filter(({ kind }) => kind === 'dependent')
    if (family.length === 0 || target.kinds !== undefined || target.subjectIds !== undefined) return new Set()
    const employees = await subjects.rows.findMany(organizationId, [
      ...new Set(family.flatMap(({ employeeId }) => employeeId ?? [])),
    ])
    const asked = new Set(employees.filter(({ numberState }) => askingOf[numberState] === 'yes').map(({ _id }) => _id))
    return new Set(family.filter(({ employeeId = '' }) => asked.has(employeeId)).map(({ _id }) => _id))
  }

  const askable = async (campaign: CampaignRow, people: readonly SubjectRow[], through: ReadonlySet<string>) => {
    const { target, organizationId } = campaign
    const corporations = people.filter(isCorporation).map(({ _id }) => _id)
    const newest = corporations.length === 0 ? new Map() : await store.newestStates(organizationId, corporations)
    const fitting = people.filter(
      (subject) =>
        fitsTarget(target, subject) &&
        !through.has(subject._id) &&
        (isCorporation(subject)
          ? isToConfirm(target, subject, newest.get(subject._id))
          : askingOf[subject.numberState] === 'yes'),
    )
    const ids = fitting.map(({ _id }) => _id)
    const busy = new Set((await store.openOf(organizationId, ids)).map(({ subjectId }) => subjectId))
    return fitting.filter(({ _id }) => !busy.has(_id))
  }

  const wishOf = ({ noticeId, dueOn, priority, documents }: CampaignRow) => ({
    priority,
    documents,
    ...defined({ noticeId, dueOn }),
  })

  /**
   * `inChunk` runs the transaction. Of whom one could not be asked after all the whole chunk is looked at anew.
   * How many were asked; undefined when the campaign is over.
   */
  return async (
    caller: Caller,
    campaign: CampaignRow,
    subjectIds: readonly string[],
    inChunk: (write: () => Promise<void>, prepared: Prepared) => Promise<void>,
    /** How many were passed over: not those who are asked through their employee. */
    counts: (asked: number, through: number) => number,
  ): Promise<number | undefined> => {
    const { organizationId, _id } = campaign
    for (let attempt = 1; ; attempt++) {
      const found = await subjects.rows.findMany(organizationId, subjectIds)
      const through = await throughEmployee(campaign, found)
      const people = await askable(campaign, found, through)
      const prepared = await asking.prepare(caller, people, wishOf(campaign), _id)
      const asked = prepared.rows.length
      let over = false
      const write = async (): Promise<void> => {
        over = !(await campaigns.addAsked(organizationId, _id, { asked, passedOver: counts(asked, through.size) }))
        if (over || asked === 0) return
        if (!(await asking.write(caller, prepared)))
          throw new AppError('unavailable', 'Some of these people changed at this moment: try again.', { cause: moved })
      }
      try {
        await inChunk(write, prepared)
        return over ? undefined : asked
      } catch (error) {
        if (!hasMoved(error) || attempt >= tries) throw error
      }
    }
  }
}
export type CampaignAsking = ReturnType<typeof createCampaignAsking>
