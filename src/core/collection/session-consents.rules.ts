import { type ConsentKind, consentText, type Language } from '../notices/notices.ts'
import { defined } from '../shared/defined.ts'
import type { Offer } from './submission.rules.ts'

export type SeenConsent = {
  kind: ConsentKind
  dependentKey?: string
  /** One of those of the same dependent is needed before the submission. */
  demanded: boolean
  language: Language
  title: string
  text: string
  givenAt?: Date
}

export const seenConsents = (
  offers: readonly Offer[],
  language: Language,
  keyOf: (subjectId: string) => string,
): SeenConsent[] =>
  offers.map(({ kind, about, demanded, given }) => ({
    ...consentText(kind, given?.language ?? language),
    demanded,
    // Word by word as it was agreed to, whatever the ready-made text says today.
    ...defined({ text: given?.text, givenAt: given?.givenAt }),
    ...(about === undefined ? {} : { dependentKey: keyOf(about) }),
  }))
