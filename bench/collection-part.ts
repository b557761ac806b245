import type { PartInput } from './main-part.ts'
import { pageRows } from './page-rows.ts'
import { progressRows } from './progress-rows.ts'
import { submissionRows } from './submission-rows.ts'

/** Collecting: what it costs to see how far a campaign is, many people at once, and what one of them waits for. */
export const measureCollection = async (input: PartInput): Promise<void> => {
  input.add(...(await progressRows(input)))
  input.add(...(await submissionRows(input)))
  input.add(...(await pageRows(input)))
}
