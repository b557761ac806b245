import { type ConsentKind, type ConsentRow, consentText, type Language } from '../notices/notices.ts'
import { defined } from '../shared/defined.ts'
import type { PurposeCode } from '../shared/words.ts'
import type { Subject } from '../subjects/subjects.ts'

export type SeenConsent = {
  kind: ConsentKind
  dependentKey?: string
  language: Language
  title: string
  text: string
  givenAt?: Date
}
/** 国民年金法7条1項3号: the spouse. */
const isSpouse = ({ relationship = '' }: Pick<Subject, 'relationship'>): boolean =>
  /^(配偶者|妻|夫|wife|husband|spouse)$/i.test(relationship.trim())

type Person = Pick<Subject, 'id' | 'relationship'>
/** What fits a person with this family and these purposes; `about` is the dependent whom it concerns. */
export const consentsFor = (
  purposes: readonly PurposeCode[],
  family: readonly Person[],
): { kind: ConsentKind; about?: string }[] => [
  ...(family.length > 0 ? [{ kind: 'family_check_entrusted' as const }] : []),
  ...(purposes.includes('national_pension_3') ? family.filter(isSpouse) : []).flatMap(({ id }) => [
    { kind: 'category_3_agent' as const, about: id },
    { kind: 'category_3_entrusted' as const, about: id },
  ]),
]

export const seenConsents = (
  offered: ReturnType<typeof consentsFor>,
  given: readonly ConsentRow[],
  language: Language,
  keyOf: (subjectId: string) => string,
): SeenConsent[] =>
  offered.map(({ kind, about }) => {
    const row = given.find(
      (consent) =>
        consent.kind === kind && (about === undefined || [consent.subjectId, consent.concernsId].includes(about)),
    )
    return {
      ...consentText(kind, row?.language ?? language),
      // Word by word as it was agreed to, whatever the ready-made text says today.
      ...defined({ text: row?.text, givenAt: row?.givenAt }),
      ...(about === undefined ? {} : { dependentKey: keyOf(about) }),
    }
  })
