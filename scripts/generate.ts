import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createClient } from '@hey-api/openapi-ts'
import openapiTS, { astToString } from 'openapi-typescript'

/**
 * npm run generate: openapi.yaml → src/contract.gen.ts and sdk/src/gen/. With --check it generates into a temporary
 * folder instead, compares bytes and names every stale file. --root DIR works on another folder than the project's.
 */
const contractFile = 'src/contract.gen.ts'
const sdkFolder = 'sdk/src/gen'

const contractTypes = async (yaml: string): Promise<string> => {
  // A property with a default is still one that a client may leave out: the types must say so.
  const types = await openapiTS(pathToFileURL(yaml), { defaultNonNullable: false, alphabetize: false })
  return `// Generated from openapi.yaml by npm run generate.\n\n${astToString(types)}`
}

/**
 * The generator's own client code is not written for exactOptionalPropertyTypes; its types are checked where we use
 * them. Imports get the .ts ending, so that Node runs the SDK from source.
 */
const generateSdk = async (yaml: string, folder: string): Promise<void> => {
  await createClient({
    input: yaml,
    output: {
      path: folder,
      module: { extension: '.ts' },
      header: ['// Generated from openapi.yaml by npm run generate.', '// @ts-nocheck'],
    },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent', file: false },
  })
  // The generator's comments link to a package registry's site; the repository names no registry.
  for (const name of filesBelow(folder)) {
    const file = join(folder, name)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/https:\/\/www\.npm[a-z.]+\/package\//g, ''))
  }
}

const generateInto = async (yaml: string, folder: string): Promise<void> => {
  mkdirSync(join(folder, 'src'), { recursive: true })
  writeFileSync(join(folder, contractFile), await contractTypes(yaml))
  await generateSdk(yaml, join(folder, sdkFolder))
}

const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    : []

/** Files that differ, are missing, or should not be there. */
const staleFiles = (fresh: string, root: string): string[] => {
  const names = new Set(
    [fresh, root].flatMap((top) => filesBelow(join(top, sdkFolder)).map((name) => join(sdkFolder, name))),
  )
  const bytes = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'latin1') : undefined)
  return [contractFile, ...[...names].sort()].filter((name) => bytes(join(fresh, name)) !== bytes(join(root, name)))
}

const options = process.argv.slice(2)
const root = options.includes('--root')
  ? resolve(options[options.indexOf('--root') + 1] ?? '.')
  : join(import.meta.dirname, '..')
const yaml = join(root, 'openapi.yaml')
const fresh = mkdtempSync(join(tmpdir(), 'azukari-generate-'))
try {
  if (!existsSync(yaml)) throw new Error('openapi.yaml is missing: the contract is written first')
  await generateInto(yaml, fresh)
  const stale = staleFiles(fresh, root)
  if (!options.includes('--check')) {
    rmSync(join(root, sdkFolder), { recursive: true, force: true })
    cpSync(fresh, root, { recursive: true })
    console.log(stale.length === 0 ? 'nothing changed' : stale.map((name) => `wrote ${name}`).join('\n'))
  } else if (stale.length > 0) {
    console.error(stale.map((name) => `stale: ${name} (run npm run generate)`).join('\n'))
    process.exitCode = 1
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
