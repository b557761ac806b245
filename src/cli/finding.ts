import { AppError } from '../core/shared/errors.ts'

/** One line of `azukari doctor`. */
export type Finding = { check: string; state: 'ok' | 'warning' | 'failure'; found: string; todo?: string }

export const ok = (check: string, found: string): Finding => ({ check, state: 'ok', found })
export const warning = (check: string, found: string, todo: string): Finding => ({
  check,
  state: 'warning',
  found,
  todo,
})
export const failure = (check: string, found: string, todo: string): Finding => ({
  check,
  state: 'failure',
  found,
  todo,
})
/** Names of errors only: messages can quote a URL with its password. */
export const named = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error')

/** Why, as the adapters word it for the operator: they name settings, never secrets. */
export const causeOf = (error: unknown): string =>
  error instanceof AppError && error.cause instanceof Error ? error.cause.message : named(error)

const mostSkewMs = 5 * 60 * 1000
export const skew = (what: string, theirs: Date | undefined): Finding => {
  const check = `clock against ${what}`
  if (theirs === undefined) return warning(check, 'it does not tell the time', 'Compare the clocks by hand.')
  const seconds = Math.abs(theirs.getTime() - Date.now()) / 1000
  return seconds * 1000 <= mostSkewMs
    ? ok(check, `${seconds.toFixed(1)} s apart`)
    : failure(
        check,
        `${Math.round(seconds)} s apart`,
        'Run NTP (chrony) on both: beyond five minutes nothing is disposed of.',
      )
}
