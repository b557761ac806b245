import type { ConsentKind, Language, Notices } from '../notices/notices.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import { subjectOfKey } from './session-keys.ts'
import type { Visit } from './visit.ts'
import type { Writing } from './writing.ts'

export type ConsentAnswer = { kind: ConsentKind; dependentKey?: string; language?: Language }

type Deps = { db: Database; subjects: Subjects; notices: Notices; writing: Writing }

/** 同意・委任・委託, given by the person on the page. */
export const createSessionConsents = ({ db, subjects, notices, writing }: Deps) => {
  const give = async (
    visit: Visit,
    { kind, dependentKey, language = visit.language }: ConsentAnswer,
  ): Promise<void> => {
    const { organizationId, session } = visit
    const request = await writing.mustBeTold(visit)
    const { subjectId, requestId } = session
    const family = (await subjects.rows.findDependents(organizationId, [subjectId])).map(({ _id }) => _id)
    const about = dependentKey === undefined ? undefined : subjectOfKey(request, dependentKey, subjectId, family)
    if (about === undefined && (dependentKey !== undefined || kind !== 'family_check_entrusted'))
      throw invalidField('/dependentKey', dependentKey === undefined ? 'required' : 'not_found', 'Name the dependent.')
    if (about === subjectId)
      throw invalidField('/dependentKey', 'invalid_request', 'Name the dependent, not the person.')
    // 委任状: the spouse gives it, and the employee is the agent.
    const [giver, concernsId] = kind === 'category_3_agent' ? [about, subjectId] : [subjectId, about]
    if (giver === undefined) throw new AppError('internal', 'A consent without a giver.')
    const wanted = { subjectId: giver, kind, ...defined({ concernsId, requestId }) }
    if (await notices.consents.isGiven(organizationId, wanted)) return
    const prepared = await notices.consents.prepare(visit, {
      ...{ ...wanted, language, channel: 'page', givenAt: visit.at },
    })
    const { once: _, ...caller } = visit
    await commit(db, caller, async () => {
      await writing.mark(visit, {})
      // A second tap waits at the mark for the first one.
      if (await notices.consents.isGiven(organizationId, wanted)) return
      await notices.consents.insert(prepared)
    })
  }
  return { give }
}
