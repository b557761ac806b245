import type { FieldCipher, Keys, NumberCandidate, NumberIndex } from '../keys/keys.ts'
import type { Ledger, Touch } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import { covers } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { type Page, type PageRequest, readCursor, refuseCursor, writeCursor } from '../shared/page.ts'
import type { SubjectKind } from '../shared/words.ts'
import type { Subject, Subjects } from '../subjects/subjects.ts'
import { bucketsOf, type DuplicateKind, duplicateKind, groupEqual } from './duplicates.rules.ts'
import { digitsOf, type MyNumber } from './my-number.ts'
import { openVersions, wipeAll } from './open-versions.ts'
import type { VaultStore, VersionRow } from './vault.store.ts'

export type DuplicateNumber = {
  subjectId: string
  kind: SubjectKind
  companyId: string
  versionId: string
  state: VersionRow['state']
}
/** One number under several subjects. `more`: also under others, beyond those named here. */
export type Duplicate = { kind: DuplicateKind; numbers: DuplicateNumber[]; more: boolean }
/** `complete` is false while an erasure epoch renews the index: what it has not reached yet may be missing. */
export type DuplicatePage = Page<Duplicate> & { complete: boolean }
/** What whoever enters a number is told: who has it already. */
export type HeldElsewhere = { subjectId: string; versionId: string; kind: DuplicateKind }
type ComparisonEntries = Awaited<ReturnType<Ledger['prepare']>>
/**
 * `entries` go into the transaction of the entry: a comparison whose outcome nobody got to hear is none. `told` are those of the
 * others whom the appointment of whoever enters it covers: accounting does not learn of an employee's number.
 */
export type Comparison = { others: HeldElsewhere[]; told: HeldElsewhere[]; entries: ComparisonEntries }
export const nothingCompared: Comparison = { others: [], told: [], entries: [] }

/** Rows of the index read at once, so also the most entries that are written at once. */
const batchRows = 500
/** One request reads and compares no more than this: then its page is short, and `next` goes on. */
const requestRows = 20_000
const requestCompared = 500
/** People named beside each other; 20 bits bring so many together only where they really have one number. */
const peopleLimit = 100
/** Whoever enters a number is told of no more than these, so that entering stays quick. */
const toldLimit = 20

/** Behind this value; of the next one, so many groups were given already. */
type Place = { index?: NumberIndex; given: number }

type Deps = {
  db: Database
  store: VaultStore
  keys: Keys
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
}

