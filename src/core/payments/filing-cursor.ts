import { defined } from '../shared/defined.ts'

/** The chunk's effect, its ledger entries and the job's progress go together in one transaction. */
export const slipsPerChunk = 500

const phases = ['check', 'decide', 'numbers', 'package', 'done'] as const

/** Where a filing's job stands: sort keys and counts. A job that was killed goes on from the last one that committed. */
export type FilingCursor = {
  phase: (typeof phases)[number]
  /** The last payee done in this phase. */
  after?: string
  payees: number
  done: number
  slips: number
  withoutNumber: number
  /** Sealed files written so far. */
  parts: number
  /** Ledger lines so far: one act, whose entries keep their order. */
  line: number
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)

export const readFilingCursor = (stored: Record<string, unknown> | undefined): FilingCursor | undefined => {
  const phase = phases.find((name) => name === stored?.phase)
  if (stored === undefined || phase === undefined) return undefined
  return {
    phase,
    ...(typeof stored.after === 'string' ? { after: stored.after } : {}),
    payees: numberOf(stored.payees),
    done: numberOf(stored.done),
    slips: numberOf(stored.slips),
    withoutNumber: numberOf(stored.withoutNumber),
    parts: numberOf(stored.parts),
    line: numberOf(stored.line),
  }
}

/** Each payee is gone through twice: checked, then given its number. */
export const stepOf = (cursor: FilingCursor) => ({
  progress: { done: cursor.done, total: cursor.payees * 2 },
  cursor: defined({ ...cursor }),
})
