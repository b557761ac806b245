import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Import } from '../../src/core/imports/imports.ts'
import type { Caller } from '../../src/core/shared/caller.ts'
import { codeOf, type TestCoreOrganization } from '../support/core.ts'
import { bytesOf, createFilesSetup, type FilesSetup, inChunks, killedAt } from '../support/files-setup.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

const sample = readFileSync(new URL('../../examples/data/roster.csv', import.meta.url))
const header = '部門コード,部門,社員コード,社員名,扶養No,扶養者名,続柄,マイナンバー発行日,入社日'

let setup: FilesSetup
let own: TestCoreOrganization
let caller: Caller
beforeAll(async () => {
  setup = await createFilesSetup()
})
afterAll(() => setup.stop())
beforeEach(async () => {
  own = await setup.makeOrganization()
  caller = own.caller
})

const upload = async (content: Uint8Array | readonly string[], fileName?: string): Promise<Import> => {
  const bytes = content instanceof Uint8Array ? content : Buffer.from([header, ...content].join('\r\n'))
  const input = { kind: 'roster', companyId: own.companyId, ...(fileName === undefined ? {} : { fileName }) } as const
  return setup.imports.create(caller, input, inChunks(bytes, 10_000))
}
const checked = async (content: Uint8Array | readonly string[]): Promise<Import> => {
  const { _id } = await upload(content)
  await setup.work(caller)
  return setup.imports.get(caller, _id)
}
const applied = async (content: Uint8Array | readonly string[]): Promise<Import> => {
  const { _id } = await checked(content)
  await setup.imports.apply(caller, _id)
  await setup.work(caller)
  return setup.imports.get(caller, _id)
}
const people = (): ReturnType<FilesSetup['subjects']['inOrder']> =>
  setup.subjects.inOrder(
    caller.organizationId,
    { companyId: own.companyId, kinds: ['employee', 'dependent'] },
    undefined,
    5000,
  )
const problemsOf = async (id: string) => (await setup.imports.problems(caller, id, { limit: 500 })).rows
const departments = (): ReturnType<FilesSetup['organizations']['departmentsOf']> =>
  setup.organizations.departmentsOf(caller, own.companyId)

