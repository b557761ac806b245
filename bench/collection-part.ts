import type { PartInput } from './main-part.ts'
import { pageRows } from './page-rows.ts'

/** Collecting: what a person waits for. */
export const measureCollection = async (input: PartInput): Promise<void> => {
  input.add(...(await pageRows(input)))
}
