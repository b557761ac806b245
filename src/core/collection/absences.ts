import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import type { NoNumber, Subject, Subjects } from '../subjects/subjects.ts'
import type { RequestsStore } from './requests.store.ts'
import type { Transitions } from './transitions.ts'
import { absenceReasons } from './words.ts'

type Deps = {
  db: Database
  store: RequestsStore
  transitions: Transitions
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
}

/**
 * 番号なし: who has none is not asked for it, and a slip says why it is blank (国税庁 法定調書FAQ: 個人番号を有しない者). An open
 * request ends with it.
 */
export const createAbsences = ({ db, store, transitions, ledger, organizations, subjects }: Deps) => {
  const entriesOf = async (caller: Caller, subjectId: string, functionName: string) => {
    const subject = (await subjects.shown(caller.organizationId, [subjectId])).get(subjectId)
    if (subject === undefined) throw notFound('subject')
    return ledger.prepare(caller, [{ operation: 'subject', functionName, outcome: 'done', subject }])
  }

  const set = async (caller: Caller, subjectId: string, absence: NoNumber): Promise<Subject> => {
    const { organizationId } = caller
    const subject = await subjects.get(caller, subjectId)
    if (subject.payeeKind === 'corporation')
      throw new AppError('conflict', 'A corporate payee has a 法人番号: nothing is collected of it.')
    if (absence.sinceOn !== undefined && absence.sinceOn > (await organizations.today(caller)))
      throw invalidField('/sinceOn', 'invalid_request', 'Record it from the day on which it is so.')
    const entries = await entriesOf(caller, subjectId, `番号なしの記録（${absenceReasons[absence.reason].ja}）`)
    const [open] = await store.openOf(organizationId, [subjectId])
    const lines =
      open === undefined ? [] : await transitions.lineOf(caller, open, 'cancelled', { reasons: ['no_number'] })
    return commit(db, caller, async () => {
      const from = ['none', 'requested', 'disposed', 'no_number'] as const
      const to = { numberState: 'no_number', noNumber: absence } as const
      if ((await subjects.rows.moveNumberState(organizationId, [subjectId], from, to)) === 0)
        throw new AppError('conflict', 'A number is registered: it is not absent. Correct or dispose of it instead.')
      if (open !== undefined)
        await transitions.move(caller, open._id, 'cancelled', {
          set: { cancelledAt: caller.at, cancellation: { reason: 'no_number' } },
          endWriting: true,
          lines,
        })
      await ledger.append(entries)
      return subjects.get(caller, subjectId)
    })
  }

  /** It has one now, or it was a mistake: the subject may be asked. */
  const remove = async (caller: Caller, subjectId: string): Promise<Subject> => {
    const { organizationId } = caller
    const entries = await entriesOf(caller, subjectId, '番号なしの取消')
    return commit(db, caller, async () => {
      const to = { numberState: 'none' } as const
      if ((await subjects.rows.moveNumberState(organizationId, [subjectId], ['no_number'], to)) === 0)
        throw new AppError('conflict', 'It is not recorded that this subject has no number.')
      await ledger.append(entries)
      return subjects.get(caller, subjectId)
    })
  }

  return { set, remove }
}
export type Absences = ReturnType<typeof createAbsences>
