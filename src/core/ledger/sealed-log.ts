import type { Clock } from '../shared/clock.ts'
import type { CheckpointRow, CheckpointStore } from './checkpoints.store.ts'
import { inclusionPath, type Subtree } from './merkle.ts'
import { brokenTree, isBrokenTree, subtreesOf } from './tiles.ts'
import type { TreeStore } from './tree.store.ts'

type Deps = {
  trees: TreeStore
  checkpoints: Pick<CheckpointStore, 'newest'>
  clock: Clock
  sealUntil: (organizationId: string, until: Date) => Promise<void>
  sign: (organizationId: string) => Promise<CheckpointRow | undefined>
  prefix: (organizationId: string, size: number) => Promise<Buffer[]>
  onError: (error: unknown) => void
}

/** So many hashes of subtrees are kept, and the tiles they came from, before all of them are let go. */
const mostKept = 4096

/** What a file of the 取扱記録 shows of the tree, so that whoever has it can hold it against a checkpoint. */
export const createSealedLog = (deps: Deps) => {
  const { trees, checkpoints, clock, sealUntil, sign, prefix, onError } = deps

  /**
   * The newest one, with all that can be sealed now in it. Where the tree is not as it was sealed nothing is signed any more: the
   * file is made all the same, under the last one, since it is what shows the damage.
   */
  const checkpoint = async (
    organizationId: string,
  ): Promise<{ note: string; size: number; root: string; signedAt: Date } | undefined> => {
    const signed = await sealUntil(organizationId, clock.now())
      .then(() => sign(organizationId))
      .catch(onError)
    const newest = signed ?? (await checkpoints.newest(organizationId)) ?? undefined
    if (newest === undefined) return undefined
    const { note, size, root, createdAt } = newest
    return { note, size, root, signedAt: createdAt }
  }

  /** The first entry that is still there, and what stands for those before it. */
  const start = async (organizationId: string): Promise<{ from: number; frontier: string[] }> => {
    const from = (await trees.head(organizationId))?.prunedBelow ?? 0
    return { from, frontier: (await prefix(organizationId, from)).map((hash) => hash.toString('base64url')) }
  }

  /** Neighbours share most of their proofs: each subtree is hashed once for all of them. */
  const subtreesFor = async (organizationId: string): Promise<{ subtree: Subtree; kept: () => number }> => {
    const head = await trees.head(organizationId)
    if (head === undefined) throw brokenTree('its head is gone')
    const subtree = subtreesOf(head, (level, index) => trees.tile(organizationId, level, index))
    const known = new Map<string, Promise<Buffer>>()
    return {
      subtree: (from, to) => {
        const name = `${from}-${to}`
        const hash = known.get(name) ?? subtree(from, to)
        known.set(name, hash)
        return hash
      },
      kept: () => known.size,
    }
  }

  /** Inclusion proofs in the tree of a size, base64url, from the leaf up; none where the tree is not as it was sealed. */
  const prover = (organizationId: string, size: number): ((index: number) => Promise<string[] | undefined>) => {
    let subtrees: Awaited<ReturnType<typeof subtreesFor>> | undefined
    const prove = async (index: number): Promise<string[]> => {
      if (subtrees === undefined || subtrees.kept() > mostKept) subtrees = await subtreesFor(organizationId)
      return (await inclusionPath(subtrees.subtree, index, size)).map((hash) => hash.toString('base64url'))
    }
    return (index) =>
      prove(index).catch((error) => {
        if (!isBrokenTree(error)) throw error
        onError(error)
        return undefined
      })
  }

  return { checkpoint, start, prover }
}
export type SealedLog = ReturnType<typeof createSealedLog>
