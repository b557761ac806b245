import type { PartInput } from './main-part.ts'
import { submissionRows } from './submission-rows.ts'

/** Collecting: many people at once. */
export const measureCollection = async (input: PartInput): Promise<void> => {
  input.add(...(await submissionRows(input)))
}
