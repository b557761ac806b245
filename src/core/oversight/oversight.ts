import { createHandlingStatement, type HandlingStatementDeps } from './handling-statement.ts'

export type { HandledBy, HandledPurpose, HandlingLine, HandlingStatement } from './handling-statement.rules.ts'
export type { HandlingStatements, StatementRenderer, StatementWish } from './handling-statement.ts'

/** 監督: what people may know of how their numbers are handled. */
export const createOversight = (deps: HandlingStatementDeps) => ({
  handlingStatements: createHandlingStatement(deps),
})
export type Oversight = ReturnType<typeof createOversight>
