import { ConfigError, readConfig } from '../config.ts'
import { AppError } from '../core/shared/errors.ts'
import { StartError } from '../start-error.ts'
import { UsageError } from './command.ts'
import { commands } from './commands.ts'
import { parseCommand, usageOf } from './parse.ts'

export type Terminal = { out: (text: string) => void; told: (text: string) => void }

const isTold = (error: unknown): error is Error =>
  [ConfigError, StartError, AppError, UsageError].some((known) => error instanceof known)

const helpWords = new Set(['help', '--help', '-h'])

const done = async (words: readonly string[], env: NodeJS.ProcessEnv, { out }: Terminal): Promise<number> => {
  if (words.some((word, i) => helpWords.has(word) && (i === 0 || word !== 'help'))) {
    out(`${usageOf(commands)}\n`)
    return 0
  }
  const { command, values } = parseCommand(commands, words)
  const {
    exitCode = 0,
    lines = [],
    result,
  } = await (command.withoutSettings?.(values) ?? command.run(readConfig(env), values))
  for (const line of lines) out(`${line}\n`)
  if (result !== undefined) out(`${JSON.stringify(result)}\n`)
  return exitCode
}

/**
 * One command, as it is typed. Results are one line of JSON on standard output; a secret is shown this once. Exit 0: done; 1: it
 * could not be done, or must be mended; 2: the command was not understood.
 */
export const runCommand = (words: readonly string[], env: NodeJS.ProcessEnv, terminal: Terminal): Promise<number> =>
  done(words, env, terminal).catch((error: unknown) => {
    const { told } = terminal
    told(`azukari: ${isTold(error) ? error.message : 'failed'}\n`)
    if (error instanceof UsageError) told(`\n${usageOf(commands)}\n`)
    else if (!isTold(error)) told(`${error instanceof Error ? error.stack : ''}\n`)
    return error instanceof UsageError ? 2 : 1
  })
