import type { EpochPoint } from '../../src/core/erasure/erasure.ts'
import { type ErasurePlace, openErasureGraph } from './erasure-graph.ts'

/** A worker that a test kills: by `kill -9`, at the very point it names. */
const [input = '{}'] = process.argv.slice(2)
const { place, killAt, epochId } = JSON.parse(input) as { place: ErasurePlace; killAt?: EpochPoint; epochId: string }
const graph = await openErasureGraph(place, {
  cacheSeconds: 1,
  chunkSize: 2,
  observe: (point) => {
    if (point === killAt) process.kill(process.pid, 'SIGKILL')
  },
})
for (;;) {
  await graph.erasure.advance()
  if ((await graph.erasure.get(epochId)).state === 'finished') break
  await new Promise((resolve) => setTimeout(resolve, 50))
}
await graph.close()
