import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const text = readFileSync(join(root, 'SECURITY.md'), 'utf8')
const kinds = readdirSync(join(root, 'test'), { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && entry.name !== 'support' ? [entry.name] : [],
)
/** `security/attacks`: a test by its folder and name. */
const testsIn = (line: string): string[] =>
  [...line.matchAll(/`([a-z]+\/[a-z0-9-]+)`/g)].flatMap(([, name = '']) =>
    kinds.includes(name.split('/')[0] ?? '') ? [name] : [],
  )
const rowsOf = (heading: string): string[][] => {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('|---'))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

describe('SECURITY.md', () => {
  it('names only tests that there are', () => {
    const named = testsIn(text)
    expect(named.length).toBeGreaterThan(40)
    expect(named.filter((name) => !existsSync(join(root, 'test', `${name}.test.ts`)))).toEqual([])
  })

  it('shows each of the ten risks of the OWASP API Security Top 10 by a test', () => {
    const rows = rowsOf('OWASP')
    expect(rows.map(([risk = '']) => risk.split(' ')[0])).toEqual(Array.from({ length: 10 }, (_, i) => `API${i + 1}`))
    for (const row of rows) expect(testsIn(row.at(-1) ?? ''), row[0]).not.toEqual([])
  })

  it('has each chapter of ASVS 5.0, with a test or why it does not apply', () => {
    const rows = rowsOf('ASVS')
    expect(rows.map(([chapter = '']) => chapter.split(' ')[0])).toEqual(
      Array.from({ length: 17 }, (_, i) => `V${i + 1}`),
    )
    for (const [chapter, applies = '', shown = ''] of rows)
      if (!applies.startsWith('no')) expect(testsIn(shown), chapter).not.toEqual([])
  })

  it('has the eight adversaries, each with what is left, and tests of what they cannot', () => {
    const rows = rowsOf('Threat model')
    expect(rows).toHaveLength(8)
    for (const row of rows) {
      expect(row[3], row[0]).not.toBe('')
      expect(testsIn(row[4] ?? ''), row[0]).not.toEqual([])
    }
  })

  it('has every measure of 別添1 from A to G, with what stays with the customer', () => {
    const rows = rowsOf('特定個人情報')
    const measures = rows.map(([measure = '']) => measure.split(' ').slice(0, 2).join(' '))
    for (const letter of ['A', 'B', 'C', 'D', 'E', 'F', 'G'])
      expect(
        measures.some((measure) => measure.startsWith(letter)),
        letter,
      ).toBe(true)
    for (const row of rows) {
      expect(row[2], row[0]).not.toBe('')
      const does = row[1] ?? ''
      if (!/^nothing\b|^none\b/.test(does)) expect(testsIn(row[3] ?? ''), row[0]).not.toEqual([])
    }
  })
})
