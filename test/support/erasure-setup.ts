import { fixtureNumber } from '../../examples/fixture-numbers.ts'
import type { Caller } from '../../src/core/shared/caller.ts'
import type { ErasureGraph } from './erasure-graph.ts'

let seed = 5000

/** An organization with a notice, staff and people with numbers, some of whom left long ago. */
export const fillErasureGraph = async (graph: ErasureGraph, count: { living: number; leavers: number }) => {
  const { organizations, access, subjects, notices, vault, retention, clock } = graph
  const platformId = await organizations.createPlatform('試験ベンダー')
  const organization = await organizations.create(
    { platformId, requestId: 'test', at: clock.now() },
    { name: '試験組織', mode: 'test' },
  )
  const base: Caller = {
    organizationId: organization._id,
    platformId,
    mode: 'test',
    actor: { type: 'system' },
    assurance: 'host',
    requestId: 'test',
    at: clock.now(),
  }
  const company = await organizations.createCompany(base, { name: '個人商店', kind: 'sole_proprietor' }, (companyId) =>
    subjects.proprietor(base, companyId, { name: '事業 主' }),
  )
  const appointment = { role: 'officer' as const, fromOn: '2020-01-01' }
  const staff = await access.staff.create(base, { name: '責任 太郎', userId: 'j0001', appointment })
  const caller: Caller = { ...base, actor: { type: 'staff', id: staff._id, userId: staff.userId, name: staff.name } }
  const notice = await notices.create(caller, {
    title: '利用目的',
    text: '源泉徴収のために利用します。',
    purposes: ['withholding_tax'],
  })
  await organizations.changeSettings(caller, { standingNoticeId: notice._id })

  const add = async (leftOn?: string): Promise<{ id: string; digits: string }> => {
    const digits = fixtureNumber(seed++)
    const { id } = await subjects.create(caller, {
      ...{ kind: 'employee', companyId: company._id, code: String(seed), name: `社員 ${seed}` },
    })
    await vault.register(caller, { subjectId: id, number: digits })
    if (leftOn !== undefined) await subjects.addEvent(caller, id, { kind: 'retired', on: leftOn })
    return { id, digits }
  }
  const living: Awaited<ReturnType<typeof add>>[] = []
  const leavers: Awaited<ReturnType<typeof add>>[] = []
  for (let i = 0; i < count.living; i += 1) living.push(await add())
  for (let i = 0; i < count.leavers; i += 1) leavers.push(await add('2010-03-31'))
  await vault.flush()

  const dispose = async (ids: readonly string[]): Promise<void> => {
    await retention.disposals.create(caller, { subjectIds: ids })
    await graph.work()
  }
  return { caller, companyId: company._id, living, leavers, add, dispose }
}
export type ErasureData = Awaited<ReturnType<typeof fillErasureGraph>>

/** What the vault gives for a number, by the way that staff use. */
export const revealAt = async (graph: ErasureGraph, caller: Caller, subjectId: string): Promise<string> => {
  let digits = ''
  await graph.vault.reveal(caller, { subjectIds: [subjectId], purpose: 'withholding_tax', use: 'view' }, (number) => {
    digits = number.digits.toString('latin1')
  })
  return digits
}

/** Drives epochs as the worker's timer does, until this one is so far. */
export const advanceUntil = async (
  graph: Pick<ErasureGraph, 'erasure' | 'clock' | 'moveClock' | 'waitsByClock'>,
  id: string,
  holds: (epoch: Awaited<ReturnType<ErasureGraph['erasure']['get']>>) => boolean,
  seconds = 60,
) => {
  const end = performance.now() + seconds * 1000
  for (;;) {
    await graph.erasure.advance()
    const epoch = await graph.erasure.get(id)
    if (holds(epoch)) return epoch
    if (performance.now() > end) throw new Error(`The epoch is still ${epoch.state}.`)
    const wait = epoch.notBefore.getTime() - graph.clock.now().getTime()
    if (graph.waitsByClock && wait > 0) graph.moveClock(wait)
    else await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export const finish = (graph: ErasureGraph, id: string) => advanceUntil(graph, id, ({ state }) => state === 'finished')
