import type { Page } from 'playwright-core'

/** What somebody does on the page, by what stands there for them to read. */
export const personAt = (page: Page) => {
  const isAt = (heading: string | RegExp): Promise<void> =>
    page.getByRole('heading', { level: 1, name: heading }).waitFor()
  const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name }).click()
  const chooses = async (field: string, day: string): Promise<void> => {
    const [year = '', month = '', date = ''] = day.split('-').map((part) => String(Number(part)))
    await page.locator(`#${field}-year`).selectOption(year)
    await page.locator(`#${field}-month`).selectOption(month)
    await page.locator(`#${field}-day`).selectOption(date)
  }
  return {
    isAt,
    press,
    chooses,
    opens: async (url: string): Promise<void> => {
      // Only the fragment differs between two links, and then a browser would not load the page again.
      await page.goto('about:blank')
      await page.goto(url)
    },
    begins: () => press(/^(はじめる|続きから始める)$/),
    proves: async (birthOn: string): Promise<void> => {
      await isAt('ご本人の確認')
      await chooses('birth', birthOn)
      await press('次へ進む')
    },
    readsNotice: async (): Promise<void> => {
      await isAt(/からのお願い$/)
      await press('内容を読みました。次へ進む')
    },
    entersOwn: async (number: string, issuedOn?: string): Promise<void> => {
      await isAt('あなたの番号')
      await page.locator('#number').fill(number)
      if (issuedOn !== undefined) await chooses('number-issued', issuedOn)
      await press('次へ進む')
    },
    entersKnown: async (name: string, number: string): Promise<void> => {
      await isAt('ご家族の番号')
      await press(`${name} 入力する`)
      await isAt(`${name} さんの登録`)
      await page.locator('#number').fill(number)
      await press('保存する')
      await isAt('ご家族の番号')
    },
    adds: async (dependent: {
      name: string
      relationship: string
      birthOn?: string
      number?: string
    }): Promise<void> => {
      await isAt('ご家族の番号')
      await press(/家族を追加する$/)
      await isAt('家族を追加する')
      await page.locator('#name').fill(dependent.name)
      await page.locator('#relationship').selectOption(dependent.relationship)
      if (dependent.birthOn !== undefined) await chooses('birth', dependent.birthOn)
      if (dependent.number !== undefined) await page.locator('#number').fill(dependent.number)
      await press('保存する')
      await isAt('ご家族の番号')
    },
    isDoneWithFamily: async (): Promise<void> => {
      await isAt('ご家族の番号')
      await press(/^(次へ進む|扶養している家族はいません)$/)
    },
    /** 委任・委託 are asked for where the family needs them. */
    agreesWhereAsked: async (): Promise<boolean> => {
      const heading = page.getByRole('heading', { level: 1, name: /^(委任・委託の確認|確認書類|内容の確認)$/ })
      if ((await heading.innerText()) !== '委任・委託の確認') return false
      for (const tick of await page.getByRole('checkbox').all()) await tick.check()
      await press('次へ進む')
      return true
    },
    uploads: async (needed: 'number_proof' | 'identity_proof', kind: string, picture: Buffer): Promise<void> => {
      await isAt('確認書類')
      await page.locator(`#${needed}-kind`).selectOption(kind)
      const file = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: picture }
      await page.locator(`#${needed}-file`).setInputFiles(file)
      await page.locator(`section:has(#${needed}-kind)`).getByText('を受け取りました。').waitFor()
    },
    submits: async (): Promise<void> => {
      await isAt('内容の確認')
      await page.getByLabel('すべての番号を、カードと見くらべました').check()
      await press('番号を確認して提出する')
      await isAt('提出が終わりました')
    },
  }
}
export type Person = ReturnType<typeof personAt>
