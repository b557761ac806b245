import { join } from 'node:path'
import { partsStatus, startParts, stopParts } from './parts/parts.ts'
import { messageOf } from './parts/run.ts'

/** npm run parts -- start|stop|status [dir]: MongoDB and Redis by themselves, on the data kept in `dir`. */
const [command, dir = join(import.meta.dirname, '../.azukari/parts')] = process.argv.slice(2)

const status = (): void => {
  for (const { name, pid, url } of partsStatus(dir))
    console.log(pid === undefined ? `${name}: stopped` : `${name}: running, pid ${pid}, ${url ?? 'address unknown'}`)
}

const commands: Record<string, () => Promise<void> | void> = {
  start: async () => {
    if (partsStatus(dir).some(({ pid }) => pid === undefined))
      await startParts({ dir, log: (line) => console.log(line) })
    status()
  },
  stop: async () => {
    await stopParts(dir)
    status()
  },
  status,
}

const act = commands[command ?? '']
if (act === undefined) {
  console.error('usage: npm run parts -- start|stop|status [dir]')
  process.exit(1)
}
try {
  await act()
} catch (error) {
  console.error(messageOf(error))
  process.exit(1)
}
