import { forms } from './memory-look.ts'

/**
 * Loaded into a process of the service by `--import` beside `--expose-gc`, for the tests of memory hygiene: collects when it
 * is told to, and keeps the controls that a scan must find. Nothing of the product knows it.
 */
declare const gc: (() => void) | undefined

const planted: unknown[] = []

process.on('message', (message: unknown) => {
  if (typeof message !== 'object' || message === null) return
  if ('plant' in message && Array.isArray(message.plant))
    for (const number of message.plant.map(String)) for (const form of Object.values(forms)) planted.push(form(number))
  if ('gc' in message) {
    if (gc === undefined) throw new Error('start this process with --expose-gc')
    gc()
  }
  process.send?.('done')
})
// The channel alone must not keep a process alive that was told to stop.
process.channel?.unref()
