import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { BrowserContext, Page } from 'playwright-core'
import { startChromium } from '../../scripts/browser/chromium.ts'
import { filmOf } from './fake-camera.ts'

const screens = join(import.meta.dirname, '../../out/screens')
export const phone = { width: 375, height: 740 }
export const desk = { width: 1440, height: 900 }

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds on the page as it stands. It comes by the debugger, past the page's policy, and stays for the document. */
const violationsOf = async (page: Page): Promise<string[]> => {
  const found = await page.evaluate(
    `(async () => { if (!globalThis.axe) { ${axe.source} }; return (await axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })).violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 120)).join(' ')) })()`,
  )
  return found as string[]
}

/** Real Chromium, with a camera that sees the back of a card, and everything that goes over its network written down. */
export const openBrowser = async (executablePath: string, scanned: string) => {
  const home = mkdtempSync(join(tmpdir(), 'azukari-page-'))
  const profile = join(home, 'profile')
  const film = join(home, 'card.y4m')
  await filmOf(scanned, film)
  mkdirSync(screens, { recursive: true })
  const context: BrowserContext = await startChromium({
    executablePath,
    profile,
    ...phone,
    args: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ],
  })
  context.setDefaultTimeout(10_000)
  const network: string[] = []
  const said: string[] = []
  const answers: Promise<unknown>[] = []
  context.on('request', (request) => {
    const headers = Object.entries(request.headers()).map(([name, value]) => `${name}: ${value}`)
    network.push(`${request.method()} ${request.url()}`, ...headers, request.postData() ?? '')
  })
  context.on('response', (response) => {
    if (/\.(wasm|js|css)$/.test(response.url())) return
    answers.push(
      response.text().then(
        (text) => network.push(text),
        () => undefined,
      ),
    )
  })
  context.on('console', (message) => said.push(`${message.type()}: ${message.text()}`))
  context.on('weberror', (error) => said.push(`error: ${error.error().message}`))

  /** Looked at by axe, for width, and by whoever opens the picture. */
  const look = async (page: Page, name: string): Promise<string[]> => {
    const width = page.viewportSize()?.width ?? 0
    const violations = await violationsOf(page)
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    await page.screenshot({ path: join(screens, `${width}-${name}.png`), fullPage: true })
    return [...violations, ...(over > 0 ? [`scrolls ${over} px to the side`] : [])].map((each) => `${name}: ${each}`)
  }

  /** What the browser keeps for this page. */
  const storageOf = (page: Page): Promise<string> =>
    page.evaluate(async () =>
      JSON.stringify({
        local: { ...localStorage },
        session: { ...sessionStorage },
        cookie: document.cookie,
        databases: (await indexedDB.databases()).length,
        caches: await caches.keys(),
        workers: (await navigator.serviceWorker.getRegistrations()).length,
        history: history.state as unknown,
        address: location.href,
      }),
    )

  return {
    context,
    profile,
    said,
    look,
    storageOf,
    network: async (): Promise<string> => {
      await Promise.all(answers)
      return network.join('\n')
    },
    close: () => context.close(),
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }),
  }
}
export type TestBrowser = Awaited<ReturnType<typeof openBrowser>>
