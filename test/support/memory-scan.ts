import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

/**
 * Where byte strings lie in the memory of a process (Linux; of the same user, and a child of this one where ptrace is
 * restricted). The process is not stopped: what moves meanwhile can be missed, so scan it idle.
 */
type Region = { from: number; to: number }

const regionsOf = (pid: number): Region[] =>
  readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .flatMap((line) => {
      const [, from, to, rights, path] = /^([0-9a-f]+)-([0-9a-f]+) (....) \S+ \S+ \S+\s*(.*)$/.exec(line) ?? []
      // A page that was never writable holds nothing of ours; neither do the kernel's.
      if (from === undefined || to === undefined || rights?.startsWith('rw') !== true) return []
      return path?.startsWith('[vv') ? [] : [{ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) }]
    })

const blockBytes = 4 * 1024 * 1024

/** All needles of one length at once: a bitmap over three bytes first, then the whole. */
const createFinder = (length: number, needles: readonly Buffer[], found: (needle: string) => void) => {
  const names = new Set(needles.map((needle) => needle.toString('latin1')))
  const bits = new Uint8Array(1 << 21)
  // Every other byte: of UTF-16 these are the ones that say something.
  const [a, b, c] = [length - 2, length - 4, length - 6]
  for (const needle of needles) {
    const key = (needle[a] ?? 0) | ((needle[b] ?? 0) << 8) | ((needle[c] ?? 0) << 16)
    bits[key >> 3] = (bits[key >> 3] ?? 0) | (1 << (key & 7))
  }
  return (bytes: Buffer, size: number): void => {
    for (let at = 0; at + length <= size; at += 1) {
      const key = (bytes[at + a] as number) | ((bytes[at + b] as number) << 8) | ((bytes[at + c] as number) << 16)
      if (((bits[key >> 3] as number) & (1 << (key & 7))) === 0) continue
      const text = bytes.toString('latin1', at, at + length)
      if (names.has(text)) found(text)
    }
  }
}

/** How often each needle (six bytes or more) was found, by its latin1 text. Needles never seen are not in the map. */
export const scanMemory = async (pid: number, needles: readonly Buffer[]): Promise<Map<string, number>> => {
  const counts = new Map<string, number>()
  const found = (needle: string): void => void counts.set(needle, (counts.get(needle) ?? 0) + 1)
  const byLength = Map.groupBy(needles, ({ length }) => length)
  const finders = [...byLength].map(([length, group]) => ({ length, find: createFinder(length, group, found) }))
  const file = openSync(`/proc/${pid}/mem`, 'r')
  const longest = Math.max(...byLength.keys())
  const block = Buffer.alloc(blockBytes + longest)
  try {
    for (const { from, to } of regionsOf(pid))
      for (let at = from; at < to; at += blockBytes) {
        // What begins in this block may end in the next; it is looked for once.
        const wanted = Math.min(to - at, blockBytes + longest - 1)
        let size = 0
        try {
          size = readSync(file, block, 0, wanted, at)
        } catch {
          continue // The region went meanwhile, or is a device's.
        }
        for (const { length, find } of finders) find(block, Math.min(size, blockBytes + length - 1))
        await new Promise((resolve) => setImmediate(resolve))
      }
  } finally {
    closeSync(file)
    block.fill(0)
  }
  return counts
}

/** The forms in which digits can lie in memory. */
export const digitForms = {
  ascii: (digits: string): Buffer => Buffer.from(digits, 'latin1'),
  utf16: (digits: string): Buffer => Buffer.from(digits, 'utf16le'),
  bcd: (digits: string): Buffer => Buffer.from(digits, 'hex'),
} as const
export type DigitForm = keyof typeof digitForms
