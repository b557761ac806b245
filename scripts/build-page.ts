import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from '../src/adapters/page/assets.ts'

/** Part of `npm run build`: the page's assets beside the compiled adapter, which serves them as they lie there. */
const folder = join(import.meta.dirname, '../dist/adapters/page/assets')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const { name, bytes } of await bundle()) writeFileSync(join(folder, name), bytes)
