import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { startParts } from '../scripts/parts/parts.ts'
import { measureAccess } from './access-part.ts'
import { measureCollection } from './collection-part.ts'
import { measureLedger } from './ledger-part.ts'
import { measureMain, type PartInput } from './main-part.ts'
import { failedRow, keptRows, printRows, type Row } from './row.ts'
import { partMinutes, sizesOf } from './sizes.ts'
import { measureVault } from './vault-part.ts'

/** `npm run bench -- [PART…] [--full | --quick]`: measures by DESIGN § 10, writes `out/bench.json` (the rows of parts that weren't run stay), and fails when a row doesn't hold. */
const parts: Record<string, (input: PartInput) => Promise<void>> = {
  main: measureMain,
  vault: measureVault,
  access: measureAccess,
  ledger: measureLedger,
  collection: measureCollection,
}

const root = join(import.meta.dirname, '..')
const dir = join(root, '.azukari/bench')
const resultFile = join(root, 'out/bench.json')
const log = (line: string): void => console.log(line)

/** What was measured before a failure counts; the failure is a row that doesn't hold. */
const measure = async (name: string, input: Omit<PartInput, 'add'>): Promise<Row[]> => {
  const startedAt = performance.now()
  const rows: Row[] = []
  const add = (...more: Row[]): void => void rows.push(...more)
  await parts[name]?.({ ...input, add }).catch((error: unknown) =>
    add(failedRow(name, 'to the end', error instanceof Error ? error.message : 'could not be measured')),
  )
  const minutes = (performance.now() - startedAt) / 60_000
  log(`${name} took ${minutes.toFixed(1)} minutes${minutes > partMinutes ? `: more than ${partMinutes}` : ''}`)
  return rows
}

const run = async (words: readonly string[]): Promise<number> => {
  const asked = words.filter((word) => !word.startsWith('--'))
  const unknown =
    asked.find((name) => !(name in parts)) ??
    words.find((word) => word.startsWith('--') && word !== '--full' && word !== '--quick')
  if (unknown !== undefined) {
    console.error(`There is no ${unknown}. Parts: ${Object.keys(parts).join(', ')}; --full for the large sizes.`)
    return 2
  }
  mkdirSync(dir, { recursive: true })
  const real = await startParts({ dir, log })
  const databaseName = `azukari_bench_${Date.now().toString(36)}`
  const keysDirectory = join(dir, 'keys')
  const place = { mongodbUrl: real.mongodbUrl, redisUrl: real.redisUrl, databaseName, keysDirectory }
  const rows: Row[] = []
  try {
    for (const name of asked.length > 0 ? asked : Object.keys(parts))
      rows.push(...(await measure(name, { place, sizes: sizesOf(words), logDirectory: join(dir, 'logs'), log })))
  } finally {
    const client = await MongoClient.connect(real.mongodbUrl)
    for (const name of [databaseName, `${databaseName}_keys`]) await client.db(name).dropDatabase()
    await client.close()
    await real.stop()
    rmSync(keysDirectory, { recursive: true, force: true })
  }
  mkdirSync(join(root, 'out'), { recursive: true })
  const kept = keptRows(resultFile, new Set(rows.map(({ part }) => part)))
  writeFileSync(resultFile, `${JSON.stringify([...kept, ...rows], null, 2)}\n`)
  printRows(rows)
  return rows.length > 0 && rows.every(({ holds }) => holds) ? 0 : 1
}

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    console.error(error instanceof Error ? error.message : 'The bench could not run.')
    process.exit(1)
  },
)
