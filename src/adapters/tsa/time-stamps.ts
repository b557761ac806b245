import { fetch } from 'undici'
import { AppError } from '../../core/shared/errors.ts'
import type { TimeStamper } from '../../core/witnesses/witnesses.ts'
import { newQuery, queryType, replyType, timeIn, toDer } from './time-stamp-query.ts'

const timeoutMs = 10_000
/** A token with a chain of certificates is some 6 kB. */
const maxBytes = 64 * 1024

const readAll = async (body: AsyncIterable<Uint8Array> | null): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new Error('too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * RFC 3161 over HTTP (§ 3.4). Plain http is usual: the token is signed, and the question is a hash and a random number. The
 * address is the operator's own, as that of the KMS is, and may lie in their network.
 */
export const createTimeStamper = ({ url }: { url: string }): TimeStamper => ({
  stamp: async (content) => {
    const query = newQuery(content)
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': queryType, accept: replyType, 'user-agent': 'azukari/1' },
        body: toDer(query),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      })
      if (answer.status !== 200) {
        await answer.body?.cancel()
        throw new Error(`status ${answer.status}`)
      }
      const response = await readAll(answer.body)
      return { response, at: timeIn(response, query) }
    } catch (cause) {
      throw new AppError('unavailable', 'The time stamp authority (TSA_URL) gave no time stamp.', { cause })
    }
  },
})
