import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, run } from './parts/run.ts'

/** npm run check: everything about the source that a machine can judge, a line for each. */
const root = join(import.meta.dirname, '..')
const program = (name: string): string => join(root, 'node_modules/.bin', name)

/** Runs a tool; what it printed is the reason, where it fails. */
const tool = async (name: string, ...args: readonly string[]): Promise<void> => {
  await run(process.execPath, [program(name), ...args], { cwd: root, whole: true })
}

type Violation = { from: string; to: string; rule: { name: string } }
type Cruise = {
  summary: {
    totalCruised: number
    ruleSetUsed: { forbidden: { name: string; comment?: string }[] }
    violations: Violation[]
  }
}

const importRules = async (): Promise<void> => {
  const folders = ['src', 'sdk/src', 'test', 'scripts', 'bench', 'examples'].filter((name) =>
    existsSync(join(root, name)),
  )
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', '--', ...folders]
  const output = await run(process.execPath, [program('depcruise'), ...args], { cwd: root, anyExit: true })
  if (!output.startsWith('{')) throw new Error(output)
  const { summary }: Cruise = JSON.parse(output)
  // Under a TypeScript that it does not know, dependency-cruiser sees nothing and is content.
  if (summary.totalCruised === 0) throw new Error('dependency-cruiser saw 0 modules: its TypeScript does not fit')
  const lines = summary.ruleSetUsed.forbidden.flatMap(({ name, comment }) => {
    const broken = summary.violations.filter(({ rule }) => rule.name === name)
    return broken.length === 0
      ? []
      : [`${name}: ${comment ?? ''}`, ...broken.map(({ from, to }) => `  ${from} → ${to}`)]
  })
  if (lines.length > 0) throw new Error(lines.join('\n'))
}

/**
 * What a machine leaves behind in files: a home or work folder of somebody's, the host of somebody's package registry.
 * The lockfile has no resolved URLs at all (.npmrc), so that every registry and mirror serves it.
 */
const traces = [
  { what: 'a path of one machine', pattern: /(?<![\w.$}])\/(?:home\/(?!node\b)|Users\/|root\/|work\/)[\w.-]+/g },
  {
    what: 'the host of a registry',
    pattern: /https?:\/\/[^\s/"'`]*(?:registry|npmjs|pypi|pythonhosted|artifactory|nexus)[^\s"'`]*/g,
  },
]

const noTraces = async (): Promise<void> => {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  const found: string[] = []
  for (const file of listed.split('\0').filter((name) => name !== '')) {
    const text = readText(file)
    for (const { what, pattern } of traces)
      for (const [hit] of text.matchAll(pattern)) found.push(`${file}: ${what}: ${hit}`)
    if (file === 'package-lock.json')
      for (const [hit] of text.matchAll(/"resolved": "https?:[^"]*"/g)) found.push(`${file}: a resolved URL: ${hit}`)
  }
  if (found.length > 0) throw new Error([...new Set(found)].slice(0, 50).join('\n'))
}

/** Empty for what is no text, and for what git lists but somebody has just deleted. */
const readText = (file: string): string => {
  try {
    const text = readFileSync(join(root, file), 'utf8')
    return text.includes('\0') ? '' : text
  } catch {
    return ''
  }
}

const checks: readonly (readonly [string, () => Promise<void>])[] = [
  ['biome: form and lint', () => tool('biome', 'check', '--colors=off', '--max-diagnostics=50')],
  ['tsc: types', () => tool('tsc', '-p', '.', '--pretty', 'false')],
  ['dependency-cruiser: import rules', importRules],
  [
    'generated code is fresh',
    async () => {
      await run(process.execPath, ['scripts/generate.ts', '--check'], { cwd: root, whole: true })
    },
  ],
  ['no machine path, no registry host', noTraces],
]

let failed = 0
for (const [name, check] of checks) {
  const start = Date.now()
  try {
    await check()
    console.log(`ok    ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  } catch (error) {
    failed += 1
    console.log(`FAIL  ${name}\n${messageOf(error).replaceAll(/^/gm, '      ')}`)
  }
}
console.log(failed === 0 ? 'all checks passed' : `${failed} of ${checks.length} checks failed`)
process.exitCode = failed === 0 ? 0 : 1
