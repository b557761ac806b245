import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findChromium } from './browser/chromium.ts'
import { registerByPage } from './demo/by-page.ts'
import { liveTheLife } from './demo/life.ts'
import { createScreen } from './demo/screen.ts'
import { startParts } from './parts/parts.ts'
import { createPlatform, freePort, startService } from './service.ts'

/** `npm run demo`: the whole life of a number, over HTTP through the SDK, on real parts. Exits non-zero when a step went wrong. */
const root = join(import.meta.dirname, '..')
const home = join(root, '.azukari')
const dir = join(home, 'demo')
const out = join(root, 'out')

const run = async (): Promise<number> => {
  const screen = createScreen()
  // A demo that was killed left its servers: startParts stops those of this folder.
  const parts = await (async () => {
    if (existsSync(dir)) {
      const { stopParts } = await import('./parts/parts.ts')
      await stopParts(dir)
      rmSync(dir, { recursive: true, force: true })
    }
    mkdirSync(dir, { recursive: true })
    return startParts({ dir, log: screen.line })
  })()
  mkdirSync(out, { recursive: true })
  const settings = {
    mongodbUrl: parts.mongodbUrl,
    redisUrl: parts.redisUrl,
    databaseName: `azukari_demo_${Date.now().toString(36)}`,
    redisPrefix: 'azukari_demo',
    keysDirectory: join(dir, 'keys'),
    anchorUrl: pathToFileURL(join(dir, 'anchors')).href,
    port: await freePort(),
    logFile: join(dir, 'api.log'),
  }
  const running: { stop: () => Promise<void> }[] = []
  try {
    const api = await startService(settings, ['api'])
    running.push(api)
    running.push(await startService({ ...settings, logFile: join(dir, 'worker.log') }, ['worker']))
    const platform = await createPlatform(settings, 'demo')
    const facts = {
      baseUrl: api.baseUrl,
      clientId: platform.clientId,
      clientSecret: platform.clientSecret,
      mongodbUrl: parts.mongodbUrl,
      mongodbKeysUrl: parts.mongodbUrl,
      mongodbDatabase: settings.databaseName,
      redisUrl: parts.redisUrl,
      logFile: settings.logFile,
      logFiles: [settings.logFile, join(dir, 'worker.log')],
      dataDirs: [...parts.dataDirs, settings.keysDirectory, join(dir, 'anchors')],
    }
    const chromium = findChromium()
    const result = await liveTheLife({
      baseUrl: api.baseUrl,
      platform,
      out,
      dataDirectory: join(root, 'examples/data'),
      screen,
      ...(chromium === undefined
        ? {}
        : { registering: { way: 'on the page in Chromium', register: registerByPage(chromium) } }),
    })
    writeFileSync(
      join(home, 'demo.json'),
      `${JSON.stringify({ ...facts, organizationId: result.organizationId, staffId: result.staffId, webhookSecret: result.webhookSecret }, null, 2)}\n`,
      { mode: 0o600 },
    )
    writeFileSync(join(home, 'demo-numbers.txt'), `${result.numbers.join('\n')}\n`, { mode: 0o600 })
    return screen.finish()
  } finally {
    for (const part of running.reverse()) await part.stop().catch(() => undefined)
    await parts.stop()
  }
}

run().then(
  (failures) => process.exit(failures === 0 ? 0 : 1),
  (error) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : 'The demo could not run.')
    process.exit(1)
  },
)
