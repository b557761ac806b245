import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Azukari, type Job, verifyLedger } from '@azukari/sdk'

const bytesOf = async (body: ReadableStream<Uint8Array>): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(body as unknown as AsyncIterable<Uint8Array>))
const toLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** What an auditor takes away: the whole ledger, its checkpoints, its public keys. */
export const takeLedger = async (officer: Azukari, out: string, onProgress: (job: Job) => void) => {
  await officer.ledger.createCheckpoint()
  const made = await officer.ledgerExports.create({ format: 'jsonl' })
  await officer.jobs.wait(made.jobId, { onProgress })
  const { body } = await officer.ledgerExports.download(made.id)
  const [ledger, checkpoints, keys] = ['ledger.jsonl', 'checkpoints.jsonl', 'ledger.vkey'].map((name) =>
    join(out, name),
  )
  if (ledger === undefined || checkpoints === undefined || keys === undefined) throw new Error('There are three files.')
  writeFileSync(ledger, await bytesOf(body))
  const notes = await officer.ledger.listCheckpoints().toArray({ limit: 1000 })
  writeFileSync(checkpoints, toLines(notes.map(({ note, createdAt }) => ({ note, createdAt }))))
  const { data } = await officer.ledger.listPublicKeys()
  writeFileSync(keys, data.map(({ verifierKey }) => `${verifierKey}\n`).join(''))
  return { ledger, checkpoints, keys }
}
type Taken = Awaited<ReturnType<typeof takeLedger>>

/** With these files alone: no service, no database, no secret. */
export const verifyTaken = ({ ledger, checkpoints, keys }: Taken) =>
  verifyLedger({
    entries: createReadStream(ledger),
    checkpoints: [readFileSync(checkpoints, 'utf8')],
    publicKeys: readFileSync(keys, 'utf8'),
  })

/** Somebody makes one line say that nothing was shown to anybody. */
export const verifyBent = ({ ledger, checkpoints, keys }: Taken) =>
  verifyLedger({
    entries: readFileSync(ledger, 'utf8')
      .replace('\\"outcome\\":\\"released\\"', '\\"outcome\\":\\"refused\\"')
      .split('\n'),
    checkpoints: [readFileSync(checkpoints, 'utf8')],
    publicKeys: readFileSync(keys, 'utf8'),
  })
