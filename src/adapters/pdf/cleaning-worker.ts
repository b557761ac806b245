import { parentPort, workerData } from 'node:worker_threads'
import { cleaned } from './cleaned.ts'

/** A stream of some kilobytes can unpack to gigabytes. Of what it unpacks to no piece may be larger than this. */
const mostBytes = 64 * 1024 * 1024

/** In this thread alone: `resourceLimits` bound its heap, and not what lies in typed arrays. */
globalThis.Uint8Array = new Proxy(Uint8Array, {
  construct: (target, parameters: [], made) => {
    const [length] = parameters as unknown[]
    if (typeof length === 'number' && length > mostBytes) throw new RangeError('too large')
    return Reflect.construct(target, parameters, made === globalThis.Uint8Array ? target : made)
  },
})

parentPort?.postMessage(await cleaned(workerData as Uint8Array))
