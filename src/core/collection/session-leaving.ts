import type { Ledger } from '../ledger/ledger.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Decisions, RefusalInput } from './decisions.ts'
import type { LinksStore } from './links.store.ts'
import type { Views } from './session-view.ts'
import type { Visit } from './visit.ts'
import { factorRequired, type Writing } from './writing.ts'

export type Postponement = { postponedAt: Date; linkExpiresAt: Date }

type Deps = {
  db: Database
  linkStore: LinksStore
  ledger: Ledger
  subjects: Subjects
  decisions: Pick<Decisions, 'refuse' | 'withdrawRefusal'>
  resume: (visit: Visit) => Promise<void>
  views: Views
  writing: Writing
}

/** Not now, or not at all: at any time. */
export const createSessionLeaving = (deps: Deps) => {
  const { db, linkStore, ledger, subjects, decisions, resume, views, writing } = deps

  /** 提供拒否（不同意）. What was entered until then stays where it is: staff see it, and the person can take the refusal back. */
  const refuse = async (visit: Visit, { reason, remark }: RefusalInput): Promise<void> => {
    const request = await writing.mustWrite(visit)
    if (request.change === true) throw new AppError('conflict', 'Nothing is asked for here: leave the page instead.')
    const { once: _, ...caller } = visit
    await decisions.refuse(caller, request._id, { reason, ...defined({ remark }) })
  }

  /** 不同意の撤回: the person goes on where they stopped. */
  const takeBack = async (visit: Visit): Promise<void> => {
    const request = await views.requestOf(visit)
    if (!visit.session.factor.passed) throw factorRequired()
    const { once: _, ...caller } = visit
    await decisions.withdrawRefusal(caller, request._id)
    await resume(visit)
  }

  /** あとで: what was entered is kept, and the session ends, for whoever uses this device next. */
  const postpone = async (visit: Visit): Promise<Postponement> => {
    const { organizationId, session, at } = visit
    const link = await linkStore.linkOf(organizationId, session.linkId)
    if (link === null) throw new AppError('internal', 'A session without its link.')
    const subject = (await subjects.shown(organizationId, [session.subjectId])).get(session.subjectId)
    const entries = await ledger.prepare(visit, [
      { operation: 'request', functionName: '本人による後回し', outcome: 'done', ...defined({ subject }) },
    ])
    const { once: _, ...caller } = visit
    await commit(db, caller, async () => {
      await linkStore.endSession(organizationId, session.id, at)
      await ledger.append(entries)
    })
    return { postponedAt: at, linkExpiresAt: link.expiresAt }
  }

  return { refuse, takeBack, postpone }
}