describe('a dry run', () => {
  it('counts what the file would do and writes nobody', async () => {
    const row = await checked(sample)
    expect(row).toMatchObject({
      state: 'checked',
      encoding: 'utf-8',
      counts: { rows: 13, added: 13, changed: 0, unchanged: 0, errors: 0 },
    })
    expect(await people()).toEqual([])
    expect(await departments()).toEqual([])
    expect(setup.errors).toEqual([])
  })

  it('reports every bad line by line and column, in pages, and such a file cannot be applied', async () => {
    const row = await checked([
      '101,社長室,001,河合康則,,,,2016/01/01,',
      '101,社長室,,名無し,,,,,',
      '101,社長室,002,真田 竜也,,,,2016/02/30,',
      '102,総務課,900,居ない人,1,扶養 一郎,子,,',
      '102,総務課,001,河合康則,1,河合花,配偶者,,',
    ])
    expect(row).toMatchObject({ state: 'checked', counts: { rows: 5, added: 2, changed: 0, unchanged: 0, errors: 3 } })
    expect(await problemsOf(row._id)).toMatchObject([
      { line: 3, column: '社員コード', code: 'required' },
      { line: 4, column: 'マイナンバー発行日', code: 'invalid_value' },
      { line: 5, column: '社員コード', code: 'employee_missing' },
    ])
    const first = await setup.imports.problems(caller, row._id, { limit: 2, total: true })
    expect(first).toMatchObject({ rows: [{ line: 3 }, { line: 4 }], total: '3' })
    const rest = await setup.imports.problems(caller, row._id, {
      limit: 2,
      ...(first.next === undefined ? {} : { after: first.next }),
    })
    expect(rest.rows).toMatchObject([{ line: 5 }])
    expect(await codeOf(setup.imports.apply(caller, row._id))).toBe('invalid_file')
    expect(await people()).toEqual([])
  })

  it('warns of a column that it does not take, and can be applied all the same', async () => {
    const row = await checked(Buffer.from('社員コード,社員名,座席\r\n1,河合康則,窓側\r\n'))
    expect(row.counts).toMatchObject({ rows: 1, errors: 0 })
    expect(await problemsOf(row._id)).toEqual([
      { line: 1, column: '座席', code: 'unknown_column', detail: expect.stringMatching(/^警告：/) },
    ])
    expect((await setup.imports.apply(caller, row._id)).state).toBe('applying')
    await setup.work(caller)
  })

  it('refuses a file that holds numbers without keeping or repeating one, and the upload lies nowhere in clear', async () => {
    const number = fixtureNumber(1)
    const { _id } = await upload([`101,社長室,001,河合康則${number},,,,,`], '名簿.csv')
    const stored = JSON.stringify([
      await setup.documents('imports'),
      await setup.documents('outbox'),
      await setup.documents('jobs'),
    ])
    expect(stored).not.toMatch(new RegExp(`${number}|名簿`))
    for (const { data } of await setup.documents('blobs.chunks'))
      expect(Buffer.from((data as { buffer: Uint8Array }).buffer).includes(number)).toBe(false)
    await setup.work(caller)
    expect(await setup.imports.get(caller, _id)).toMatchObject({ fileName: '名簿.csv', counts: { errors: 1 } })
    const problems = await problemsOf(_id)
    expect(problems).toMatchObject([{ line: 2, column: '社員名', code: 'number_not_accepted' }])
    expect(JSON.stringify(problems)).not.toContain(number)
    setup.moveClock(1000)
    await setup.files.sweep()
    expect(
      (await setup.documents('files')).filter(({ organizationId }) => organizationId === caller.organizationId),
    ).toEqual([])
  })

  it('of a file that cannot be read at all ends checked, with the reason', async () => {
    const empty = await checked(Buffer.alloc(0))
    expect(empty).toMatchObject({ state: 'checked', counts: { rows: 0, errors: 1 } })
    const book = await checked(Buffer.from([0x50, 0x4b, 0x03, 0x04, 1, 2, 3]))
    expect(await problemsOf(book._id)).toMatchObject([{ code: 'invalid_file' }])
    const headless = await checked(Buffer.from('なまえ,ばんごう\r\n河合,1\r\n'))
    expect((await problemsOf(headless._id)).map(({ code }) => code)).toContain('missing_column')
  })

  it('takes no file over 100 MB, and keeps nothing of it', async () => {
    const blobs = (await setup.blobs.page(undefined, 1000)).length
    let sent = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += 4
        yield Buffer.alloc(4 * 1024 * 1024, 0x41)
      }
    }
    const attempt = setup.imports.create(caller, { kind: 'roster', companyId: own.companyId }, endless())
    expect(await codeOf(attempt)).toBe('payload_too_large')
    expect(sent).toBe(104)
    expect(await setup.blobs.page(undefined, 1000)).toHaveLength(blobs)
  })
})

