import type { Session } from '../contract.ts'
import { ofCorporation } from './corporation.ts'
import { en } from './en.ts'
import { ja, type Words } from './ja.ts'

export type { Words } from './ja.ts'
export type Language = 'ja' | 'en'
/** Japanese is where the sentences are written; English has the same ones. */
export const words: Record<Language, Words> = { ja, en }
const toCorporations: Record<Language, Words> = { ja: ofCorporation(ja, 'ja'), en: ofCorporation(en, 'en') }

/** As one speaks to such people. */
export const wordsFor = (language: Language, subjectKind: Session['subjectKind']): Words =>
  (subjectKind === 'payee_corporation' ? toCorporations : words)[language]
