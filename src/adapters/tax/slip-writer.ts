import type { SlipProblem as CoreProblem, SlipWriter } from '../../core/payments/payments.rules.ts'
import type { ErrorCode } from '../../core/shared/errors.ts'
import { describeProblem, fileName309, findProblems309, writeSlip309 } from './form-309.ts'
import type { RecordOptions, RecordProblem } from './record-csv.ts'

const codes = {
  missing: 'required',
  unmappable_character: 'unmappable_character',
  too_long: 'too_long',
  wrong_length: 'invalid_value',
  wrong_character: 'invalid_value',
  not_an_amount: 'invalid_value',
  not_a_number: 'invalid_value',
} as const satisfies Record<RecordProblem['problem'], ErrorCode>

/** 標準規格: items 4 to 6 are 提出義務者's, alike in every record of a file. */
const lastPayerItem = 11

const toProblem = (problem: RecordProblem): CoreProblem => ({
  of: problem.no <= lastPayerItem ? 'payer' : 'payee',
  item: `項番${problem.no} ${problem.name}`,
  code: codes[problem.problem],
  detail: describeProblem(problem),
})

/** The statutory CSV of form 309, for core/payments. */
export const createSlipWriter = (options: RecordOptions = {}): SlipWriter => ({
  fileName: fileName309(),
  problems: (slip) => findProblems309(slip).map(toProblem),
  write: (slip, digits) => writeSlip309(slip, digits, options),
})

/** As the standard has it. */
export const slipWriter = createSlipWriter()
