import { createHash, randomBytes } from 'node:crypto'
import { type LedgerReport, verifyConsistency, verifyInclusion, verifyLedger } from '@azukari/sdk'
import { describe, expect, it } from 'vitest'
import { rootByInclusion, rootsByConsistency } from '../../sdk/src/ledger/merkle.ts'
import { sha256 } from '../../sdk/src/ledger/sha256.ts'
import {
  consistencyOf,
  createReceiptSigner,
  createSigner,
  inclusionOf,
  type Line,
  makeLedger,
  makeLine,
  renumber,
  rewrite,
  rootOf,
  toText,
} from '../support/ledger-export.ts'

const ledger = makeLedger(70, [20, 37, 64])
const idAt = (i: number): string => JSON.parse(ledger.lines[i]?.leaf ?? '{}').id

const verify = (
  rows: readonly object[],
  more: Partial<Parameters<typeof verifyLedger>[0]> = {},
): Promise<LedgerReport> =>
  verifyLedger({ entries: toText(rows), checkpoints: ledger.checkpoints, publicKeys: ledger.publicKeys, ...more })
/** Kind, place and id of the first bad entry; undefined where all is well. */
const first = async (report: Promise<LedgerReport>) => {
  const { ok, firstBadEntry, problems } = await report
  expect(ok).toBe(problems.length === 0)
  return firstBadEntry && [firstBadEntry.kind, firstBadEntry.index, firstBadEntry.entryId]
}
const without = (lines: readonly Line[], i: number): Line[] => lines.filter((_, at) => at !== i)
const at = (lines: readonly Line[], i: number): Line => lines[i] as Line
const replaced = (lines: readonly Line[], i: number, line: Line): Line[] => lines.with(i, line)
const swapped = (lines: readonly Line[], i: number, j: number): Line[] =>
  lines.with(i, at(lines, j)).with(j, at(lines, i))
const withLine = (lines: readonly Line[], i: number, line: Line): Line[] => lines.toSpliced(i, 0, line)
const forged = (i: number): Line => ({ ...makeLine(ledger.organizationId, 900), index: i })

describe('what the verifier is built of', () => {
  it('SHA-256 is that of node:crypto, over every length around the blocks', () => {
    for (let length = 0; length < 300; length++) {
      const bytes = randomBytes(length)
      expect(Buffer.from(sha256(bytes)).equals(createHash('sha256').update(bytes).digest())).toBe(true)
    }
  })

  it('every inclusion and consistency proof of RFC 6962 leads to the root, and none of another place does', () => {
    for (const size of [1, 2, 3, 7, 8, 33]) {
      const hashes = ledger.hashes.slice(0, size)
      const root = rootOf(hashes)
      const leadsTo = (index: number, proof: Buffer[], leaf: number): boolean => {
        const led = rootByInclusion(hashes[leaf] as Buffer, index, size, proof)
        return led !== undefined && Buffer.from(led).equals(root)
      }
      for (let i = 0; i < size; i++) {
        const proof = inclusionOf(i, hashes)
        for (let j = -1; j <= size; j++) expect(leadsTo(j, proof, i)).toBe(i === j)
        if (size > 1) expect(leadsTo(i, proof.slice(1), i) || leadsTo(i, [...proof, root], i)).toBe(false)
      }
      for (let from = 1; from <= size; from++) {
        const old = rootOf(hashes.slice(0, from))
        const roots = rootsByConsistency(from, size, old, consistencyOf(from, hashes))
        expect([roots?.from, roots?.to].map((each) => Buffer.from(each ?? []))).toEqual([old, root])
      }
    }
  })
})

