import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'

const script = (work: string): string => `
  import { pino } from 'pino'
  import { createLogStream } from '${pathToFileURL(join(import.meta.dirname, '../../src/log-stream.ts')).href}'
  const log = pino({ base: null }, createLogStream())
  ${work}
`
const run = (work: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '-e', script(work)], { encoding: 'utf8' })
const messagesIn = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg)

describe('the log, written in batches', () => {
  it('is whole when the process ends by itself, by exit, or by an error that nobody caught', () => {
    expect(messagesIn(run(`log.info('a'); log.info('b')`))).toEqual(['a', 'b'])
    expect(messagesIn(run(`log.info('a'); process.exit(0)`))).toEqual(['a'])
    const died = (() => {
      try {
        return run(`log.info('a'); setTimeout(() => { throw new Error('x') })`)
      } catch (error) {
        return String((error as { stdout: string }).stdout)
      }
    })()
    expect(messagesIn(died)).toEqual(['a'])
  })

  it('shows a warning at once with all before it, and an ordinary line within a moment', async () => {
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      script(`log.info('a'); log.warn('b'); log.info('c'); setInterval(() => {}, 1000)`),
    ])
    let seen = ''
    child.stdout.on('data', (chunk) => {
      seen += String(chunk)
    })
    await once(child.stdout, 'data')
    expect(messagesIn(seen)).toEqual(['a', 'b'])
    await expect.poll(() => messagesIn(seen)).toEqual(['a', 'b', 'c'])
    child.kill('SIGKILL')
  })
})
