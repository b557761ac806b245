import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

type Cruise = { summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string } }[] } }

const root = join(import.meta.dirname, '../..')

/** What each planted file imports that it must not, and the rule that has to say so. */
const planted = [
  ['adapters-are-strangers', 'src/adapters/tax/bad.ts', '../pdf/pdf.ts'],
  ['contract-only-in-http', 'src/webhooks/bad-contract.ts', '../contract.gen.ts'],
  ['core-is-the-centre', 'src/core/subjects/bad-adapter.ts', '../../adapters/tax/tax.ts'],
  ['core-by-the-front-door', 'src/core/subjects/bad-store.ts', '../ledger/ledger.store.ts'],
  ['core-libraries', 'src/core/subjects/bad-library.ts', 'express'],
  ['core-has-no-network', 'src/core/subjects/bad-network.ts', 'node:http'],
  ['shared-is-the-ground', 'src/core/shared/bad.ts', '../ledger/ledger.ts'],
  ['keys-know-no-feature', 'src/core/keys/bad.ts', '../ledger/ledger.ts'],
  ['number-cipher-stays-in-the-vault', 'src/core/subjects/bad-cipher.ts', '../vault/number-cipher.ts'],
  ['payee-copy-never-reaches-the-vault', 'src/adapters/pdf/bad.ts', '../../core/retention/retention.ts'],
  ['webhooks-stand-apart', 'src/webhooks/bad-vault.ts', '../core/vault/vault.ts'],
  ['outbound-is-ground', 'src/outbound/bad.ts', '../core/ledger/ledger.ts'],
  ['page-client-is-a-client', 'src/adapters/page/client/bad.ts', '../../../core/ledger/ledger.ts'],
  ['page-client-libraries', 'src/adapters/page/client/bad-library.ts', 'express'],
  ['scanner-is-a-document-of-its-own', 'src/adapters/page/client/bad-scanner.ts', 'zxing-wasm/reader'],
  ['server-does-not-run-the-page', 'src/adapters/page/bad.ts', './client/page.ts'],
  ['only-stores-know-mongoose', 'src/core/subjects/bad-mongoose.ts', 'mongoose'],
  ['sdk-stands-alone', 'sdk/src/bad.ts', '../../src/core/ledger/ledger.ts'],
  ['examples-use-the-sdk', 'examples/bad.ts', '../src/core/ledger/ledger.ts'],
  ['nobody-imports-test', 'src/webhooks/bad-test.ts', '../../test/support/parts.ts'],
  ['service-does-not-use-its-sdk', 'src/cli/bad-sdk.ts', '../../sdk/src/index.ts'],
  ['resolvable', 'src/cli/bad-name.ts', './nowhere.ts'],
  ['product-imports-no-tools', 'src/cli/bad-tool.ts', '../../scripts/tool.ts'],
  ['nobody-imports-main', 'src/adapters/tax/bad-config.ts', '../../config.ts'],
  ['adapters-do-not-know-webhooks', 'src/adapters/tax/bad-webhooks.ts', '../../webhooks/webhooks.ts'],
  ['adapters-by-the-front-door', 'src/adapters/tax/bad-store.ts', '../../core/ledger/ledger.store.ts'],
  ['no-cycles', 'src/core/subjects/bad-cycle.ts', './bad-cycle-back.ts'],
] as const

/** A small tree that keeps every rule: the control, without which a refusal would prove nothing. */
const innocent: Record<string, readonly string[]> = {
  'src/contract.gen.ts': [],
  'src/adapters/http/http.ts': ['../../contract.gen.ts', '../../core/subjects/subjects.ts', 'express'],
  'src/adapters/page/client/page.ts': ['preact', '../../../core/shared/number-shape.ts', '../../../contract.gen.ts'],
  'src/adapters/page/client/scanner/scanner.ts': ['zxing-wasm/reader'],
  'src/adapters/pdf/pdf.ts': [],
  'src/adapters/tax/tax.ts': ['../../core/ledger/ledger.ts'],
  'src/core/ledger/ledger.ts': ['./ledger.store.ts', '../shared/ids.ts'],
  'src/core/ledger/ledger.store.ts': ['mongoose'],
  'src/core/retention/retention.ts': ['../vault/vault.ts'],
  'src/core/shared/ids.ts': [],
  'src/core/shared/number-shape.ts': [],
  'src/core/subjects/subjects.ts': ['../ledger/ledger.ts'],
  'src/core/vault/vault.ts': ['./number-cipher.ts', '../ledger/ledger.ts'],
  'src/core/vault/number-cipher.ts': [],
  'src/outbound/address.ts': ['../core/shared/ids.ts'],
  'src/config.ts': [],
  'src/cli/verify-export.ts': ['../../sdk/src/index.ts'],
  'sdk/src/index.ts': [],
  'scripts/tool.ts': [],
  'src/webhooks/webhooks.ts': ['../core/ledger/ledger.ts', '../outbound/address.ts'],
  'test/support/parts.ts': [],
}

const source = (imports: readonly string[]): string =>
  `${imports.map((from, at) => `import * as part${at} from '${from}'\nexport { part${at} }`).join('\n')}\nexport {}\n`

const cruise = (tree: string): Promise<Cruise['summary']> =>
  new Promise((resolve, reject) => {
    const program = join(root, 'node_modules/.bin/depcruise')
    const args = [
      program,
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'json',
      'src',
      'sdk',
      'examples',
      'test',
    ]
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 1 << 26 }, (_error, stdout, stderr) => {
      try {
        const { summary }: Cruise = JSON.parse(stdout)
        resolve(summary)
      } catch {
        reject(new Error(stderr))
      }
    })
  })

describe('the import rules', () => {
  let tree: string
  const plant = async (file: string, imports: readonly string[]): Promise<void> => {
    await mkdir(dirname(join(tree, file)), { recursive: true })
    await writeFile(join(tree, file), source(imports))
  }

  beforeAll(async () => {
    tree = await mkdtemp(join(tmpdir(), 'azukari-imports-'))
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      await cp(join(root, file), join(tree, file))
    await symlink(join(root, 'node_modules'), join(tree, 'node_modules'))
    for (const folder of ['sdk/src', 'examples']) await mkdir(join(tree, folder), { recursive: true })
    for (const [file, imports] of Object.entries(innocent)) await plant(file, imports)
  })
  afterAll(() => rm(tree, { recursive: true, force: true }))

  it('let a tree pass that keeps them', async () => {
    const { violations, totalCruised } = await cruise(tree)
    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([])
    expect(totalCruised).toBeGreaterThan(Object.keys(innocent).length)
  })

  it('have a planted bad import each', () => {
    const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
      forbidden: { name: string }[]
    }
    expect([...new Set(planted.map(([rule]) => rule))].sort()).toEqual(forbidden.map(({ name }) => name).sort())
  })

  it('refuse every planted bad import, each by its own rule', async () => {
    await plant('src/core/subjects/bad-cycle-back.ts', ['./bad-cycle.ts'])
    for (const [, file, imported] of planted) await plant(file, [imported])
    const { violations } = await cruise(tree)
    // A cycle is reported once, from whichever of its files comes first.
    const found = new Set(violations.flatMap(({ rule, from, to }) => [`${rule.name}: ${from}`, `${rule.name}: ${to}`]))
    expect(planted.map(([rule, file]) => `${rule}: ${file}`).filter((expected) => !found.has(expected))).toEqual([])
  })
})
