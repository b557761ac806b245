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

const chromium = findChromium()
const sideways = { width: 667, height: 375 }

describe.skipIf(chromium === undefined)('the page, for whom it also is', () => {
  let service: TestService
  let org: TestOrganization
  let browser: TestBrowser
  let page: Page
  let person: Person
  let found: string[]

  let numbers = 0
  const next = (): string => fixtureNumber(930_000 + 101 * numbers++)

  beforeAll(async () => {
    ;[service, browser] = await Promise.all([startTestService({ worker: false }), openBrowser(chromium ?? '', next())])
    org = await makeOrganization(service)
    await org.client.notices.create({ audience: 'payee_individual' })
    await org.client.notices.create({ audience: 'landlord' })
    page = await browser.context.newPage()
    person = personAt(page)
    found = []
  }, 60_000)
  afterAll(async () => {
    await browser?.close().catch(() => undefined)
    browser?.remove()
    await service?.close()
  })

  const toUs = (url: string): string => service.baseUrl + url.slice('https://azukari.test'.length)
  const look = async (name: string): Promise<void> => void found.push(...(await browser.look(page, name)))
  type Link = Parameters<TestOrganization['client']['requests']['createLink']>[1]
  const ask = async (subjectId: string, link: Link = {}) => {
    const request = await org.handler.does.requests.create({ subjectId })
    return { request, url: toUs((await org.handler.does.requests.createLink(request.id, link)).url) }
  }
  const payee = (more: object) =>
    org.client.subjects.create({ kind: 'payee', companyId: org.company.id, name: '青葉 恵', ...more })
  const summary = () => page.getByRole('alert').innerText()

  for (const size of [phone, desk]) {
    it(`asks a corporation for its 法人番号 and address, and for nothing secret, at ${size.width} px`, async () => {
      await page.setViewportSize(size)
      found = []
      const { id } = await payee({ payeeKind: 'corporation', name: '青葉不動産株式会社' })
      const { request, url } = await ask(id)
      await person.opens(url)
      await look('50-open')
      await person.begins()
      await person.isAt(/からのお願い$/)
      expect(await page.title()).toBe('法人番号の確認')
      expect(await page.getByText('本人確認も必要ありません').isVisible()).toBe(true)
      await look('51-corporation-notice')
      await person.readsNotice()
      await person.isAt('法人番号と所在地の確認')
      await page.locator('#corporate-number').fill('7000-0120-5000')
      await page.locator('#phone').fill('０９０')
      await page.locator('#email').fill('keiri＠aoba')
      await person.press('次へ進む')
      for (const wrong of ['いまは12けたです', '所在地を入力してください', 'メールアドレスの形が違うようです'])
        expect(await summary()).toContain(wrong)
      await look('52-corporation-wrong')
      await page.locator('#corporate-number').fill('7000012050003')
      await person.press('次へ進む')
      expect(await page.locator('#corporate-number-error').innerText()).toContain('どこかの数字が違うようです')
      await page.locator('#corporate-number').fill('７００００１２０５０００２')
      await page.locator('#address').fill('宮城県仙台市青葉区一番町１－２－３')
      await page.locator('#email').fill('keiri@aoba.example')
      await look('53-corporation')
      await person.press('次へ進む')
      await person.isAt('内容の確認')
      expect(await page.locator('dl').innerText()).toContain('7000012050002')
      await look('54-corporation-look')
      // Where somebody reloads the page, what was given is there.
      await person.opens(url)
      await person.begins()
      await person.isAt('内容の確認')
      await page.getByLabel('名前・所在地・法人番号を確かめました').check()
      await person.press('この内容で提出する')
      await person.isAt('提出が終わりました')
      await look('55-corporation-receipt')
      expect(found).toEqual([])
      expect(await org.reviewer.does.requests.accept(request.id)).toMatchObject({ state: 'accepted' })
      expect(await org.client.subjects.get(id)).toMatchObject({
        corporateNumber: '7000012050002',
        address: '宮城県仙台市青葉区一番町１－２－３',
        email: 'keiri@aoba.example',
        numberState: 'none',
      })
    })

    it(`asks a lecturer and a landlord for name, address and number, each for their own slips, at ${size.width} px`, async () => {
      await page.setViewportSize(size)
      found = []
      for (const [name, more, purpose] of [
        ['60-payee', {}, '報酬などの支払調書の作成'],
        ['61-landlord', { landlord: true }, '不動産の使用料の支払調書の作成'],
      ] as const) {
        const { id } = await payee(more)
        const { request, url } = await ask(id)
        await person.opens(url)
        await person.begins()
        await page.getByText(purpose, { exact: true }).waitFor()
        await look(`${name}-notice`)
        await person.readsNotice()
        await person.isAt('名前と住所の確認')
        await person.press('次へ進む')
        expect(await summary()).toContain('住所を入力してください')
        expect(await page.locator('#birth-year').count()).toBe(0)
        await page.locator('#address').fill('宮城県仙台市青葉区２')
        await look(`${name}-person`)
        await person.press('次へ進む')
        const own = next()
        await person.entersOwn(own)
        await person.isAt('内容の確認')
        expect(await page.getByText('宮城県仙台市青葉区２').isVisible()).toBe(true)
        await look(`${name}-look`)
        await person.submits()
        expect((await org.client.requests.get(request.id)).state).toBe('submitted')
        expect((await org.client.numbers.get(id)).current?.masked).toBe(`*****${own.slice(-2)}`)
      }
      expect(found).toEqual([])
    })
  }

  it('lets a corporation refuse in words of its own', async () => {
    await page.setViewportSize(phone)
    found = []
    const { id } = await payee({ payeeKind: 'corporation', name: '若葉商事株式会社' })
    const { request, url } = await ask(id)
    await person.opens(url)
    await person.begins()
    await person.readsNotice()
    await person.press('あとで確認する・知らせない')
    await person.press(/^知らせない/)
    await person.isAt('法人番号を知らせない')
    expect(await page.locator('main').innerText()).not.toContain('マイナンバー')
    await look('56-corporation-refuse')
    await page.getByLabel('法人番号がわからない').check()
    await person.press('知らせないことを伝える')
    await person.isAt('知らせないことを伝えました')
    expect(found).toEqual([])
    expect((await org.client.requests.get(request.id)).state).toBe('refused')
  })

  it('takes out a dependent who was added by mistake, and tells the company who is none any more', async () => {
    await page.setViewportSize(phone)
    found = []
    const employee = await makeEmployee(org, { name: '東野 二郎' })
    const known = await org.client.subjects.createDependent(employee.id, {
      ...{ dependentNo: 1, name: '東野 一', relationship: '子', birthOn: '2001-05-01' },
    })
    const { request, url } = await ask(employee.id)
    await person.opens(url)
    await person.begins()
    await person.readsNotice()
    await person.entersOwn(next())
    const mistaken = next()
    await person.adds({ name: '西野 三郎', relationship: '子', number: mistaken })
    await person.press('西野 三郎 直す')
    await person.press('この方を一覧から外す')
    await person.isAt('西野 三郎 さんを一覧から外しますか')
    await look('70-take-out')
    await person.press('一覧から外す')
    await person.isAt('ご家族の番号')
    expect(await page.getByText('西野 三郎').count()).toBe(0)
    // The way back leads to nobody who is gone.
    await page.goBack()
    await person.isAt('ご家族の番号')
    await person.press('東野 一 入力する')
    await person.press('この方は扶養から外れた')
    await person.isAt('東野 一 さんが扶養から外れたことを知らせる')
    await person.press('会社に知らせる')
    expect(await summary()).toContain('理由を選んでください')
    await look('71-ending-missing')
    await page.getByLabel('就職した・収入が増えた').check()
    await person.chooses('ended', '2024-04-01')
    await person.press('会社に知らせる')
    await person.isAt('ご家族の番号')
    expect(await page.getByText('扶養から外れる（会社が確認します）').isVisible()).toBe(true)
    await look('72-family-ended')
    await person.press('東野 一 さんを元に戻す')
    await page.getByRole('button', { name: '東野 一 入力する' }).waitFor()
    await person.press('東野 一 入力する')
    await person.press('この方は扶養から外れた')
    await page.getByLabel('就職した・収入が増えた').check()
    await person.press('会社に知らせる')
    await person.isDoneWithFamily()
    await person.isAt('内容の確認')
    await look('73-look-ended')
    await person.submits()
    expect(found).toEqual([])
    expect(await org.client.requests.get(request.id)).toMatchObject({
      dependentEndings: [{ subjectId: known.id, reason: 'employed' }],
    })
    const family = await org.client.subjects.listDependents(employee.id).toArray({ limit: 10 })
    expect(family.map(({ id }) => id)).toEqual([known.id])
  })

  it('lets somebody leave before the second factor, and says that refusing needs it', async () => {
    await page.setViewportSize(phone)
    found = []
    const employee = await makeEmployee(org, { birthOn: '1985-04-01' })
    const { request, url } = await ask(employee.id, { factor: 'birth_date' })
    await person.opens(url)
    await person.begins()
    await person.isAt('ご本人の確認')
    await person.press('あとで登録する・提供しない')
    await person.isAt('どうしますか')
    expect(await page.getByText('先にご本人の確認が必要です').isVisible()).toBe(true)
    expect(await page.getByRole('button', { name: /^提供しない/ }).count()).toBe(0)
    await look('80-leave-unproven')
    await person.press('ご本人の確認へ戻る')
    await person.isAt('ご本人の確認')
    await person.press('あとで登録する・提供しない')
    await person.press(/^あとで登録する/)
    await person.isAt('続きはいつでも始められます')
    expect((await org.client.requests.get(request.id)).state).toBe('opened')
    await person.opens(url)
    await person.begins()
    await person.proves('1985-04-01')
    await person.isAt(/からのお願い$/)
    expect(found).toEqual([])
  })

  it('holds long names, a big family, a phone on its side, large type and a slow network', async () => {
    found = []
    const name = `${'寿限無寿限無五劫の擦り切れ海砂利水魚の'.repeat(3)}`.slice(0, 58)
    const employee = await makeEmployee(org, { name })
    for (let no = 1; no <= 15; no++)
      await org.client.subjects.createDependent(employee.id, {
        ...{ dependentNo: no, name: no === 1 ? 'W'.repeat(60) : `東野 ${no}`, relationship: '配偶者の父母の兄弟姉妹' },
      })
    const { url } = await ask(employee.id)
    await page.setViewportSize(sideways)
    await person.opens(url)
    await person.begins()
    await look('90-notice-sideways')
    await person.readsNotice()
    await person.isAt('あなたの番号')
    await look('91-number-sideways')
    await page.locator('#number').fill(next())
    await page.route('**/v1/session/number', async (route) => {
      await page.getByRole('button', { name: '送っています…' }).waitFor()
      await route.continue()
    })
    // Pressed again while it is on its way: once is enough.
    await page.getByRole('button', { name: '次へ進む' }).dblclick()
    await person.isAt('ご家族の番号')
    // 200 % of 375 px is a page of half the width (WCAG 1.4.4, 1.4.10: down to 320 px nothing moves sideways).
    await page.setViewportSize({ width: 320, height: 640 })
    await look('92-family-of-fifteen')
    await person.isDoneWithFamily()
    await person.agreesWhereAsked()
    await person.isAt('内容の確認')
    await look('93-look-of-fifteen')
    await page.setViewportSize({ width: 188, height: 370 })
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBeLessThanOrEqual(0)
    expect(found).toEqual([])
  })

  it('can be gone through without a mouse', async () => {
    await page.setViewportSize(desk)
    const employee = await makeEmployee(org)
    const { request, url } = await ask(employee.id)
    await person.opens(url)
    const tabTo = async (text: string): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab')
        const at = await page.evaluate(() => {
          const { activeElement: on } = document
          const label =
            on instanceof HTMLInputElement ? [...(on.labels ?? [])].map((each) => each.innerText).join() : ''
          const ring = on === null ? '' : getComputedStyle(on).outlineStyle
          return { text: `${on?.id} ${on?.textContent} ${label}`, ring }
        })
        if (!at.text.includes(text)) continue
        expect([text, at.ring]).toEqual([text, 'solid'])
        return
      }
      throw new Error(`no way by keyboard to ${text}`)
    }
    const presses = async (text: string): Promise<void> => {
      await tabTo(text)
      await page.keyboard.press('Enter')
    }
    await presses('はじめる')
    await person.isAt(/からのお願い$/)
    await presses('内容を読みました')
    await person.isAt('あなたの番号')
    await tabTo('number')
    await page.keyboard.type(next())
    await page.keyboard.press('Enter')
    await person.isAt('ご家族の番号')
    await presses('扶養している家族はいません')
    await person.isAt('内容の確認')
    await tabTo('見くらべました')
    await page.keyboard.press('Space')
    await presses('番号を確認して提出する')
    await person.isAt('提出が終わりました')
    expect((await org.client.requests.get(request.id)).state).toBe('submitted')
  })
})