describe('an application', () => {
  it("makes departments, employees and dependents in the customers' order, with the issue date kept for later", async () => {
    const row = await applied(sample)
    expect(row).toMatchObject({
      state: 'applied',
      counts: { rows: 13, added: 13, errors: 0 },
      appliedAt: expect.any(Date),
    })
    const all = await people()
    expect(all.map(({ code, name }) => code ?? name)).toEqual([
      '001',
      'test',
      '101',
      '103',
      '102',
      '104',
      '東野順子',
      '東野真奈美',
      '1000',
      '201',
      '佐藤弥生',
      '202',
      '斉藤裕子',
    ])
    expect(all[1]).toMatchObject({ name: '真田 竜也', issuedOnHint: '2016-01-01', numberState: 'none' })
    expect(all[6]).toMatchObject({
      dependentNo: 1,
      relationship: '配偶者',
      employeeId: all[5]?.id,
      departmentId: all[5]?.departmentId,
    })
    expect((await departments()).map(({ code, name }) => `${code} ${name}`).sort()).toEqual([
      '101 社長室',
      '102 総務課',
      '103 経理課',
      '105 人事部',
      '201 東京営業部',
    ])
    const number = await setup.vault.register(caller, { subjectId: all[1]?.id ?? '', number: fixtureNumber(2) })
    expect(number.current?.issuedOn).toBe('2016-01-01')
  })

  it('puts the act on record once, with who did it, and announces it', async () => {
    const { _id } = await applied(sample)
    const entries = (await setup.documents('ledger_entries')).filter(
      (entry) => entry.organizationId === caller.organizationId && entry.operation === 'import',
    )
    expect(entries).toMatchObject([
      { outcome: 'done', functionName: '社員名簿の確認' },
      { outcome: 'done', functionName: '社員名簿取込', actor: { type: 'staff' } },
    ])
    const events = (await setup.documents('outbox')).filter(
      ({ data }) => (data as { importId?: string }).importId === _id,
    )
    expect(events).toMatchObject([{ type: 'import.completed', data: { importId: _id, companyId: own.companyId } }])
  })

  it('of the same file a second time changes nothing', async () => {
    await applied(sample)
    const before = JSON.stringify(await people())
    const again = await applied(sample)
    expect(again.counts).toEqual({ rows: 13, added: 0, changed: 0, unchanged: 13, errors: 0 })
    expect(JSON.stringify(await people())).toBe(before)
  })

  it('changes what the file says and leaves what it does not say', async () => {
    await applied(['105,人事部,104,東野二郎,,,,2016/01/01,2015/04/01', '105,人事部,104,東野二郎,1,東野順子,配偶者,,'])
    const [jiro] = await people()
    await setup.subjects.update(caller, jiro?.id ?? '', { email: 'jiro@example.jp' })
    const row = await applied(['101,社長室,104,東野次郎,,,,,'])
    expect(row.counts).toEqual({ rows: 1, added: 0, changed: 1, unchanged: 0, errors: 0 })
    const [after, wife] = await people()
    expect(after).toMatchObject({
      id: jiro?.id,
      name: '東野次郎',
      email: 'jiro@example.jp',
      issuedOnHint: '2016-01-01',
      events: [{ kind: 'hired', on: '2015-04-01' }],
    })
    expect(wife).toMatchObject({ name: '東野順子', departmentId: after?.departmentId })
    expect((wife?.order ?? '') > (after?.order ?? '')).toBe(true)
    expect(await setup.subjects.list(caller, { name: '次郎', limit: 10 })).toMatchObject({
      rows: [{ id: jiro?.id }, { id: wife?.id }].slice(0, 1),
    })
  })

  it('adds a dependent of an employee who is known already, but not under another name', async () => {
    await applied(['105,人事部,104,東野二郎,,,,,'])
    expect((await applied(['105,人事部,104,東野二郎,1,東野順子,配偶者,,'])).counts).toMatchObject({
      added: 1,
      errors: 0,
    })
    const wrong = await checked(['105,人事部,104,西野二郎,2,東野真奈美,子,,'])
    expect(await problemsOf(wrong._id)).toMatchObject([{ line: 2, column: '社員名', code: 'name_differs' }])
  })

  it('is begun once, from a dry run that has ended, and not for another organization', async () => {
    const { _id } = await upload(sample)
    expect(await codeOf(setup.imports.apply(caller, _id))).toBe('not_ready')
    await setup.work(caller)
    const other = await setup.makeOrganization()
    expect(await codeOf(setup.imports.apply(other.caller, _id))).toBe('not_found')
    const both = await Promise.all([codeOf(setup.imports.apply(caller, _id)), codeOf(setup.imports.apply(caller, _id))])
    expect(both.sort()).toEqual(['conflict', 'it worked'])
    await setup.work(caller)
    expect((await people()).length).toBe(13)
    expect(await codeOf(setup.imports.apply(caller, _id))).toBe('conflict')
  })

  it('of a file that has expired is refused', async () => {
    const { _id } = await checked(sample)
    setup.moveClock(7 * 24 * 3600 * 1000 + 1000)
    await setup.files.sweep()
    expect(await codeOf(setup.imports.apply(caller, _id))).toBe('expired')
  })

  it("that meets somebody else's change in mid-chunk takes it up and goes on", async () => {
    await applied(['105,人事部,104,東野二郎,,,,,'])
    const [jiro] = await people()
    const { _id } = await checked(['105,人事部,104,東野次郎,,,,,', '105,人事部,105,新人,,,,,'])
    await setup.imports.apply(caller, _id)
    let changed = false
    await setup.work(caller, (run) => ({
      ...run,
      step: async (...args) => {
        if (!changed) await setup.subjects.update(caller, jiro?.id ?? '', { phone: '03-0000-0000' })
        changed = true
        await run.step(...args)
      },
    }))
    expect((await people()).map(({ name, phone }) => [name, phone])).toEqual([
      ['東野次郎', '03-0000-0000'],
      ['新人', undefined],
    ])
    expect((await setup.imports.get(caller, _id)).counts).toEqual({
      rows: 2,
      added: 1,
      changed: 1,
      unchanged: 0,
      errors: 0,
    })
  })
})

