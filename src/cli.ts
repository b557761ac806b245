#!/usr/bin/env node
import { UsageError } from './cli/command.ts'
import { commands } from './cli/commands.ts'
import { parseCommand, usageOf } from './cli/parse.ts'
import { ConfigError, readConfig } from './config.ts'
import { AppError } from './core/shared/errors.ts'
import { StartError } from './start-error.ts'

/**
 * The operator's command. Results are one line of JSON on standard output; a secret is shown this once. Exit 0: done; 1: it
 * could not be done, or must be mended; 2: the command was not understood.
 */
const run = async (words: readonly string[]): Promise<number> => {
  const { command, values } = parseCommand(commands, words)
  const {
    exitCode = 0,
    lines = [],
    result,
  } = await (command.withoutSettings?.(values) ?? command.run(readConfig(), values))
  for (const line of lines) process.stdout.write(`${line}\n`)
  if (result !== undefined) process.stdout.write(`${JSON.stringify(result)}\n`)
  return exitCode
}

const isTold = (error: unknown): error is Error =>
  [ConfigError, StartError, AppError, UsageError].some((known) => error instanceof known)

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`azukari: ${isTold(error) ? error.message : 'failed'}\n`)
    if (error instanceof UsageError) process.stderr.write(`\n${usageOf(commands)}\n`)
    else if (!isTold(error)) process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)