describe('an export of everything', () => {
  it('verifies to every checkpoint, with proofs and without, as lines and as bytes cut anywhere', async () => {
    for (const rows of [[ledger.header, ...ledger.proven], ledger.lines]) {
      const report = await verify(rows)
      expect(report).toMatchObject({
        ok: true,
        entries: 70,
        uncovered: 6,
        checkpointsVerified: 3,
        covers: 'everything',
      })
    }
    const bytes = Buffer.from(toText([ledger.header, ...ledger.proven]).join('\n'))
    const pieces = Array.from({ length: Math.ceil(bytes.length / 777) }, (_, i) =>
      bytes.subarray(i * 777, (i + 1) * 777),
    )
    expect(await verify([], { entries: pieces })).toMatchObject({ ok: true, entries: 70 })
  })

  it('with values erased, its proofs are whole', async () => {
    const erased = ledger.proven.map((line, i) => (i % 3 === 0 ? { ...line, values: {} } : line))
    expect(await verify([ledger.header, ...erased])).toMatchObject({ ok: true, checkpointsVerified: 3 })
  })

  it('of a pruned ledger starts at the frontier that the checkpoint was signed over, and has the removal on record', async () => {
    const removal = { 69: { operation: 'erase', functionName: '記録の削除（検証点まで）' } }
    const pruned = makeLedger(70, [20, 37, 64], removal)
    const header = { ...pruned.header, from: 37, frontier: pruned.frontier(37) }
    const { checkpoints, publicKeys } = pruned
    const of = (first: object, rows: readonly object[]) => verify([first, ...rows], { checkpoints, publicKeys })
    const rest = pruned.proven.slice(37)
    expect(await of(header, rest)).toMatchObject({ ok: true, entries: 33, prunedBelow: 37, checkpointsVerified: 2 })
    const other = header.frontier.with(0, pruned.frontier(1)[0] as string)
    expect(await of({ ...header, frontier: other }, rest)).toMatchObject({ ok: false })
    expect(await of({ ...header, frontier: [] }, rest)).toMatchObject({ ok: false })
    // Somebody has cut the beginning off, and knows how to write a header.
    expect((await of(header, rest.slice(0, -1))).firstBadEntry).toMatchObject({ kind: 'removed', index: 0 })
  })

  it.each([
    ['as it is', (line: Line) => line],
    ['with its proof', (_: Line, i: number) => at(ledger.proven, i)],
  ])('%s, names the first entry that was changed', async (_, of) => {
    const lines = ledger.lines.map(of)
    const leaf = at(lines, 41).leaf
    const edited = { ...at(lines, 41), leaf: leaf.replace('"view"', '"print"') }
    expect(await first(verify([ledger.header, ...replaced(lines, 41, edited)]))).toEqual(['changed', 41, idAt(41)])
    const spaced = leaf.replace('"line":41', '"line": 41')
    const hash = createHash('sha256').update(`\0${spaced}`).digest('base64url')
    expect(
      (
        await first(verify([ledger.header, ...replaced(lines, 41, { ...at(lines, 41), leaf: spaced, leafHash: hash })]))
      )?.slice(0, 2),
    ).toEqual(['not_canonical', 41])
    const renamed = {
      ...at(lines, 41),
      values: { subjectName: { value: '別人', salt: at(lines, 41).values.subjectName?.salt ?? '' } },
    }
    expect(await first(verify([ledger.header, ...replaced(lines, 41, renamed)]))).toEqual([
      'value_changed',
      41,
      idAt(41),
    ])
    const hashed = { ...at(lines, 41), leafHash: at(lines, 40).leafHash }
    expect(await first(verify([ledger.header, ...replaced(lines, 41, hashed)]))).toEqual(['changed', 41, idAt(41)])
  })

  it.each([
    ['without proofs', ledger.lines],
    ['with proofs', ledger.proven],
  ])('%s, names the first place where one is missing, added or moved', async (_, lines) => {
    const rows = (changed: readonly Line[]) => first(verify([ledger.header, ...changed]))
    expect((await rows(without(lines, 33)))?.slice(0, 2)).toEqual(['removed', 33])
    expect((await rows(without(lines, 0)))?.slice(0, 2)).toEqual(['removed', 0])
    expect((await rows(withLine(lines, 33, forged(32))))?.slice(0, 2)).toEqual(['inserted', 32])
    expect((await rows(swapped(lines, 33, 34)))?.slice(0, 2)).toEqual(['reordered', 33])
    expect((await rows(swapped(lines, 10, 50)))?.slice(0, 2)).toEqual(['reordered', 10])
    expect((await rows(lines.slice(0, 63)))?.slice(0, 2)).toEqual(['tail_cut', 63])
    expect(await rows(lines.slice(0, 64))).toBeUndefined()
    const unsealed = replaced(lines, 33, { ...at(lines, 33), index: null })
    expect(await rows(unsealed)).toEqual(['changed', 33, idAt(33)])
  })

  it('with proofs, names them also where hashes and indexes were written anew', async () => {
    const { proven } = ledger
    const rows = (changed: readonly Line[]) => first(verify([ledger.header, ...renumber(changed)]))
    const rewritten = rewrite(at(proven, 41), { operation: 'print' })
    expect(await rows(replaced(proven, 41, rewritten))).toEqual(['changed', 41, idAt(41)])
    expect((await rows(without(proven, 33)))?.slice(0, 2)).toEqual(['removed', 33])
    expect(
      (await rows(withLine(proven, 33, { ...forged(33), proof: at(proven, 33).proof ?? [] })))?.slice(0, 2),
    ).toEqual(['inserted', 33])
    expect((await rows(withLine(proven, 33, forged(33))))?.slice(0, 2)).toEqual(['inserted', 33])
    expect((await rows(swapped(proven, 33, 34)))?.slice(0, 2)).toEqual(['reordered', 33])
    expect((await rows([...proven.slice(0, 40), forged(40), ...proven.slice(42)]))?.slice(0, 2)).toEqual([
      'changed',
      40,
    ])
  })

  it('without proofs, a line written anew is found between two checkpoints', async () => {
    const rewritten = rewrite(at(ledger.lines, 41), { operation: 'print' })
    const report = await verify([ledger.header, ...replaced(ledger.lines, 41, rewritten)])
    expect(report).toMatchObject({
      ok: false,
      checkpointsVerified: 2,
      firstBadEntry: { kind: 'root_mismatch', index: 37 },
    })
  })

  it('an entry that was sealed as tampered with is shown for ever', async () => {
    const { header, lines, checkpoints, publicKeys, tamperedId } = (() => {
      const made = makeLedger(9, [9], { 4: { tampered: true } })
      return { ...made, tamperedId: JSON.parse(at(made.lines, 4).leaf).id }
    })()
    const report = await verify([header, ...lines], { checkpoints, publicKeys })
    expect(report).toMatchObject({ ok: false, checkpointsVerified: 1, problems: [{ kind: 'tampered', index: 4 }] })
    expect(report.firstBadEntry?.entryId).toBe(tamperedId)
  })

  it('lines that are none, of another organization, or endless, are said so', async () => {
    const kinds = async (lines: string[]) => (await verify([], { entries: lines })).problems.map(({ kind }) => kind)
    const text = toText(ledger.lines)
    for (const line of ['{', 'null', '[]', '{"index":-1}', '{"azukariLedger":2}', '"x"'])
      expect(await kinds([...text, line])).toEqual(['line_malformed'])
    const stranger = { ...makeLine('org_01OTHER', 70), index: 70 }
    expect(await kinds([...text, JSON.stringify(stranger)])).toEqual(['other_organization'])
    expect(await kinds(toText([{ ...ledger.header, organizationId: 'org_01OTHER' }, ...ledger.lines]))).toEqual([
      'other_organization',
    ])
    const deep = { ...at(ledger.lines, 69), leaf: `${'['.repeat(200_000)}` }
    expect(await kinds([...text.slice(0, 69), JSON.stringify(deep)])).toEqual(['changed'])
    const endless = Buffer.alloc(3_000_000, 'x')
    expect((await verify([], { entries: [Buffer.from(`${text.join('\n')}\n`), endless] })).problems[0]?.kind).toBe(
      'line_malformed',
    )
  })

  it('shows a hundred problems of many and counts the others', async () => {
    const report = await verify(ledger.lines.flatMap((line) => [line, line, line, line]))
    expect(report.problems).toHaveLength(100)
    expect(report.problemsOmitted).toBe(110)
  })
})

