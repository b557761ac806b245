import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { fixtureNumber } from './fixture-number.ts'

/**
 * The forms in which twelve digits can lie in memory: text of one or two bytes, digit values, and BCD (two digits a byte).
 * Six packed bytes of which the first two are zero lie in any process by chance (some ten of 1,000 in a GiB): so look for as
 * many numbers that were never there as well, and compare.
 */
export const forms = {
  ascii: (number: string) => Buffer.from(number, 'latin1'),
  utf16: (number: string) => Buffer.from(number, 'utf16le'),
  values: (number: string) => Buffer.from([...number].map(Number)),
  packed: (number: string) => Buffer.from(number, 'hex'),
} as const
export type Form = keyof typeof forms
const formNames = Object.keys(forms) as Form[]

/** Fixture numbers (0000…) whose other digits are spread out, each of which is made in one way only. */
export const scatteredNumbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => fixtureNumber(3_141_593 + (((from + i) * 7919) % 6_000_000)))

/** NODE_OPTIONS of a process that collects and plants controls when it is told to. */
export const memoryControls = `--expose-gc --import=${join(import.meta.dirname, 'memory-controls.ts')}`
export const tell = (child: ChildProcess, message: { gc: true } | { plant: readonly string[] }): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('message', () => resolve())
    child.send(message, (error) => error !== null && reject(error))
  })

export type MemoryScan = {
  /** How many of the numbers were found at least once, by form and in any form. */
  found: Record<Form, number> & { any: number }
  /** The places in the list of those that were found in any form. */
  which: number[]
  /** Bytes that were read, and readable mappings that could not be. */
  bytes: number
  unread: number
}

/** `anchor`: where the four bytes end by which it is looked for. */
type Pattern = { bytes: Buffer; anchor: number; form: Form; i: number }

const hashBits = 20
/** Of four bytes: a pattern's anchor, or the last that were read. */
const hashOf = (word: number): number => Math.imul(word, 0x9e3779b1) >>> (32 - hashBits)

const chunkBytes = 4 * 1024 * 1024
const longestPattern = 24
const pageBytes = 4096
const zeroPage = Buffer.alloc(pageBytes)

/** The four bytes that differ the most: four zeros would be found everywhere. */
const anchorOf = (bytes: Buffer): number => {
  const distinct = (end: number): number =>
    new Set(bytes.subarray(end - 4, end)).size - (bytes.subarray(end - 4, end).includes(0) ? 1 : 0)
  return Array.from({ length: bytes.length - 3 }, (_, at) => at + 4).sort((a, b) => distinct(b) - distinct(a))[0] ?? 4
}

const readableMappings = (pid: number): { start: number; end: number }[] =>
  readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .flatMap((line) => {
      const match = /^([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \d+\s*(.*)$/.exec(line)
      // The kernel's own pages cannot be read this way.
      if (match === null || /^\[v/.test(match[3] ?? '')) return []
      return [{ start: Number.parseInt(match[1] ?? '', 16), end: Number.parseInt(match[2] ?? '', 16) }]
    })

const indexPatterns = (numbers: readonly string[]) => {
  const wanted = new Uint8Array(1 << hashBits)
  const byWord = new Map<number, Pattern[]>()
  for (const [i, number] of numbers.entries())
    for (const form of formNames) {
      const bytes = forms[form](number)
      const anchor = anchorOf(bytes)
      const word = bytes.readUInt32BE(anchor - 4)
      wanted[hashOf(word)] = 1
      byWord.set(word, [...(byWord.get(word) ?? []), { bytes, anchor, form, i }])
    }
  return { wanted, byWord }
}

/**
 * Reads all memory that another process can read of itself and counts which numbers are in it. The process stands still
 * meanwhile. It must be a child of this one, or its memory may be closed to us (Yama); run it for nobody but tests.
 */
export const scanMemory = (pid: number, numbers: readonly string[]): MemoryScan => {
  const { wanted, byWord } = indexPatterns(numbers)
  const seen = Object.fromEntries(formNames.map((form) => [form, new Set<number>()])) as Record<Form, Set<number>>
  const any = new Set<number>()
  const buffer = Buffer.alloc(chunkBytes)
  let bytes = 0
  let unread = 0

  const search = (length: number): void => {
    let word = 0
    for (let at = 0; at < length; at++) {
      // A page of zeros has nothing but what reaches into it by its first three bytes.
      if (at % pageBytes === 4 && buffer.compare(zeroPage, 4, pageBytes, at, at - 4 + pageBytes) === 0) {
        at += pageBytes - 5
        word = 0
        continue
      }
      word = ((word << 8) | (buffer[at] ?? 0)) >>> 0
      if (wanted[hashOf(word)] === 0) continue
      for (const pattern of byWord.get(word) ?? []) {
        const from = at + 1 - pattern.anchor
        const to = from + pattern.bytes.length
        if (from < 0 || to > length || buffer.compare(pattern.bytes, 0, pattern.bytes.length, from, to) !== 0) continue
        seen[pattern.form].add(pattern.i)
        any.add(pattern.i)
      }
    }
  }

  const other = pid !== process.pid
  if (other) process.kill(pid, 'SIGSTOP')
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  try {
    for (const { start, end } of readableMappings(pid)) {
      // Chunks overlap, so that nothing lies across a border.
      for (let at = start; at < end; at += chunkBytes - longestPattern) {
        const wish = Math.min(chunkBytes, end - at)
        try {
          const length = readSync(memory, buffer, 0, wish, at)
          bytes += length
          search(length)
        } catch {
          unread += 1
        }
        if (wish < chunkBytes) break
      }
    }
  } finally {
    closeSync(memory)
    if (other) process.kill(pid, 'SIGCONT')
    buffer.fill(0)
  }
  return {
    found: {
      ascii: seen.ascii.size,
      utf16: seen.utf16.size,
      values: seen.values.size,
      packed: seen.packed.size,
      any: any.size,
    },
    which: [...any].sort((a, b) => a - b),
    bytes,
    unread,
  }
}
