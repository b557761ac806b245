import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { registerMyself } from '../../examples/payroll-host/self-registration.ts'
import { startChromium } from '../browser/chromium.ts'
import { personAt } from '../browser/person.ts'

/** じぶんで登録 as a person does it: the link opened in a real browser as wide as a phone, and everything typed. */
export const registerByPage =
  (executablePath: string) =>
  async (...[, link, mine, family]: Parameters<typeof registerMyself>): Promise<{ requestId: string }> => {
    const profile = mkdtempSync(join(tmpdir(), 'azukari-demo-'))
    const context = await startChromium({ executablePath, profile, width: 375, height: 740 })
    try {
      context.setDefaultTimeout(20_000)
      const page = await context.newPage()
      const person = personAt(page)
      await person.opens(link)
      await person.begins()
      await person.readsNotice()
      await person.entersOwn(mine.number, mine.issuedOn)
      for (const { name, relationship, number } of family) {
        await person.isAt('ご家族の番号')
        // Whom the employer knows stands there already.
        const isKnown = await page.getByRole('button', { name: `${name} 入力する` }).isVisible()
        if (isKnown) await person.entersKnown(name, number)
        else await person.adds({ name, relationship, number })
      }
      await person.isDoneWithFamily()
      await person.agreesWhereAsked()
      await person.submits()
      return { requestId: await page.locator('.receipt .id').innerText() }
    } finally {
      await context.close()
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
    }
  }
