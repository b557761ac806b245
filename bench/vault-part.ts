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
import { heapRow } from './heap-row.ts'
import type { PartInput } from './main-part.ts'
import { compare, type Measured, type Side } from './ratio.ts'
import { failedRow, type Row, toRow } from './row.ts'
import { openStage, type Server, type Stage } from './stage.ts'

const part = 'vault'
/** Calls before the clock starts: both sides are compiled by then. */
const warmUp = 20_000

/** The vault: sealing, opening, indexing; the same beside what else a host could encrypt with; numbers out in bulk. */
export const measureVault = async (input: PartInput): Promise<void> => {
  mkdirSync(input.logDirectory, { recursive: true })
  for (const cipher of ciphers) input.add(await ciphering(input, cipher))
  input.add(await bulkSealing(input))
  await bulk(input)
}

const ciphers = [
  { work: 'seal', name: 'seal a number: fresh DEK, AES-256-GCM, AES-256-KW' },
  { work: 'open', name: 'open a number: AES-256-KW, AES-256-GCM' },
  { work: 'index', name: 'index a number: HMAC-SHA-256, 20 bits' },
] as const satisfies { work: CipherWork; name: string }[]

const cipherSide =
  ({ logDirectory }: PartInput, script: string, work: CipherWork, count: number): Side =>
  async () => {
    const logFile = join(logDirectory, `${work}.log`)
    return (await runChild(script, { work, count, warmUp }, { logFile })) as Measured
  }

const ciphering = (input: PartInput, { work, name }: (typeof ciphers)[number]): Promise<Row> =>
  compare({
    part,
    name,
    baselineName: work,
    unit: 'numbers',
    bar: { atLeast: 0.8 },
    rounds: input.sizes.cipherRounds,
    ours: cipherSide(input, 'bench/cipher-side.ts', work, input.sizes.cipherRuns),
    baseline: cipherSide(input, 'bench/baselines/primitives.ts', work, input.sizes.cipherRuns),
    log: input.log,
  })

/** Both make as many documents of strings of twelve digits, in memory; ours makes and wraps a DEK for each. */
const bulkSealing = async (input: PartInput): Promise<Row> => {
  const { place, sizes, logDirectory, log } = input
  const count = sizes.bulkSealed
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
    ours: cipherSide(input, 'bench/cipher-side.ts', 'documents', count),
    baseline: (round) =>
      runClientSideEncryption(theirs, { ...about, keyVault: `${place.databaseName}.client_keys_${round}` }),
    remarks: [`baseline: ${theirs.name}, one key for all; ours: a DEK for each, made and wrapped`],
    log,
  })
}

/** Numbers out of the vault by hundreds of thousands, on a database with that many. */
const bulk = async ({ place, sizes, logDirectory, log, add }: PartInput): Promise<void> => {
  const stage = await openStage({ place, logDirectory, connections: 1, warmUp: 0, secondsEach: 0 })
  try {
    const many = await stage.people(sizes.bulkReveals, 'with numbers')
    log(`${many.ids.length} people with a number`)
    add(...(await bulkRevealing(stage, many, sizes.bulkRounds, log)))
    const some = await stage.people(sizes.overlapRows, 'with numbers')
    add(await overlapping(stage, some, sizes.bulkRounds, log))
    // Last, since the keys that the baselines were given end with it.
    const renewed = await stage.epoch()
    const living = many.ids.length + some.ids.length
    const work = `erasure epoch over ${renewed.count} numbers`
    add(heapRow(part, work, renewed, Math.max(living, renewed.count), ['waits for caches stepped over']))
  } finally {
    await stage.close()
  }
}
type People = Awaited<ReturnType<Stage['people']>>

/** Every number must have left, or the rate counts for nothing. */
const revealing = async (stage: Stage, { companyId, ids }: People, server: Server, ahead = true) => {
  const result = await stage.bulkReveal(server, companyId, ahead)
  if (result.count !== ids.length) throw new Error(`${result.count} of ${ids.length} numbers were revealed.`)
  return result
}

/** A process asks the KMS for the organization's KEK once, and not again while its cache lasts (5 minutes). */
const mostKmsCalls = 1

const bulkRevealing = async (stage: Stage, people: People, rounds: number, log: PartInput['log']): Promise<Row[]> => {
  const name = `reveal ${people.ids.length} numbers in bulk`
  const kmsCalls: number[] = []
  const ratio = await compare({
    part,
    name,
    baselineName: 'bulk reveal',
    unit: 'numbers',
    bar: { atLeast: 0.7 },
    rounds,
    ours: async () => {
      const result = await revealing(stage, people, 'ours')
      kmsCalls.push(result.kmsCalls)
      return result
    },
    baseline: () => revealing(stage, people, 'baseline'),
    log,
  })
  const note = `the most of ${rounds} processes, one organization each: ${kmsCalls.join(', ')}`
  return [ratio, toRow(part, `${name}: calls to the KMS`, Math.max(...kmsCalls), { atMost: mostKmsCalls }, note)]
}

/**
 * That crypto and database overlap: the same work, once with the next chunk read and opened while one commits (as in the
 * export job), once one after the other. There are no worker threads, since they don't pay here: opening 500 numbers takes
 * 5 ms of the 50 ms and more that a chunk takes; a worker's answer comes after 10 ms, from a core that mongod needs, and the
 * digits would have been in one memory more.
 */
const overlapping = (stage: Stage, people: People, rounds: number, log: PartInput['log']): Promise<Row> =>
  compare({
    part,
    name: `reveal ${people.ids.length} numbers in bulk, one chunk ahead, to one after the other`,
    baselineName: 'bulk reveal, one after the other',
    unit: 'numbers',
    bar: { atLeast: 1 },
    rounds,
    ours: () => revealing(stage, people, 'ours'),
    baseline: () => revealing(stage, people, 'ours', false),
    remarks: ['both sides are ours'],
    log,
  })
