import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './child.ts'
import type { CipherWork } from './cipher-side.ts'
import {
  type ClientSideEncryption,
  findClientSideEncryption,
  runClientSideEncryption,
} from './client-side-encryption.ts'
import type { PartInput } from './main-part.ts'
import { compare, type Measured, type Side } from './ratio.ts'
import { failedRow, type Row, toRow } from './row.ts'
import { openStage, type Server } from './stage.ts'

const part = 'vault'
/** Calls before the clock starts: both sides are compiled by then. */
const warmUp = 20_000

/** The vault: sealing, opening, indexing; the same beside what else a host could encrypt with; numbers out in bulk. */
export const measureVault = async (input: PartInput): Promise<void> => {
  mkdirSync(input.logDirectory, { recursive: true })
  for (const cipher of ciphers) input.add(await ciphering(input, cipher))
  input.add(await bulkSealing(input))
  input.add(...(await bulkRevealing(input)))
}

const ciphers = [
  { work: 'seal', name: 'seal a number: fresh DEK, AES-256-GCM, AES-256-KW' },
  { work: 'open', name: 'open a number: AES-256-KW, AES-256-GCM' },
  { work: 'index', name: 'index a number: HMAC-SHA-256, 20 bits' },
] as const satisfies { work: CipherWork; name: string }[]

const cipherSide =
  ({ sizes, logDirectory }: PartInput, script: string, work: CipherWork): Side =>
  async () => {
    const logFile = join(logDirectory, `${work}.log`)
    return (await runChild(script, { work, count: sizes.cipherRuns, warmUp }, { logFile })) as Measured
  }

const ciphering = (input: PartInput, { work, name }: (typeof ciphers)[number]): Promise<Row> =>
  compare({
    part,
    name,
    baselineName: work,
    unit: 'numbers',
    bar: { atLeast: 0.8 },
    rounds: input.sizes.cipherRounds,
    ours: cipherSide(input, 'bench/cipher-side.ts', work),
    baseline: cipherSide(input, 'bench/baselines/primitives.ts', work),
    log: input.log,
  })

/** Both make as many documents of strings of twelve digits, in memory; ours makes and wraps a DEK for each. */
const bulkSealing = async (input: PartInput): Promise<Row> => {
  const { place, sizes, logDirectory, log } = input
  const count = sizes.cipherRuns
  const name = `seal ${count} numbers, to MongoDB’s explicit client-side encryption`
  let theirs: ClientSideEncryption
  try {
    theirs = await findClientSideEncryption(log)
  } catch (error) {
    return failedRow(part, name, error instanceof Error ? error.message : 'there is nothing to compare with')
  }
  const about = {
    mongodbUrl: place.mongodbUrl,
    masterKey: randomBytes(96).toString('base64'),
    logFile: join(logDirectory, 'client-side-encryption.log'),
    ...{ count, warmUp },
  }
  return compare({
    part,
    name,
    baselineName: `client-side encryption, ${theirs.language}`,
    unit: 'numbers',
    bar: { atLeast: 1 },
    rounds: sizes.bulkRounds,
    ours: cipherSide(input, 'bench/cipher-side.ts', 'documents'),
    baseline: (round) =>
      runClientSideEncryption(theirs, { ...about, keyVault: `${place.databaseName}.client_keys_${round}` }),
    remarks: [`baseline: ${theirs.name}, one key for all; ours: a DEK for each, made and wrapped`],
    log,
  })
}

/** A process asks the KMS for the organization's KEK once, and not again while its cache lasts (5 minutes). */
const mostKmsCalls = 1

const bulkRevealing = async ({ place, sizes, logDirectory, log }: PartInput): Promise<Row[]> => {
  const stage = await openStage({ place, logDirectory, connections: 1, warmUp: 0, secondsEach: 0 })
  try {
    const { companyId, ids } = await stage.people(sizes.bulkReveals, 'with numbers')
    log(`${ids.length} people with a number`)
    const kmsCalls: number[] = []
    const side =
      (server: Server): Side =>
      async () => {
        const result = await stage.bulkReveal(server, companyId)
        if (result.count !== ids.length) throw new Error(`${result.count} of ${ids.length} numbers were revealed.`)
        if (server === 'ours') kmsCalls.push(result.kmsCalls)
        return result
      }
    const name = `reveal ${ids.length} numbers in bulk`
    const both = { ours: side('ours'), baseline: side('baseline') }
    const rounds = sizes.bulkRounds
    const ratio = await compare({
      part,
      name,
      baselineName: 'bulk reveal',
      unit: 'numbers',
      bar: { atLeast: 0.7 },
      rounds,
      ...both,
      log,
    })
    const note = `the most in ${rounds} processes, one organization each; ${kmsCalls.join(', ')}`
    return [ratio, toRow(part, `${name}: calls to the KMS`, Math.max(...kmsCalls), { atMost: mostKmsCalls }, note)]
  } finally {
    await stage.close()
  }
}
