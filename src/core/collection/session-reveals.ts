import { readClientJwk } from '../access/access.ts'
import { type AnswerKey, curves, thumbprintOf } from '../keys/keys.ts'
import type { EntryRef } from '../ledger/ledger.ts'
import { type Notices, purposeFits, purposeInForce } from '../notices/notices.ts'
import { type Day, dayOf } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField } from '../shared/errors.ts'
import type { PurposeCode, SubjectKind } from '../shared/words.ts'
import type { SubjectRow, Subjects } from '../subjects/subjects.ts'
import { numberJweOf } from '../use/use.ts'
import type { Vault } from '../vault/vault.ts'
import type { RequestRow } from './requests.store.ts'
import { keyOf, selfKey, subjectOfKey } from './session-keys.ts'
import { isReadable, type Views } from './session-view.ts'
import type { Visit } from './visit.ts'
import { factorRequired } from './writing.ts'

export type RevealWish = { jwk: object; keys?: readonly string[] }
export type SessionReveal = {
  at: Date
  numbers: { key: string; subjectId: string; issuedOn?: Day; numberJwe: string; entryId: string }[]
  entries: EntryRef[]
}

type Deps = { subjects: Subjects; notices: Notices; vault: Vault; views: Views }

/** The key that the page made for this look. */
const answerKeyOf = (given: object): AnswerKey => {
  const { kty, crv, x, y } = readClientJwk('enc', given)
  const jwk = crv === 'Ed25519' ? undefined : curves[crv].members({ kty, crv, x, ...defined({ y }) })
  if (jwk === undefined) throw invalidField('/jwk', 'invalid_value', 'A key to encrypt to is X25519 or P-256.')
  return { kid: thumbprintOf(jwk), jwk }
}

/** 閲覧 by the person: by the vault's only way out, for what the person was told of, and as a JWE to the page alone. */
export const createSessionReveals = ({ subjects, notices, vault, views }: Deps) => {
  /** A purpose of this request's notice that such a person's number may have. */
  const purposeFor = (purposes: readonly PurposeCode[], kind: SubjectKind, at: Date): PurposeCode | undefined =>
    purposes.find((code) => purposeFits(code, kind) && purposeInForce(code, dayOf(at)))
  const noPurpose = (): AppError =>
    new AppError('purpose_not_permitted', 'The notice of this request names no purpose for this person.')

  /** Whose numbers to show, or why none: a dependent whose number is not for these eyes is passed over unless it was named. */
  const wished = async (
    visit: Visit,
    request: RequestRow,
    keys: readonly string[] | undefined,
  ): Promise<{ people: string[]; refusal?: AppError }> => {
    const { organizationId, session } = visit
    const { subjectId: self } = session
    const family = await subjects.rows.findDependents(organizationId, [self])
    const ids = family.map(({ _id }) => _id)
    const named = keys?.map((key, i) => {
      const id = subjectOfKey(request, key, self, ids)
      if (id === undefined) throw invalidField(`/keys/${i}`, 'not_found', 'No such person in this session.')
      return id
    })
    const people = [...new Set(named ?? [self, ...ids])]
    const isShown = (id: string): boolean => isReadable(session, request, id)
    if (named !== undefined && !people.every(isShown)) return { people, refusal: factorRequired() }
    const held = await vault.currentMasked(organizationId, people)
    const shown = people.filter((id) => held.has(id) && isShown(id))
    if (shown.length > 0) return { people: shown }
    if (held.has(self)) return { people: [self], refusal: factorRequired() }
    return {
      people: named === undefined ? [self] : people,
      refusal: new AppError('number_missing', 'No number is registered.'),
    }
  }

  /** On record as a look is: somebody with the link tried to see these. */
  const refuse = async (visit: Visit, subjectIds: readonly string[], error: AppError): Promise<never> => {
    await vault.reveal(visit, { subjectIds, use: 'view', refusal: async () => error }, () => undefined)
    throw error
  }

  const reveal = async (visit: Visit, { jwk, keys }: RevealWish): Promise<SessionReveal> => {
    const { organizationId, session, at } = visit
    const request = await views.requestOf(visit)
    const key = answerKeyOf(jwk)
    const { people: shown, refusal } = await wished(visit, request, keys)
    if (refusal !== undefined) return refuse(visit, shown, refusal)
    const { purposes } = await notices.get(visit, request.noticeId)
    const rows: SubjectRow[] = await subjects.rows.findMany(organizationId, shown)
    const byPurpose = Map.groupBy(rows, ({ kind }) => purposeFor(purposes, kind, at))
    const numbers: SessionReveal['numbers'] = []
    const entries: EntryRef[] = []
    const without = byPurpose.get(undefined)
    if (without !== undefined)
      return refuse(
        visit,
        without.map(({ _id }) => _id),
        noPurpose(),
      )
    for (const [purpose, people] of byPurpose) {
      const subjectIds = people.map(({ _id }) => _id)
      const refs = await vault.reveal(visit, { subjectIds, use: 'view', ...defined({ purpose }) }, (number) => {
        const { subjectId, digits, entryId, issuedOn } = number
        const about = { aud: session.id, sub: subjectId, jti: entryId, at }
        numbers.push({
          key: keyOf(request, subjectId, session.subjectId),
          subjectId,
          numberJwe: numberJweOf(key, digits, about),
          entryId,
          ...defined({ issuedOn }),
        })
      })
      entries.push(...refs)
    }
    // The person first, whatever purpose came first.
    numbers.sort((a, b) => Number(b.key === selfKey) - Number(a.key === selfKey))
    return { at, numbers, entries }
  }

  return { reveal }
}
