#!/usr/bin/env node
import { pino } from 'pino'
import { compose } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'
import { scopes } from './core/access/access.ts'
import { StartError } from './start-error.ts'

/** The operator's command. Results are one line of JSON on standard output; a secret is shown this once. */
const usage = `azukari platform create NAME    a new platform (ベンダー) with a first client; prints its id and secret
azukari formats renew           writes anew what was sealed in an older format; workers do it by themselves`

type Service = Awaited<ReturnType<typeof compose>>

const createPlatform = async ({ core }: Service, name: string): Promise<unknown> => {
  const platformId = await core.organizations.createPlatform(name)
  const client = await core.access.createClient(
    { platformId, requestId: 'cli', at: new Date() },
    { name: `${name} (first client)`.slice(0, 100), scopes: [...scopes] },
  )
  return { platformId, clientId: client._id, clientSecret: client.secret }
}

/** What the words ask for; undefined where they ask for nothing that there is. */
const commandOf = ([subject, verb, name, ...more]: readonly string[]) => {
  if (more.length > 0) return undefined
  if (subject === 'formats' && verb === 'renew' && name === undefined)
    return (service: Service) => service.core.renewal.again()
  if (subject !== 'platform' || verb !== 'create' || name === undefined || name.length > 100) return undefined
  return (service: Service) => createPlatform(service, name)
}

const run = async (words: readonly string[]): Promise<void> => {
  const command = commandOf(words)
  if (command === undefined) {
    process.stderr.write(`${usage}\n`)
    process.exit(2)
  }
  const service = await compose(readConfig(), pino({ level: 'error' }, pino.destination(2)))
  try {
    process.stdout.write(`${JSON.stringify(await command(service))}\n`)
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
