import { type Keys, undecipherable } from '../keys/keys.ts'
import type { Entry, EntryRef, Ledger, Touch } from '../ledger/ledger.ts'
import { type Notices, purposeFits, purposeInForce } from '../notices/notices.ts'
import type { Caller, SubjectAsShown } from '../shared/caller.ts'
import { type Coverage, covers } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import { type Day, dayOf } from '../shared/dates.ts'
import { AppError, type ErrorCode, notFound } from '../shared/errors.ts'
import type { NumberUse, PurposeCode } from '../shared/words.ts'
import type { Subjects } from '../subjects/subjects.ts'
import { openVersions, wipeAll } from './open-versions.ts'
import type { VaultStore, VersionRow } from './vault.store.ts'

export type ReleasedNumber = { subjectId: string; versionId: string; issuedOn?: Day; digits: Buffer; entryId: string }

/** A chunk of numbers for a sealed file. `entries` commit with the chunk; `wipe` comes last, always. */
export type NumberBatch = {
  numbers: Map<string, { versionId: string; issuedOn?: Day; digits: Buffer }>
  /** Not released, by subject: no number, or the purpose was never told. */
  refused: { subjectId: string; code: ErrorCode }[]
  entries: Awaited<ReturnType<Ledger['prepare']>>
  /** For `vault.hold`, in the chunk's transaction. */
  held: { versionId: string; dekId: string }[]
  wipe: () => void
}

type Deps = { db: Database; store: VaultStore; keys: Keys; ledger: Ledger; notices: Notices; subjects: Subjects }

const operationOf = { view: 'view', print: 'print', export: 'export', filing: 'file' } as const satisfies Record<
  NumberUse,
  Entry['operation']
>

const heldOf = (versions: readonly VersionRow[]): { versionId: string; dekId: string }[] =>
  versions.flatMap(({ _id, dekId }) => (dekId === undefined ? [] : [{ versionId: _id, dekId }]))

