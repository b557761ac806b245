import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { compose } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'
import { createLogStream } from './log-stream.ts'
import { StartError } from './start-error.ts'

/** `azukari [api] [worker]`: starts what it is told to; both when nothing is said. One clear line and exit 1 when it cannot. */
const needed = 24
const fail = (line: string): never => {
  process.stderr.write(`azukari: ${line}\n`)
  process.exit(1)
}

export const main = async (words: readonly string[]): Promise<void> => {
  if (Number(process.versions.node.split('.')[0]) < needed)
    fail(`Node ${needed} or newer is needed; this is ${process.versions.node}. Start it by \`npm start\`.`)
  const unknown = words.find((word) => word !== 'api' && word !== 'worker')
  if (unknown !== undefined) fail('Say what to start: api, worker, or nothing for both.')
  const runs = (part: string): boolean => words.length === 0 || words.includes(part)

  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, createLogStream())
  try {
    const config = readConfig()
    const service = await compose(config, logger)
    const stop = (): void => {
      service.close().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    }
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, stop)
    if (runs('api')) {
      const port = await service.listen()
      logger.info({ port }, `listening on http://${config.host}:${port}`)
    }
    if (runs('worker')) await service.startWorker()
    // Whoever started us may wait for this line.
    process.send?.('ready')
  } catch (error) {
    if (error instanceof ConfigError || error instanceof StartError) fail(error.message)
    logger.error({ error: error instanceof Error ? error.stack : 'unknown' }, 'could not start')
    process.exit(1)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
