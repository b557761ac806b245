import type { PartInput } from './main-part.ts'
import { pageRows } from './page-rows.ts'
import { submissionRows } from './submission-rows.ts'

/** Collecting: many people at once, and what one of them waits for. */
export const measureCollection = async (input: PartInput): Promise<void> => {
  input.add(...(await submissionRows(input)))
  input.add(...(await pageRows(input)))
}
