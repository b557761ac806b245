import type { Readable } from 'node:stream'
import type { operations } from '../../contract.gen.ts'
import type { ClientCredentials, KeptAnswer } from '../../core/access/access.ts'
import type { PersonSession } from '../../core/collection/collection.ts'
import type { EntryRef } from '../../core/ledger/ledger.ts'
import type { PlatformCaller } from '../../core/organizations/organizations.ts'
import type { Caller, Once } from '../../core/shared/caller.ts'
import { AppError } from '../../core/shared/errors.ts'
import type { CarriedNumber, NumberAsSent } from '../../core/vault/vault.ts'
import type { OperationId } from './contract.ts'
import type { Language } from './problem.ts'

type Parameters<K extends OperationId, P extends 'path' | 'query'> = operations[K]['parameters'] extends {
  [X in P]?: infer T
}
  ? Exclude<T, undefined>
  : Record<never, never>
type BodyOf<R> = R extends { content: infer C }
  ? C extends { 'application/json': infer B }
    ? B
    : C extends { 'application/x-www-form-urlencoded': infer F }
      ? F
      : undefined
  : undefined
/** Of an operation whose body may be left out, perhaps none. */
type JsonBody<K extends OperationId> = operations[K] extends { requestBody: infer R }
  ? BodyOf<R>
  : operations[K] extends { requestBody?: infer R }
    ? BodyOf<Exclude<R, undefined>> | undefined
    : undefined
type Ok<K extends OperationId> = operations[K]['responses'] extends infer R
  ? {
      [S in keyof R & number]: R[S] extends { content: { 'application/json': infer B } } ? B : string | undefined
    }[keyof R & number]
  : never

/** A receipt is signed after the handler, from the answer's entries. */
type Unsigned<B> = B extends { receipt: string } ? Omit<B, 'receipt'> : B

/** A request as the contract has it: validated, with defaults. */
export type Input<K extends OperationId> = {
  path: Parameters<K, 'path'>
  query: Parameters<K, 'query'>
  body: JsonBody<K>
  ifMatch?: string
  /** Which of these representations the caller prefers (RFC 9110 § 12.5.1). */
  accepts: <T extends string>(types: readonly [T, ...T[]]) => T
  /** For uploads only: the raw body, as it comes. */
  stream: Readable
}

export type Answer<B = unknown> = {
  status: number
  body?: B
  headers?: Record<string, string>
  /** What it put on record: its receipt is added to the body when it is sent. */
  entries?: readonly EntryRef[]
  /** Instead of a body. `sent` is told whether the last byte has gone. */
  download?: { stream: Readable; mediaType: string; fileName?: string; sent?: (whole: boolean) => Promise<void> }
}

/** Who asks, by kind of token. */
export type Asker =
  | { kind: 'anybody' }
  | { kind: 'client'; basic?: { id: string; secret: string } }
  | { kind: 'organization'; caller: Caller }
  | { kind: 'platform'; platform: PlatformCaller }
  | { kind: 'person'; session: PersonSession }

export type Context = {
  requestId: string
  at: Date
  network?: string
  asker: Asker
  /** Of what people read, where there is more than one. */
  language: Language
  /** The number that the body carries as a JWE, opened; wiped when the request ends. */
  carried?: CarriedNumber
  /** Set while an Idempotency-Key is being served. */
  once?: Once
  /** How the use case's result becomes the answer: also what an Idempotency-Key keeps. */
  answerWith: (toAnswer: (result: never) => KeptAnswer) => void
  /** What was kept in the transaction: must be what the use case returns. */
  kept?: { result: unknown }
}

const wrongToken = (needed: string): AppError => new AppError('not_permitted', `This needs a token ${needed}.`)

/** In the name of an organization. */
export const callerOf = ({ asker, once }: Context): Caller => {
  if (asker.kind !== 'organization') throw wrongToken('for an organization')
  return once === undefined ? asker.caller : { ...asker.caller, once }
}
/** In the name of a platform. */
export const platformOf = ({ asker, once }: Context): PlatformCaller => {
  if (asker.kind !== 'platform') throw wrongToken('without an organization')
  return once === undefined ? asker.platform : { ...asker.platform, once }
}
export const sessionOf = ({ asker }: Context): PersonSession => {
  if (asker.kind !== 'person') throw wrongToken('of a session')
  return asker.session
}
/** By HTTP Basic or by an assertion, and never by both (RFC 6749 § 2.3). */
export const credentialsOf = (
  { asker }: Context,
  form: { client_assertion?: string; client_assertion_type?: string; client_id?: string },
): ClientCredentials => {
  const basic = asker.kind === 'client' ? asker.basic : undefined
  const { client_assertion: assertion, client_id: clientId } = form
  if (basic !== undefined && assertion !== undefined)
    throw new AppError('invalid_request', 'Authenticate the client in one way: HTTP Basic or client_assertion.')
  if (basic !== undefined) {
    if (clientId !== undefined && clientId !== basic.id)
      throw new AppError('invalid_client', 'client_id is not the client that authenticates.')
    return basic
  }
  if (assertion === undefined || form.client_assertion_type === undefined)
    throw new AppError('invalid_client', 'Authenticate the client by HTTP Basic, or by client_assertion and its type.')
  return { assertion, ...(clientId === undefined ? {} : { clientId }) }
}

/** The contract asks for one of the two where a number is needed. */
export const numberOf = ({ carried }: Context, body: { number?: string }): NumberAsSent => {
  const sent = carried ?? body.number
  if (sent === undefined) throw new AppError('invalid_request', 'Send a number: `number` or `numberJwe`.')
  return sent
}

export type Handler<K extends OperationId> = (context: Context, input: Input<K>) => Promise<Answer<Unsigned<Ok<K>>>>

/** A use case, and how its result becomes the answer. */
export const on =
  <K extends OperationId, R>(
    run: (context: Context, input: Input<K>) => Promise<R>,
    toAnswer: (result: R) => Answer<Unsigned<Ok<K>>>,
  ): Handler<K> =>
  async (context, input) => {
    context.answerWith(toAnswer as (result: never) => KeptAnswer)
    const result = await run(context, input)
    // `commit` keeps what its transaction returns; a use case that returns something else would answer a repetition wrongly.
    if (context.kept !== undefined && context.kept.result !== result)
      throw new TypeError('The use case returns something else than its transaction.')
    return toAnswer(result)
  }

export const ok = <B>(body: B): Answer<B> => ({ status: 200, body })
export const created = <B>(body: B): Answer<B> => ({ status: 201, body })
export const accepted = <B>(body: B): Answer<B> => ({ status: 202, body })
/** With a receipt, where the act put something on record. */
export const receipted = <B>(answer: Answer<B>, entries: readonly EntryRef[] | undefined): Answer<B> =>
  entries === undefined ? answer : { ...answer, entries }
