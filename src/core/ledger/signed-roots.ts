import type { Anchors } from '../anchors/anchors.ts'
import { type NoteVerifier, openNote, originOf } from './checkpoint-note.ts'
import type { CheckpointRow, CheckpointStore } from './checkpoints.store.ts'
import type { Findings } from './findings.ts'

/** A root that somebody with the key has signed, and where that stands. */
export type SignedRoot = { size: number; root: Buffer; what: string }

type Deps = {
  organizationId: string
  verifiers: readonly NoteVerifier[]
  checkpoints: Pick<CheckpointStore, 'ascending' | 'list'>
  anchors: Pick<Anchors, 'checkpointsOf'>
  findings: Findings
}
const page = 500

/**
 * Every signed root of an organization by size: the stored checkpoints, and those in the list outside the databases. What does
 * not verify is a finding, and counts for nothing.
 */
export const openSignedRoots = async ({ organizationId, verifiers, checkpoints, anchors, findings }: Deps) => {
  const opened = (note: unknown) => {
    const signed = typeof note === 'string' ? openNote(note, verifiers) : undefined
    return signed?.origin === originOf(organizationId) ? signed : undefined
  }

  /** The row says the same as its note, which alone is signed. */
  const ofRow = ({ _id, note, size, root, keyId }: CheckpointRow): SignedRoot | undefined => {
    const signed = opened(note)
    const says = signed?.size === size && signed.root.toString('base64') === root && signed.keyId === keyId
    return says ? { size, root: signed.root, what: `the checkpoint ${_id}` } : undefined
  }

  const anchored: SignedRoot[] = []
  for await (const { name, body } of anchors.checkpointsOf(organizationId)) {
    const signed = opened(body?.note)
    if (signed === undefined)
      findings.add('anchor_unverified', { message: `the record ${name} outside the databases does not verify` })
    else anchored.push({ size: signed.size, root: signed.root, what: `the record ${name} outside the databases` })
  }
  anchored.sort((a, b) => a.size - b.size)

  const newestVerified = async (): Promise<number> => {
    for (let last: CheckpointRow | undefined; ; ) {
      const rows = await checkpoints.list(organizationId, last && [last.size, last._id], page)
      const signed = rows.find((row) => ofRow(row) !== undefined)
      last = rows.at(-1)
      if (signed !== undefined || rows.length < page) return signed?.size ?? 0
    }
  }

  async function* stored(): AsyncGenerator<SignedRoot> {
    let last: CheckpointRow | undefined
    for (;;) {
      const rows = await checkpoints.ascending(organizationId, last && [last.size, last._id], page)
      for (const row of rows) {
        const signed = ofRow(row)
        if (signed !== undefined) yield signed
        else
          findings.add('checkpoint_changed', {
            message: `the checkpoint ${row._id} of size ${row.size} does not verify: it was changed, or its key is not one of this ledger`,
          })
      }
      last = rows.at(-1)
      if (rows.length < page || last === undefined) return
    }
  }

  /** Both, merged by size. */
  async function* all(): AsyncGenerator<SignedRoot> {
    const waiting = [...anchored]
    for await (const each of stored()) {
      while ((waiting[0]?.size ?? Number.POSITIVE_INFINITY) <= each.size) yield waiting.shift() as SignedRoot
      yield each
    }
    yield* waiting
  }

  return { largest: Math.max(await newestVerified(), anchored.at(-1)?.size ?? 0), all }
}
