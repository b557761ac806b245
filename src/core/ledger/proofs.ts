import type { Keys } from '../keys/keys.ts'
import type { Caller } from '../shared/caller.ts'
import { AppError, notFound } from '../shared/errors.ts'
import { readNote } from './checkpoint-note.ts'
import type { CheckpointStore } from './checkpoints.store.ts'
import { consistencyPath, continues, includes, inclusionPath, type Subtree } from './merkle.ts'
import { leafOf } from './row-leaf.ts'
import { openNames } from './sealer.ts'
import type { SealingStore } from './sealing.store.ts'
import { brokenTree, subtreesOf } from './tiles.ts'
import type { Head, TreeStore } from './tree.store.ts'

export type ProofDeps = {
  keys: Pick<Keys, 'fields'>
  entries: Pick<SealingStore, 'find'>
  trees: TreeStore
  checkpoints: Pick<CheckpointStore, 'newest' | 'ofSize'>
}

export type InclusionProof = {
  entryId: string
  /** The canonical text, as it was hashed. */
  leaf: string
  leafHash: Buffer
  index: number
  size: number
  root: Buffer
  hashes: Buffer[]
  /** The signed note of this size, where there is one. */
  checkpoint?: string
}
export type ConsistencyProof = {
  from: { size: number; root: Buffer; checkpoint?: string }
  to: { size: number; root: Buffer; checkpoint?: string }
  hashes: Buffer[]
}

const wrongSize = (parameter: string, detail: string): AppError =>
  new AppError('invalid_request', detail, { places: [{ parameter, code: 'invalid_request' }] })

/** RFC 6962 § 2.1.1 and § 2.1.2. What is answered was verified here first: a proof that does not hold is an alarm, no answer. */
export const createProofs = ({ keys, entries, trees, checkpoints }: ProofDeps) => {
  const treeOf = async (organizationId: string): Promise<{ head: Head; subtree: Subtree }> => {
    const head = await trees.head(organizationId)
    if (head === undefined) throw new AppError('not_ready', 'Nothing of this ledger is sealed yet.')
    return { head, subtree: subtreesOf(head, (level, index) => trees.tile(organizationId, level, index)) }
  }
  /** With the note of that size, where there is one: it must say the same. */
  const treeAt = async (organizationId: string, subtree: Subtree, size: number) => {
    const [root, found] = [await subtree(0, size), await checkpoints.ofSize(organizationId, size)]
    if (found === null) return { size, root }
    if (readNote(found.note)?.root.equals(root) !== true)
      throw brokenTree(`it is not that of its checkpoint ${found._id}`)
    return { size, root, checkpoint: found.note }
  }

  /** Of the size asked for, or of the newest checkpoint. */
  const inclusion = async (
    { organizationId }: Caller,
    { entryId, size: wanted }: { entryId: string; size?: number },
  ): Promise<InclusionProof> => {
    const row = await entries.find(organizationId, entryId)
    if (row === null) throw notFound('entry')
    const { index } = row
    const size = wanted ?? (await checkpoints.newest(organizationId))?.size ?? 0
    if (index === undefined || (wanted === undefined && index >= size))
      throw new AppError('not_ready', 'No checkpoint covers this entry yet: POST /v1/ledger/checkpoints makes one.')
    const { head, subtree } = await treeOf(organizationId)
    if (index >= size || size > head.size)
      throw wrongSize('size', `Name a size over ${index}, the entry's index, and up to ${head.size}.`)
    const leaf = leafOf(row, openNames(await keys.fields.for(organizationId), row))
    const [hashes, tree] = [await inclusionPath(subtree, index, size), await treeAt(organizationId, subtree, size)]
    if (!includes(leaf.hash, index, size, hashes, tree.root))
      throw brokenTree(`the entry ${entryId} is not the one that was sealed`)
    return { entryId, leaf: leaf.text, leafHash: leaf.hash, index, hashes, ...tree }
  }

  const consistency = async (
    { organizationId }: Caller,
    { from, to: wanted }: { from: number; to?: number },
  ): Promise<ConsistencyProof> => {
    const { head, subtree } = await treeOf(organizationId)
    const to = wanted ?? (await checkpoints.newest(organizationId))?.size ?? head.size
    if (to > head.size) throw wrongSize('to', `The tree has ${head.size} leaves.`)
    if (from > to) throw wrongSize('from', 'Name a size up to that of `to`.')
    const hashes = await consistencyPath(subtree, from, to)
    const before = await treeAt(organizationId, subtree, from)
    const after = await treeAt(organizationId, subtree, to)
    if (!continues(before, after, hashes)) throw brokenTree(`size ${to} does not continue size ${from}`)
    return { from: before, to: after, hashes }
  }

  return { inclusion, consistency }
}
export type Proofs = ReturnType<typeof createProofs>