describe('a selection', () => {
  const header = { ...ledger.header, selection: true }
  const some = [50, 3, 20, 63, 66].map((i) => at(ledger.proven, i))

  it('in any order, is genuine line by line', async () => {
    expect(await verify([header, ...some])).toMatchObject({ ok: true, covers: 'selection', entries: 5, uncovered: 1 })
  })

  it('names a line that was changed, renumbered, put in twice, or has no proof', async () => {
    const rows = (changed: readonly Line[]) => first(verify([header, ...changed]))
    expect(await rows(replaced(some, 0, rewrite(at(some, 0), { operation: 'print' })))).toEqual([
      'changed',
      50,
      idAt(50),
    ])
    expect(await rows(replaced(some, 0, { ...at(some, 0), index: 51 }))).toEqual(['reordered', 51, idAt(50)])
    expect(await rows([...some, at(some, 1)])).toEqual(['inserted', 3, idAt(3)])
    expect(await rows(replaced(some, 0, at(ledger.lines, 50)))).toEqual(['unproven', 50, idAt(50)])
    expect(await verify([header, ...some], { checkpoints: ledger.checkpoints.slice(0, 2) })).toMatchObject({
      ok: false,
      problems: [{ kind: 'checkpoint_missing' }],
    })
  })
})

describe('checkpoints', () => {
  const kinds = async (more: Partial<Parameters<typeof verifyLedger>[0]>, rows: readonly object[] = ledger.lines) =>
    (await verify(rows, more)).problems.map(({ kind }) => kind)

  it('a tree rebuilt and signed anew by the holder of the key is found by an old checkpoint', async () => {
    const forgedLines = replaced(ledger.lines, 41, rewrite(at(ledger.lines, 41), { operation: 'print' }))
    const hashes = forgedLines.map((line) => Buffer.from(line.leafHash, 'base64url'))
    const anew = ledger.signer.note(70, rootOf(hashes))
    const report = await verify(forgedLines, {
      checkpoints: [...ledger.checkpoints.slice(0, 2), ledger.checkpoint(64), anew],
    })
    expect(report.firstBadEntry).toMatchObject({ kind: 'rebuilt', index: 37 })
    expect(await kinds({ checkpoints: [anew] }, forgedLines)).toEqual([])
    expect(await kinds({ checkpoints: [ledger.checkpoint(70), anew] }, forgedLines)).toContain('forked')
  })

  it('of a replaced key, with a wrong signature or in another form count for nothing', async () => {
    const stranger = createSigner(ledger.signer.vkey.split('+')[0] ?? '')
    const root = rootOf(ledger.hashes.slice(0, 64))
    expect(await kinds({ checkpoints: [stranger.note(64, root)] })).toEqual(['unknown_key'])
    expect(await kinds({ publicKeys: stranger.vkey })).toEqual(['unknown_key', 'unknown_key', 'unknown_key'])
    expect(await kinds({ checkpoints: [ledger.checkpoint(64).replace('\n64\n', '\n63\n')] })).toEqual(['bad_signature'])
    expect(await kinds({ checkpoints: ['azukari/x\n1\n'] })).toEqual(['checkpoint_malformed'])
    expect(await kinds({ checkpoints: ['{"note":"a\\n\\n— b c\\n"}'] })).toEqual(['checkpoint_malformed'])
    expect(await kinds({ checkpoints: [] })).toEqual(['checkpoint_missing'])
    const elsewhere = ledger.signer.note(64, root, 'azukari/org_01OTHER')
    expect(await kinds({ checkpoints: [...ledger.checkpoints, elsewhere] })).toEqual(['other_organization'])
  })

  it('of a rotated key verify beside those of the new one, and a note may have more signatures', async () => {
    const next = createSigner('azukari/org_01TEST')
    const note = next.note(70, rootOf(ledger.hashes))
    const witnessed = `${note}${createSigner('witness').note(70, rootOf(ledger.hashes)).split('\n').at(-2)}\n`
    const publicKeys = `# old and new\n${ledger.publicKeys}\n${next.vkey}\n`
    expect(
      await verify(ledger.lines, { publicKeys, checkpoints: [...ledger.checkpoints, { note: witnessed }] }),
    ).toMatchObject({ ok: true, checkpointsVerified: 4, uncovered: 0 })
  })

  it('a key that cannot be read is an error of the caller, not of the ledger', async () => {
    for (const key of ['x', ledger.publicKeys.replace('+', '+0'), `${ledger.publicKeys.slice(0, -4)}AAA=`])
      await expect(kinds({ publicKeys: key })).rejects.toThrow(TypeError)
  })
})

