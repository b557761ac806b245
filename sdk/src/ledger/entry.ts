import { concat, fromBase64Url, isObject, sameBytes, utf8 } from './bytes.ts'
import { canonical } from './canonical.ts'
import type { EntryLine } from './lines.ts'
import { hashLeaf } from './merkle.ts'
import type { LedgerProblemKind } from './problems.ts'
import { sha256 } from './sha256.ts'

export type Leaf = Record<string, unknown> & { id: string; organizationId: string }
/** A line looked at by itself. `hash` is that of the text that stands there, whatever the line says of it. */
export type LookedAt = { line: EntryLine; hash: Uint8Array; leaf?: Leaf; fault?: LedgerProblemKind }

const formatVersion = 1
const leafOf = (text: string): { leaf?: Leaf; isCanonical: boolean } => {
  try {
    const value: unknown = JSON.parse(text)
    const isCanonical = canonical(value) === text
    if (!isObject(value) || value.v !== formatVersion) return { isCanonical }
    const { id, organizationId } = value
    return typeof id === 'string' && typeof organizationId === 'string'
      ? { leaf: { ...value, id, organizationId }, isCanonical }
      : { isCanonical }
  } catch {
    return { isCanonical: false }
  }
}

/** A value that is no longer there was erased, and its commitment goes on; one that is there must fit. */
const valuesFit = ({ commitments }: Leaf, values: EntryLine['values']): boolean => {
  for (const [name, { value, salt }] of values) {
    const commitment = isObject(commitments) && Object.hasOwn(commitments, name) ? commitments[name] : undefined
    const bytes = typeof commitment === 'string' ? fromBase64Url(commitment) : undefined
    if (bytes === undefined || !sameBytes(bytes, sha256(concat(salt, utf8(value))))) return false
  }
  return true
}

export const lookAt = (line: EntryLine, organizationId: string | undefined): LookedAt => {
  const hash = hashLeaf(utf8(line.leaf))
  const { leaf, isCanonical } = leafOf(line.leaf)
  const fault = ((): LedgerProblemKind | undefined => {
    if (!sameBytes(hash, line.leafHash)) return 'changed'
    if (!isCanonical) return 'not_canonical'
    if (leaf === undefined) return 'line_malformed'
    if (organizationId !== undefined && leaf.organizationId !== organizationId) return 'other_organization'
    if (leaf.tampered === true) return 'tampered'
    return valuesFit(leaf, line.values) ? undefined : 'value_changed'
  })()
  return { line, hash, ...(leaf === undefined ? {} : { leaf }), ...(fault === undefined ? {} : { fault }) }
}
