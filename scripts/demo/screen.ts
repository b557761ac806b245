import type { Job } from '@azukari/sdk'

type Row = { step: string; outcome: string; ok: boolean; seconds: string }

/** Full-width characters take two columns. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, c) => sum + ((c.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1), 0)
const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** What the demo prints: a line a step as it goes, progress on long ones, a table at the end. */
export const createScreen = () => {
  const rows: Row[] = []
  const startedAt = performance.now()
  const terminal = process.stdout.isTTY === true
  const line = (text: string): void => console.log(text)

  /** A step says what happened; it is wrong when it throws or says so. */
  const step = async <T>(name: string, work: () => Promise<{ outcome: string; value: T }>): Promise<T> => {
    const from = performance.now()
    const seconds = (): string => ((performance.now() - from) / 1000).toFixed(1)
    try {
      const { outcome, value } = await work()
      rows.push({ step: name, outcome, ok: true, seconds: seconds() })
      line(`  ✓ ${name} — ${outcome}`)
      return value
    } catch (error) {
      rows.push({
        step: name,
        outcome: error instanceof Error ? error.message : 'failed',
        ok: false,
        seconds: seconds(),
      })
      line(`  ✗ ${name} — ${error instanceof Error ? error.message : 'failed'}`)
      throw error
    }
  }

  const progress =
    (name: string) =>
    ({ progress: { done, total }, state }: Job): void => {
      const share = total === undefined || total === 0 ? 0 : done / total
      const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '·')
      const text = `    ${name} ${bar} ${done}${total === undefined ? '' : `/${total}`} ${state}`
      if (terminal) process.stdout.write(`\r${text}${state === 'succeeded' || state === 'failed' ? '\n' : ''}`)
      else if (state !== 'queued') line(text)
    }

  /** The table; the number of steps that went wrong. */
  const finish = (): number => {
    const wide = Math.max(...rows.map((row) => widthOf(row.step)))
    line('')
    for (const row of rows)
      line(`${row.ok ? '✓' : '✗'} ${pad(row.step, wide)}  ${row.seconds.padStart(5)} s  ${row.outcome}`)
    const failures = rows.filter((row) => !row.ok).length
    line(
      `\n${rows.length - failures} of ${rows.length} steps as they should be, ${((performance.now() - startedAt) / 1000).toFixed(0)} s. Files in out/.`,
    )
    return failures
  }

  return { line, step, progress, finish }
}
export type Screen = ReturnType<typeof createScreen>
