import { parseArgs } from 'node:util'
import { type Command, UsageError, type Values } from './command.ts'

const optionName = (option: string): string => option.replace(/\?$/, '')

export const usageOf = (commands: readonly Command[]): string => {
  const lines = commands.map(({ words, positionals = [], options = [], about }) => {
    const wanted = options.map((option) => (option.endsWith('?') ? `[--${optionName(option)} …]` : `--${option} …`))
    return [`azukari ${[...words, ...positionals, ...wanted].join(' ')}`, `    ${about}`].join('\n')
  })
  return lines.join('\n')
}

/** Which command the words name, and with which values. */
export const parseCommand = (
  commands: readonly Command[],
  words: readonly string[],
): { command: Command; values: Values } => {
  const command = commands.find((each) => each.words.every((word, i) => words[i] === word))
  if (command === undefined) throw new UsageError('There is no such command.')
  const { positionals: names = [], options = [] } = command
  const parsed = (() => {
    try {
      return parseArgs({
        args: words.slice(command.words.length),
        options: Object.fromEntries(options.map((option) => [optionName(option), { type: 'string' as const }])),
        allowPositionals: true,
        strict: true,
      })
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : 'This cannot be read.')
    }
  })()
  if (parsed.positionals.length !== names.length)
    throw new UsageError(names.length === 0 ? 'Too many words.' : `Say ${names.join(' ')}.`)
  const values: Record<string, string | undefined> = {}
  names.forEach((name, i) => {
    values[name.toLowerCase()] = parsed.positionals[i]
  })
  for (const option of options) {
    const value = parsed.values[optionName(option)]
    if (typeof value === 'string') values[optionName(option)] = value
    else if (!option.endsWith('?')) throw new UsageError(`--${option} is missing.`)
  }
  for (const value of Object.values(values))
    if (value !== undefined && (value.length < 1 || value.length > 500)) throw new UsageError('A value is too long.')
  return { command, values }
}
