import { setTimeout as wait } from 'node:timers/promises'
import type { Ledger } from '../ledger/ledger.ts'
import { type Notices, type NoticeWish, noticeTouch } from '../notices/notices.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { additionLabels, type DependentInput, hasLeft, type SubjectRow, type Subjects } from '../subjects/subjects.ts'
import type { NumberAsSent, Vault } from '../vault/vault.ts'
import { keyCouldHoldNumber } from './requests.rules.ts'
import type { RequestRow } from './requests.store.ts'
import { selfKey } from './session-keys.ts'
import type { Visit } from './visit.ts'
import type { Writing } from './writing.ts'

/** 修正 or 再発行 of a number that is held. */
export type NumberChange = 'correction' | 'reissue'
export type NumberInput = { number: NumberAsSent; issuedOn?: Day; change?: NumberChange; reason?: string }
export type DependentEntry = {
  name: string
  relationship: string
  kana?: string
  birthOn?: Day
  number?: NumberAsSent
  issuedOn?: Day
  change?: NumberChange
  reason?: string
}

/** 扶養No has two digits. */
const lastDependentNo = 99
const tries = 8
/** What another one committed is seen by majority reads a little later: trying again at once meets the same old row. */
const betweenTriesMs = 15

type Told = RequestRow & { noticeAcceptedAt: Date }
type Deps = { db: Database; ledger: Ledger; subjects: Subjects; notices: Notices; vault: Vault; writing: Writing }

