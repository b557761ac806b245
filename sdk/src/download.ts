import { decryptJwe, type PrivateKeyJwk } from './jwe.ts'
import { responseOf } from './response-of.ts'

export type Download = {
  /** Read it once, to its end: some files are used up when the last byte has gone. */
  body: ReadableStream<Uint8Array>
  bytes: () => Promise<Uint8Array>
  headers: Headers
}

export const toDownload = (stream: ReadableStream<Uint8Array> | null): Download => {
  const body = stream ?? new ReadableStream({ start: (controller) => controller.close() })
  return {
    body,
    bytes: async () => new Uint8Array(await new Response(body).arrayBuffer()),
    headers: (stream && responseOf(stream)?.headers) ?? new Headers(),
  }
}

/** `bytes()` of a file that came as a JWE are its content, where there is a key; its `body` is the JWE itself. */
export const decryptedDownload = (keys: readonly PrivateKeyJwk[], download: Download): Download =>
  keys.length === 0 || download.headers.get('content-type') !== 'application/jose'
    ? download
    : {
        ...download,
        bytes: async () => decryptJwe(keys, new TextDecoder().decode(await download.bytes())),
      }
