import { createReadStream } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type LedgerReport, verifyLedger } from '@azukari/sdk'
import { StartError } from '../start-error.ts'
import { type Done, must, UsageError, type Values } from './command.ts'
import { tell, tellBad } from './verify-report.ts'

/** By the SDK's verifier, as anybody else would: no settings, no database, files only. */
const mustBeThere = async (values: Values, option: string): Promise<string> => {
  const file = must(values, option)
  await access(file).catch(() => {
    throw new StartError(`--${option}: ${file} cannot be read.`)
  })
  return file
}
const textOf = async (values: Values, option: string): Promise<string> =>
  readFile(await mustBeThere(values, option), 'utf8')
const linesOf = (file: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })

/** JSON Lines, or one note as `azukari ledger checkpoint` writes it. */
async function* checkpointsOf(file: string): AsyncGenerator<string> {
  for await (const line of linesOf(file)) {
    if (line.trim() === '') continue
    if (!line.startsWith('{')) {
      yield await readFile(file, 'utf8')
      return
    }
    yield line
  }
}

type KeySet = NonNullable<Parameters<typeof verifyLedger>[0]['receiptKeys']>
const isKeySet = (value: unknown): value is KeySet =>
  typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)
const keySetOf = (text: string): KeySet => {
  try {
    const value: unknown = JSON.parse(text)
    if (isKeySet(value)) return value
  } catch {}
  throw new StartError('--receipt-keys must be a key set, as /.well-known/jwks.json of the service has it.')
}

const receiptsOf = async (values: Values) => {
  if (values.receipts === undefined) return {}
  if (values['receipt-keys'] === undefined) throw new UsageError('--receipts needs --receipt-keys.')
  const receipts = linesOf(await mustBeThere(values, 'receipts'))
  return { receipts, receiptKeys: keySetOf(await textOf(values, 'receipt-keys')) }
}

const tellReport = (report: LedgerReport): void => {
  const { ok, covers, entries, prunedBelow, uncovered, problems, problemsOmitted, firstBadEntry } = report
  tellBad(problems, problemsOmitted, firstBadEntry)
  if (covers === 'selection')
    tell('This is a selection: its entries can be genuine; whether others are missing cannot be seen.')
  if (prunedBelow > 0) tell(`It begins at ${prunedBelow}: what was before was removed, and its hashes stand for it.`)
  if (uncovered > 0) tell(`${uncovered} of ${entries} entries are covered by no checkpoint yet.`)
  tell(ok ? 'Everything is as it was sealed.' : 'This is not as it was sealed, or could not be verified.')
}

export const verifyExport = async (values: Values): Promise<Done> => {
  const publicKeys = await textOf(values, 'key')
  const entries = createReadStream(await mustBeThere(values, 'export'))
  const checkpoints = checkpointsOf(await mustBeThere(values, 'checkpoints'))
  const onProgress = (count: number): void => {
    if (count % 100_000 === 0) tell(`${count} entries …`)
  }
  const receipts = await receiptsOf(values)
  const report = await verifyLedger({ entries, checkpoints, publicKeys, ...receipts, onProgress }).catch((error) => {
    // Only for keys that cannot be read.
    throw error instanceof TypeError ? new StartError(`--key: ${error.message}`) : error
  })
  tellReport(report)
  return { exitCode: report.ok ? 0 : 1, result: report }
}
