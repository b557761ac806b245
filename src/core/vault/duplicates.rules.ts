import { timingSafeEqual } from 'node:crypto'
import { foldName, type NumberCandidate } from '../keys/keys.ts'
import type { Subject } from '../subjects/subjects.ts'

/**
 * `same_person`: one human being with several records, which is lawful (an employee who is paid a fee as a payee as well, a
 * spouse who is a dependent and an employee, a proprietor, the same person in two group companies).
 * `conflict`: one number under two people. No two people have one (番号法8条2項1号), so one of the entries is wrong.
 */
export type DuplicateKind = 'same_person' | 'conflict'

type Person = Pick<Subject, 'name' | 'birthOn'>

/** Names as they are compared everywhere (spaces and forms of writing apart); birth dates where both are known. */
const isSamePerson = (a: Person, b: Person): boolean =>
  foldName(a.name) === foldName(b.name) &&
  (a.birthOn === undefined || b.birthOn === undefined || a.birthOn === b.birthOn)

/** Of people who all have the same number. Two with one birth date and one without it do not hide a third with another. */
export const duplicateKind = (people: readonly Person[]): DuplicateKind =>
  people.every((a, i) => people.slice(i + 1).every((b) => isSamePerson(a, b))) ? 'same_person' : 'conflict'

/** Sorts what was opened by equal digits, each comparison in constant time. */
export const groupEqual = <T>(items: readonly T[], digitsOf: (item: T) => Uint8Array): T[][] => {
  const groups: { digits: Uint8Array; items: T[] }[] = []
  for (const item of items) {
    const digits = digitsOf(item)
    const group = groups.find((known) => timingSafeEqual(known.digits, digits))
    if (group === undefined) groups.push({ digits, items: [item] })
    else group.items.push(item)
  }
  return groups.map((group) => group.items)
}

const sameValue = (a: NumberCandidate, b: NumberCandidate): boolean =>
  a.index.keyId === b.index.keyId && a.index.value === b.index.value

/**
 * Runs of equal values in rows that are in the index's order. The last run of a page that is full may go on behind it, so it
 * is left for the next page, unless it is the only one.
 */
export const bucketsOf = (rows: readonly NumberCandidate[], isFull: boolean): NumberCandidate[][] => {
  const buckets: NumberCandidate[][] = []
  for (const row of rows) {
    const last = buckets.at(-1)
    if (last?.[0] !== undefined && sameValue(last[0], row)) last.push(row)
    else buckets.push([row])
  }
  return isFull && buckets.length > 1 ? buckets.slice(0, -1) : buckets
}
