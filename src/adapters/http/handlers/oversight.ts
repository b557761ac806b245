import { Readable } from 'node:stream'
import type { HandlingLine, HandlingStatement, Oversight } from '../../../core/oversight/oversight.ts'
import { defined } from '../../../core/shared/defined.ts'
import type { Sentence } from '../../../core/shared/errors.ts'
import { callerOf, type Handler, ok } from '../operation.ts'
import { iso, maybeIso } from './paging.ts'

const toSentence = ({ ja, en }: Sentence) => ({ ja, en })

export const toLine = ({ by, purpose, ...line }: HandlingLine) => ({
  entryId: line.entryId,
  at: iso(line.at),
  operation: line.operation,
  operationLabel: line.operationLabel,
  functionName: line.functionName,
  what: toSentence(line.what),
  by: {
    kind: by.kind,
    ...toSentence(by),
    roles: by.roles.map(({ code, ja, en }) => ({ code, ja, en })),
    departments: by.departments,
    ...defined({ name: by.name, post: by.post }),
  },
  outcome: line.outcome,
  result: toSentence(line.result),
  ...defined({
    purpose:
      purpose === undefined ? undefined : { code: purpose.code, ja: purpose.ja, en: purpose.en, law: purpose.law },
    use: line.use,
  }),
})

const toStatement = (statement: HandlingStatement) => ({
  subject: { id: statement.subject.id, name: statement.subject.name },
  organizationName: statement.organizationName,
  companyName: statement.companyName,
  period: { to: iso(statement.period.to), ...defined({ from: maybeIso(statement.period.from) }) },
  madeAt: iso(statement.madeAt),
  lines: statement.lines.map(toLine),
})

const instant = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text))

export const oversightHandlers = ({ oversight }: { oversight: Oversight }) => ({
  getHandlingStatement: (async (context, { path, query, accepts }) => {
    const wish = { subjectId: path.id, ...defined({ from: instant(query.from), to: instant(query.to) }) }
    const { handlingStatements: statements } = oversight
    if (accepts(['application/json', 'application/pdf']) === 'application/json')
      return ok(toStatement(await statements.get(callerOf(context), wish)))
    const stream = Readable.from([await statements.pdf(callerOf(context), wish)])
    return { status: 200, download: { stream, mediaType: 'application/pdf', fileName: 'handling-statement.pdf' } }
  }) satisfies Handler<'getHandlingStatement'>,
})
