import { main } from '../../src/main.ts'
import { digitForms } from './memory-scan.ts'

/** The service, with planted controls in its memory, and a garbage collection when told to (`--expose-gc`). */
const planted = (process.env.PLANTED_NUMBERS ?? '').split(',')
delete process.env.PLANTED_NUMBERS
const controls = planted.flatMap((digits) => Object.values(digitForms).map((form) => form(digits)))

process.on('message', (word) => {
  if (word !== 'gc') return
  globalThis.gc?.()
  process.send?.(`gc ${controls.length}`)
})

await main(process.argv.slice(2))
