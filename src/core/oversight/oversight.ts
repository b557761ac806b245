import { createHandlingStatement, type HandlingStatementDeps } from './handling-statement.ts'

export type { HandlingStatements, StatementWish } from './handling-statement.ts'
export type * from './oversight.rules.ts'

/** 監督: what people may know of how their numbers are handled. */
export const createOversight = (deps: HandlingStatementDeps) => ({
  handlingStatements: createHandlingStatement(deps),
})
export type Oversight = ReturnType<typeof createOversight>
