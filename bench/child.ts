import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Child processes of the bench: each measurement has a fresh one. Their output goes to a file, so that nobody here reads pipes meanwhile. */
const root = join(import.meta.dirname, '..')

export type ChildOptions = {
  logFile: string
  /** Old space, in MB. */
  heapMegabytes?: number
  /** Young generation beside a limited old space, in MB. */
  youngMegabytes?: number
  args?: readonly string[]
  env?: NodeJS.ProcessEnv
}

/** `BENCH_PROFILE=folder` writes a CPU profile of every child there. */
const profiling = (): string[] => {
  const directory = process.env.BENCH_PROFILE
  return directory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${directory}`]
}

/**
 * V8 chooses the young generation's size by the machine, not by the limit of the old one. The smaller it is, the sooner what
 * lies outside the heap is let go (12 MB less in an export with 2 MB than with 8), and the more often it is collected: what must
 * keep up with others gets 8.
 */
const usualYoungMegabytes = 2

/**
 * What Node made of the TypeScript files is kept, as in an installed product: what strips their types holds 7 MB outside the
 * heap of each process that needs it, on both sides of every row.
 */
const compiled = { NODE_COMPILE_CACHE: join(root, '.cache/compiled') }

const start = (script: string, options: ChildOptions): ChildProcess => {
  const log = openSync(options.logFile, 'w')
  const { heapMegabytes, youngMegabytes = usualYoungMegabytes } = options
  const heap =
    heapMegabytes === undefined
      ? []
      : [`--max-old-space-size=${heapMegabytes}`, `--max-semi-space-size=${youngMegabytes}`]
  return spawn(process.execPath, [...heap, ...profiling(), join(root, script), ...(options.args ?? [])], {
    env: { ...compiled, ...process.env, ...options.env },
    stdio: ['ignore', log, log, 'ipc'],
  })
}

const lastLines = (file: string): string => readFileSync(file, 'utf8').trim().split('\n').slice(-12).join('\n')

/** The first message of the child, or why there was none. */
const firstMessage = (child: ChildProcess, script: string, logFile: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(new Error(`${script} ended with ${signal ?? code}\n${lastLines(logFile)}`)),
    )
  })

/** Runs a measurement to its end and gives its result (see `child-side.ts`). */
export const runChild = async (script: string, input: object, options: ChildOptions): Promise<unknown> => {
  const child = start(script, options)
  child.send(input)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const result = await firstMessage(child, script, options.logFile)
  await ended
  return result
}

/** A server that says when it is ready; gives a function that stops it. */
export const startServer = async (script: string, input: object | undefined, options: ChildOptions) => {
  const child = start(script, options)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  if (input !== undefined) child.send(input)
  await firstMessage(child, script, options.logFile)
  return async (): Promise<void> => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
    await ended
    clearTimeout(timer)
  }
}

/** A measurement in another language: the input as JSON on its standard input, its result as JSON on its standard output. */
export const runProgram = async (
  program: string,
  args: readonly string[],
  input: object,
  { logFile, env }: Pick<ChildOptions, 'logFile' | 'env'>,
): Promise<unknown> => {
  const child = spawn(program, [...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', openSync(logFile, 'w')],
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${signal ?? code}\n${lastLines(logFile)}`)),
    )
  })
  child.stdin?.end(JSON.stringify(input))
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += String(chunk)
  })
  await ended
  return JSON.parse(output)
}
