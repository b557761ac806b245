import { useState } from 'preact/hooks'
import type { Draft } from '../drafts.ts'
import { useVisit } from '../visit.ts'

/** What was typed for this person, kept while the tab lives: the back button loses nothing. */
export const useDraft = (key: string, start: Partial<Draft>) => {
  const { drafts } = useVisit()
  const [, redraw] = useState(0)
  if (!drafts.has(key)) Object.assign(drafts.of(key), start)
  const draft = drafts.of(key)
  const change = (part: Partial<Draft>): void => {
    Object.assign(drafts.of(key), part)
    redraw((count) => count + 1)
  }
  return { draft, change }
}
