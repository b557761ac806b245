import type { PartInput } from './main-part.ts'
import { progressRows } from './progress-rows.ts'
import { submissionRows } from './submission-rows.ts'

/** Collecting: what it costs to see how far a campaign is, and many people at once. */
export const measureCollection = async (input: PartInput): Promise<void> => {
  input.add(...(await progressRows(input)))
  input.add(...(await submissionRows(input)))
}