/** Finding the same number twice: candidates by the index, confirmed here, where both are decrypted, compared and wiped. */
export const createDuplicates = ({ db, store, keys, ledger, organizations, subjects }: Deps) => {
  const peopleOf = async (organizationId: string, ids: readonly string[]): Promise<Map<string, Subject>> =>
    new Map((await subjects.getMany(organizationId, ids)).map((subject) => [subject.id, subject]))

  /** One entry for each subject whose digits were compared; they commit before anybody hears the outcome. */
  const entriesOf = async (caller: Caller, subjectIds: readonly string[]): Promise<ComparisonEntries> => {
    const shown = await subjects.shown(caller.organizationId, subjectIds)
    const touches = [...shown.values()].map(
      (subject): Touch => ({ operation: 'compare', functionName: '重複確認', outcome: 'done', subject }),
    )
    return ledger.prepare(caller, touches)
  }

  const idsOf = (versions: readonly VersionRow[]): string[] => [...new Set(versions.map(({ subjectId }) => subjectId))]

  /** Other people's versions that are this very number. Costs a decryption only where the index has a match. */
  const heldElsewhere = async (
    caller: Caller,
    subjectId: string,
    number: MyNumber,
    candidates: readonly NumberCandidate[],
  ): Promise<Comparison> => {
    const { organizationId } = caller
    const dekIds = candidates.slice(0, toldLimit + 1).map(({ dekId }) => dekId)
    if (dekIds.length === 0) return nothingCompared
    const versions = (await store.readableWithDeks(organizationId, dekIds)).filter(
      (version) => version.subjectId !== subjectId,
    )
    if (versions.length === 0) return nothingCompared
    const opened = await openVersions(keys, organizationId, versions, ({ _id }) => _id)
    try {
      const compared = versions.filter(({ _id }) => opened.has(_id))
      const entries = await entriesOf(caller, idsOf(compared))
      const [same = []] = groupEqual([undefined, ...compared], (version) =>
        version === undefined ? digitsOf(number) : (opened.get(version._id) ?? Buffer.alloc(12)),
      )
      const equal = same.filter((version) => version !== undefined)
      const people = await peopleOf(organizationId, [subjectId, ...idsOf(equal)])
      const self = people.get(subjectId)
      const others = equal.slice(0, toldLimit).flatMap((version): HeldElsewhere[] => {
        const other = people.get(version.subjectId)
        if (self === undefined || other === undefined) return []
        return [{ subjectId: other.id, versionId: version._id, kind: duplicateKind([self, other]) }]
      })
      const isCovered = ({ subjectId: id }: HeldElsewhere): boolean => {
        const person = people.get(id)
        return person !== undefined && covers(caller.coverage, person)
      }
      return { others, told: others.filter(isCovered), entries }
    } finally {
      wipeAll(opened)
    }
  }

  const toDuplicate = (versions: readonly VersionRow[], people: ReadonlyMap<string, Subject>, more: boolean) => {
    const numbers = versions.flatMap(({ _id, subjectId, companyId, state }): DuplicateNumber[] => {
      const person = people.get(subjectId)
      return person === undefined ? [] : [{ subjectId, kind: person.kind, companyId, versionId: _id, state }]
    })
    const kind = duplicateKind(numbers.flatMap(({ subjectId }) => people.get(subjectId) ?? []))
    return { kind, numbers, more }
  }

  /** What is confirmed in each bucket; nothing is opened where only one subject, or none of the company, is concerned. */
  const confirm = async (
    caller: Caller,
    buckets: readonly NumberCandidate[][],
    companyId: string | undefined,
  ): Promise<{ confirmed: Duplicate[][]; compared: number }> => {
    const { organizationId } = caller
    const named = buckets.map((bucket) => (bucket.length > 1 ? bucket.slice(0, peopleLimit) : []))
    const dekIds = named.flatMap((bucket) => bucket.map(({ dekId }) => dekId))
    const rows = dekIds.length === 0 ? [] : await store.readableWithDeks(organizationId, dekIds)
    const byDek = new Map(rows.map((version) => [version.dekId, version]))
    const isConcerned = (versions: readonly VersionRow[]): boolean =>
      idsOf(versions).length > 1 &&
      (companyId === undefined || versions.some((version) => version.companyId === companyId))
    const wanted = named.map((bucket) => {
      const versions = bucket.flatMap(({ dekId }) => byDek.get(dekId) ?? [])
      return isConcerned(versions) ? versions : []
    })

    const opened = await openVersions(keys, organizationId, wanted.flat(), ({ _id }) => _id)
    try {
      const compared = idsOf(wanted.flat().filter(({ _id }) => opened.has(_id)))
      if (compared.length === 0) return { confirmed: buckets.map(() => []), compared: 0 }
      const entries = await entriesOf(caller, compared)
      await db.inTransaction(() => ledger.append(entries))
      const equal = wanted.map((versions) => {
        const readable = versions.flatMap((version) => {
          const digits = opened.get(version._id)
          return digits === undefined ? [] : [{ version, digits }]
        })
        return groupEqual(readable, ({ digits }) => digits)
          .map((group) => group.map(({ version }) => version))
          .filter(isConcerned)
      })
      const people = await peopleOf(organizationId, idsOf(equal.flat(2)))
      return {
        compared: compared.length,
        confirmed: equal.map((groups, i) =>
          groups.map((group) => toDuplicate(group, people, (buckets[i]?.length ?? 0) > peopleLimit)),
        ),
      }
    } finally {
      wipeAll(opened)
    }
  }

  /**
   * A page in the order of the index, in memory of one batch, however many numbers there are. Two entries of one page can be
   * given again by another only when the index was renewed in between.
   */
  const list = async (
    caller: Caller,
    query: Omit<PageRequest, 'total'> & { companyId?: string },
  ): Promise<DuplicatePage> => {
    const { organizationId } = caller
    const { limit, companyId } = query
    if (companyId !== undefined) await organizations.getCompany(caller, companyId)
    const cursors = cursorsOf(await keys.fields.for(organizationId))
    const rows: Duplicate[] = []
    let place = cursors.read(query.after)
    let next: string | undefined
    let [read, compared] = [0, 0]
    while (next === undefined) {
      const batch = await keys.deks.indexed(organizationId, place.index, batchRows)
      const isFull = batch.length === batchRows
      const buckets = bucketsOf(batch, isFull)
      const judged = await confirm(caller, buckets, companyId)
      for (const [i, bucket] of buckets.entries()) {
        const groups = judged.confirmed[i] ?? []
        const taken = groups.slice(place.given, place.given + limit - rows.length)
        rows.push(...taken)
        const given = place.given + taken.length
        if (given < groups.length) {
          next = cursors.write({ ...place, given })
          break
        }
        place = { given: 0, ...defined({ index: bucket[0]?.index }) }
      }
      if (next !== undefined || !isFull) break
      read += batch.length
      compared += judged.compared
      if (rows.length >= limit || read >= requestRows || compared >= requestCompared) next = cursors.write(place)
    }
    return { rows, complete: await keys.deks.indexIsWhole(organizationId), ...defined({ next }) }
  }

  return { heldElsewhere, list }
}

/** The places of this list are index values: they leave sealed, so that nobody outside ever holds one. */
const cursorsOf = (cipher: FieldCipher) => {
  const [owner, field] = ['duplicates', 'cursor']
  const read = (after: string | undefined): Place => {
    const [sealed] = readCursor(after, ['string']) ?? []
    if (sealed === undefined) return { given: 0 }
    try {
      const [keyId, value, given] = JSON.parse(cipher.open(owner, field, Buffer.from(`${sealed}`, 'base64url')))
      return { given, ...(keyId === null ? {} : { index: { keyId, value } }) }
    } catch {
      throw refuseCursor()
    }
  }
  const write = ({ index, given }: Place): string =>
    writeCursor([
      cipher
        .seal(owner, field, JSON.stringify([index?.keyId ?? null, index?.value ?? null, given]))
        .toString('base64url'),
    ])
  return { read, write }
}
