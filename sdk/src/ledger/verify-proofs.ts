import type { ConsistencyProof, InclusionProof } from '../gen/types.gen.ts'
import { fromBase64, sameBytes, utf8 } from './bytes.ts'
import { readKeys } from './keys.ts'
import { hashLeaf, rootByInclusion, rootsByConsistency } from './merkle.ts'
import { checkNote } from './signed-note.ts'

/** Each proof needs checkpoints, so that it leads to what was signed: those in the answer, or ones that you kept. */
export type ProofKeys = { publicKeys: string | readonly string[] }

const hashesOf = (texts: readonly string[]): Uint8Array[] | undefined => {
  const hashes = texts.map(fromBase64).filter((hash) => hash?.length === 32)
  return hashes.length === texts.length ? (hashes as Uint8Array[]) : undefined
}
const signedRoot = async (
  note: string | undefined,
  size: number,
  { publicKeys }: ProofKeys,
): Promise<Uint8Array | undefined> => {
  if (note === undefined) return undefined
  const checked = await checkNote(note, await readKeys(publicKeys))
  return checked.state === 'verified' && checked.checkpoint.size === size ? checked.checkpoint.root : undefined
}

/** Whether the leaf of `getInclusionProof` is in the tree that the checkpoint was signed for. */
export const verifyInclusion = async (
  { leaf, index, size, hashes, checkpoint }: InclusionProof,
  keys: ProofKeys,
): Promise<boolean> => {
  const [signed, proof] = [await signedRoot(checkpoint, size, keys), hashesOf(hashes)]
  const root = proof && rootByInclusion(hashLeaf(utf8(leaf)), index, size, proof)
  return signed !== undefined && root !== undefined && sameBytes(root, signed)
}

/** Whether the newer tree of `getConsistencyProof` begins with the older one, both of them signed. */
export const verifyConsistency = async ({ from, to, hashes }: ConsistencyProof, keys: ProofKeys): Promise<boolean> => {
  const older = await signedRoot(from.checkpoint, from.size, keys)
  const newer = await signedRoot(to.checkpoint, to.size, keys)
  const proof = hashesOf(hashes)
  if (older === undefined || newer === undefined || proof === undefined) return false
  const roots = rootsByConsistency(from.size, to.size, older, proof)
  return roots !== undefined && sameBytes(roots.from, older) && sameBytes(roots.to, newer)
}
