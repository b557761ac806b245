import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const tsc = join(root, 'node_modules/typescript/bin/tsc')

const host = `
import { createAzukari, type NumberRequest, type Subject, verifyWebhook } from '@azukari/sdk'
const azukari = createAzukari({ baseUrl: 'http://127.0.0.1:1', clientId: 'a', clientSecret: 'b', maxRetries: 0 })
const number: NumberRequest = { number: 'x' }
export const rows: Promise<Subject[]> = azukari.subjects.list().toArray({ limit: 1 })
await rows.catch(() => {})
// @ts-expect-error a number is not optional
const wrong: NumberRequest = {}
console.log(typeof azukari.reveals.create, typeof verifyWebhook, number, wrong)
`

it('the workspace’s package runs from source, without a build', async () => {
  const { stdout } = await run(
    process.execPath,
    ['-e', "import('@azukari/sdk').then((sdk) => console.log(Object.keys(sdk).length))"],
    {
      cwd: root,
    },
  )
  expect(Number(stdout)).toBeGreaterThan(5)
})

it('the built package works elsewhere, in JavaScript and in types, and needs no other package', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'azukari-sdk-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  // A copy, so that a build here neither needs nor changes the working tree's dist/.
  await cp(join(root, 'sdk'), join(folder, 'sdk'), { recursive: true, filter: (path) => !path.endsWith('/dist') })
  await cp(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'))
  await run(process.execPath, [tsc, '-p', join(folder, 'sdk/tsconfig.build.json')])
  await run(process.execPath, [join(folder, 'sdk/publishable.ts')])

  const installed = join(folder, 'host/node_modules/@azukari/sdk')
  await mkdir(join(folder, 'host/node_modules/@azukari'), { recursive: true })
  await cp(join(folder, 'sdk/dist'), installed, { recursive: true })
  await symlink(join(root, 'node_modules/@types'), join(folder, 'host/node_modules/@types'))
  await writeFile(join(folder, 'host/package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'host/host.ts'), host)
  await writeFile(
    join(folder, 'host/tsconfig.json'),
    JSON.stringify({
      compilerOptions: { strict: true, module: 'nodenext', target: 'es2022', lib: ['es2023', 'dom'], types: ['node'] },
      include: ['host.ts'],
    }),
  )
  await run(process.execPath, [tsc, '-p', join(folder, 'host')]).catch(({ stdout }) => expect(stdout).toBe(''))
  const { stdout } = await run(process.execPath, [join(folder, 'host/host.js')])
  expect(stdout).toContain('function function')
}, 60_000)
