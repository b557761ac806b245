import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../scripts/browser/chromium.ts'
import { type Person, personAt } from '../../scripts/browser/person.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { desk, openBrowser, phone, type TestBrowser } from '../support/page-setup.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'
import { createSweeper, sweepFolder } from '../support/sweep.ts'

/** A photo as a phone takes it: where it was taken stands in it (APP1, Exif). */
const withPlace = (jpeg: Buffer): Buffer => {
  const exif = Buffer.from('Exif\0\0 GPS 35.68,139.76')
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2])
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)])
}
/** What the page sends as files from now on; the debugger does not see the content of a Blob. */
const catchUploads = async (page: Page): Promise<() => Promise<Buffer[]>> => {
  await page.evaluate(() => {
    const bodies: Blob[] = []
    const send = window.fetch
    window.fetch = (input, init) => {
      if (init?.body instanceof Blob) bodies.push(init.body)
      return send(input, init)
    }
    Object.assign(window, { bodies })
  })
  return async () => {
    const all = await page.evaluate(async () => {
      const { bodies } = window as unknown as { bodies: Blob[] }
      return Promise.all(bodies.map(async (body) => [...new Uint8Array(await body.arrayBuffer())]))
    })
    return all.map((bytes) => Buffer.from(bytes))
  }
}

const chromium = findChromium()
if (chromium === undefined)
  console.log('skipped: no Chromium (set CHROMIUM_PATH, or install Debian’s package chromium)')

