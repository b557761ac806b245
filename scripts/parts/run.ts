import { execFile } from 'node:child_process'

export type Log = (line: string) => void

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const withoutColours = (text: string): string =>
  text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '')

/** The line of a tool's output that says why: the last one with an error in it, else the last one, cut to a line's length. */
export const reasonIn = (output: string): string => {
  const lines = withoutColours(output)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at '))
  return (
    lines.findLast((line) => /error|fail|cannot|not found|denied/i.test(line)) ??
    lines.at(-1) ??
    'no output'
  ).slice(0, 300)
}

type Options = {
  seconds?: number
  cwd?: string
  /** The error holds all that the tool printed, not one line. */
  whole?: boolean
  /** A tool that says by its exit code what it says in its output too. */
  anyExit?: boolean
}

/** Runs a tool to its end and gives what it printed. A failure is an error of one line, unless `whole` is asked for. */
export const run = (command: string, args: readonly string[], options: Options = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const { seconds = 300, cwd = process.cwd(), whole = false, anyExit = false } = options
    const limits = { timeout: seconds * 1000, killSignal: 'SIGKILL', maxBuffer: 256 * 1024 * 1024 } as const
    execFile(command, args, { ...limits, cwd }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      if (error.code === 'ENOENT') return reject(new Error(`${command} is not on the PATH`))
      if (error.killed === true) return reject(new Error(`no result within ${seconds} s`))
      if (anyExit && stdout !== '') return resolve(stdout)
      if (whole) return reject(new Error(withoutColours(`${stdout}\n${stderr}`).trim() || error.message))
      reject(new Error(reasonIn(stderr.trim() === '' ? stdout : stderr)))
    })
  })

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
