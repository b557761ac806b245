import type { Anchors } from '../anchors/anchors.ts'
import type { Keys } from '../keys/keys.ts'
import type { Database } from '../shared/database.ts'
import { readVerifierKey } from './checkpoint-note.ts'
import { createCheckpointStore } from './checkpoints.store.ts'
import type { VerifierKey } from './checkpoints.ts'
import { createFindings, type Finding } from './findings.ts'
import { isPlacing, type Placing } from './placing.ts'
import { createPlaces } from './row-places.ts'
import { openSignedRoots } from './signed-roots.ts'
import { tileWidth } from './tiles.ts'
import { createTreeStore } from './tree.store.ts'
import { createTreeCheck } from './tree-check.ts'
import { createTreeReader, type TreeReader } from './tree-reader.ts'
import { createVerificationStore } from './verification.store.ts'
import { createRowCheck } from './verification-rows.ts'

export type VerificationDeps = {
  db: Database
  keys: Pick<Keys, 'fields' | 'macs'>
  anchors: Pick<Anchors, 'checkpointsOf'>
  publicKeys: (organizationId: string) => Promise<VerifierKey[]>
}

export type VerificationReport = {
  ok: boolean
  organizationId: string
  /** Sealed entries that were read. */
  entries: number
  /** Those before it were removed up to a checkpoint: their hashes stand for them. */
  prunedBelow: number
  /** Those that wait to be sealed. */
  unsealed: number
  /** Signed roots to which the entries lead: of stored checkpoints, and of the list outside the databases. */
  rootsVerified: number
  findings: Finding[]
  findingsOmitted: number
  firstBadEntry?: Finding
}

/** So many entries at once; the next ones are read while these are hashed. */
const windowSize = 2 * tileWidth
const unsealedAtOnce = 500

/**
 * Verifies an organization's ledger where it lies: each row against its leaf, the leaf against its hash and the tiles, tiles
 * and head against each other, and all of it against every checkpoint and every record outside the databases. In constant
 * memory, beside a running service: what is sealed meanwhile is left for the next time.
 */
export const createVerification = ({ db, keys, anchors, publicKeys }: VerificationDeps) => {
  const store = createVerificationStore(db)
  const trees = createTreeStore(db)
  const checkpoints = createCheckpointStore(db)

  const readWindow = async (
    organizationId: string,
    reader: TreeReader,
    placing: Placing | undefined,
    from: number,
    end: number,
  ) => {
    const aligned = from - (from % tileWidth)
    const to = Math.min(end, aligned + windowSize)
    if (from >= end) return { to, rows: [], stored: [] }
    const [rows, leaves] = await Promise.all([
      store.window(organizationId, from, to, placing),
      reader.leaves(aligned, to),
    ])
    return { to, rows, stored: leaves.slice(from - aligned) }
  }

  const verify = async (
    organizationId: string,
    onProgress: (entries: number) => void = () => undefined,
  ): Promise<VerificationReport> => {
    const findings = createFindings()
    const verifiers = (await publicKeys(organizationId)).flatMap(
      ({ verifierKey }) => readVerifierKey(verifierKey) ?? [],
    )
    const signed = await openSignedRoots({ organizationId, verifiers, checkpoints, anchors, findings })
    const head = await trees.head(organizationId)
    const reader = createTreeReader(trees, organizationId, head, findings)
    const [from, end] = [head?.prunedBelow ?? 0, Math.max(reader.size, signed.largest)]
    if (reader.size < end)
      findings.add('head_changed', { message: `the stored tree ends at ${reader.size}, and was signed up to ${end}` })

    const placing = head !== undefined && isPlacing(head) ? head.placing : undefined
    if (head?.placing !== undefined && placing === undefined)
      findings.add('head_changed', { message: 'the round that it names does not end where the tree does' })
    const open = new Set(placing?.ids)

    const places = createPlaces(findings)
    const check = createTreeCheck(findings, await reader.treeAt(from))
    const rowCheck = createRowCheck(findings, places, check)

    const roots = signed.all()
    let due = await roots.next()
    const judgeAt = async (size: number): Promise<void> => {
      for (; due.done !== true && due.value.size <= size; due = await roots.next())
        if (due.value.size === size) check.judge(due.value)
    }
    await judgeAt(from)

    let ahead = readWindow(organizationId, reader, placing, from, end)
    for (let at = from; at < end; ) {
      const { to, rows, stored } = await ahead
      ahead = readWindow(organizationId, reader, placing, to, end)
      const cipher = await keys.fields.for(organizationId)
      // Up to each signed root in turn: what is found after it does not explain it.
      for (let start = at; start < to; ) {
        const until = due.done === true ? to : Math.min(to, due.value.size)
        const within = rows.filter(({ index = 0 }) => index >= start && index < until)
        const leaves = rowCheck.look(cipher, start, within, stored.slice(start - at, until - at))
        await reader.compareTiles(check.grow(leaves))
        await judgeAt(until)
        start = until
      }
      at = to
      onProgress(rowCheck.count())
    }
    reader.compareTails(check.tree())

    // Read before the head is asked for again: what was sealed since is within it.
    for (const { _id, index } of await store.outside(organizationId, end))
      if ((index ?? 0) < 0 || (index ?? 0) >= ((await trees.head(organizationId))?.size ?? 0))
        findings.add('inserted', { index: index ?? 0, entryId: _id, message: 'an entry stands beyond the tree' })
    for (const { _id } of await store.floating(organizationId))
      findings.add('inserted', { entryId: _id, message: 'an entry is neither sealed nor waiting for it' })

    let unsealed = 0
    for (let last = ''; ; ) {
      const rows = await store.unsealed(organizationId, last, unsealedAtOnce)
      const [cipher, mac] = [await keys.fields.for(organizationId), await keys.macs.for(organizationId)]
      const waiting = rows.filter(({ _id }) => !open.has(_id))
      for (const row of waiting) rowCheck.lookAtUnsealed(cipher, mac, row)
      unsealed += waiting.length
      last = rows.at(-1)?._id ?? ''
      if (rows.length < unsealedAtOnce) break
    }
    rowCheck.lookAtRemovals(from)

    const firstBadEntry = findings.first()
    return {
      ok: findings.found() === 0,
      organizationId,
      entries: rowCheck.count(),
      prunedBelow: from,
      unsealed,
      rootsVerified: check.verified(),
      findings: findings.list,
      findingsOmitted: findings.omitted(),
      ...(firstBadEntry === undefined ? {} : { firstBadEntry }),
    }
  }

  /** Also those that only a head is left of. */
  const organizations = async (): Promise<string[]> =>
    [...new Set([...(await store.organizations()), ...(await trees.organizations())])].toSorted()

  return { verify, organizations }
}
export type Verification = ReturnType<typeof createVerification>
