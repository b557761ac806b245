import { fromBase64Url, isObject } from './bytes.ts'
import { bitsOf } from './merkle.ts'

/** Strings are whole lines; bytes are pieces of a file, as a stream gives them. */
export type Lines = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>

/** An entry has some 2 kB. What has no end must not fill the memory. */
const longestLine = 1_000_000

export async function* linesOf(source: Lines): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const piece of source) {
    if (typeof piece === 'string') {
      for (const line of piece.split('\n')) if (line.trim() !== '') yield line
      continue
    }
    const parts = (pending + decoder.decode(piece, { stream: true })).split('\n')
    pending = parts.pop() ?? ''
    for (const line of parts) if (line.trim() !== '') yield line
    if (pending.length > longestLine) {
      yield pending
      pending = ''
    }
  }
  pending += decoder.decode()
  if (pending.trim() !== '') yield pending
}

export type Header = {
  organizationId: string
  from: number
  frontier: Uint8Array[]
  /** Size of the tree in which the lines' proofs are; its checkpoint. */
  size?: number
  checkpoint?: string
  selection: boolean
}
export type ShownValue = { value: string; salt: Uint8Array }
export type EntryLine = {
  index: number | null
  leaf: string
  leafHash: Uint8Array
  values: Map<string, ShownValue>
  proof?: Uint8Array[]
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
const hashOf = (value: unknown): Uint8Array | undefined => {
  const bytes = typeof value === 'string' ? fromBase64Url(value) : undefined
  return bytes?.length === 32 ? bytes : undefined
}
const hashesOf = (value: unknown): Uint8Array[] | undefined => {
  if (!Array.isArray(value) || value.length > 64) return undefined
  const hashes = value.map(hashOf).filter((hash) => hash !== undefined)
  return hashes.length === value.length ? hashes : undefined
}

const toHeader = ({
  azukariLedger,
  organizationId,
  from,
  frontier,
  size,
  checkpoint,
  selection,
}: Record<string, unknown>) => {
  const hashes = hashesOf(frontier ?? [])
  if (azukariLedger !== 1 || typeof organizationId !== 'string' || hashes === undefined || !isCount(from ?? 0))
    return undefined
  // One perfect subtree for each bit of the size before.
  if (hashes.length !== bitsOf(Number(from ?? 0))) return undefined
  return {
    organizationId,
    from: Number(from ?? 0),
    frontier: hashes,
    selection: selection === true,
    ...(isCount(size) ? { size } : {}),
    ...(typeof checkpoint === 'string' ? { checkpoint } : {}),
  } satisfies Header
}

const valuesOf = (values: unknown): Map<string, ShownValue> | undefined => {
  const shown = new Map<string, ShownValue>()
  if (values === undefined) return shown
  if (!isObject(values)) return undefined
  for (const [name, each] of Object.entries(values)) {
    const salt = isObject(each) && typeof each.salt === 'string' ? fromBase64Url(each.salt) : undefined
    if (!isObject(each) || typeof each.value !== 'string' || salt === undefined) return undefined
    shown.set(name, { value: each.value, salt })
  }
  return shown
}

const toEntry = ({ index, leaf, leafHash, values, proof }: Record<string, unknown>): EntryLine | undefined => {
  const [hash, shown, hashes] = [hashOf(leafHash), valuesOf(values), proof === undefined ? [] : hashesOf(proof)]
  if (index !== null && !isCount(index)) return undefined
  if (typeof leaf !== 'string' || hash === undefined || shown === undefined || hashes === undefined) return undefined
  return { index, leaf, leafHash: hash, values: shown, ...(proof === undefined ? {} : { proof: hashes }) }
}

/** Undefined for what is neither. */
export const readLine = (line: string): { header: Header } | { entry: EntryLine } | undefined => {
  const value = parsed(line)
  if (!isObject(value)) return undefined
  if ('azukariLedger' in value) {
    const header = toHeader(value)
    return header && { header }
  }
  const entry = toEntry(value)
  return entry && { entry }
}
