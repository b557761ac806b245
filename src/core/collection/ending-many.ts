import type { Ledger } from '../ledger/ledger.ts'
import type { Caller } from '../shared/caller.ts'
import { defined } from '../shared/defined.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Move, RequestRow } from './requests.store.ts'
import type { Telling, Transitions } from './transitions.ts'

type Deps = { transitions: Transitions; ledger: Ledger; subjects: Subjects }
type Ending = { functionName: string; change: Move; telling?: Telling }

/** Requests that end without a number, many at once: none of these subjects is being asked any more. */
export const createEndingMany =
  ({ transitions, ledger, subjects }: Deps) =>
  /** Ready to be written inside a transaction, where the table has the last word for each. */
  async (
    caller: Caller,
    rows: readonly RequestRow[],
    to: 'expired' | 'cancelled',
    { functionName, change, telling }: Ending,
  ): Promise<() => Promise<void>> => {
    const { organizationId } = caller
    const shown = await subjects.shown(
      organizationId,
      rows.map(({ subjectId }) => subjectId),
    )
    const entries = await ledger.prepare(
      caller,
      rows.map(({ subjectId }) => ({
        operation: 'request',
        functionName,
        outcome: 'done',
        ...defined({ subject: shown.get(subjectId) }),
      })),
    )
    const lines = await transitions.linesOf(caller, rows, to, telling)
    const ids = rows.map(({ _id }) => _id)
    return async () => {
      const moved = await transitions.moveMany(caller, ids, to, { ...change, endWriting: true, lines })
      const ended = new Set(moved.map(({ _id }) => _id))
      const whose = moved.map(({ subjectId }) => subjectId)
      await subjects.rows.moveNumberState(organizationId, whose, ['requested'], { numberState: 'none' })
      await ledger.append(entries.filter((_, i) => ended.has(rows[i]?._id ?? '')))
    }
  }
export type EndMany = ReturnType<typeof createEndingMany>
