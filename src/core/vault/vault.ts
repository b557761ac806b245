import type { Anchored, Anchors } from '../anchors/anchors.ts'
import type { Files } from '../files/files.ts'
import type { Keys } from '../keys/keys.ts'
import type { EntryRef, Ledger, LedgerOperation, Touch } from '../ledger/ledger.ts'
import { type Notices, type NoticeWish, noticeTouch } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { type Caller, type SubjectAsShown, seesMasks } from '../shared/caller.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { NumberState } from '../shared/words.ts'
import type { SubjectRow, Subjects } from '../subjects/subjects.ts'
import { needsConfirmation } from './accepted-numbers.ts'
import { createDisposalSteps } from './disposal-steps.ts'
import { type Comparison, createDuplicates, type HeldElsewhere, nothingCompared } from './duplicates.ts'
import { type Confirmation, createEntrance, type NumberAsSent } from './entrance.ts'
import { createLiveMarks } from './live-marks.ts'
import { digitsOf, type MyNumber } from './my-number.ts'
import { sealNumber } from './number-cipher.ts'
import { indexesOf, indexOf } from './number-index.ts'
import { createPlaceNumbers } from './place-numbers.ts'
import { createRelease, type NumberBatch } from './release.ts'
import { createRenewIndexes } from './renew-indexes.ts'
import { createRenewNumbers } from './renew-numbers.ts'
import { createVaultStore, type VersionRow } from './vault.store.ts'

export type { CarriedNumber } from './carried-number.ts'
export type { ReturnedVersion } from './disposal-steps.ts'
export type { Duplicate, DuplicatePage, HeldElsewhere } from './duplicates.ts'
export type { NumberAsSent } from './entrance.ts'
export { MyNumber } from './my-number.ts'
export type { NumberBatch, ReleasedNumber } from './release.ts'
export type { VersionState } from './vault.store.ts'

/** A version as lists and pages see it. */
export type MaskedVersion = {
  versionId: string
  version: number
  state: VersionRow['state']
  /** `*****` and the last two digits; absent once disposed of, and for who sees no digits. */
  masked?: string
  issuedOn?: Day
  registeredAt: Date
  registeredBy: VersionRow['registeredBy']
  selfCheckedAt?: Date
  staffCheckedAt?: Date
  reason?: string
}
export type SubjectNumber = {
  subjectId: string
  state: NumberState
  current?: MaskedVersion
  versions: MaskedVersion[]
  /** Only in the answer to staff who entered it: others who have the same number. */
  duplicates?: HeldElsewhere[]
  /** Only of an act: what it put on record. */
  entries?: EntryRef[]
}

const withoutMasks = ({ current, versions, ...rest }: SubjectNumber): SubjectNumber => {
  const hide = ({ masked: _, ...version }: MaskedVersion): MaskedVersion => version
  return { ...rest, versions: versions.map(hide), ...(current === undefined ? {} : { current: hide(current) }) }
}

type Deps = {
  db: Database
  keys: Keys
  ledger: Ledger
  outbox: Outbox
  organizations: Organizations
  subjects: Subjects
  notices: Notices
  /** Files that hold numbers: a correction destroys those with the wrong digits. */
  files: Pick<Files, 'destroyWritten'>
  /** What is destroyed is on the list outside the databases before it goes. */
  anchors: Pick<Anchors, 'enter' | 'keysGone' | 'carriedOut'>
  onError: (error: unknown) => void
}

type Entry = {
  number: NumberAsSent
  issuedOn?: Day
  reason?: string
  /** Whom a JWE may name besides the subject: a dependent had no id when the page encrypted. */
  alias?: string
} & Confirmation

