import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
/** Code without its comments: what a sentence says of a function does not call it. */
const sources = globSync('src/**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('.gen.ts'))
  .sort()
  .map((file) => ({
    file,
    code: readFileSync(new URL(file, root), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, ''),
  }))

const linesWith = (pattern: RegExp): string[] =>
  sources.flatMap(({ file, code }) => [...code.matchAll(pattern)].map((match) => `${file}: ${match[1] ?? match[0]}`))

describe('whoever looks across organizations', () => {
  it('is on this list, name by name', () => {
    const uses = linesWith(/across:\s*'([^']+)'/g).sort()
    expect(uses).toEqual([
      'src/core/anchors/anchors.store.ts: replay',
      'src/core/anchors/anchors.store.ts: replay',
      'src/core/anchors/anchors.store.ts: replay',
      'src/core/collection/links.store.ts: link exchange',
      'src/core/collection/links.store.ts: session authentication',
      'src/core/collection/requests.store.ts: sweep',
      'src/core/collection/requests.store.ts: sweep',
      'src/core/erasure/shares.store.ts: epoch',
      'src/core/exports/exports.store.ts: sweep',
      'src/core/files/files.store.ts: sweep',
      'src/core/keys/deks.store.ts: renewal',
      'src/core/keys/deks.store.ts: sweep',
      'src/core/keys/organization-keys.store.ts: epoch',
      'src/core/keys/organization-keys.store.ts: epoch',
      'src/core/ledger/sealing.store.ts: sealer',
      'src/core/ledger/sealing.store.ts: sealer',
      'src/core/ledger/tree.store.ts: cli',
      'src/core/ledger/tree.store.ts: sealer',
      'src/core/ledger/tree.store.ts: sealer',
      'src/core/ledger/tree.store.ts: sealer',
      'src/core/ledger/verification.store.ts: cli',
      'src/core/organizations/organizations.store.ts: platform',
      'src/core/organizations/organizations.store.ts: platform',
      'src/core/organizations/organizations.store.ts: sweep',
      'src/core/outbox/outbox.store.ts: relay',
      'src/core/payments/filings.store.ts: sweep',
      'src/core/renewal/sealed-fields.store.ts: renewal',
      'src/core/retention/certificates.store.ts: epoch',
      'src/core/retention/disposals.store.ts: sweep',
      'src/core/vault/vault.store.ts: renewal',
      'src/core/vault/vault.store.ts: sweep',
      'src/core/vault/vault.store.ts: sweep',
      'src/core/witnesses/witnesses.store.ts: worker claim',
      'src/core/witnesses/witnesses.store.ts: worker claim',
      'src/webhooks/deliveries.store.ts: relay',
    ])
  })

  it('names it as a literal, where it can be read', () => {
    const elsewhere = linesWith(/\bacross\b(?!:\s*')[^\n]*/g).filter(
      (line) => !line.startsWith('src/core/shared/isolation.ts'),
    )
    expect(elsewhere).toEqual([])
  })
})

describe('what goes past the isolation plugin', () => {
  /** Files that may: blobs need the driver's GridFS bucket and are found by ids of rows; the server's clock is nobody's data. */
  const driver = [
    'src/adapters/blobs/gridfs.ts',
    'src/core/retention/retention.store.ts',
    'src/core/shared/database.ts',
  ]
  const escapes = {
    estimatedDocumentCount: /\.estimatedDocumentCount\s*\(/g,
    watch: /\.watch\s*\(/g,
    findById: /\.findById\w*\s*\(/g,
    'Model.collection': /\.collection\b(?!\s*:)/g,
    'connection.bulkWrite': /connection\s*\.\s*bulkWrite/g,
    'the driver’s database': /connection\s*\.\s*(?:db|client|getClient)\b|\.useDb\s*\(|MongoClient/g,
    $where: /\$where\b|\.\$where\s*\(/g,
    $function: /\$(?:function|accumulator)\b/g,
  }

  it.each(Object.entries(escapes))('%s is used in no store', (name, pattern) => {
    const uses = linesWith(pattern).filter((line) => !driver.some((file) => line.startsWith(`${file}:`)))
    expect(uses, name).toEqual([])
  })

  it('is found where it is planted', () => {
    const planted = [
      'await rows.estimatedDocumentCount()',
      'rows.watch()',
      'rows.findById(id)',
      'rows.collection.find()',
      'mongoose.connection.bulkWrite([])',
      'mongoose.connection.db',
      "rows.$where('1')",
      '{ $function: {} }',
    ]
    for (const [i, pattern] of Object.values(escapes).entries()) expect(planted[i]).toMatch(new RegExp(pattern.source))
  })

  it('starts from a model, and only stores have models', () => {
    const definers = sources
      .filter(({ code }) => /\bdb\.define\s*\(|mongoose\.model\s*\(|\.model<|new Schema\b/.test(code))
      .map(({ file }) => file)
    const others = definers.filter((file) => !file.endsWith('.store.ts'))
    expect(others).toEqual(['src/core/shared/database.ts'])
    expect(definers.length).toBeGreaterThan(15)
  })
})
