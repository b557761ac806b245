import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/**
 * Checkpoints as C2SP signed notes (c2sp.org/signed-note, tlog-checkpoint): three lines, an empty one, and a line for each
 * signature. Other people's tools read them, such as golang.org/x/mod/sumdb/note.
 */
export type Checkpoint = { origin: string; size: number; root: Buffer }
export type NoteSigner = { name: string; privateKey: KeyObject; publicKey: Buffer }
export type NoteVerifier = { name: string; keyId: string; publicKey: KeyObject }

/** Stable for an organization; the name of its keys too, as tlog-checkpoint recommends. */
export const originOf = (organizationId: string): string => `azukari/${organizationId}`

/** Signature type of Ed25519 keys. */
const ed25519 = 1
const keyIdBytes = 4
const rawKeyBytes = 32
/** SubjectPublicKeyInfo of an Ed25519 key is this and its 32 bytes (RFC 8410 § 4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

const typed = (publicKey: Uint8Array): Buffer => Buffer.concat([Buffer.from([ed25519]), publicKey])
const keyIdOf = (name: string, publicKey: Uint8Array): Buffer =>
  createHash('sha256').update(`${name}\n`).update(typed(publicKey)).digest().subarray(0, keyIdBytes)

/** `name+keyid+base64`: one line of a key file. */
export const toVerifierKey = (name: string, publicKey: Uint8Array): string =>
  `${name}+${keyIdOf(name, publicKey).toString('hex')}+${typed(publicKey).toString('base64')}`

/** Undefined for what is no Ed25519 key of a note, or names another id than its own. */
export const readVerifierKey = (line: string): NoteVerifier | undefined => {
  const [, name = '', keyId = '', encoded = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(line) ?? []
  const bytes = Buffer.from(encoded, 'base64')
  const raw = bytes.subarray(1)
  // Node reads loose base64 too: one key has one spelling.
  if (bytes.toString('base64') !== encoded) return undefined
  if (bytes[0] !== ed25519 || raw.length !== rawKeyBytes || keyIdOf(name, raw).toString('hex') !== keyId)
    return undefined
  const publicKey = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' })
  return { name, keyId, publicKey }
}

const toText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${root.toString('base64')}\n`

/** The line begins with an em dash, U+2014. */
export const signNote = (checkpoint: Checkpoint, { name, privateKey, publicKey }: NoteSigner): string => {
  const text = toText(checkpoint)
  const signature = Buffer.concat([keyIdOf(name, publicKey), sign(null, Buffer.from(text), privateKey)])
  return `${text}\n— ${name} ${signature.toString('base64')}\n`
}

const shape = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n\n((?:— \S+ [A-Za-z0-9+/=]+\n)+)$/

/** The checkpoint that a note holds, whoever signed it; undefined for what is none. */
export const readNote = (note: string): (Checkpoint & { signatures: NoteSignature[] }) | undefined => {
  const [, origin = '', size = '', root = '', lines = ''] = shape.exec(note) ?? []
  if (origin === '') return undefined
  const signatures = [...lines.matchAll(/— (\S+) (\S+)\n/g)].map(([, name = '', encoded = '']): NoteSignature => {
    const bytes = Buffer.from(encoded, 'base64')
    return { name, keyId: bytes.subarray(0, keyIdBytes).toString('hex'), signature: bytes.subarray(keyIdBytes) }
  })
  return { origin, size: Number(size), root: Buffer.from(root, 'base64'), signatures }
}
type NoteSignature = { name: string; keyId: string; signature: Buffer }

/**
 * The checkpoint of a note that one of these keys has signed, and by which. A known key with a wrong signature spoils the
 * note, whoever else signed it.
 */
export const openNote = (
  note: string,
  verifiers: readonly NoteVerifier[],
): (Checkpoint & { keyId: string }) | undefined => {
  const read = readNote(note)
  if (read === undefined) return undefined
  const { signatures, ...checkpoint } = read
  let signedBy: string | undefined
  for (const { name, keyId, signature } of signatures) {
    const known = verifiers.find((verifier) => verifier.name === name && verifier.keyId === keyId)
    if (known === undefined) continue
    if (!verify(null, Buffer.from(toText(checkpoint)), known.publicKey, signature)) return undefined
    signedBy ??= keyId
  }
  return signedBy === undefined ? undefined : { ...checkpoint, keyId: signedBy }
}

/** One line of a checkpoints file. */
export const toCheckpointLine = (note: string, createdAt: Date): string =>
  JSON.stringify({ note, createdAt: createdAt.toISOString() })