/** Where the digits are. Every way in checks and seals; the only way out is `reveal` and, for sealed files, `batch`. */
export const createVault = (deps: Deps) => {
  const { db, keys, ledger, outbox, organizations, subjects, notices, anchors } = deps
  const store = createVaultStore(db)
  const renewIndexes = createRenewIndexes({ store, keys, onError: deps.onError })
  const duplicates = createDuplicates({ db, store, keys, ledger, organizations, subjects })
  const entrance = createEntrance(deps)
  const liveMarks = createLiveMarks({ deks: keys.deks, onError: deps.onError })

  const masked = (row: VersionRow, reason?: string): MaskedVersion => ({
    versionId: row._id,
    version: row.version,
    state: row.state,
    masked: `*****${row.mask ?? ''}`,
    registeredAt: row.registeredAt,
    registeredBy: row.registeredBy,
    ...defined({
      issuedOn: row.issuedOn,
      selfCheckedAt: row.selfCheckedAt,
      staffCheckedAt: row.staffCheckedAt,
      reason,
    }),
  })

  const subjectOf = async (caller: Caller, subjectId: string): Promise<{ row: SubjectRow; shown: SubjectAsShown }> => {
    const row = await subjects.rows.find(caller.organizationId, subjectId)
    const shown = row === null ? undefined : (await subjects.shownRows(caller.organizationId, [row])).get(subjectId)
    if (row === null || shown === undefined) throw notFound('subject')
    return { row, shown }
  }

  const mustTakeNumbers = (row: SubjectRow): void => {
    if (row.payeeKind === 'corporation')
      throw new AppError(
        'conflict',
        'A corporate payee has a 法人番号, which is public: it is a plain field of the subject.',
      )
  }

  /**
   * The DEK with its place in the index (majority) and the sealed record: what a commit needs. Meanwhile the index is asked who
   * has this number already; only a match costs a decryption.
   */
  const sealFor = async (caller: Caller, subjectId: string, versionId: string, number: MyNumber) => {
    const { organizationId } = caller
    const hash = await keys.numberIndex.for(organizationId)
    const digits = digitsOf(number)
    const [[dek], candidates] = await Promise.all([
      keys.deks.prepare(organizationId, [{ purpose: 'number', refId: versionId, index: indexOf(hash, digits) }]),
      keys.deks.candidates(organizationId, indexesOf(hash, digits)),
    ])
    if (dek === undefined) throw new AppError('internal', 'No DEK was made.')
    const sealed = sealNumber(dek, number, { organizationId, subjectId, versionId })
    const mask = number.lastTwo
    // Somebody else's record that cannot be read must not keep this person's out.
    const comparison = await duplicates.heldElsewhere(caller, subjectId, number, candidates).catch((error) => {
      deps.onError(error)
      return nothingCompared
    })
    number.wipe()
    return { record: { sealed, dekId: dek.id, mask }, comparison }
  }

  /** In the transaction of the entry. The person who entered it is not told who else has it; the host is, and staff are of whom they may see. */
  const announce = async (
    caller: Caller,
    { subjectId, versionId }: { subjectId: string; versionId: string },
    { others, told, entries }: Comparison,
  ): Promise<{ duplicates?: HeldElsewhere[] }> => {
    await ledger.append(entries)
    const ids = others.map((other) => ({ otherSubjectId: other.subjectId, otherVersionId: other.versionId }))
    await outbox.events(
      caller,
      ids.map((other) => ({ type: 'number.duplicated', data: { subjectId, versionId, ...other } })),
    )
    return told.length === 0 || caller.actor.type === 'subject' ? {} : { duplicates: told }
  }

  /** With the number, what the 取扱記録 says of it: that staff confirmed a sample is on record, in the name of the function. */
  const judge = async (
    caller: Caller,
    input: { subjectId: string } & Entry,
  ): Promise<{ number: MyNumber; remark: '' | '（見本番号確認済）' }> => {
    const subs = [input.subjectId, ...(input.alias === undefined ? [] : [input.alias])]
    const number = await entrance.judge(caller, input.number, subs, input)
    return { number, remark: needsConfirmation(number, caller.mode) ? '（見本番号確認済）' : '' }
  }

  /** Whether this could be registered, for whoever must know before writing something else. */
  const mustAccept = async (caller: Caller, number: NumberAsSent, subs: readonly string[]): Promise<void> =>
    (await entrance.judge(caller, number, subs)).wipe()

  const sealReason = async (
    caller: Caller,
    versionId: string,
    reason: string | undefined,
  ): Promise<Buffer | undefined> =>
    reason === undefined ? undefined : (await keys.fields.for(caller.organizationId)).seal(versionId, 'reason', reason)

  const touch = (operation: LedgerOperation, functionName: string, subject: SubjectAsShown): Touch => ({
    operation,
    functionName,
    outcome: 'done',
    subject,
  })

  const toNumber = (subjectId: string, state: NumberState, versions: MaskedVersion[]): SubjectNumber => {
    const current = versions.find((version) => version.state === 'registered')
    return { subjectId, state, versions, ...defined({ current }) }
  }

  const read = async (organizationId: string, subjectId: string, state: NumberState): Promise<SubjectNumber> => {
    const rows = await store.ofSubject(organizationId, subjectId)
    const cipher = await keys.fields.for(organizationId)
    const reasonOf = (row: VersionRow) =>
      row.reason === undefined ? undefined : cipher.open(row._id, 'reason', row.reason)
    return toNumber(
      subjectId,
      state,
      rows.map((row) => masked(row, reasonOf(row))),
    )
  }

  const numberOf = async (caller: Caller, subjectId: string): Promise<SubjectNumber> => {
    const subject = await subjects.rows.find(caller.organizationId, subjectId)
    if (subject === null) throw notFound('subject')
    const number = await read(caller.organizationId, subjectId, subject.numberState)
    return seesMasks(caller) ? number : withoutMasks(number)
  }

  const exists = (): AppError =>
    new AppError('already_exists', 'A number is registered: use a correction (修正) or a reissue (再発行).')

  /** 登録 by the person, 代理登録 by staff. */
  const register = async (
    caller: Caller,
    input: { subjectId: string } & Entry & NoticeWish,
  ): Promise<SubjectNumber> => {
    const { organizationId } = caller
    const { subjectId } = input
    const { row: subject, shown } = await subjectOf(caller, subjectId)
    mustTakeNumbers(subject)
    const { number, remark } = await judge(caller, input)
    const earlier = await store.ofSubject(organizationId, subjectId)
    if (earlier.some(({ current, state }) => current === true || state === 'disposing')) throw exists()
    const given = await notices.forRegistration(caller, subjectId, input)

    const versionId = newId('numberVersion')
    const { record, comparison } = await sealFor(caller, subjectId, versionId, number)
    const version: VersionRow = {
      _id: versionId,
      organizationId,
      subjectId,
      companyId: subject.companyId,
      version: (earlier[0]?.version ?? 0) + 1,
      state: 'registered',
      current: true,
      ...record,
      registeredBy: caller.actor.type,
      registeredAt: caller.at,
      ...defined({ issuedOn: input.issuedOn ?? subject.issuedOnHint }),
    }
    // A notice that is told of with the number is an act of its own; the standing one stands by itself.
    const notified =
      input.notice === undefined ? [] : await ledger.prepare(caller, [{ ...noticeTouch, subject: shown }])
    const byPerson = caller.actor.type === 'subject'
    const entries = await ledger.prepare(caller, [
      touch(
        byPerson ? 'register' : 'register_by_proxy',
        byPerson ? 'マイナンバー登録（本人）' : `マイナンバー代理登録${remark}`,
        shown,
      ),
    ])
    const result = await commit(db, caller, async () => {
      await entrance.spend(caller, input.number)
      await store.insert([version])
      if (given.length > 0) await notices.insertGiven(given)
      await subjects.setNumberState(organizationId, subjectId, 'registered')
      await ledger.append([...entries, ...notified])
      await outbox.event(caller, 'number.registered', { subjectId, versionId })
      const told = await announce(caller, { subjectId, versionId }, comparison)
      const versions = [version, ...earlier].map((row) => masked(row))
      return { ...toNumber(subjectId, 'registered', versions), ...told, entries: ledger.refsOf(entries) }
    }).catch((error) => {
      throw isDuplicateKey(error) ? exists() : error
    })
    liveMarks.add(organizationId, [record.dekId])
    return result
  }

  const mustHaveCurrent = async (caller: Caller, subjectId: string): Promise<VersionRow & { dekId: string }> => {
    const current = await store.current(caller.organizationId, subjectId)
    if (current === null || current.dekId === undefined || current.state !== 'registered')
      throw new AppError('number_missing', 'No number is registered.')
    return { ...current, dekId: current.dekId }
  }

  const raced = (): AppError =>
    new AppError('conflict', 'Somebody else changed this number at the same moment: read it again.')

  /**
   * 修正: the wrong digits are destroyed at once, in the vault and in every file, and both checks cleared. The entry gets an id of
   * its own, so that nobody can confirm digits that they have not seen.
   */
  const correct = async (caller: Caller, input: { subjectId: string } & Entry): Promise<SubjectNumber> => {
    const { organizationId } = caller
    const { subjectId } = input
    const { shown } = await subjectOf(caller, subjectId)
    const { number, remark } = await judge(caller, input)
    const current = await mustHaveCurrent(caller, subjectId)
    const versionId = newId('numberVersion')
    const { record, comparison } = await sealFor(caller, subjectId, versionId, number)
    const next: VersionRow = {
      _id: versionId,
      organizationId,
      subjectId,
      companyId: current.companyId,
      version: current.version,
      state: 'registered',
      current: true,
      ...record,
      doomedDekIds: [current.dekId, ...(current.doomedDekIds ?? [])],
      registeredBy: caller.actor.type,
      registeredAt: caller.at,
      ...defined({
        issuedOn: input.issuedOn ?? current.issuedOn,
        reason: await sealReason(caller, versionId, input.reason),
      }),
    }
    const entries = await ledger.prepare(caller, [touch('correct', `マイナンバー修正${remark}`, shown)])
    const result = await commit(db, caller, async () => {
      await entrance.spend(caller, input.number)
      if (!(await store.remove(current))) throw raced()
      await store.insert([next])
      await subjects.setNumberState(organizationId, subjectId, 'registered')
      await ledger.append(entries)
      await outbox.event(caller, 'number.corrected', { subjectId, versionId })
      const told = await announce(caller, { subjectId, versionId }, comparison)
      return { ...(await read(organizationId, subjectId, 'registered')), ...told, entries: ledger.refsOf(entries) }
    })
    liveMarks.add(organizationId, [record.dekId])
    // The wrong digits: their only key goes now. If this is cut short, finishCorrections does it.
    await destroyDoomed(organizationId, subjectId, versionId, next.doomedDekIds ?? []).catch(deps.onError)
    return result
  }

  const destroyDoomed = async (
    organizationId: string,
    subjectId: string,
    versionId: string,
    dekIds: readonly string[],
  ): Promise<void> => {
    const body = { subjectId }
    const entry = { kind: 'correction' as const, ownerId: versionId, organizationId, body }
    const entered: Anchored[] = [await anchors.enter({ ...entry, dekIds, of: dekIds })]
    await keys.deks.destroy(organizationId, dekIds)
    await deps.files.destroyWritten(organizationId, [subjectId], async (held) => {
      entered.push(await anchors.enter({ ...entry, dekIds: held, of: held }))
    })
    await anchors.keysGone(entered)
    await db.inTransaction(async () => {
      await store.undoomed(organizationId, versionId, dekIds)
      await anchors.carriedOut(entered)
    })
  }

  /**
   * 取消: who entered a number for somebody by mistake, and has not submitted, takes it back. The digits are destroyed at once, as
   * in a 修正. `write` joins the transaction of the rest; `destroy` follows it, or finishCorrections does it.
   */
  const prepareWithdrawal = async (caller: Caller, subjectId: string) => {
    const { organizationId } = caller
    const current = await store.current(organizationId, subjectId)
    if (current?.dekId === undefined) return undefined
    const { _id: versionId, dekId, doomedDekIds = [] } = current
    const { shown } = await subjectOf(caller, subjectId)
    const entries = await ledger.prepare(caller, [touch('delete', 'マイナンバー取消（提出前）', shown)])
    return {
      entries: ledger.refsOf(entries),
      write: async (): Promise<void> => {
        if (!(await store.withdraw({ ...current, dekId }, caller.at))) throw raced()
        await ledger.append(entries)
        await outbox.event(caller, 'number.deleted', { subjectId, versionId })
      },
      destroy: (): Promise<void> =>
        destroyDoomed(organizationId, subjectId, versionId, [dekId, ...doomedDekIds]).catch(deps.onError),
    }
  }

  /** Finishes corrections that a kill left between commit and destruction. */
  const finishCorrections = async (): Promise<number> => {
    const rows = await store.doomed(500)
    for (const row of rows) await destroyDoomed(row.organizationId, row.subjectId, row._id, row.doomedDekIds ?? [])
    return rows.length
  }

  /** 再発行: a new version; the old one lives on by its own claims. */
  const reissue = async (caller: Caller, input: { subjectId: string } & Entry): Promise<SubjectNumber> => {
    const { organizationId } = caller
    const { subjectId } = input
    const { shown } = await subjectOf(caller, subjectId)
    const { number, remark } = await judge(caller, input)
    const current = await mustHaveCurrent(caller, subjectId)
    if (input.issuedOn !== undefined && current.issuedOn !== undefined && input.issuedOn < current.issuedOn)
      throw invalidField('/issuedOn', 'invalid_request', 'A reissue cannot be older than the version it replaces.')
    const versionId = newId('numberVersion')
    const { record, comparison } = await sealFor(caller, subjectId, versionId, number)
    const version: VersionRow = {
      _id: versionId,
      organizationId,
      subjectId,
      companyId: current.companyId,
      version: current.version + 1,
      state: 'registered',
      current: true,
      ...record,
      registeredBy: caller.actor.type,
      registeredAt: caller.at,
      ...defined({ issuedOn: input.issuedOn, reason: await sealReason(caller, versionId, input.reason) }),
    }
    const entries = await ledger.prepare(caller, [touch('reissue', `マイナンバー再発行${remark}`, shown)])
    const result = await commit(db, caller, async () => {
      await entrance.spend(caller, input.number)
      if (!(await store.supersede(organizationId, current._id))) throw raced()
      await store.insert([version])
      await subjects.setNumberState(organizationId, subjectId, 'registered')
      await ledger.append(entries)
      await outbox.event(caller, 'number.reissued', { subjectId, versionId })
      const told = await announce(caller, { subjectId, versionId }, comparison)
      return { ...(await read(organizationId, subjectId, 'registered')), ...told, entries: ledger.refsOf(entries) }
    }).catch((error) => {
      throw isDuplicateKey(error) ? raced() : error
    })
    liveMarks.add(organizationId, [record.dekId])
    return result
  }

  const checks = {
    self: { field: 'selfCheckedAt', functionName: '本人番号確認' },
    staff: { field: 'staffCheckedAt', functionName: '管理者番号確認' },
  } as const

  /** 番号確認: two separate confirmations of one version. */
  const check = async (
    caller: Caller,
    input: { subjectId: string; versionId: string; kind: 'self' | 'staff' },
  ): Promise<SubjectNumber> => {
    const { organizationId } = caller
    const { subjectId, versionId } = input
    const { row: subject, shown } = await subjectOf(caller, subjectId)
    const current = await mustHaveCurrent(caller, subjectId)
    if (current._id !== versionId) {
      const versions = await store.ofSubject(organizationId, subjectId)
      throw versions.some(({ _id }) => _id === versionId)
        ? new AppError('conflict', 'This is not the current version: look at the number again.')
        : invalidField(
            '/versionId',
            'not_found',
            'There is no such version, or it was corrected: look at the number again.',
          )
    }
    const { field, functionName } = checks[input.kind]
    if (current[field] !== undefined) return read(organizationId, subjectId, subject.numberState)
    const { selfCheckRequired } = await organizations.own(caller)
    const entries = await ledger.prepare(caller, [touch('check', functionName, shown)])
    return commit(db, caller, async () => {
      const after = await store.check(current, field, caller.at)
      if (after === null) {
        // Somebody else's check came first: it is checked once, and this answer is as that one's.
        const now = await mustHaveCurrent(caller, subjectId)
        if (now._id !== versionId || now[field] === undefined) throw raced()
        return read(organizationId, subjectId, (await subjectOf(caller, subjectId)).row.numberState)
      }
      const enough = after.staffCheckedAt !== undefined && (!selfCheckRequired || after.selfCheckedAt !== undefined)
      const state: NumberState = enough ? 'checked' : 'registered'
      await subjects.setNumberState(organizationId, subjectId, state)
      await ledger.append(entries)
      await outbox.event(caller, 'number.checked', { subjectId, versionId })
      return { ...(await read(organizationId, subjectId, state)), entries: ledger.refsOf(entries) }
    })
  }

  const currentMasked = async (
    organizationId: string,
    subjectIds: readonly string[],
  ): Promise<Map<string, MaskedVersion>> =>
    new Map((await store.maskedOf(organizationId, subjectIds)).map((row) => [row.subjectId, masked(row)]))

  return {
    register,
    correct,
    reissue,
    check,
    /** Opens a JWE that came in place of a number; whoever gets it wipes it. */
    receive: entrance.receive,
    /** For `GET /v1/vault/jwks`. */
    jwks: keys.transport.jwks,
    mustAccept,
    numberOf,
    currentMasked,
    prepareWithdrawal,
    finishCorrections,
    listDuplicates: duplicates.list,
    /** Inside the transaction of a use: false when one of these numbers was corrected, reissued or is being disposed of. */
    hold: store.hold,
    /** A look at the same, outside a transaction: whether it is worth writing what they are in. */
    areInForce: async (organizationId: string, held: NumberBatch['held']): Promise<boolean> =>
      (await store.inForce(organizationId, held)) === held.length,
    ...createRelease({ db, store, keys, ledger, notices, subjects }),
    ...createDisposalSteps({ store, keys, subjects }),
    /** For core/renewal: a page of numbers, those in an older format written anew. */
    renewNumbers: createRenewNumbers({ store, keys, onError: deps.onError }),
    /** For a worker's timer. */
    placeNumbers: createPlaceNumbers({ keys, renewIndexes, onError: deps.onError }),
    renewIndexes,
    markErased: store.markErased,
    /** For the DEK sweep: which of these the data database refers to. */
    referencedDeks: async (organizationId: string, dekIds: readonly string[]): Promise<Set<string>> =>
      new Set((await store.withDeks(organizationId, dekIds)).flatMap(({ dekId }) => dekId ?? [])),
    flush: liveMarks.flush,
  }
}
export type Vault = ReturnType<typeof createVault>
