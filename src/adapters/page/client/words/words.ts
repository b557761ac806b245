import { en } from './en.ts'
import { ja } from './ja.ts'

export type Language = 'ja' | 'en'
/** Every sentence of the page. Japanese is where they are written; English has the same ones. */
export type Words = typeof ja
export const words: Record<Language, Words> = { ja, en }