describe('a worker that dies in the middle of an import', () => {
  /** 1,001 people in three chunks, an employee and a dependent on either side of each cut. */
  const crowd = Array.from({ length: 1001 }, (_, i) =>
    i % 2 === 0 ? `10${i % 3},部${i % 3},c${i},山田${i},,,,,` : `,,c${i - 1},山田${i - 1},1,山田花${i},子,,`,
  )

  it.each([0, 1, 2, 'the end'] as const)(
    'at step %s of the application leaves everybody once to the one after it',
    async (at) => {
      const { _id } = await checked(crowd)
      await setup.imports.apply(caller, _id)
      await setup.work(caller, (run) => killedAt(run, at))
      expect((await setup.imports.get(caller, _id)).state).toBe('applying')
      setup.moveClock(2 * 60 * 1000)
      await setup.work(caller)
      expect(await setup.imports.get(caller, _id)).toMatchObject({
        state: 'applied',
        counts: { rows: 1001, added: 1001, unchanged: 0 },
      })
      const all = await people()
      expect(all.length).toBe(1001)
      expect(new Set(all.map(({ name }) => name)).size).toBe(1001)
      expect((await departments()).length).toBe(3)
      setup.errors.length = 0
    },
  )

  it('of the dry run leaves each problem once to the one after it', async () => {
    const bad = crowd.map((line, i) => (i % 100 === 7 ? line.replace('c', 'c').replace(/山田花\d+/, '') : line))
    const { _id } = await upload(bad)
    await setup.work(caller, (run) => killedAt(run, 2))
    setup.moveClock(2 * 60 * 1000)
    await setup.work(caller)
    const row = await setup.imports.get(caller, _id)
    expect(row).toMatchObject({ state: 'checked', counts: { rows: 1001, added: 991, errors: 10 } })
    expect((await problemsOf(_id)).map(({ line }) => line)).toEqual(Array.from({ length: 10 }, (_, i) => 100 * i + 9))
    setup.errors.length = 0
  })

  it('and wakes up late writes nothing more', async () => {
    const { _id } = await checked(crowd)
    await setup.imports.apply(caller, _id)
    const [stale] = await setup.claimJobs()
    if (stale === undefined) throw new Error('No job was due.')
    let steps = 0
    await setup.runWith(caller, stale, (run) => ({
      ...run,
      step: async (...args) => {
        steps += 1
        if (steps === 2) {
          setup.moveClock(2 * 60 * 1000)
          await setup.work(caller)
        }
        await run.step(...args)
      },
    }))
    expect(steps).toBeGreaterThan(1)
    expect((await setup.imports.get(caller, _id)).counts).toMatchObject({ rows: 1001, added: 1001 })
    expect((await people()).length).toBe(1001)
    setup.errors.length = 0
  })
})

it('an uploaded file comes back byte for byte to the job, and to nobody else', async () => {
  const { _id } = await upload(sample)
  const row = (await setup.documents('imports')).find((one) => String(one._id) === _id)
  expect((await bytesOf(await setup.files.read(caller.organizationId, String(row?.fileId)))).equals(sample)).toBe(true)
  await setup.work(caller)
})

it('the report of an import goes by itself after thirty days', async () => {
  const indexes = await setup.db.mongoose.connection.collection('import_problems').indexes()
  expect(indexes).toContainEqual(
    expect.objectContaining({ key: { createdAt: 1 }, expireAfterSeconds: 30 * 24 * 60 * 60 }),
  )
  await upload(Buffer.from('社員コード,社員名\r\n1,\r\n'))
  await setup.work(caller)
  const problems = (await setup.documents('import_problems')).filter(
    ({ organizationId }) => organizationId === caller.organizationId,
  )
  expect(problems.length).toBeGreaterThan(0)
  for (const { createdAt } of problems) expect(createdAt).toBeInstanceOf(Date)
})
