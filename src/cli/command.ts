import type { Config } from '../config.ts'

export type Values = Readonly<Record<string, string | undefined>>

/** One row of the operator's table. A new command is a new row in commands.ts, and nothing else. */
export type Command = {
  words: readonly string[]
  /** What stands for itself, in order: `NAME`. */
  positionals?: readonly string[]
  /** `--option VALUE`; those that end with `?` may be left out. */
  options?: readonly string[]
  about: string
  run: (config: Config, values: Values) => Promise<Done>
  /** What can be done with these values on a machine that has no settings and no database; undefined: `run` is meant. */
  withoutSettings?: (values: Values) => Promise<Done> | undefined
}
/** The result, printed as one line of JSON; `exitCode` is no part of it. */
export type Done = { exitCode?: number; lines?: readonly string[]; result?: unknown }

/** What the operator typed is wrong: the usage is shown, exit 2. */
export class UsageError extends Error {}

export const must = (values: Values, name: string): string => {
  const value = values[name]
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing.`)
  return value
}
export const oneOf = <T extends string>(values: Values, name: string, choices: readonly T[]): T => {
  const value = must(values, name)
  const found = choices.find((choice) => choice === value)
  if (found === undefined) throw new UsageError(`--${name} must be ${choices.join(' or ')}.`)
  return found
}