describe('receipts', () => {
  const { organizationId } = ledger
  const signer = createReceiptSigner()
  const hashAt = (i: number) => at(ledger.lines, i).leafHash
  const receipt = (places: readonly number[]) =>
    signer.sign({ organizationId, entries: places.map((i) => ({ id: idAt(i), leafHash: hashAt(i) })) })
  const jobReceipt = (jobId: string, places: readonly number[], count = places.length) =>
    signer.sign({
      ...{ organizationId, jobId, operation: 'export', count },
      root: rootOf(places.map((i) => Buffer.from(hashOfJob(jobId, i), 'base64url'))).toString('base64url'),
    })
  // Sealed in another order than that of their lines.
  const jobLines = [5, 3, 4].map((i) => rewrite(makeLine(organizationId, i), { jobId: 'job_1', operation: 'export' }))
  const hashOfJob = (_: string, i: number): string =>
    jobLines.find((line) => JSON.parse(line.leaf).line === i)?.leafHash ?? ''
  const kinds = async (receipts: readonly string[], rows: readonly object[] = ledger.lines) => {
    const report = await verify(rows, { receipts, receiptKeys: signer.keySet })
    return [report.receiptsVerified, ...report.problems.map(({ kind, entryId }) => [kind, entryId])]
  }

  it('are kept where each entry that they promised is there, as it was', async () => {
    expect(await kinds([receipt([3, 5]), JSON.stringify({ receipt: receipt([69]) })])).toEqual([3])
  })

  it('show an entry that was taken away before it was sealed, or is another one', async () => {
    const lost = signer.sign({ organizationId, entries: [{ id: 'ent_lost', leafHash: hashAt(0) }] })
    expect(await kinds([lost, receipt([3])])).toEqual([1, ['receipt_missing', 'ent_lost']])
    const other = signer.sign({ organizationId, entries: [{ id: idAt(7), leafHash: hashAt(8) }] })
    expect(await kinds([other])).toEqual([0, ['receipt_differs', idAt(7)]])
    const selection = { ...ledger.header, selection: true }
    expect(await kinds([lost], [selection, at(ledger.proven, 3)])).toEqual([0])
  })

  it('of a job are its entries in the order of their lines, however they were sealed', async () => {
    const hashes = jobLines.map((line) => Buffer.from(line.leafHash, 'base64url'))
    const signed = createSigner(`azukari/${organizationId}`)
    const rows = renumber(jobLines)
    const ask = async (receipts: readonly string[]) =>
      verifyLedger({
        ...{ entries: toText(rows), checkpoints: [signed.note(3, rootOf(hashes))], publicKeys: signed.vkey },
        ...{ receipts, receiptKeys: signer.keySet },
      })
    expect(await ask([jobReceipt('job_1', [3, 4, 5])])).toMatchObject({ ok: true, receiptsVerified: 1 })
    expect((await ask([jobReceipt('job_1', [3, 5, 4])])).problems[0]?.kind).toBe('receipt_differs')
    expect((await ask([jobReceipt('job_1', [3, 4, 5], 4)])).problems[0]?.kind).toBe('receipt_missing')
    expect((await ask([jobReceipt('job_1', [3, 4], 2)])).problems[0]?.kind).toBe('receipt_differs')
  })

  it('that are none, of an unknown key, changed, or of another organization, are said so', async () => {
    const [head, , signature] = receipt([3]).split('.')
    const bent = [head, receipt([4]).split('.')[1], signature].join('.')
    const elsewhere = signer.sign({ organizationId: 'org_01OTHER', entries: [] })
    const stranger = createReceiptSigner('r2').sign({ organizationId, entries: [] })
    expect(await kinds(['x', bent, stranger, receipt([3]), elsewhere])).toEqual([
      1,
      ['receipt_malformed', undefined],
      ['receipt_unverified', undefined],
      ['receipt_unverified', undefined],
      ['other_organization', undefined],
    ])
  })
})

