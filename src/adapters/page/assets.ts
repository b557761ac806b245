import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** What the page loads, beside its documents. The name holds a hash of the content, so that it may be kept for ever. */
export type Asset = {
  name: string
  mediaType: string
  bytes: Buffer
  /** `integrity` of the tag that loads it. */
  integrity: string
  /** Compressed when it is first asked for, and kept. */
  as: (encoding: 'br' | 'gzip') => Promise<Buffer>
}
export type PageAssets = {
  page: Asset
  style: Asset
  scanner: Asset
  zxing: Asset
  icon: Asset
  byName: ReadonlyMap<string, Asset>
}

/** Written by `npm run build`, beside the compiled code; from the sources it is made in memory. */
const built = join(import.meta.dirname, 'assets')
const client = join(import.meta.dirname, 'client')

const mediaTypes: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}

const [toBrotli, toGzip] = [promisify(brotliCompress), promisify(gzip)]
/** Level 11 of the scanner's megabyte takes two seconds, 9 a tenth of that, for a twentieth more bytes. */
const slowFrom = 300_000
const compress = {
  br: (bytes: Buffer) =>
    toBrotli(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: bytes.length < slowFrom ? 11 : 9,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes: Buffer) => toGzip(bytes, { level: 9 }),
}

const toAsset = (file: string, bytes: Buffer): Asset => {
  const kept = new Map<string, Promise<Buffer>>()
  return {
    name: basename(file),
    mediaType: mediaTypes[extname(file)] ?? 'application/octet-stream',
    bytes,
    integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}`,
    as: (encoding) => {
      const known = kept.get(encoding) ?? compress[encoding](bytes)
      kept.set(encoding, known)
      return known
    },
  }
}

const readBuilt = async (): Promise<Asset[]> =>
  Promise.all((await readdir(built)).map(async (name) => toAsset(name, await readFile(join(built, name)))))

/** Two bundles, the page and the scanner, that share nothing: the scanner's document has a weaker policy. */
export const bundle = async (): Promise<Asset[]> => {
  // Only where the sources are served: a built one has no need of it.
  const { build, stop } = await import('esbuild')
  const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  try {
    const made = await build({
      entryPoints: {
        page: join(client, 'page.tsx'),
        style: join(client, 'style.css'),
        scanner: join(client, 'scanner', 'scanner.ts'),
        zxing: wasm,
        icon: join(client, 'icon.svg'),
      },
      entryNames: '[name].[hash]',
      outdir: '/',
      write: false,
      bundle: true,
      minify: true,
      format: 'esm',
      target: ['chrome94', 'firefox95', 'safari15.4'],
      charset: 'utf8',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      loader: { '.wasm': 'copy', '.svg': 'copy' },
      legalComments: 'none',
      logLevel: 'silent',
      define: { 'process.env.NODE_ENV': '"production"' },
    })
    return made.outputFiles.map(({ path, contents }) => toAsset(path, Buffer.from(contents)))
  } finally {
    // Its helper process would stay.
    await stop()
  }
}

const gather = (assets: readonly Asset[]): PageAssets => {
  const named = (start: string): Asset => {
    const asset = assets.find(({ name }) => name.startsWith(`${start}.`))
    if (asset === undefined) throw new Error(`The page has no ${start}: build it again.`)
    return asset
  }
  return {
    page: named('page'),
    style: named('style'),
    scanner: named('scanner'),
    zxing: named('zxing'),
    icon: named('icon'),
    byName: new Map(assets.map((asset) => [asset.name, asset])),
  }
}

let loading: Promise<PageAssets> | undefined
/** Once a process. */
export const loadAssets = (): Promise<PageAssets> => {
  loading ??= (existsSync(built) ? readBuilt() : bundle()).then(gather)
  return loading
}
