import { AppError } from '../shared/errors.ts'

export const maxUploadBytes = 100 * 1024 * 1024

/** An upload as it comes, up to the limit. What breaks on the way is the sender's, not ours. */
export async function* limitedUpload(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > maxUploadBytes) throw new AppError('payload_too_large', 'A file has at most 100 MB: split it.')
      yield chunk
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('invalid_request', 'The upload broke off.', { cause: error })
  }
}
