import { concat, fromBase64, sameBytes, utf8 } from './bytes.ts'
import { sha256 } from './sha256.ts'

/** Checkpoints are signed notes of C2SP (tlog-checkpoint, signed-note), as Go's sumdb/note reads them. */
export type NoteKey = {
  name: string
  id: Uint8Array
  verify: (text: string, signature: Uint8Array) => Promise<boolean>
}
export type Checkpoint = { origin: string; size: number; root: Uint8Array }
export type CheckedNote =
  | { state: 'verified'; checkpoint: Checkpoint }
  | { state: 'malformed' | 'unknown_key' | 'bad_signature'; checkpoint?: Checkpoint }

const ed25519 = 1

/** A verifier key, `name+id+key`. Throws on what is none: a key that cannot be read must not look like a wrong ledger. */
export const readKey = async (line: string): Promise<NoteKey> => {
  const [, name = '', id = '', encoded = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(line.trim()) ?? []
  const key = fromBase64(encoded)
  if (key?.length !== 33 || key[0] !== ed25519)
    throw new TypeError('A public key must be one line as the service gives it: name+id+key (a C2SP vkey, Ed25519).')
  const keyId = idOf(name, key)
  if (hex(keyId) !== id)
    throw new TypeError('The id of a public key does not fit its name and key: it was copied wrongly.')
  const publicKey = await crypto.subtle.importKey('raw', key.slice(1), 'Ed25519', false, ['verify'])
  return {
    name,
    id: keyId,
    verify: (text, signature) => crypto.subtle.verify('Ed25519', publicKey, new Uint8Array(signature), utf8(text)),
  }
}
const idOf = (name: string, key: Uint8Array): Uint8Array => sha256(concat(utf8(`${name}\n`), key)).slice(0, 4)
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const checkpointOf = (text: string): Checkpoint | undefined => {
  const [origin = '', size = '', root = ''] = text.split('\n')
  const bytes = fromBase64(root)
  return origin !== '' && /^(0|[1-9]\d{0,15})$/.test(size) && bytes?.length === 32
    ? { origin, size: Number(size), root: bytes }
    : undefined
}

const signaturesOf = (block: string): { name: string; id: Uint8Array; bytes: Uint8Array }[] | undefined => {
  const signatures = []
  for (const line of block.split('\n').slice(0, -1)) {
    const [, name = '', encoded = ''] = /^— ([^+\s]+) (\S+)$/.exec(line) ?? []
    const bytes = fromBase64(encoded)
    if (bytes === undefined || bytes.length < 5) return undefined
    signatures.push({ name, id: bytes.slice(0, 4), bytes: bytes.slice(4) })
  }
  return signatures.length > 0 && block.endsWith('\n') ? signatures : undefined
}

/** Signatures of keys that nobody gave are passed over (witnesses may sign too); one of a known key must be there. */
export const checkNote = async (note: string, keys: readonly NoteKey[]): Promise<CheckedNote> => {
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const checkpoint = end < 0 ? undefined : checkpointOf(text)
  const signatures = end < 0 ? undefined : signaturesOf(note.slice(end + 2))
  if (checkpoint === undefined || signatures === undefined) return { state: 'malformed' }
  const known = signatures.flatMap(({ name, id, bytes }) => {
    const key = keys.find((each) => each.name === name && sameBytes(each.id, id))
    return key === undefined ? [] : [{ key, bytes }]
  })
  if (known.length === 0) return { state: 'unknown_key', checkpoint }
  const verified = await Promise.all(known.map(({ key, bytes }) => key.verify(text, bytes)))
  return { state: verified.every(Boolean) ? 'verified' : 'bad_signature', checkpoint }
}
