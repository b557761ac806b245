import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'

/** Chromium for the demo and the tests: `CHROMIUM_PATH`, or where distributions and Playwright put it. Never downloaded. */
const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const ofPlaywright = (): string[] => {
  const folder = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), '.cache/ms-playwright')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.startsWith('chromium-'))
    .map((name) => join(folder, name, 'chrome-linux/chrome'))
}

export const findChromium = (): string | undefined => {
  const named = process.env.CHROMIUM_PATH
  if (named !== undefined && named !== '') return existsSync(named) ? named : undefined
  return [...usual, ...ofPlaywright()].find((path) => existsSync(path))
}

/** A machine without a Japanese font would show boxes: the font of our PDFs stands in. */
const withJapanese = (): string => {
  const folder = join(tmpdir(), `azukari-fonts-${process.getuid?.() ?? 0}`)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'fonts.conf')
  const fonts = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/biz-udpgothic/package.json'))
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${fonts}</dir><cachedir>${folder}</cachedir></fontconfig>
`,
  )
  return file
}

type Options = {
  executablePath: string
  /** Where the browser keeps what it keeps; looked through afterwards. */
  profile: string
  width: number
  height: number
  args?: string[]
}
export const startChromium = ({
  executablePath,
  profile,
  width,
  height,
  args = [],
}: Options): Promise<BrowserContext> =>
  chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    // A browser that runs as root has no sandbox.
    chromiumSandbox: process.getuid?.() !== 0,
    env: { ...process.env, FONTCONFIG_FILE: withJapanese() },
    args: ['--disable-gpu', ...args],
    viewport: { width, height },
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
  })