/** The only way out. Purpose, notice, company and the ledger entry come before any digit does. */
export const createRelease = ({ db, store, keys, ledger, notices, subjects }: Deps) => {
  /** Why a number may not be used, or undefined. */
  const refusalOf = (
    subject: SubjectAsShown,
    version: VersionRow | undefined,
    purpose: PurposeCode,
    told: ReadonlySet<string>,
    { companyId, coverage, at }: { companyId: string; coverage: Coverage | undefined; at: Date },
  ): ErrorCode | undefined => {
    if (!covers(coverage, subject)) return 'not_permitted'
    if (!purposeFits(purpose, subject.kind) || !purposeInForce(purpose, dayOf(at))) return 'purpose_not_permitted'
    if (version === undefined || version.state !== 'registered') return 'number_missing'
    // 番号法9条・個人情報保護法18条: a number is held for one company, and used for what the person was told of.
    if (version.companyId !== companyId) return 'purpose_not_permitted'
    return told.has(subject.id) ? undefined : 'notice_required'
  }

  /**
   * A DEK that went between the two reads belongs to a number that was disposed of or corrected meanwhile: their commits come
   * before their keys go, so the number is in force no more. One that still is has lost its key, which is no `number_missing`:
   * an export would leave the person out and say nothing.
   */
  const mustBeGone = async (organizationId: string, keyless: readonly VersionRow[]): Promise<void> => {
    for (const { _id, dekId, sealed } of keyless)
      if (
        dekId === undefined ||
        sealed === undefined ||
        (await store.inForce(organizationId, [{ versionId: _id, dekId }]))
      )
        throw undecipherable(dekId ?? '(none)', `the number ${_id} is in force, and has no such DEK or no ciphertext`)
  }

  const openAll = (organizationId: string, versions: readonly VersionRow[]): Promise<Map<string, Buffer>> =>
    openVersions(
      keys,
      organizationId,
      versions,
      ({ subjectId }) => subjectId,
      (keyless) => mustBeGone(organizationId, keyless),
    )

  const batch = async (
    caller: Caller,
    request: {
      subjects: readonly SubjectAsShown[]
      companyId: string
      purpose: PurposeCode
      use: 'export' | 'filing'
      functionName: string
      jobId: string
      firstLine: number
    },
  ): Promise<NumberBatch> => {
    const { organizationId } = caller
    const { companyId, purpose, use, functionName, jobId } = request
    const ids = request.subjects.map(({ id }) => id)
    const [versions, told] = await Promise.all([
      store.currentOf(organizationId, ids),
      notices.toldOf(organizationId, ids, purpose, caller.at),
      ledger.mustBeSealed(organizationId),
    ])
    const bySubject = new Map(versions.map((version) => [version.subjectId, version]))
    const refused: NumberBatch['refused'] = []
    const allowed: VersionRow[] = []
    for (const subject of request.subjects) {
      const version = bySubject.get(subject.id)
      const code = refusalOf(subject, version, purpose, told, { companyId, coverage: caller.coverage, at: caller.at })
      if (code !== undefined) refused.push({ subjectId: subject.id, code })
      else if (version !== undefined) allowed.push(version)
    }
    const opened = await openAll(organizationId, allowed)
    const refusedCode = new Map(refused.map(({ subjectId, code }) => [subjectId, code]))
    const touches: Touch[] = request.subjects.flatMap((subject): Touch[] => {
      const base = { operation: operationOf[use], functionName, subject, purpose, use, jobId }
      const code = refusedCode.get(subject.id)
      if (opened.has(subject.id)) return [{ ...base, outcome: 'released' }]
      // Nobody's number was touched where there is none.
      return code === undefined || code === 'number_missing' ? [] : [{ ...base, outcome: 'refused', refusal: code }]
    })
    const entries = await ledger.prepare(caller, touches, request.firstLine).catch((error) => {
      wipeAll(opened)
      throw error
    })
    return {
      held: heldOf(allowed.filter(({ subjectId }) => opened.has(subjectId))),
      numbers: new Map(
        allowed.flatMap((version) => {
          const digits = opened.get(version.subjectId)
          if (digits === undefined) return []
          return [
            [
              version.subjectId,
              {
                versionId: version._id,
                digits,
                ...(version.issuedOn === undefined ? {} : { issuedOn: version.issuedOn }),
              },
            ],
          ]
        }),
      ),
      refused,
      entries,
      wipe: () => wipeAll(opened),
    }
  }

  /**
   * 閲覧・印刷. All or nothing; a refusal goes on record before it is answered. The callback gets one number after the
   * other as twelve ASCII bytes; all are zeroed after the last.
   */
  const reveal = async (
    caller: Caller,
    request: {
      subjectIds: readonly string[]
      purpose?: PurposeCode
      use: 'view' | 'print'
      /** Another reason not to: it goes on record as the others do. */
      refusal?: () => Promise<AppError | undefined>
    },
    callback: (number: ReleasedNumber) => void,
  ): Promise<EntryRef[]> => {
    const { organizationId } = caller
    const { subjectIds, purpose, use } = request
    const [shown, versions, told, refusal, stopped] = await Promise.all([
      subjects.shown(organizationId, subjectIds),
      store.currentOf(organizationId, subjectIds),
      purpose === undefined ? new Set<string>() : notices.toldOf(organizationId, subjectIds, purpose, caller.at),
      request.refusal?.(),
      ledger.whyStopped(organizationId),
    ])
    const functionName = use === 'view' ? 'マイナンバー表示' : 'マイナンバー印刷'
    const touchOf = (id: string): Omit<Touch, 'outcome' | 'refusal'> => {
      const subject = shown.get(id)
      return {
        operation: operationOf[use],
        functionName,
        use,
        ...(subject === undefined ? {} : { subject }),
        ...(purpose === undefined ? {} : { purpose }),
      }
    }
    const refuse = (error: AppError): Promise<never> => ledger.refuse(caller, error, subjectIds.map(touchOf))

    if (subjectIds.some((id) => !shown.has(id))) return refuse(notFound('subject'))
    if (refusal !== undefined) return refuse(refusal)
    if (purpose === undefined)
      return refuse(
        new AppError('purpose_not_permitted', 'Name the purpose: without one nothing is revealed.', {
          places: [{ pointer: '/purpose', code: 'purpose_not_permitted' }],
        }),
      )

    const bySubject = new Map(versions.map((version) => [version.subjectId, version]))
    const places = subjectIds.flatMap((id, i) => {
      const subject = shown.get(id)
      const code =
        subject === undefined
          ? 'not_found'
          : refusalOf(subject, bySubject.get(id), purpose, told, {
              companyId: subject.companyId,
              coverage: caller.coverage,
              at: caller.at,
            })
      return code === undefined ? [] : [{ pointer: `/subjectIds/${i}`, code }]
    })
    const [first] = places
    if (first !== undefined)
      return refuse(
        new AppError(first.code, 'Not every number may be revealed for this purpose: see errors.', { places }),
      )

    if (stopped !== undefined) throw stopped
    const opened = await openAll(organizationId, versions)
    try {
      if (opened.size < subjectIds.length)
        return await refuse(new AppError('number_missing', 'A number is being disposed of.'))
      const entries = await ledger.prepare(
        caller,
        subjectIds.map((id) => ({ ...touchOf(id), outcome: 'released' })),
      )
      if (entries.length === 1) await ledger.append(entries)
      else await db.inTransaction(() => ledger.append(entries))
      // A disposal or correction that began meanwhile: the entry stays (it is never withdrawn), the digits do not leave.
      if ((await store.inForce(organizationId, heldOf(versions))) < subjectIds.length)
        throw new AppError('number_missing', 'A number was corrected or is being disposed of: look at it again.')
      for (const [i, subjectId] of subjectIds.entries()) {
        const [version, digits, entry] = [bySubject.get(subjectId), opened.get(subjectId), entries[i]]
        if (version === undefined || digits === undefined || entry === undefined) throw new AppError('internal')
        callback({
          subjectId,
          versionId: version._id,
          digits,
          entryId: entry._id,
          ...(version.issuedOn === undefined ? {} : { issuedOn: version.issuedOn }),
        })
      }
      return ledger.refsOf(entries)
    } finally {
      wipeAll(opened)
    }
  }

  return { batch, reveal }
}
