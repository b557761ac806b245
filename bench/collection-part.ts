import type { PartInput } from './main-part.ts'
import { progressRows } from './progress-rows.ts'

/** Collecting: what it costs to see how far a campaign is. */
export const measureCollection = async (input: PartInput): Promise<void> => {
  input.add(...(await progressRows(input)))
}
