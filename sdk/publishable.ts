import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Makes dist/ the package to publish: `npm publish ./dist`. In the workspace `exports` leads to the sources, which Node
 * runs as they are, but not below node_modules; and npm, unlike pnpm, leaves `publishConfig.exports` alone. So this
 * folder is private, and the manifest in dist/ has the exports that a customer needs.
 */
const dist = join(import.meta.dirname, 'dist')
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'))
const { private: _private, scripts: _scripts, publishConfig, ...published } = manifest
const { exports, ...publishing } = publishConfig
const inDist = JSON.parse(JSON.stringify(exports).replaceAll('./dist/', './'))
writeFileSync(
  join(dist, 'package.json'),
  `${JSON.stringify({ ...published, exports: inDist, publishConfig: publishing }, null, 2)}\n`,
)
copyFileSync(join(import.meta.dirname, 'README.md'), join(dist, 'README.md'))
