import { execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { pause, reasonIn } from './run.ts'

/** A server that runs by itself: `data` is the folder it works in, by which we know it again after its pid was reused. */
export type Daemon = { name: string; data: string; pidFile: string; logFile: string }

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port')),
      )
    })
  })

const commandLine = (pid: number): string => {
  try {
    if (existsSync('/proc/self')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return ''
  }
}

/** The pid in the file, if that process is alive and works in this folder. */
export const pidOf = ({ pidFile, data }: Daemon): number | undefined => {
  if (!existsSync(pidFile)) return undefined
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
  return pid > 1 && `${commandLine(pid).trim()} `.includes(` ${data} `) ? pid : undefined
}

/** Detached, so that neither Ctrl-C nor the end of its starter takes it down in the middle of others' work. */
export const startDaemon = (daemon: Daemon, program: string, args: readonly string[]): void => {
  mkdirSync(daemon.data, { recursive: true })
  mkdirSync(dirname(daemon.logFile), { recursive: true })
  const log = openSync(daemon.logFile, 'w')
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log], cwd: daemon.data })
  closeSync(log)
  child.on('error', () => {}) // a program that does not start is noticed by untilAnswers, with the reason in the log
  if (child.pid !== undefined) writeFileSync(daemon.pidFile, `${child.pid}\n`)
  child.unref()
}

/** Asks until there is an answer; a server that stopped meanwhile has said why in its log. */
export const untilAnswers = async (daemon: Daemon, ask: () => Promise<boolean>): Promise<void> => {
  const end = Date.now() + 60_000
  while (!(await ask().catch(() => false))) {
    const why = () => reasonIn(readFileSync(daemon.logFile, 'utf8'))
    if (pidOf(daemon) === undefined) throw new Error(`${daemon.name} stopped as soon as it was started: ${why()}`)
    if (Date.now() > end) throw new Error(`${daemon.name} does not answer after 60 s: ${why()}`)
    await pause(100)
  }
}

const untilGone = async (daemon: Daemon, seconds: number): Promise<boolean> => {
  const end = Date.now() + seconds * 1000
  while (pidOf(daemon) !== undefined) {
    if (Date.now() > end) return false
    await pause(50)
  }
  return true
}

/** By pid, politely; after ten seconds not. */
export const stopDaemon = async (daemon: Daemon): Promise<void> => {
  for (const [signal, seconds] of [
    ['SIGTERM', 10],
    ['SIGKILL', 10],
  ] as const) {
    const pid = pidOf(daemon)
    if (pid === undefined) break
    try {
      process.kill(pid, signal)
    } catch {
      break // it went by itself in between
    }
    if (await untilGone(daemon, seconds)) break
  }
  rmSync(daemon.pidFile, { force: true })
}
