import type { Request } from 'express'
import type { Access, KeptAnswer } from '../../core/access/access.ts'
import { isContended } from '../../core/shared/database.ts'
import { AppError } from '../../core/shared/errors.ts'
import { onceRowOf } from './authorize.ts'
import type { OperationId } from './contract.ts'
import type { Answer, Asker, Context, Input } from './operation.ts'

/** A quoted structured string (IETF draft) or a bare one, as Stripe's users send it. */
const keyOf = (request: Request): string | undefined => {
  const header = request.headers['idempotency-key']
  if (header === undefined) return undefined
  const text = header.toString().trim()
  const key = /^".*"$/.test(text) ? text.slice(1, -1) : text
  if (key.length < 1 || key.length > 255)
    throw new AppError('invalid_request', 'An Idempotency-Key has 1 to 255 characters.', {
      places: [{ parameter: 'Idempotency-Key', code: 'invalid_request' }],
    })
  return key
}

/** Whose key it is: keys of different clients, platforms and people never meet. */
const ownerOf = (asker: Asker): { organizationId: string; who: string } | undefined => {
  switch (asker.kind) {
    case 'organization':
      return { organizationId: asker.caller.organizationId, who: asker.caller.clientId ?? '' }
    case 'platform':
      return { organizationId: asker.platform.platformId, who: asker.platform.clientId ?? '' }
    case 'person':
      return { organizationId: asker.session.organizationId, who: asker.session.id }
    default:
      return undefined
  }
}

/** Answers about one subject's number show its mask, so they are found again when the number goes. */
const subjectOf = (path: object): { subjectId?: string } =>
  'id' in path && typeof path.id === 'string' && path.id.startsWith('sub_') ? { subjectId: path.id } : {}

/** A JWE differs each time; the number in it counts. */
const bodyOf = ({ carried }: Context, { body }: { body: unknown }): unknown =>
  carried === undefined || typeof body !== 'object' ? body : { ...body, numberJwe: '' }

/** Runs an operation once for an Idempotency-Key, by the operation's row in the table of `permissions`. */
export const runOnce = async (
  { access }: { access: Access },
  operation: OperationId,
  request: Request,
  context: Context,
  input: Input<OperationId>,
  run: () => Promise<Answer>,
): Promise<Answer> => {
  const row = onceRowOf(operation)
  const key = request.method === 'POST' ? keyOf(request) : undefined
  const owner = ownerOf(context.asker)
  if (key === undefined || owner === undefined || row === 'none' || row === 'repeat') return run()

  const once = await access.once.begin({
    ...owner,
    operation,
    key,
    ...subjectOf(input.path),
    content: { path: input.path, query: input.query, body: bodyOf(context, input) },
    ...(context.carried === undefined ? {} : { secret: context.carried }),
  })
  const done = await once.turn()
  try {
    return (await once.earlier()) ?? (await firstOf(access, once, context, run))
  } finally {
    done()
  }
}

const firstOf = async (
  access: Access,
  once: Awaited<ReturnType<Access['once']['begin']>>,
  context: Context,
  run: () => Promise<Answer>,
): Promise<Answer> => {
  let toAnswer: ((result: never) => KeptAnswer) | undefined
  context.answerWith = (mapping) => {
    toAnswer = mapping
  }
  context.once = {
    keep: async (result) => {
      if (toAnswer === undefined) return
      await once.keep(toAnswer(result as never))
      context.kept = { result }
    },
  }

  try {
    const answer = await run()
    if (!once.wasKept()) await once.keep(keptOf(answer))
    return answer
  } catch (error) {
    // A racing duplicate at another process: the first one's answer is the answer, whatever stopped the second.
    const first = await once.earlier(error instanceof AppError ? 'findLatest' : 'find')
    if (first !== undefined) return first
    // It waited for the first one as long as a transaction may, and that one is still at work.
    if (isContended(error)) throw access.once.busy()
    throw error
  }
}

const keptOf = ({ status, body, headers, entries }: Answer): KeptAnswer => ({
  status,
  ...(entries === undefined ? {} : { entries }),
  ...(body === undefined ? {} : { body }),
  ...(headers === undefined ? {} : { headers }),
})
