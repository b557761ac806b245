#!/usr/bin/env node
import { pino } from 'pino'
import { compose } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'
import { scopes } from './core/access/access.ts'
import { StartError } from './start-error.ts'

/** The operator's command. Results are one line of JSON on standard output; a secret is shown this once. */
const usage = `azukari platform create NAME    a new platform (ベンダー) with a first client; prints its id and secret`

const run = async (words: readonly string[]): Promise<void> => {
  const [subject, verb, name] = words
  if (subject !== 'platform' || verb !== 'create' || name === undefined || name.length > 100) {
    process.stderr.write(`${usage}\n`)
    process.exit(2)
  }
  const service = await compose(readConfig(), pino({ level: 'error' }, pino.destination(2)))
  try {
    const { organizations, access } = service.core
    const platformId = await organizations.createPlatform(name)
    const client = await access.createClient(
      { platformId, requestId: 'cli', at: new Date() },
      { name: `${name} (first client)`.slice(0, 100), scopes: [...scopes] },
    )
    process.stdout.write(`${JSON.stringify({ platformId, clientId: client._id, clientSecret: client.secret })}\n`)
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