describe('a proof of the API', () => {
  const { publicKeys } = ledger
  const base64 = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('base64'))
  const treeOf = (size: number) => {
    const root = rootOf(ledger.hashes.slice(0, size)).toString('base64')
    return { size, root, checkpoint: ledger.checkpoint(size) }
  }

  it('of inclusion holds for its leaf, its place and a signed root only', async () => {
    const { leaf, leafHash } = at(ledger.lines, 41)
    const hashes = base64(inclusionOf(41, ledger.hashes.slice(0, 64)))
    const proof = { entryId: idAt(41), leaf, leafHash, index: 41, hashes, ...treeOf(64) }
    expect(await verifyInclusion(proof, { publicKeys })).toBe(true)
    const { checkpoint: _, ...unsigned } = proof
    for (const wrong of [
      { ...proof, leaf: leaf.replace('view', 'file') },
      { ...proof, index: 40 },
      { ...proof, hashes: hashes.slice(1) },
      { ...proof, hashes: ['x', ...hashes.slice(1)] },
      { ...proof, checkpoint: ledger.checkpoint(37) },
      unsigned,
    ])
      expect(await verifyInclusion(wrong, { publicKeys })).toBe(false)
    expect(await verifyInclusion(proof, { publicKeys: createSigner('azukari/x').vkey })).toBe(false)
  })

  it('of consistency holds between two signed roots only', async () => {
    const proof = { from: treeOf(20), to: treeOf(64), hashes: base64(consistencyOf(20, ledger.hashes.slice(0, 64))) }
    expect(await verifyConsistency(proof, { publicKeys })).toBe(true)
    for (const wrong of [
      { ...proof, from: treeOf(21) },
      { ...proof, to: treeOf(63) },
      { ...proof, hashes: proof.hashes.toReversed() },
      { ...proof, from: { ...proof.from, checkpoint: ledger.checkpoint(37) } },
    ])
      expect(await verifyConsistency(wrong, { publicKeys })).toBe(false)
  })
})
