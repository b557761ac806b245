import type { NumberChange } from './contract.ts'
import { type DayChoice, noDay } from './days.ts'

/** What somebody has typed and not sent, or sent and not yet submitted. In memory, until the tab is closed or all is done. */
export type Draft = {
  number: string
  issued: DayChoice
  /** The digits that the vault has from here: only to show them to the person once more. */
  sent?: string
  /** Why a number that is held is entered anew. */
  why?: NumberChange
  name: string
  kana: string
  relationship: string
  relationshipOther: string
  birth: DayChoice
}
export const newDraft = (): Draft => ({
  number: '',
  issued: noDay,
  name: '',
  kana: '',
  relationship: '',
  relationshipOther: '',
  birth: noDay,
})

export const createDrafts = () => {
  const byKey = new Map<string, Draft>()
  return {
    of: (key: string): Draft => {
      const draft = byKey.get(key) ?? newDraft()
      byKey.set(key, draft)
      return draft
    },
    has: (key: string): boolean => byKey.has(key),
    drop: (key: string): void => void byKey.delete(key),
    clear: (): void => byKey.clear(),
  }
}
export type Drafts = ReturnType<typeof createDrafts>
/** How the contract calls the person: no key of a dependent is this. */
export const own = 'self'