describe.skipIf(chromium === undefined)('the page', () => {
  let service: TestService
  let org: TestOrganization
  let browser: TestBrowser
  let page: Page
  let person: Person
  let host: Server
  let hostOrigin: string

  const numbers: string[] = []
  const next = (): string => {
    const number = fixtureNumber(880_000 + numbers.length * 101)
    numbers.push(number)
    return number
  }
  const scanned = next()
  const fullWidth = (number: string): string =>
    [...number].map((digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0)).join('')

  beforeAll(async () => {
    const executablePath = chromium ?? ''
    ;[service, browser] = await Promise.all([startTestService({ worker: false }), openBrowser(executablePath, scanned)])
    org = await makeOrganization(service)
    await org.client.settings.update({ collection: { contact: '人事部 個人番号担当 内線 1234' } })
    page = await browser.context.newPage()
    person = personAt(page)
    // A host's own site: it shows a frame, and writes down what it is told.
    host = createServer((request, response) => {
      const frame = new URL(request.url ?? '/', 'http://host').searchParams.get('frame') ?? ''
      response.setHeader('Content-Type', 'text/html')
      response.end(`<!doctype html><title>host</title><iframe width="360" height="600" src="${frame.replaceAll('"', '')}"></iframe>
<script>window.told = []; addEventListener('message', ({ origin, data }) => told.push({ origin, ...data }))</script>`)
    })
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
    hostOrigin = `http://localhost:${(host.address() as AddressInfo).port}`
  }, 60_000)
  afterAll(async () => {
    host?.close()
    await browser?.close().catch(() => undefined)
    browser?.remove()
    await service?.close()
  })

  const toUs = (url: string): string => service.baseUrl + url.slice('https://azukari.test'.length)
  type LinkWish = Parameters<TestOrganization['client']['requests']['createLink']>[1]
  type RequestWish = Partial<Parameters<TestOrganization['client']['requests']['create']>[0]>
  /** An employee who is asked, and the address in the mail. */
  const asked = async (link: LinkWish = {}, request: RequestWish = {}, more: Record<string, unknown> = {}) => {
    const employee = await makeEmployee(org, { name: '東野 二郎', ...more })
    const made = await org.handler.does.requests.create({ subjectId: employee.id, ...request })
    const { url, embedUrl } = await org.handler.does.requests.createLink(made.id, link)
    return { employee, request: made, url: toUs(url), embedUrl: embedUrl === undefined ? '' : toUs(embedUrl) }
  }
  const stateOf = async (id: string): Promise<string> => (await org.client.requests.get(id)).state

  for (const size of [phone, desk])
    it(`takes a person with a family from the link to the receipt at ${size.width} px, each step without a violation`, async () => {
      await page.setViewportSize(size)
      const found: string[] = []
      const look = async (name: string): Promise<void> => void found.push(...(await browser.look(page, name)))
      const { employee, request, url } = await asked(
        { factor: 'birth_date' },
        { documents: ['number_proof', 'identity_proof'], dueOn: '2030-12-20' },
        { birthOn: '1985-04-01', kana: 'ヒガシノ ジロウ' },
      )
      await org.client.subjects.createDependent(employee.id, {
        dependentNo: 1,
        name: '東野 順子',
        relationship: '配偶者',
      })
      await person.opens(url)
      expect(await stateOf(request.id)).toBe('sent')
      await look('01-open')
      await person.begins()
      await person.isAt('ご本人の確認')
      await look('02-factor')
      expect(await page.content()).not.toContain('東野')
      await person.proves('1985-04-01')
      await person.isAt(/からのお願い$/)
      expect(await page.getByText('人事部 個人番号担当 内線 1234').isVisible()).toBe(true)
      await look('03-notice')
      await person.readsNotice()

      await person.isAt('あなたの番号')
      await person.press('次へ進む')
      await look('04-number-missing')
      const own = next()
      await page.locator('#number').fill(own.slice(0, 7))
      expect(await page.locator('#number-state').innerText()).toContain('いま 7 けた。あと 5 けたです。')
      await page.locator('#number').fill(`${own.slice(0, 11)}${(Number(own[11]) + 1) % 10}`)
      expect(await page.getByRole('status').first().innerText()).toContain('どこかの数字が違うようです')
      await person.press('次へ進む')
      expect(await page.getByRole('alert').innerText()).toContain('マイナンバーのどこかの数字が違うようです')
      await look('05-number-wrong')
      await page.locator('#number').fill(`${fullWidth(own.slice(0, 4))}　${own.slice(4, 8)}-${own.slice(8)}`)
      expect(await page.locator('#number-issued-year option', { hasText: '平成31年・令和元年' }).count()).toBe(1)
      await person.chooses('number-issued', '2019-05-01')
      expect(await page.getByText('2019年5月1日（令和元年5月1日）').isVisible()).toBe(true)
      await look('06-number-right')
      await person.press('次へ進む')

      await person.isAt('ご家族の番号')
      await look('07-family')
      await person.press('東野 順子 入力する')
      await person.isAt('東野 順子 さんの登録')
      await look('08-dependent')
      await page.goBack()
      await person.entersKnown('東野 順子', next())
      await person.adds({ name: '東野 真奈美', relationship: '子', birthOn: '2012-03-14', number: next() })
      await look('09-family-all')
      await person.isDoneWithFamily()

      await person.isAt('委任・委託の確認')
      await look('10-agreements')
      await person.agreesWhereAsked()
      await person.isAt('確認書類')
      await person.press('次へ進む')
      await look('11-documents-missing')
      await page.locator('#number_proof-kind').selectOption('card_back')
      const noPhoto = { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)">') }
      await page.locator('#number_proof-file').setInputFiles(noPhoto)
      await page.getByText('この写真は読み取れませんでした。').waitFor()
      const photo = withPlace(await page.screenshot({ type: 'jpeg', quality: 60 }))
      const sent = await catchUploads(page)
      await person.uploads('number_proof', 'card_back', photo)
      await person.uploads('identity_proof', 'driving_licence', photo)
      const uploaded = await sent()
      expect(uploaded.map((bytes) => bytes.subarray(0, 3).toString('hex'))).toEqual(['ffd8ff', 'ffd8ff'])
      expect(uploaded.some((bytes) => bytes.includes('Exif') || bytes.includes('35.68,139.76'))).toBe(false)
      await look('12-documents')
      await person.press('次へ進む')

      await person.isAt('内容の確認')
      expect((await page.locator('dd.number').first().innerText()).replaceAll(' ', '')).toBe(own)
      await look('13-look')
      await person.press('番号を確認して提出する')
      expect(await page.getByRole('alert').innerText()).toContain('チェックを入れてください')
      await person.submits()
      await look('14-receipt')
      expect(page.url()).toBe(`${service.baseUrl}/c`)
      expect(await page.content()).not.toContain(own)
      await page.goBack()
      expect(await page.getByText(request.id).isVisible()).toBe(true)

      expect(found).toEqual([])
      const rows = await org.client.subjects.listDependents(employee.id).toArray({ limit: 10 })
      expect(rows.map(({ name, relationship }) => [name, relationship])).toEqual([
        ['東野 順子', '配偶者'],
        ['東野 真奈美', '子'],
      ])
      const number = await org.client.numbers.get(employee.id)
      expect(number.current).toMatchObject({ masked: `*****${own.slice(-2)}`, issuedOn: '2019-05-01' })
      expect(number.current?.selfCheckedAt).toBeDefined()
      expect(await stateOf(request.id)).toBe('submitted')
    })

  /** Up to the look at all, without a family. */
  const untilLook = async (url: string, number: string): Promise<void> => {
    await person.opens(url)
    await person.begins()
    await person.readsNotice()
    await person.entersOwn(number)
    await person.isDoneWithFamily()
    await person.isAt('内容の確認')
  }

  it('takes a refusal with its reason, and names and texts of whatever kind as text', async () => {
    await page.setViewportSize(phone)
    const name = '<img src=x onerror=alert(1)> & "太郎"'
    const { request, url } = await asked({}, {}, { name })
    await person.opens(url)
    await person.begins()
    await person.readsNotice()
    await person.isAt('あなたの番号')
    expect(await page.locator('.name').innerText()).toBe(`${name} さん`)
    await person.press('あとで登録する・提供しない')
    await person.isAt('どうしますか')
    const found = await browser.look(page, '20-leave')
    await person.press(/^提供しない/)
    await person.press('提供しないことを伝える')
    found.push(...(await browser.look(page, '21-refuse')))
    await page.getByLabel('個人情報の取り扱いが心配').check()
    await page.getByLabel('伝えたいこと').fill('説明を聞きたい')
    await person.press('提供しないことを伝える')
    await person.isAt('提供しないことを伝えました')
    found.push(...(await browser.look(page, '22-refused')))
    expect(found).toEqual([])
    expect(await org.client.requests.get(request.id)).toMatchObject({
      state: 'refused',
      refusal: { reason: 'privacy_concern', by: 'subject' },
    })
    await person.press('やはり登録する')
    await person.isAt('あなたの番号')
    expect(await stateOf(request.id)).toBe('opened')
  })

  it('keeps what was entered when somebody goes on later, goes back, or loses the connection for a moment', async () => {
    const { request, url } = await asked()
    const number = next()
    await person.opens(url)
    await person.begins()
    await person.readsNotice()
    await person.isAt('あなたの番号')
    await page.locator('#number').fill(number)
    await page.goBack()
    await person.isAt(/からのお願い$/)
    await page.goBack()
    expect(await page.getByRole('button', { name: '続きから始める' }).isVisible()).toBe(true)
    await page.goForward()
    await person.isAt(/からのお願い$/)
    await page.goForward()
    await person.isAt('あなたの番号')
    expect((await page.locator('#number').inputValue()).replaceAll(' ', '')).toBe(number)
    await page.route('**/v1/session/number', (route) => route.abort(), { times: 1 })
    await person.press('次へ進む')
    await person.isAt('ご家族の番号')
    await person.press('あとで登録する・提供しない')
    await person.press(/^あとで登録する/)
    await person.isAt('続きはいつでも始められます')
    expect(await stateOf(request.id)).toBe('opened')
    // Whoever uses this device next goes back, and finds nothing.
    for (let i = 0; i < 3; i++) {
      await page.goBack()
      expect(await page.locator('#number').count()).toBe(0)
      expect(await page.getByRole('button', { name: 'はじめる' }).isVisible()).toBe(true)
    }
    await person.begins()
    await person.isDoneWithFamily()
    await person.submits()
    expect(await stateOf(request.id)).toBe('submitted')
  })

  it('goes on on another device, and the first one says so', async () => {
    const { request, url } = await asked()
    await untilLook(url, next())
    const tab = await browser.context.newPage()
    const other = personAt(tab)
    await other.opens(url)
    await other.begins()
    await other.isDoneWithFamily()
    await page.bringToFront()
    await page.getByLabel(/見くらべました$/).check()
    await person.press('番号を確認して提出する')
    await person.isAt('ほかの画面で開かれています')
    expect(await browser.look(page, '30-elsewhere')).toEqual([])
    await person.press('この画面で続ける')
    await person.isDoneWithFamily()
    await person.submits()
    await tab.bringToFront()
    await tab.getByLabel(/見くらべました$/).check()
    await other.press('番号を確認して提出する')
    await tab.getByRole('heading', { level: 1, name: /ほかの画面で|終わっています/ }).waitFor()
    await tab.close()
    expect(await stateOf(request.id)).toBe('submitted')
  })

  it('submits once, however often the button is pressed', async () => {
    const { employee, request, url } = await asked()
    await untilLook(url, next())
    await page.getByLabel(/見くらべました$/).check()
    await page.getByRole('button', { name: '番号を確認して提出する' }).dblclick()
    await person.isAt('提出が終わりました')
    const entries = await org.client.ledger.listEntries({ subjectId: employee.id }).toArray({ limit: 50 })
    expect(entries.filter(({ functionName }) => functionName === '本人による提出')).toHaveLength(1)
    expect(await stateOf(request.id)).toBe('submitted')
  })

  it('shows what came back and why, and takes it again', async () => {
    const { employee, request, url } = await asked({ factor: 'birth_date' }, {}, { birthOn: '1985-04-01' })
    const [first, second] = [next(), next()]
    await person.opens(url)
    await person.begins()
    await person.proves('1985-04-01')
    await person.readsNotice()
    await person.entersOwn(first)
    await person.isDoneWithFamily()
    await person.submits()
    await org.reviewer.does.requests.return(request.id, {
      items: [{ subjectId: employee.id, reason: 'number_differs' }],
      remark: '書類の番号とご確認ください',
    })
    await person.opens(url)
    await person.begins()
    await person.proves('1985-04-01')
    await person.isAt('内容の確認')
    expect(await page.getByText('番号が書類と違っています').isVisible()).toBe(true)
    await person.press('登録済みの番号を表示する')
    expect((await page.locator('dd.number').innerText()).replaceAll(' ', '')).toBe(first)
    expect(await browser.look(page, '31-returned')).toEqual([])
    await person.press('東野 二郎 さんの内容を直す')
    await person.press('番号を入力し直す')
    await person.entersOwn(second)
    await person.isDoneWithFamily()
    await person.submits()
    expect(await stateOf(request.id)).toBe('submitted')
    expect((await org.client.numbers.get(employee.id)).current?.masked).toBe(`*****${second.slice(-2)}`)
  })

  it('says clearly that a request was withdrawn meanwhile, and that a link is none', async () => {
    const { request, url } = await asked()
    await untilLook(url, next())
    await org.handler.does.requests.cancel(request.id, { reason: 'not_needed' })
    await page.getByLabel(/見くらべました$/).check()
    await person.press('番号を確認して提出する')
    await page.getByRole('heading', { level: 1, name: /この手続きは終わっています|このリンクは使えません/ }).waitFor()
    await person.opens(`${service.baseUrl}/c#nonsense`)
    await person.begins()
    await person.isAt('このリンクは使えません')
    expect(await browser.look(page, '32-no-link')).toEqual([])
    await person.opens(`${service.baseUrl}/c`)
    await person.isAt('リンクが途中で切れているようです')
  })

  it('locks the link after five wrong answers, and says whom to ask', async () => {
    const { url } = await asked({ factor: 'passcode', passcode: 'さくら2026' })
    await person.opens(url)
    await person.begins()
    for (let i = 0; i < 5; i++) {
      await page.locator('#passcode').fill(`wrong ${i}`)
      await person.press('次へ進む')
      await page.locator(i < 4 ? '.summary' : 'h1:has-text("このリンクは使えなくなりました")').waitFor()
    }
    await person.isAt('このリンクは使えなくなりました')
  })

  it('fills the number in from the QR code of the card, read in a document of its own', async () => {
    const { url } = await asked()
    await person.opens(url)
    await person.begins()
    await person.readsNotice()
    await person.press('カードのQRコードを読み取る')
    await page.getByText('番号を読み取りました。').waitFor()
    expect((await page.locator('#number').inputValue()).replaceAll(' ', '')).toBe(scanned)
    expect(page.frames()).toHaveLength(1)
    // Whoever else sends a message fills nothing in.
    await page.locator('#number').fill('')
    await person.press('カードのQRコードを読み取る')
    await page.evaluate((digits) => window.postMessage({ scanned: digits }, window.location.origin), fixtureNumber(3))
    await page.frameLocator('iframe').locator('main').waitFor()
    expect((await page.locator('#number').inputValue()).replaceAll(' ', '')).not.toBe(fixtureNumber(3))
    await page.goto(`${service.baseUrl}/c/scan`)
    await page.getByText('読み取りました。').waitFor()
    expect(await browser.look(page, '33-scanner')).toEqual([])
  })

  it('works in a frame of an allowed origin, tells it ids only, and shows itself to no other', async () => {
    await org.client.settings.update({ collection: { allowedOrigins: [hostOrigin] } })
    const { request, embedUrl } = await asked()
    expect(embedUrl).toContain(`/c/${org.organization.id}#`)
    await page.goto(`${hostOrigin}/?frame=${encodeURIComponent(embedUrl)}`)
    const inside = page.frameLocator('iframe')
    await inside.getByRole('button', { name: 'はじめる' }).click()
    await inside.getByRole('button', { name: '内容を読みました。次へ進む' }).click()
    await inside.locator('#number').fill(next())
    await inside.getByRole('button', { name: '次へ進む' }).click()
    await inside.getByRole('button', { name: '扶養している家族はいません' }).click()
    await inside.getByLabel(/見くらべました$/).check()
    await inside.getByRole('button', { name: '番号を確認して提出する' }).click()
    await inside.getByRole('heading', { name: '提出が終わりました' }).waitFor()
    const told = (await page.evaluate('window.told')) as { origin: string; type: string }[]
    expect([...new Set(told.map(({ type }) => type))].sort()).toEqual([
      'azukari:height',
      'azukari:opened',
      'azukari:submitted',
    ])
    for (const { origin, type, ...ids } of told) {
      expect(origin).toBe(service.baseUrl)
      if (type === 'azukari:height') expect(Object.keys(ids)).toEqual(['height'])
      else for (const id of Object.values(ids)) expect(id).toMatch(/^(ses|req)_[0-9A-Z]{26}$/)
    }
    expect(told.find(({ type }) => type === 'azukari:submitted')).toMatchObject({ requestId: request.id })

    const foreign = hostOrigin.replace('localhost', '127.0.0.1')
    for (const frame of [embedUrl, `${service.baseUrl}/c#x`]) {
      await page.goto(`${frame === embedUrl ? foreign : hostOrigin}/?frame=${encodeURIComponent(frame)}`)
      // The browser tells of the frame's end a moment after that of the page around it.
      const frames = () => page.frames().slice(1)
      await expect.poll(() => frames().map((each) => each.url())).toEqual(['chrome-error://chromewebdata/'])
    }
  })

  it('lets somebody come back to change what has changed, and to see what is held', async () => {
    await page.setViewportSize(phone)
    const employee = await makeEmployee(org, { name: '東野 二郎', birthOn: '1985-04-01', address: '東京都千代田区' })
    const [before, after] = [next(), next()]
    await org.handler.does.numbers.register(employee.id, { number: before })
    const { url } = await org.handler.does.subjects.createLink(employee.id, { kind: 'change', factor: 'birth_date' })
    await person.opens(toUs(url))
    await person.begins()
    await person.proves('1985-04-01')
    await person.readsNotice()
    await person.isAt('名前と住所の確認')
    const found = await browser.look(page, '40-person')
    await page.getByLabel('住所').fill('東京都港区芝公園４－２－８')
    await person.press('次へ進む')
    await person.isAt('あなたの番号')
    await person.press('番号を入力し直す')
    found.push(...(await browser.look(page, '41-change')))
    await page.getByLabel('番号そのものが新しくなった（再発行）').check()
    await person.entersOwn(after)
    await person.isDoneWithFamily()
    await person.submits()
    expect((await org.client.subjects.get(employee.id)).address).toBe('東京都港区芝公園４－２－８')
    expect((await org.client.numbers.get(employee.id)).versions).toHaveLength(2)

    const status = await org.handler.does.subjects.createLink(employee.id, { kind: 'status', factor: 'birth_date' })
    await person.opens(toUs(status.url))
    await person.begins()
    await person.proves('1985-04-01')
    await person.isAt('登録されている内容')
    await page.getByRole('heading', { name: '使われた記録' }).waitFor()
    found.push(...(await browser.look(page, '42-status')))
    await person.press('English')
    await person.isAt('What is registered')
    found.push(...(await browser.look(page, '43-status-en')))
    expect(found).toEqual([])
  })

  it('has nothing inline, nothing from elsewhere, and assets that may be kept for ever', async () => {
    const answer = await fetch(`${service.baseUrl}/c`)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).not.toContain('unsafe')
    for (const part of ["default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"])
      expect(policy).toContain(part)
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    expect(answer.headers.get('permissions-policy')).toContain('camera=(self)')
    expect(answer.headers.get('set-cookie')).toBeNull()
    const scanner = (await fetch(`${service.baseUrl}/c/scan`)).headers.get('content-security-policy') ?? ''
    expect(scanner).toContain("script-src 'self' 'wasm-unsafe-eval'")
    expect(scanner).toContain("frame-ancestors 'self'")
    const names = [...(await answer.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name ?? '')
    expect(names).toHaveLength(3)
    for (const name of names) {
      const asset = await fetch(`${service.baseUrl}/${name}`)
      expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
    }
    expect((await fetch(`${service.baseUrl}/c/assets/page.js`)).status).toBe(404)
    expect((await fetch(`${service.baseUrl}/c/${org.organization.id.slice(0, -1)}`)).status).toBe(404)
  })

  it('leaves no digit in the network, the log, the address or anything that the browser keeps', async () => {
    const { url } = await asked()
    await untilLook(url, next())
    const sweeper = createSweeper(numbers)
    const network = await browser.network()
    sweeper.look('network', Buffer.from(network))
    sweeper.look('log', Buffer.from(service.logLines.join('\n')))
    sweeper.look('console', Buffer.from(browser.said.join('\n')))
    const storage = await browser.storageOf(page)
    sweeper.look('storage', Buffer.from(storage))
    expect(JSON.parse(storage)).toMatchObject({
      local: {},
      session: {},
      cookie: '',
      databases: 0,
      caches: [],
      workers: 0,
    })
    expect(network).toContain('numberJwe')
    const hosts = [...network.matchAll(/^(?:GET|POST|PUT|PATCH|DELETE) (https?:\/\/[^/]+)/gm)].map(
      ([, origin]) => origin,
    )
    expect(
      [...new Set(hosts)].filter(
        (origin) => ![service.baseUrl, hostOrigin, hostOrigin.replace('localhost', '127.0.0.1')].includes(origin ?? ''),
      ),
    ).toEqual([])
    // What the browser itself has to say of the page: refused things, errors. A refused frame, and answers that are refusals, were meant.
    expect(browser.said.filter((line) => !/frame-ancestors|status of 4\d\d|net::ERR_FAILED/.test(line))).toEqual([])
    await browser.close()
    sweepFolder(browser.profile, sweeper)
    expect(sweeper.places.size).toBeGreaterThan(20)
    expect(sweeper.finds).toEqual([])
  })
})
