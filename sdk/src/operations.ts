import { type Download, decryptedDownload, toDownload } from './download.ts'
import type { Encryption, OneNumber } from './encrypted-numbers.ts'
import { createList, type List, type Page } from './list.ts'
import type { CallOptions, Generated, Send } from './send.ts'

type Options<F extends Generated> = NonNullable<Parameters<F>[0]>
type Part<F extends Generated, Name extends string> =
  Options<F> extends { [K in Name]?: infer P } ? NonNullable<P> : never
export type Body<F extends Generated> = Part<F, 'body'>
export type Query<F extends Generated> = Part<F, 'query'>
export type Result<F extends Generated> = Exclude<Awaited<ReturnType<F>>['data'], undefined>
type PageOf<F extends Generated> = Extract<Result<F>, Page>

/** `.` and `..` would be read as steps in the URL, and an empty id as the list: another operation than was meant. */
export const pathOf = (operation: Generated, name: string, id: string): Record<string, string> => {
  if (typeof id === 'string' && !/^\.{0,2}$/.test(id)) return { [name]: id }
  throw new TypeError(`${operation.name}: the first argument must be the ${name}, and not empty`)
}

/**
 * The shapes an operation can have; surface.ts names one per operation. Types come from the generated function, so a
 * change of openapi.yaml shows up here without a line being written.
 */
export const createOperations = (send: Send, { numbers, decryptionKeys = [] }: Encryption = {}) => {
  const pages = <F extends Generated>(
    operation: F,
    path: Record<string, string> | undefined,
    query: Query<F> | undefined,
    options: CallOptions | undefined,
  ): List<PageOf<F>> =>
    createList((after) =>
      send<PageOf<F>>(
        { operation, ...(path && { path }), query: { ...query, ...(after !== undefined && { after }) } },
        options,
      ),
    )

  return {
    /** (options) */
    plain:
      <F extends Generated>(operation: F) =>
      (options?: CallOptions) =>
        send<Result<F>>({ operation }, options),

    /** (options) → text as it is */
    text:
      <F extends Generated>(operation: F) =>
      (options?: CallOptions) =>
        send<string>({ operation, parseAs: 'text' }, options),

    /** (body, options) */
    write:
      <F extends Generated>(operation: F) =>
      (body: Body<F>, options?: CallOptions) =>
        send<Result<F>>({ operation, body }, options),

    /** (id, options) */
    at:
      <F extends Generated>(operation: F) =>
      (id: string, options?: CallOptions) =>
        send<Result<F>>({ operation, path: pathOf(operation, 'id', id) }, options),

    /** (id, second id, options) */
    atTwo:
      <F extends Generated>(operation: F, name: string) =>
      (id: string, second: string, options?: CallOptions) =>
        send<Result<F>>(
          { operation, path: { ...pathOf(operation, 'id', id), ...pathOf(operation, name, second) } },
          options,
        ),

    /** (id, body, options) */
    writeAt:
      <F extends Generated>(operation: F, name = 'id') =>
      (id: string, body: Body<F>, options?: CallOptions) =>
        send<Result<F>>({ operation, path: pathOf(operation, name, id), body }, options),

    /** (id, body, options): the body may be left out */
    maybeWriteAt:
      <F extends Generated>(operation: F) =>
      (id: string, body?: Body<F>, options?: CallOptions) =>
        send<Result<F>>({ operation, path: pathOf(operation, 'id', id), ...(body !== undefined && { body }) }, options),

    /** (id, body, options): the number in the body is encrypted where the client was told to. */
    numberAt:
      <F extends Generated>(operation: F) =>
      (id: string, body: OneNumber<Body<F>>, options?: CallOptions) =>
        send<Result<F>>(
          {
            operation,
            path: pathOf(operation, 'id', id),
            body: numbers === undefined ? body : () => numbers.cipher.encrypted(body, { aud: numbers.aud(), sub: id }),
          },
          options,
        ),

    /** (query, options) */
    query:
      <F extends Generated>(operation: F) =>
      (query: Query<F>, options?: CallOptions) =>
        send<Result<F>>({ operation, query }, options),

    /** (id, query, options) */
    queryAt:
      <F extends Generated>(operation: F) =>
      (id: string, query: Query<F>, options?: CallOptions) =>
        send<Result<F>>({ operation, path: pathOf(operation, 'id', id), query }, options),

    /** (id, query, options), of what also comes as a file */
    readAt:
      <F extends Generated>(operation: F) =>
      (id: string, query?: Query<F>, options?: CallOptions) =>
        send<Exclude<Result<F>, Blob>>({ operation, path: pathOf(operation, 'id', id), query }, options),

    /** (id, query, options) → a stream of that type */
    downloadAs:
      <F extends Generated>(operation: F, accept: string) =>
      async (id: string, query?: Query<F>, options?: CallOptions): Promise<Download> =>
        toDownload(
          await send({ operation, path: pathOf(operation, 'id', id), query, accept, parseAs: 'stream' }, options),
        ),

    /** (id, options) → a stream */
    download:
      <F extends Generated>(operation: F) =>
      async (id: string, options?: CallOptions): Promise<Download> =>
        toDownload(await send({ operation, path: pathOf(operation, 'id', id), parseAs: 'stream' }, options)),

    /** (id, options) → a stream; `encrypted`: as a JWE, which `bytes()` opens where the client has the key. */
    sealedDownload:
      <F extends Generated>(operation: F) =>
      async (
        id: string,
        { encrypted = decryptionKeys.length > 0, ...options }: CallOptions & { encrypted?: boolean } = {},
      ): Promise<Download> =>
        decryptedDownload(
          decryptionKeys,
          toDownload(
            await send(
              {
                operation,
                path: pathOf(operation, 'id', id),
                ...(encrypted && { query: { encrypted } }),
                parseAs: 'stream',
              },
              options,
            ),
          ),
        ),

    /** (file, query, options). A stream can be read only once, so it is sent only once. */
    upload:
      <F extends Generated>(operation: F) =>
      (file: string | Uint8Array | ReadableStream<Uint8Array>, query: Query<F>, options?: CallOptions) =>
        send<Result<F>>({ operation, query, body: file }, { timeoutMs: 600_000, ...options }),

    /** (query, options) */
    list:
      <F extends Generated>(operation: F) =>
      (query?: Query<F>, options?: CallOptions) =>
        pages(operation, undefined, query, options),

    /** (id, query, options) */
    listAt:
      <F extends Generated>(operation: F) =>
      (id: string, query?: Query<F>, options?: CallOptions) =>
        pages(operation, pathOf(operation, 'id', id), query, options),

    /** (options): a closed list */
    all:
      <F extends Generated>(operation: F) =>
      (options?: CallOptions) =>
        pages(operation, undefined, undefined, options),

    /** (id, options) */
    allAt:
      <F extends Generated>(operation: F) =>
      (id: string, options?: CallOptions) =>
        pages(operation, pathOf(operation, 'id', id), undefined, options),
  }
}
