#!/usr/bin/env node
import { pino } from 'pino'
import { type AzukariService, compose } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'
import { scopes } from './core/access/access.ts'
import { AppError } from './core/shared/errors.ts'
import { StartError } from './start-error.ts'

type Core = AzukariService['core']
type Command = {
  words: readonly string[]
  takes?: string
  does: string
  run: (core: Core, name: string) => Promise<object>
}

const platformCreate = async ({ organizations, access }: Core, name: string): Promise<object> => {
  const platformId = await organizations.createPlatform(name)
  const client = await access.createClient(
    { platformId, requestId: 'cli', at: new Date() },
    { name: `${name} (first client)`.slice(0, 100), scopes: [...scopes] },
  )
  return { platformId, clientId: client._id, clientSecret: client.secret }
}

/** The operator's command. Results are one line of JSON on standard output; a secret is shown this once. */
const commands: readonly Command[] = [
  {
    words: ['platform', 'create'],
    takes: 'NAME',
    does: 'a new platform (ベンダー) with a first client; prints its id and secret',
    run: platformCreate,
  },
  {
    words: ['keys', 'rotate', 'token'],
    does: 'a new key for tokens: published at once, signs after ten minutes; no token is lost',
    run: ({ keys }) => keys.signing.rotate('token'),
  },
]

const usage = commands
  .map(
    ({ words, takes, does }) => `azukari ${[...words, ...(takes === undefined ? [] : [takes])].join(' ')}    ${does}`,
  )
  .join('\n')

const run = async (given: readonly string[]): Promise<void> => {
  const command = commands.find(
    ({ words, takes }) =>
      words.every((word, i) => given[i] === word) && given.length === words.length + (takes === undefined ? 0 : 1),
  )
  const name = given[command?.words.length ?? 0] ?? ''
  if (command === undefined || name.length > 100) {
    process.stderr.write(`${usage}\n`)
    process.exit(2)
  }
  const service = await compose(readConfig(), pino({ level: 'error' }, pino.destination(2)))
  try {
    process.stdout.write(`${JSON.stringify(await command.run(service.core, name))}\n`)
  } finally {
    await service.close()
  }
}

run(process.argv.slice(2)).catch((error) => {
  const told = error instanceof ConfigError || error instanceof StartError || error instanceof AppError
  process.stderr.write(`azukari: ${told ? error.message : 'failed'}\n`)
  if (!told) process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
  process.exit(1)
})
