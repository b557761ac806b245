import type { KeySet } from '../receipt.ts'
import { type Checkpoints, createCheckpoints, type VerifiedCheckpoints } from './checkpoints.ts'
import { lookAt } from './entry.ts'
import { readEverything } from './everything.ts'
import { readKeys } from './keys.ts'
import { type Header, type Lines, linesOf, readLine } from './lines.ts'
import { createPlacing } from './placing.ts'
import { createProblems, type LedgerProblem, type Problems } from './problems.ts'
import { createPromises } from './receipts.ts'
import { readSelection } from './selection.ts'

export type VerifyLedgerOptions = {
  /** The JSON Lines export: its lines as strings, or its bytes as a download streams them. */
  entries: Lines
  /** Those that you kept yourself are worth most: an old one shows a tree that was built anew since. */
  checkpoints: Checkpoints
  /** The service's verifier keys (vkeys), replaced ones too, one a line or string. Keep them apart from the export. */
  publicKeys: string | readonly string[]
  /** Receipts (受領証) that answers carried: compact JWS, one a line. */
  receipts?: Lines
  /** `/.well-known/jwks.json` of the service, kept with the receipts. */
  receiptKeys?: KeySet
  /** Told every 10,000 entries. */
  onProgress?: (entries: number) => void
}

export type LedgerReport = {
  /** Nothing was found, and a verified checkpoint is there. */
  ok: boolean
  organizationId?: string
  /** `selection`: each entry is shown to be genuine, but not that none is missing. */
  covers: 'everything' | 'selection'
  entries: number
  /** Those before it were removed from the ledger up to a checkpoint: their hashes stand for them. */
  prunedBelow: number
  /** Entries that no verified checkpoint covers: not sealed yet, or sealed after it. */
  uncovered: number
  checkpointsVerified: number
  receiptsVerified: number
  /** In the order in which they were found, at most a hundred. */
  problems: LedgerProblem[]
  problemsOmitted: number
  /** Of those that have a place in the ledger, the first. */
  firstBadEntry?: LedgerProblem
}

/** The service removes entries up to a checkpoint, if at all, and leaves an entry of this function. */
const removalFunction = '記録の削除（検証点まで）'
const progressEvery = 10_000

/** Without a header the lines are everything, from the first entry on. */
type Start = Omit<Header, 'organizationId'> & { organizationId?: string }
const plainStart: Start = { from: 0, frontier: [], selection: false }

const openReading = (header: Start, checkpoints: VerifiedCheckpoints, problems: Problems) => {
  const provenSize = header.size ?? 0
  const root = checkpoints.root(provenSize)
  const reading = { problems, checkpoints, provenSize, ...(root && { placing: createPlacing(provenSize, root) }) }
  return header.selection ? readSelection(reading) : readEverything(reading, header)
}

const firstOf = (problems: readonly LedgerProblem[]): LedgerProblem | undefined =>
  problems.reduce<LedgerProblem | undefined>((first, problem) => {
    if (problem.index === undefined) return first
    return first?.index === undefined || problem.index < first.index ? problem : first
  }, undefined) ?? problems.find(({ entryId }) => entryId !== undefined)

/**
 * Verifies an export of the ledger with nothing but checkpoints and public keys: each leaf against its hash, names against
 * their commitments, the row of places, the tree against every checkpoint, every signature, and receipts. One pass, in
 * constant memory. Throws only for keys that cannot be read: all else is in the report.
 */
export const verifyLedger = async (options: VerifyLedgerOptions): Promise<LedgerReport> => {
  const problems = createProblems()
  const checkpoints = createCheckpoints(await readKeys(options.publicKeys), problems)
  for await (const each of options.checkpoints) await checkpoints.add(each)
  const promises = await createPromises(options.receipts ?? [], options.receiptKeys ?? { keys: [] }, problems)

  let organizationId = checkpoints.organizationId() ?? promises.organizationId()
  const open = async (header: Start) => {
    if (header.checkpoint !== undefined) await checkpoints.add(header.checkpoint)
    organizationId ??= checkpoints.organizationId() ?? header.organizationId
    if (header.organizationId !== undefined && header.organizationId !== organizationId)
      problems.add('other_organization', { message: 'the export and the checkpoints are of two organizations' })
    return openReading(header, checkpoints, problems)
  }

  let reading: Awaited<ReturnType<typeof open>> | undefined
  let covers: LedgerReport['covers'] = 'everything'
  let entries = 0
  let prunedBelow = 0
  let removalIsRecorded = false
  for await (const text of linesOf(options.entries)) {
    const line = readLine(text)
    if (line === undefined || ('header' in line && reading !== undefined)) {
      problems.add('line_malformed', { message: `line ${entries + 1} or so is no line of an export` })
      continue
    }
    if ('header' in line) {
      prunedBelow = line.header.from
      covers = line.header.selection ? 'selection' : 'everything'
      reading = await open(line.header)
      continue
    }
    reading ??= await open(plainStart)
    const looked = lookAt(line.entry, organizationId)
    reading.take(looked)
    if (looked.leaf !== undefined) promises.strike(looked.leaf, looked.line.index, looked.hash)
    if (looked.leaf?.functionName === removalFunction) removalIsRecorded = true
    entries += 1
    if (entries % progressEvery === 0) options.onProgress?.(entries)
  }

  reading ??= await open(plainStart)
  const { checkpointsVerified, uncovered } = reading.end()
  if (covers === 'everything' && prunedBelow > 0 && !removalIsRecorded)
    problems.add('removed', {
      index: 0,
      message: `the export begins at ${prunedBelow}, and no entry records a removal`,
    })
  const receiptsVerified = promises.end(covers === 'everything')
  if (checkpointsVerified === 0 && problems.found() === 0) problems.add('checkpoint_missing', {})
  const firstBadEntry = firstOf(problems.list)
  return {
    ok: problems.found() === 0,
    ...(organizationId === undefined ? {} : { organizationId }),
    covers,
    entries,
    prunedBelow,
    uncovered,
    checkpointsVerified,
    receiptsVerified,
    problems: problems.list,
    problemsOmitted: problems.omitted(),
    ...(firstBadEntry === undefined ? {} : { firstBadEntry }),
  }
}
