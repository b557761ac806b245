#!/usr/bin/env node
import { pino } from 'pino'
import { type AzukariService, compose } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'
import { scopes } from './core/access/access.ts'
import { StartError } from './start-error.ts'

/** The operator's command. Results are one line of JSON on standard output; a secret is shown this once. */
const usage = `azukari platform create NAME    a new platform (ベンダー) with a first client; prints its id and secret
azukari vault rotate            new keys for numbers that come as JWE; the old ones are accepted for two days more`

type Command = {
  takes: (given: readonly string[]) => boolean
  run: (core: AzukariService['core'], given: readonly string[]) => Promise<unknown>
}

const commands: Record<string, Command> = {
  'platform create': {
    takes: ([name]) => name !== undefined && name.length <= 100,
    run: async ({ organizations, access }, [name = '']) => {
      const platformId = await organizations.createPlatform(name)
      const client = await access.createClient(
        { platformId, requestId: 'cli', at: new Date() },
        { name: `${name} (first client)`.slice(0, 100), scopes: [...scopes] },
      )
      return { platformId, clientId: client._id, clientSecret: client.secret }
    },
  },
  'vault rotate': {
    takes: ({ length }) => length === 0,
    run: async ({ keys }) => ({ replaced: await keys.transport.rotate() }),
  },
}

const run = async (words: readonly string[]): Promise<void> => {
  const command = commands[words.slice(0, 2).join(' ')]
  const given = words.slice(2)
  if (command === undefined || !command.takes(given)) {
    process.stderr.write(`${usage}\n`)
    process.exit(2)
  }
  const service = await compose(readConfig(), pino({ level: 'error' }, pino.destination(2)))
  try {
    process.stdout.write(`${JSON.stringify(await command.run(service.core, given))}\n`)
  } finally {
    await service.close()
  }
}

run(process.argv.slice(2)).catch((error) => {
  process.stderr.write(
    `azukari: ${error instanceof ConfigError || error instanceof StartError ? error.message : 'failed'}\n`,
  )
  if (!(error instanceof ConfigError || error instanceof StartError))
    process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
  process.exit(1)
})
