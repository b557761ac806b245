#!/usr/bin/env node
import { pino } from 'pino'
import { epochUsage, isEpochCommand, runEpochCommand } from './cli/epoch.ts'
import { formatsUsage, isFormatsCommand, runFormatsCommand } from './cli/formats.ts'
import { isKeysCommand, keysUsage, runKeysCommand } from './cli/keys.ts'
import { isPlatformCommand, platformUsage, runPlatformCommand } from './cli/platform.ts'
import { isVaultCommand, runVaultCommand, vaultUsage } from './cli/vault.ts'
import { compose } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'
import { AppError } from './core/shared/errors.ts'
import { StartError } from './start-error.ts'

/** The operator's command. Each result is one line of JSON on standard output. */
const commands = [
  { fits: isPlatformCommand, run: runPlatformCommand, usage: platformUsage },
  { fits: isFormatsCommand, run: runFormatsCommand, usage: formatsUsage },
  { fits: isVaultCommand, run: runVaultCommand, usage: vaultUsage },
  { fits: isKeysCommand, run: runKeysCommand, usage: keysUsage },
  { fits: isEpochCommand, run: runEpochCommand, usage: epochUsage },
]

const run = async (words: readonly string[]): Promise<void> => {
  const command = commands.find(({ fits }) => fits(words))
  if (command === undefined) {
    process.stderr.write(`${commands.flatMap(({ usage }) => usage).join('\n')}\n`)
    process.exit(2)
  }
  const service = await compose(readConfig(), pino({ level: 'error' }, pino.destination(2)))
  try {
    for (const line of await command.run(service, words)) process.stdout.write(`${JSON.stringify(line)}\n`)
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
