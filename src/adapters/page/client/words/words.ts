import { en } from './en.ts'
import { ja, type Words } from './ja.ts'

export type { Words } from './ja.ts'
export type Language = 'ja' | 'en'
/** Japanese is where the sentences are written; English has the same ones. */
export const words: Record<Language, Words> = { ja, en }
