import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Purpose, purposes } from '../../src/core/notices/purposes.ts'
import type { Caller } from '../../src/core/shared/caller.ts'
import type { NumberUse, PurposeCode } from '../../src/core/shared/words.ts'
import { codeOf, createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

let core: TestCore
let org: TestCoreOrganization
let seed = 0
beforeAll(async () => {
  core = await createTestCore()
})
beforeEach(async () => {
  org = await core.makeOrganization()
})
afterAll(() => core.stop())

/** The way out for each use: what it answers when a number leaves, and the code with which it stays. */
const leave = async (
  use: NumberUse,
  subjectId: string,
  purpose: PurposeCode,
  { caller = org.caller, companyId = org.companyId }: { caller?: Caller; companyId?: string } = {},
): Promise<string> => {
  if (use === 'view' || use === 'print')
    return codeOf(core.vault.reveal(caller, { subjectIds: [subjectId], purpose, use }, () => undefined))
  const shown = await core.subjects.shown(caller.organizationId, [subjectId])
  const batch = await core.vault.batch(caller, {
    subjects: [...shown.values()],
    companyId,
    purpose,
    use,
    functionName: '試験',
    jobId: 'job_test',
    firstLine: 0,
  })
  await core.db.inTransaction(() => core.ledger.append(batch.entries))
  batch.wipe()
  return batch.refused[0]?.code ?? `it worked`
}

/** A purpose for each use, and somebody whom it fits. */
const uses = [
  ['view', 'withholding_tax', 'employee'],
  ['print', 'withholding_tax', 'employee'],
  ['export', 'withholding_tax', 'employee'],
  ['filing', 'payment_record_fee', 'payee'],
] as const satisfies [NumberUse, PurposeCode, 'employee' | 'payee'][]

const later = (ms: number): Caller => ({ ...org.caller, at: new Date(org.caller.at.getTime() + ms) })
const notice = (purpose: PurposeCode, title: string = purpose) =>
  core.notices.create(org.caller, { title, text: '利用します。', purposes: [purpose] })

/** Registered under a notice that does not name the purpose in question. */
const somebody = async (kind: 'employee' | 'payee', companyId = org.companyId): Promise<string> => {
  const { id } = await core.subjects.create(org.caller, { kind, companyId, name: '東野 二郎' })
  const other = await notice('shareholding', `other ${seed}`)
  await core.vault.register(org.caller, {
    subjectId: id,
    number: fixtureNumber(++seed),
    notice: { noticeId: other._id, channel: 'paper' },
  })
  return id
}
const tell = async (subjectId: string, purpose: PurposeCode, givenAt = org.caller.at) => {
  const { _id } = await notice(purpose)
  await core.notices.give(org.caller, { subjectId, noticeId: _id, channel: 'paper', givenAt })
}
const refusalsOf = async (subjectId: string) =>
  (await core.documents('ledger_entries')).filter(
    (entry) => entry.subjectId === subjectId && entry.outcome === 'refused',
  )

describe.each(uses)('a number leaves for %s', (use, purpose, kind) => {
  it('when the person was told of this purpose before', async () => {
    const id = await somebody(kind)
    expect(await leave(use, id, purpose)).toBe('notice_required')
    await tell(id, purpose)
    expect(await leave(use, id, purpose)).toBe('it worked')
    expect(await refusalsOf(id)).toMatchObject([{ refusal: 'notice_required', purpose, use }])
  })

  it('but not when the notice came after the use began', async () => {
    const id = await somebody(kind)
    core.moveClock(10_000)
    try {
      await tell(id, purpose, later(1000).at)
      expect(await leave(use, id, purpose)).toBe('notice_required')
      expect(await leave(use, id, purpose, { caller: later(999) })).toBe('notice_required')
      expect(await leave(use, id, purpose, { caller: later(1000) })).toBe('it worked')
    } finally {
      core.moveClock(-10_000)
    }
  })

  it('but not on the word of what somebody else, or an older wording, was told', async () => {
    const [id, other] = [await somebody(kind), await somebody(kind)]
    await tell(other, purpose)
    expect(await leave(use, id, purpose)).toBe('notice_required')
    // A newer version of the notice names the purpose; this person was given the older one.
    const first = await notice('property_savings', 'versions')
    await core.notices.give(org.caller, { subjectId: id, noticeId: first._id, channel: 'paper' })
    const second = await notice(purpose, 'versions')
    expect([first.version, second.version]).toEqual([1, 2])
    expect(await leave(use, id, purpose, { caller: later(60_000) })).toBe('notice_required')
  })

  it('but not for a company that does not hold it', async () => {
    const id = await somebody(kind)
    await tell(id, purpose)
    const second = await core.organizations.createCompany(
      org.caller,
      { name: '第二株式会社', kind: 'corporation', corporateNumber: '7000012050002' },
      () => Promise.reject(new Error('A corporation has no proprietor.')),
    )
    if (use === 'export' || use === 'filing')
      expect(await leave(use, id, purpose, { companyId: second._id })).toBe('purpose_not_permitted')
    // Wherever the person is now, the number is held for the company it was given to.
    await core.db.mongoose.connection
      .collection<{ _id: string }>('subjects')
      .updateOne({ _id: id }, { $set: { companyId: second._id } })
    expect(await leave(use, id, purpose, { companyId: second._id })).toBe('purpose_not_permitted')
    expect((await refusalsOf(id)).at(-1)).toMatchObject({ refusal: 'purpose_not_permitted', use })
  })

  it('but not for a purpose that such a person cannot have', async () => {
    const id = await somebody(kind)
    const unfit = kind === 'payee' ? 'withholding_tax' : 'payment_record_fee'
    await tell(id, unfit)
    expect(await leave(use, id, unfit)).toBe('purpose_not_permitted')
  })

  it('but not on a day on which the law does not have the purpose', async () => {
    const id = await somebody(kind)
    const on = (at: string): Caller => ({ ...org.caller, at: new Date(at) })
    await tell(id, purpose, new Date('2015-10-05T00:00:00Z'))
    expect(await leave(use, id, purpose, { caller: on('2015-12-31T14:59:59.999Z') })).toBe('purpose_not_permitted')
    expect(await leave(use, id, purpose, { caller: on('2015-12-31T15:00:00.000Z') })).toBe('it worked')
    const row: Purpose = purposes[purpose]
    row.toOn = '2026-03-31'
    try {
      expect(await leave(use, id, purpose, { caller: on('2026-03-31T14:59:59.999Z') })).toBe('it worked')
      expect(await leave(use, id, purpose, { caller: on('2026-03-31T15:00:00.000Z') })).toBe('purpose_not_permitted')
    } finally {
      delete row.toOn
    }
  })
})
