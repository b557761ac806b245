import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startFakeVault } from '../support/fake-vault.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Processes, refusalOf, startProcesses, until, vendorAt } from '../support/processes.ts'
import { makeEmployee, makeOrganization, type TestOrganization } from '../support/service.ts'

/** The service as a process, over a KMS that is a server of its own. */
const token = 'hvs.token-of-the-service'
const cacheSeconds = 3
let vault: Awaited<ReturnType<typeof startFakeVault>>
let at: Processes
let service: Awaited<ReturnType<Processes['start']>>
let platform: Awaited<ReturnType<Processes['platform']>>
let org: TestOrganization
beforeAll(async () => {
  vault = await startFakeVault({ token })
  at = await startProcesses()
  vi.stubEnv('KMS', 'vault')
  vi.stubEnv('VAULT_ADDR', vault.address)
  vi.stubEnv('VAULT_TOKEN', token)
  vi.stubEnv('KEY_CACHE_SECONDS', String(cacheSeconds))
  platform = await at.platform()
  service = await at.start(['api', 'worker'])
  org = await makeOrganization({ vendor: vendorAt(service, platform) })
})
afterAll(async () => {
  await at?.stop()
  await vault?.goAway()
})

let seed = 500
const registered = async () => {
  const { id } = await makeEmployee(org)
  const digits = fixtureNumber(seed++)
  await org.handler.does.numbers.register(id, { number: digits })
  return { id, digits }
}
const digitsOf = async (id: string) =>
  (await org.handler.does.reveals.create({ subjectIds: [id], purpose: 'withholding_tax' })).numbers[0]?.number
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

/** `within`: all of the KMS's attempts together, before a proxy's usual ten seconds. */
const ways: [string, { down: () => unknown; up: () => unknown }][] = [
  ['is gone', { down: () => vault.goAway(), up: () => vault.comeBack() }],
  ['is sealed', { down: () => vault.sayInstead(503, ['Vault is sealed']), up: () => vault.sayAgain() }],
  ['takes every request and says nothing', { down: () => vault.fallSilent(), up: () => vault.wake() }],
]

describe('while the KMS', () => {
  it.each(ways)(
    '%s, cached keys serve until the cache ends, then the answer is 503, and it recovers by itself',
    async (_, { down, up }) => {
      const somebody = await registered()
      const nobody = await makeEmployee(org)
      const recipient = await org.client.recipients.create({ name: '自社給与', kind: 'own_payroll' })
      // Read again now, so that the cache has its whole time before it.
      await pause(cacheSeconds)
      expect((await digitsOf(somebody.id)) === somebody.digits).toBe(true)
      await org.client.subjects.get(somebody.id)

      const began = performance.now()
      await down()
      try {
        expect((await digitsOf(somebody.id)) === somebody.digits).toBe(true)
        expect((performance.now() - began) / 1000).toBeLessThan(cacheSeconds)
        await pause(cacheSeconds)

        const asked: [string, () => Promise<unknown>][] = [
          ['a reveal', () => digitsOf(somebody.id)],
          ['a registration', () => org.handler.does.numbers.register(nobody.id, { number: fixtureNumber(seed++) })],
          ['a name', () => org.client.subjects.get(somebody.id)],
          ['the list', () => org.client.numbers.list({}).toArray({ limit: 10 })],
          [
            'an export',
            () =>
              org.handler.does.exports.create({
                companyId: org.company.id,
                recipientId: recipient.id,
                purpose: 'withholding_tax',
                format: 'payroll-7',
              }),
          ],
          ['a token', () => org.client.as({ staff: org.officer.id, authTime: seed++ }).subjects.get(somebody.id)],
        ]
        const told = await Promise.all(asked.map(async ([what, ask]) => [what, await refusalOf(ask())] as const))
        for (const [what, answer] of told) {
          expect(answer, what).toMatchObject({ status: 503, code: 'unavailable' })
          expect(answer.retryAfter, what).toBeGreaterThan(0)
          expect(answer.seconds, what).toBeLessThan(20)
        }
        expect(await org.client.operation.health()).toMatchObject({ status: 'ok' })
        expect(await at.count('numbers', { subjectId: nobody.id })).toBe(0)
      } finally {
        await up()
      }

      await until('a reveal', async () => (await refusalOf(digitsOf(somebody.id))).status === 200)
      expect((await digitsOf(somebody.id)) === somebody.digits).toBe(true)
      const later = await registered()
      expect((await digitsOf(later.id)) === later.digits).toBe(true)
      expect(service.child.exitCode).toBe(null)
    },
    90_000,
  )
})
