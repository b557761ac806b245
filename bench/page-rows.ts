import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createAzukari } from '@azukari/sdk'
import { findChromium, startChromium } from '../scripts/browser/chromium.ts'
import { personAt } from '../scripts/browser/person.ts'
import { createPlatform, freePort, startService } from '../scripts/service.ts'
import type { PartInput } from './main-part.ts'
import { median } from './quantile.ts'
import { failedRow, type Row, toRow } from './row.ts'

const part = 'collection'
const weightName = 'the page: all that loads up to the form, kB brotli'
const timeName = 'the page: from the link to behind its first button, seconds on a slow phone'
/** A phone of years ago at the edge of reception. */
const slow = { cpu: 4, bytesPerSecond: 400_000 / 8, latencyMs: 400 }
const visits = 3

/** A service of its own, and links for as many visits. */
const openService = async ({ place, logDirectory }: PartInput) => {
  const settings = {
    ...place,
    redisPrefix: place.databaseName,
    anchorUrl: pathToFileURL(join(place.keysDirectory, 'anchors')).href,
    port: await freePort(),
    logFile: join(logDirectory, 'page-service.log'),
  }
  const service = await startService(settings, ['api'])
  try {
    const { clientId, clientSecret } = await createPlatform(settings, 'page')
    const platform = createAzukari({ baseUrl: service.baseUrl, clientId, clientSecret })
    const { id } = await platform.organizations.create({ name: '青葉商事グループ', mode: 'test' })
    const client = platform.for(id)
    const company = await client.companies.create({
      name: '青葉商事株式会社',
      kind: 'corporation',
      corporateNumber: '7000012050002',
      address: '東京都千代田区霞が関３－１－１',
    })
    const notice = await client.notices.create({
      title: '個人番号の利用目的について',
      text: '当社は、給与所得の源泉徴収、個人住民税、健康保険・厚生年金保険、雇用保険の届出のために個人番号を利用します。',
      purposes: ['withholding_tax', 'resident_tax', 'health_pension', 'employment_insurance'],
    })
    const links: string[] = []
    for (let i = 0; i < visits; i++) {
      const person = await client.subjects.create({
        kind: 'employee',
        companyId: company.id,
        code: String(i + 1),
        name: '東野 二郎',
      })
      const request = await client.requests.create({ subjectId: person.id, noticeId: notice.id })
      links.push((await client.requests.createLink(request.id)).url)
    }
    return { links, stop: service.stop }
  } catch (error) {
    await service.stop()
    throw error
  }
}

/** Each visit in a browser that has seen nothing yet. */
const visit = async (executablePath: string, link: string): Promise<{ seconds: number; bytes: number }> => {
  const profile = mkdtempSync(join(tmpdir(), 'azukari-bench-'))
  const context = await startChromium({ executablePath, profile, width: 375, height: 740 })
  try {
    const page = await context.newPage()
    const person = personAt(page)
    const debug = await context.newCDPSession(page)
    let bytes = 0
    await debug.send('Network.enable')
    debug.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    await debug.send('Emulation.setCPUThrottlingRate', { rate: slow.cpu })
    await debug.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: slow.latencyMs,
      downloadThroughput: slow.bytesPerSecond,
      uploadThroughput: slow.bytesPerSecond,
    })
    const startedAt = performance.now()
    await page.goto(link, { waitUntil: 'commit' })
    await person.begins()
    await person.isAt(/からのお願い$/)
    const seconds = (performance.now() - startedAt) / 1000
    await person.readsNotice()
    await person.isAt('あなたの番号')
    return { seconds, bytes }
  } finally {
    await context.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** What the page weighs, and how long somebody with an old phone and little reception waits for it. */
export const pageRows = async (input: PartInput): Promise<Row[]> => {
  const executablePath = findChromium()
  if (executablePath === undefined)
    return [weightName, timeName].map((name) =>
      failedRow(part, name, 'no Chromium: set CHROMIUM_PATH, or install Debian’s package chromium'),
    )
  const { links, stop } = await openService(input)
  try {
    const seen: { seconds: number; bytes: number }[] = []
    for (const link of links) {
      const one = await visit(executablePath, link)
      input.log(`page: ${one.seconds.toFixed(2)} s, ${(one.bytes / 1000).toFixed(1)} kB`)
      seen.push(one)
    }
    const seconds = seen.map((each) => each.seconds)
    const kilobytes = Math.max(...seen.map(({ bytes }) => bytes)) / 1000
    return [
      toRow(part, weightName, kilobytes, { atMost: 150 }, 'as it comes over the network, with headers and answers'),
      toRow(
        part,
        timeName,
        median(seconds),
        { atMost: 5 },
        `${slow.cpu} × CPU, 400 kbit/s, ${slow.latencyMs} ms; the press and its two answers included; ${seconds.map((each) => each.toFixed(2)).join(', ')} s`,
      ),
    ]
  } finally {
    await stop()
  }
}
