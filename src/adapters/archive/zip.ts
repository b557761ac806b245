import { PassThrough, Writable } from 'node:stream'
import { configure, ZipWriter } from '@zip.js/zip.js'
import type { Archive } from '../../core/payments/payments.rules.ts'

configure({ useWebWorkers: false })

/** MS-DOS date and time as ZIP has them (APPNOTE 4.4.6): no zone, so JST; two-second steps, from 1980. */
const dosDate = (instant: Date): number => {
  const jst = new Date(instant.getTime() + 9 * 60 * 60 * 1000)
  const date = ((jst.getUTCFullYear() - 1980) << 9) | ((jst.getUTCMonth() + 1) << 5) | jst.getUTCDate()
  const time = (jst.getUTCHours() << 11) | (jst.getUTCMinutes() << 5) | (jst.getUTCSeconds() >> 1)
  return date * 0x10000 + time
}

/** Pulled, never ahead of what the archive takes. */
const streamOf = (source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> => {
  const chunks = source[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      pull: async (controller) => {
        const next = await chunks.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      cancel: async () => {
        await chunks.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Entries one after the other, deflated, as bytes arrive. Nothing in it depends on the machine's clock or zone. */
export const zipArchive: Archive = async function* (entries, { madeAt }) {
  const out = new PassThrough()
  const zip = new ZipWriter(Writable.toWeb(out), {
    rawLastModDate: dosDate(madeAt),
    extendedTimestamp: false,
    bufferedWrite: false,
    keepOrder: true,
    level: 6,
  })
  const feed = async (): Promise<void> => {
    for await (const { name, source } of entries) await zip.add(name, streamOf(source))
    await zip.close()
  }
  const fed = feed().catch((error: unknown) => {
    out.destroy(error instanceof Error ? error : new Error('zip', { cause: error }))
  })
  for await (const chunk of out) yield chunk
  await fed
}