/** 登録 by the person: the own number, and those of the dependents for whom an employee provides (番号法14条). */
export const createSessionNumbers = ({ db, ledger, subjects, notices, vault, writing }: Deps) => {
  /** A dependent who came after the notice was accepted was told with it, through the employee. */
  const wishFor = async (request: Told, subjectId: string): Promise<NoticeWish> => {
    const { noticeId, noticeAcceptedAt: givenAt } = request
    const told = await notices.givenTo(request.organizationId, [subjectId])
    return told.some((row) => row.noticeId === noticeId) ? {} : { notice: { noticeId, channel: 'page', givenAt } }
  }

  /**
   * What it is: entered once more before the submission, a 修正 of what was entered (the wrong digits are destroyed at once); of a
   * number that is held from before, what the person says it is; else a 登録, which what staff registered meanwhile refuses.
   */
  const actFor = async (request: Told, subjectId: string, change: NumberChange | undefined) => {
    if (request.entered.includes(subjectId)) return 'correction'
    if (change === undefined && request.change !== true) return 'registration'
    const held = (await vault.currentMasked(request.organizationId, [subjectId])).has(subjectId)
    return held ? (change ?? 'correction') : 'registration'
  }

  const enter = async (
    visit: Visit,
    request: Told,
    subjectId: string,
    { number, issuedOn, alias, change, reason }: NumberInput & { alias?: string },
  ): Promise<void> => {
    const entry = { subjectId, number, ...defined({ issuedOn, alias }) }
    const caller = writing.marking(visit, { entered: subjectId, set: { touched: true } })
    const act = await actFor(request, subjectId, change)
    if (act === 'registration') {
      await vault.register(caller, { ...entry, ...(await wishFor(request, subjectId)) })
      return
    }
    const changed = { ...entry, ...defined({ reason }) }
    if (act === 'correction') await vault.correct(caller, changed)
    else await vault.reissue(caller, changed)
  }

  /** Whose number it was. */
  const setNumber = async (visit: Visit, input: NumberInput): Promise<string> => {
    const request = await writing.mustBeTold(visit)
    const { subjectId } = visit.session
    await enter(visit, request, subjectId, input)
    return subjectId
  }

  const employeeOf = async ({ organizationId, session }: Visit): Promise<SubjectRow> => {
    const row = await subjects.rows.find(organizationId, session.subjectId)
    if (row?.kind !== 'employee') throw new AppError('conflict', 'Only an employee has dependents.')
    return row
  }

  /** The subject that a key means: an id of a dependent, or a key that this request was told of before. */
  const known = async (
    visit: Visit,
    request: RequestRow,
    employee: SubjectRow,
    key: string,
  ): Promise<string | undefined> => {
    const remembered = request.dependents.find((dependent) => dependent.key === key)
    if (remembered !== undefined) return remembered.subjectId
    const family = await subjects.rows.findDependents(visit.organizationId, [employee._id])
    if (family.some((row) => row._id === key && !hasLeft(row))) return key
    if (key === selfKey || key.startsWith('sub_')) throw notFound('dependent')
    if (keyCouldHoldNumber(key)) throw new AppError('invalid_request', 'Choose a key without so many digits.')
    return undefined
  }

  const freeDependentNo = async (visit: Visit, employee: SubjectRow): Promise<number> => {
    const family = await subjects.rows.findDependents(visit.organizationId, [employee._id])
    const taken = new Set(family.map(({ dependentNo }) => dependentNo))
    for (let no = 1; no <= lastDependentNo; no++) if (!taken.has(no)) return no
    throw new AppError('conflict', 'No 扶養No is free.')
  }

  const add = async (
    visit: Visit,
    request: Told,
    employee: SubjectRow,
    key: string,
    entry: DependentEntry,
  ): Promise<string> => {
    const input: DependentInput = { ...personalOf(entry), dependentNo: await freeDependentNo(visit, employee) }
    const { row } = await subjects.dependentRow(visit, employee, input)
    const notice = await notices.get(visit, request.noticeId)
    const given = notices.givenRow(notice, row._id, 'page', request.noticeAcceptedAt)
    const subject = (await subjects.shownRows(visit.organizationId, [row])).get(row._id)
    const touch = { operation: 'subject', functionName: additionLabels.dependent, outcome: 'done' } as const
    // Each an act of its own, not lines of one: so the registration that follows in this request stands behind both.
    const entries = [
      ...(await ledger.prepare(visit, [{ ...touch, ...defined({ subject }) }])),
      ...(await ledger.prepare(visit, [{ ...noticeTouch, ...defined({ subject }) }])),
    ]
    const { once: _, ...caller } = visit
    return commit(db, caller, async () => {
      await writing.mark(visit, {
        where: { 'dependents.key': { $ne: key } },
        dependent: { key, subjectId: row._id },
        set: { touched: true },
      })
      await subjects.rows.insertMany([row])
      await notices.insertGiven([given])
      await ledger.append(entries)
      return row._id
    })
  }

  /** Adds or corrects; two of the same at once (a double tap) make one dependent. */
  const settle = async (visit: Visit, key: string, entry: DependentEntry): Promise<string> => {
    const employee = await employeeOf(visit)
    for (let attempt = 1; ; attempt++) {
      const request = await writing.mustBeTold(visit)
      const subjectId = await known(visit, request, employee, key)
      try {
        if (subjectId === undefined) return await add(visit, request, employee, key, entry)
        await subjects.update(writing.marking(visit, { set: { touched: true } }), subjectId, personalOf(entry))
        return subjectId
      } catch (error) {
        const raced =
          isDuplicateKey(error) ||
          (error instanceof AppError && ['conflict', 'precondition_failed'].includes(error.code))
        if (!raced || attempt >= tries) throw error
        await wait(betweenTriesMs * attempt)
      }
    }
  }

  /** What a JWE calls a dependent that had no id when the page encrypted. */
  const aliasOf = ({ session }: Visit, key: string): string => `${session.id}/${key}`

  const namesOf = async (visit: Visit, key: string): Promise<string[]> => {
    const subjectId = await known(visit, await writing.mustBeTold(visit), await employeeOf(visit), key)
    return [aliasOf(visit, key), ...(subjectId === undefined ? [] : [subjectId])]
  }

  /** Whose number it was, where there was one. */
  const setDependent = async (visit: Visit, key: string, input: DependentEntry): Promise<string | undefined> => {
    await writing.mustBeTold(visit)
    const { number, issuedOn, change, reason } = input
    if (number === undefined && issuedOn !== undefined)
      throw invalidField('/issuedOn', 'invalid_request', 'The date of issue goes with a number.')
    // A wrong number is refused before anything of the dependent is written.
    if (number !== undefined) await vault.mustAccept(visit, number, await namesOf(visit, key))
    const subjectId = await settle(visit, key, input)
    if (number === undefined) return undefined
    const alias = aliasOf(visit, key)
    await enter(visit, await writing.mustBeTold(visit), subjectId, {
      number,
      alias,
      ...defined({ issuedOn, change, reason }),
    })
    return subjectId
  }

  return { setNumber, setDependent }
}

const personalOf = ({ name, relationship, kana, birthOn }: DependentEntry) => ({
  name,
  relationship,
  ...defined({ kana, birthOn }),
})
