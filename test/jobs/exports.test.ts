import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ExportRecord } from '../../src/core/exports/exports.ts'
import { type Files, WriteAgain } from '../../src/core/files/files.ts'
import type { Caller } from '../../src/core/shared/caller.ts'
import { decodeCp932 } from '../../src/core/shared/charset/cp932.ts'
import { codeOf, type TestCoreOrganization } from '../support/core.ts'
import { bytesOf, createFilesSetup, type FilesSetup, Killed, killedAt } from '../support/files-setup.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

const minuteMs = 60 * 1000

let setup: FilesSetup
let own: TestCoreOrganization
let caller: Caller
let recipientId: string
/** What happens to an export while it writes; `dead` is a worker whose process is gone, which cleans up nothing. */
let around: { before?: (kind: string) => Promise<void>; after?: (kind: string) => Promise<void>; dead?: boolean } = {}
let refused: unknown[] = []
const watched = (files: Files): Files => ({
  ...files,
  write: async (organizationId, about, source) => {
    await around.before?.(about.kind)
    const file = await files.write(organizationId, about, source).catch((error) => {
      refused.push(error)
      throw error
    })
    await around.after?.(about.kind)
    return file
  },
  discard: async (file) => {
    if (around.dead !== true) await files.discard(file)
  },
})
beforeAll(async () => {
  setup = await createFilesSetup({ files: watched })
})
afterAll(() => setup.stop())
beforeEach(async () => {
  around = {}
  refused = []
  own = await setup.makeOrganization()
  caller = own.caller
  recipientId = (await setup.exports.recipients.create(caller, { name: '自社給与システム', kind: 'own_payroll' })).id
})

const employee = async (code: string, name: string, number?: string) => {
  const subject = await setup.subjects.create(caller, { kind: 'employee', companyId: own.companyId, code, name })
  if (number !== undefined)
    await setup.vault.register(caller, { subjectId: subject.id, number, issuedOn: '2016-01-01' })
  return subject
}
const start = (more: object = {}): Promise<ExportRecord> =>
  setup.exports.create(caller, {
    companyId: own.companyId,
    format: 'payroll-7',
    purpose: 'withholding_tax',
    recipientId,
    ...more,
  })
const made = async (more: object = {}): Promise<ExportRecord> => {
  const { _id } = await start(more)
  await setup.work(caller)
  return setup.exports.get(caller, _id)
}
const linesOf = (bytes: Uint8Array): string[] => decodeCp932(bytes).split('\r\n')
const download = async (who: Caller, id: string): Promise<Buffer> => {
  const { stream, sent } = await setup.exports.content(who, id)
  const bytes = await bytesOf(stream)
  await sent(true)
  return bytes
}
const entriesOf = async (operation: string) =>
  (await setup.documents('ledger_entries')).filter(
    (entry) => entry.operation === operation && entry.organizationId === caller.organizationId,
  )
const filesOf = async (): Promise<Record<string, unknown>[]> =>
  (await setup.documents('files')).filter(
    ({ organizationId, kind }) => organizationId === caller.organizationId && kind !== 'import',
  )
const colleague = async (): Promise<Caller> => {
  const staff = await setup.access.staff.create(caller, {
    name: '次席 花子',
    userId: 'j0002',
    appointment: { role: 'handler', fromOn: '2020-01-01' },
  })
  return { ...caller, actor: { type: 'staff', id: staff._id, userId: staff.userId, name: staff.name } }
}
/** Many people, quickly: rows without numbers, as an import writes them. */
const crowd = async (count: number): Promise<void> => {
  const csv = ['社員コード,社員名', ...Array.from({ length: count }, (_, i) => `c${i},山田${i}`)].join('\r\n')
  const upload = async function* () {
    yield Buffer.from(csv)
  }
  const { _id } = await setup.imports.create(caller, { kind: 'roster', companyId: own.companyId }, upload())
  await setup.work(caller)
  await setup.imports.apply(caller, _id)
  await setup.work(caller)
}
const crowdIds = async (): Promise<Map<string, string>> =>
  new Map(
    (
      await setup.subjects.inOrder(
        caller.organizationId,
        { companyId: own.companyId, kinds: ['employee'] },
        undefined,
        5000,
      )
    ).map(({ code, id }) => [code ?? '', id]),
  )

describe('an export', () => {
  it('has the header, the employee before the dependents, codes in number order, and a mark for whoever has no number', async () => {
    await employee('1000', '井原はじめ', fixtureNumber(1))
    const higashino = await employee('104', '東野二郎', fixtureNumber(2))
    await employee('test', '真田 竜也')
    const child = await setup.subjects.createDependent(caller, higashino.id, {
      dependentNo: 2,
      name: '東野真奈美',
      relationship: '子',
    })
    const wife = await setup.subjects.createDependent(caller, higashino.id, {
      dependentNo: 1,
      name: '東野順子',
      relationship: '配偶者',
    })
    await setup.vault.register(caller, { subjectId: wife.id, number: fixtureNumber(3), issuedOn: '2016-02-01' })
    await setup.vault.register(caller, { subjectId: child.id, number: fixtureNumber(4) })

    const ready = await made()
    expect(ready).toMatchObject({
      state: 'ready',
      fileName: 'payroll.csv',
      counts: { subjects: 5, numbers: 4, skipped: 1 },
    })
    expect(linesOf(await download(caller, ready._id))).toEqual([
      '処理スキップ,社員コード,社員名,扶養No,扶養者名,マイナンバー発行日,マイナンバー',
      `,104,東野二郎,,,2016/01/01,${fixtureNumber(2)}`,
      `,104,東野二郎,1,東野順子,2016/02/01,${fixtureNumber(3)}`,
      `,104,東野二郎,2,東野真奈美,,${fixtureNumber(4)}`,
      `,1000,井原はじめ,,,2016/01/01,${fixtureNumber(1)}`,
      '*,test,真田 竜也,,,,',
      '',
    ])
    expect(setup.errors).toEqual([])
  })

  it('puts one entry on record for each person whose number is in it, with the name as shown and the job', async () => {
    const first = await employee('1', '河合康則', fixtureNumber(5))
    const wife = await setup.subjects.createDependent(caller, first.id, {
      dependentNo: 1,
      name: '河合花',
      relationship: '配偶者',
    })
    await setup.vault.register(caller, { subjectId: wife.id, number: fixtureNumber(6) })
    await employee('2', '高山 史')
    const { jobId } = await made()
    const entries = await entriesOf('export')
    expect(entries).toMatchObject([
      {
        outcome: 'released',
        subjectId: first.id,
        code: '1',
        line: 0,
        jobId,
        use: 'export',
        purpose: 'withholding_tax',
      },
      { outcome: 'released', subjectId: wife.id, code: '1', line: 1, jobId },
    ])
    expect(new Set(entries.map(({ at }) => (at as Date).getTime())).size).toBe(1)
    const shown = await setup.ledger.list(caller, {
      from: new Date(0),
      to: new Date(4e12),
      operation: 'export',
      order: 'asc',
      limit: 10,
    })
    expect(shown.rows.map(({ subjectName }) => subjectName)).toEqual(['河合康則', '河合康則 > 河合花'])
  })

  it('leaves no part behind, and its file is found by everybody whose number it holds', async () => {
    const somebody = await employee('1', '河合康則', fixtureNumber(5))
    const without = await employee('2', '高山 史')
    const ready = await made()
    expect((await filesOf()).map(({ kind }) => kind)).toEqual(['export'])
    expect(await setup.files.holding(caller.organizationId, [somebody.id])).toEqual([ready.fileId])
    expect(await setup.files.holding(caller.organizationId, [without.id])).toEqual([])
  })

  it('with a character that the file cannot hold is refused whole, before anybody is touched, and says where', async () => {
    // The bad one stands in the second chunk, behind people whose numbers would go first.
    await crowd(501)
    const first = (await crowdIds()).get('c0') ?? ''
    await setup.vault.register(caller, { subjectId: first, number: fixtureNumber(5) })
    const boss = await employee('z1', '河合康則')
    await setup.subjects.createDependent(caller, boss.id, { dependentNo: 3, name: '\u{20bb7}野花', relationship: '子' })
    const { _id, jobId } = await start()
    await setup.work(caller)
    expect((await setup.exports.get(caller, _id)).state).toBe('failed')
    const job = await setup.jobs.get(caller, jobId)
    expect(job).toMatchObject({ state: 'failed', problems: [{ code: 'unmappable_character', column: '扶養者名' }] })
    expect(job.problems[0]?.detail).toMatch(/社員コード z1・扶養No 3.*U\+20BB7/)
    expect(await entriesOf('export')).toEqual([])
    expect(await filesOf()).toEqual([])
    expect(await codeOf(setup.exports.content(caller, _id))).toBe('conflict')
  })

  it('for a purpose that nobody was told of holds no number, and each refusal is on record', async () => {
    const somebody = await employee('1', '河合康則', fixtureNumber(5))
    const ready = await made({ purpose: 'resident_tax' })
    expect(ready.counts).toEqual({ subjects: 1, numbers: 0, skipped: 1 })
    expect(await entriesOf('export')).toMatchObject([
      { outcome: 'refused', refusal: 'notice_required', subjectId: somebody.id },
    ])
    expect(linesOf(await download(caller, ready._id))[1]).toBe('*,1,河合康則,,,,')
  })

  it('for a purpose that no employee can have, to nobody, in no known format or of a foreign company is not begun', async () => {
    expect(await codeOf(start({ purpose: 'payment_record_fee' }))).toBe('purpose_not_permitted')
    expect(await entriesOf('export')).toMatchObject([{ outcome: 'refused', refusal: 'purpose_not_permitted' }])
    expect(await codeOf(start({ format: 'payroll-8' }))).toBe('invalid_request')
    expect(await codeOf(start({ recipientId: 'rcp_01JZ0000000000000000000000' }))).toBe('not_found')
    const other = await setup.makeOrganization()
    expect(await codeOf(start({ companyId: other.companyId }))).toBe('not_found')
    expect(await codeOf(setup.exports.get(other.caller, (await start())._id))).toBe('not_found')
    await setup.work(caller)
  })

  it('of a department holds its people and their dependents only', async () => {
    const { _id: departmentId } = await setup.organizations.createDepartment(caller, {
      companyId: own.companyId,
      code: '105',
      name: '人事部',
    })
    await employee('1', '河合康則')
    const input = { kind: 'employee' as const, companyId: own.companyId, departmentId, code: '104', name: '東野二郎' }
    const inside = await setup.subjects.create(caller, input)
    await setup.subjects.createDependent(caller, inside.id, {
      dependentNo: 1,
      name: '東野順子',
      relationship: '配偶者',
    })
    const ready = await made({ departmentId })
    expect(ready.counts).toEqual({ subjects: 2, numbers: 0, skipped: 2 })
  })
})

describe('a worker that dies in the middle of an export', () => {
  const numbers = new Map([0, 499, 500, 1000].map((i) => [`c${i}`, fixtureNumber(100 + i)]))
  const prepareCrowd = async (): Promise<void> => {
    await crowd(1001)
    const ids = await crowdIds()
    for (const [code, number] of numbers) await setup.vault.register(caller, { subjectId: ids.get(code) ?? '', number })
  }

  it.each([0, 1, 2, 'the end'] as const)(
    'at step %s leaves exactly the right lines, once, to the one after it',
    async (at) => {
      await prepareCrowd()
      const { _id } = await start()
      await setup.work(caller, (run) => killedAt(run, at))
      expect((await setup.exports.get(caller, _id)).state).toBe('preparing')
      setup.moveClock(2 * minuteMs)
      await setup.work(caller)
      const ready = await setup.exports.get(caller, _id)
      expect(ready).toMatchObject({ state: 'ready', counts: { subjects: 1001, numbers: 4, skipped: 997 } })
      const lines = linesOf(await download(caller, _id)).slice(1, -1)
      expect(lines).toEqual(
        Array.from({ length: 1001 }, (_, i) => {
          const number = numbers.get(`c${i}`)
          return number === undefined ? `*,c${i},山田${i},,,,` : `,c${i},山田${i},,,,${number}`
        }),
      )
      expect((await entriesOf('export')).map(({ line }) => line)).toEqual([0, 1, 2, 3])
      expect((await filesOf()).filter(({ kind }) => kind === 'export_part')).toEqual([])
      setup.errors.length = 0
    },
  )

  it('and wakes up late writes nothing more', async () => {
    await prepareCrowd()
    const { _id } = await start()
    const [stale] = await setup.claimJobs()
    if (stale === undefined) throw new Error('No job was due.')
    // The lease runs out while the first worker stands still before its second chunk; another does the work to its end.
    let steps = 0
    let others: Promise<void> | undefined
    const asleep = (run: Parameters<typeof killedAt>[0]) => ({
      ...run,
      step: async (...args: Parameters<typeof run.step>) => {
        steps += 1
        if (steps === 2) {
          setup.moveClock(2 * minuteMs)
          others = setup.work(caller)
          await others
        }
        await run.step(...args)
      },
    })
    await setup.runWith(caller, stale, asleep)
    expect(others).toBeDefined()
    const ready = await setup.exports.get(caller, _id)
    expect(ready.counts).toEqual({ subjects: 1001, numbers: 4, skipped: 997 })
    expect(await entriesOf('export')).toHaveLength(4)
    expect((await filesOf()).map(({ kind }) => kind)).toEqual(['export'])
    expect(linesOf(await download(caller, _id))).toHaveLength(1003)
  })

  it('does not bring back the number of somebody who was disposed of meanwhile', async () => {
    await prepareCrowd()
    const ids = await crowdIds()
    const gone = ids.get('c0') ?? ''
    const { _id, jobId } = await start()
    await setup.work(caller, (run) => killedAt(run, 2))
    expect(await setup.files.destroyHolding(caller.organizationId, [gone])).toBe(2)
    setup.moveClock(2 * minuteMs)
    await setup.work(caller)
    expect((await setup.exports.get(caller, _id)).state).toBe('failed')
    expect((await setup.jobs.get(caller, jobId)).problems[0]?.code).toBe('conflict')
    setup.moveClock(1000)
    await setup.files.sweep()
    expect(await filesOf()).toEqual([])
    setup.errors.length = 0
  })
})

describe('a number that changes between reading and commit', () => {
  it('is read again, and the file holds the new one only', async () => {
    const somebody = await employee('1', '河合康則', fixtureNumber(7))
    const { _id } = await start()
    let changed = false
    await setup.work(caller, (run) => ({
      ...run,
      step: async (...args) => {
        if (!changed) await setup.vault.reissue(caller, { subjectId: somebody.id, number: fixtureNumber(8) })
        changed = true
        await run.step(...args)
      },
    }))
    const { fileId } = await setup.exports.get(caller, _id)
    expect(await setup.fileKeysOf(caller)).toEqual([fileId])
    expect(linesOf(await download(caller, _id))[1]).toBe(`,1,河合康則,,,,${fixtureNumber(8)}`)
    expect(await entriesOf('export')).toHaveLength(1)
  })
})

describe('a disposal while an export is made', () => {
  const two = async () => {
    const gone = await employee('1', '河合康則', fixtureNumber(7))
    await employee('2', '高山 史', fixtureNumber(8))
    return gone.id
  }
  const onlyOnce = (act: () => Promise<void>): (() => Promise<void>) => {
    let done = false
    return async () => {
      if (!done) {
        done = true
        await act()
      }
    }
  }
  const lines = ['*,1,河合康則,,,,', `,2,高山 史,,,2016/01/01,${fixtureNumber(8)}`]

  it('between reading and commit leaves the number out, and no key of what was written', async () => {
    const gone = await two()
    const { _id } = await start()
    const disposal = onlyOnce(() => setup.dispose(caller, gone))
    await setup.work(caller, (run) => ({
      ...run,
      step: async (...args) => {
        await disposal()
        await run.step(...args)
      },
    }))
    const ready = await setup.exports.get(caller, _id)
    expect(await setup.fileKeysOf(caller)).toEqual([ready.fileId])
    expect(await setup.blobsOf(caller)).toEqual([ready.fileId])
    expect(linesOf(await download(caller, _id)).slice(1, 3)).toEqual(lines)
    expect(await entriesOf('export')).toHaveLength(1)
  })

  it('that has ended before the part has its row finds nothing, and so no digit is written', async () => {
    const gone = await two()
    const { _id } = await start()
    around.before = onlyOnce(() => setup.dispose(caller, gone))
    await setup.work(caller)
    expect(refused).toEqual([expect.any(WriteAgain)])
    expect(linesOf(await download(caller, _id)).slice(1, 3)).toEqual(lines)
  })

  it('cannot commit beside a chunk that takes the number: it waits, and then finds the file', async () => {
    const gone = await two()
    await start()
    let began = false
    let beginning: Promise<unknown> | undefined
    await setup.work(caller, (run) => ({
      ...run,
      step: (change, chunk) =>
        run.step(change, async () => {
          await chunk?.()
          beginning ??= setup.db
            .inTransaction(() => setup.vault.beginDisposal(caller.organizationId, [gone]))
            .then(() => {
              began = true
            })
          await new Promise((resolve) => setTimeout(resolve, 300))
          expect(began).toBe(false)
        }),
      succeed: async () => {
        throw new Killed()
      },
    }))
    await beginning
    expect(await setup.files.destroyHolding(caller.organizationId, [gone])).toBe(1)
    expect(await setup.fileKeysOf(caller)).toEqual([])
    setup.errors.length = 0
  })

  it.each(['export_part', 'export'])('finds an %s whose writer died before its commit', async (dying) => {
    const gone = await two()
    await start()
    around.dead = true
    around.after = async (kind) => {
      if (kind === dying) throw new Killed()
    }
    await setup.work(caller)
    expect(await setup.fileKeysOf(caller)).not.toEqual([])
    await setup.dispose(caller, gone)
    expect(await setup.fileKeysOf(caller)).toEqual([])
    expect(await setup.blobsOf(caller)).toEqual([])
    setup.errors.length = 0
  })

  it('while the parts become one file takes both, and the export fails', async () => {
    const gone = await two()
    const { _id, jobId } = await start()
    around.after = async (kind) => {
      if (kind === 'export') await setup.dispose(caller, gone)
    }
    // This job alone: on a slow machine those that died in the tests before are due again by now.
    const row = (await setup.claimJobs()).find(({ data }) => data.jobId === jobId)
    if (row === undefined) throw new Error('The job is not due.')
    await setup.runWith(caller, row, (run) => run)
    expect((await setup.exports.get(caller, _id)).state).toBe('failed')
    expect((await setup.jobs.get(caller, jobId)).problems[0]?.code).toBe('conflict')
    expect(await setup.fileKeysOf(caller)).toEqual([])
    expect(await setup.blobsOf(caller)).toEqual([])
  })
})

describe('a correction', () => {
  const correct = (subjectId: string) =>
    setup.vault.correct(caller, { subjectId, number: fixtureNumber(12), reason: '誤記' })

  it('destroys the file with the wrong digits: it answers expired, and says so from then on', async () => {
    const somebody = await employee('1', '河合康則', fixtureNumber(11))
    const { _id } = await made()
    await correct(somebody.id)
    expect(await setup.fileKeysOf(caller)).toEqual([])
    await expect(setup.exports.content(caller, _id)).rejects.toMatchObject({
      code: 'expired',
      message: expect.stringContaining('corrected'),
    })
    expect((await setup.exports.get(caller, _id)).state).toBe('expired')
    expect(await entriesOf('download')).toMatchObject([{ outcome: 'refused', refusal: 'expired' }])
    const again = await made()
    expect(linesOf(await download(caller, again._id))[1]).toContain(fixtureNumber(12))
  })

  it('while the file is made is in the file', async () => {
    const somebody = await employee('1', '河合康則', fixtureNumber(11))
    const { _id } = await start()
    let corrected = false
    await setup.work(caller, (run) => ({
      ...run,
      step: async (...args) => {
        if (!corrected) await correct(somebody.id)
        corrected = true
        await run.step(...args)
      },
    }))
    expect(linesOf(await download(caller, _id))[1]).toContain(fixtureNumber(12))
  })
})

describe('a download', () => {
  it('is on record before its first byte, and when the last has gone the file is used up', async () => {
    await employee('1', '河合康則', fixtureNumber(9))
    const { _id, fileId } = await made()
    const { stream, sent } = await setup.exports.content(caller, _id)
    expect(await entriesOf('download')).toMatchObject([{ outcome: 'released', actor: { type: 'staff' } }])
    await bytesOf(stream)
    await sent(true)
    expect(await setup.exports.get(caller, _id)).toMatchObject({ state: 'used_up', usedUpAt: expect.any(Date) })
    expect(await codeOf(setup.exports.content(caller, _id))).toBe('used_up')
    expect(await entriesOf('download')).toMatchObject([
      { outcome: 'released' },
      { outcome: 'refused', refusal: 'used_up' },
    ])
    const events = (await setup.documents('outbox')).filter(
      ({ data }) => (data as { exportId?: string }).exportId === _id,
    )
    expect(events.map(({ type }) => type)).toEqual(['export.ready', 'export.downloaded'])
    setup.moveClock(16 * minuteMs)
    await setup.files.sweep()
    expect(await codeOf(setup.files.read(caller.organizationId, fileId ?? ''))).toBe('not_found')
  })

  it('that broke may be repeated by the same person for fifteen minutes, and by nobody else', async () => {
    await employee('1', '河合康則', fixtureNumber(9))
    const { _id } = await made()
    const other = await colleague()
    const broken = await setup.exports.content(caller, _id)
    broken.stream.destroy()
    await broken.sent(false)
    expect(await codeOf(setup.exports.content(other, _id))).toBe('used_up')
    setup.moveClock(14 * minuteMs)
    expect((await download(caller, _id)).length).toBeGreaterThan(100)
    expect((await entriesOf('download')).map(({ outcome }) => outcome)).toEqual(['released', 'refused', 'released'])
  })

  it('that broke and was not repeated in fifteen minutes is used up, and its key goes', async () => {
    await employee('1', '河合康則', fixtureNumber(9))
    const { _id, fileId } = await made()
    const broken = await setup.exports.content(caller, _id)
    broken.stream.destroy()
    setup.moveClock(15 * minuteMs + 1)
    expect(await codeOf(setup.exports.content(caller, _id))).toBe('used_up')
    expect((await setup.exports.get(caller, _id)).state).toBe('used_up')
    await setup.exports.sweep()
    setup.moveClock(1)
    await setup.files.sweep()
    expect(await codeOf(setup.files.read(caller.organizationId, fileId ?? ''))).toBe('not_found')
  })

  it("by two people at once is the first one's", async () => {
    await employee('1', '河合康則', fixtureNumber(9))
    const { _id } = await made()
    const other = await colleague()
    const outcomes = await Promise.all(
      [caller, other].map((who) => codeOf(setup.exports.content(who, _id).then(({ stream }) => stream.destroy()))),
    )
    expect(outcomes.sort()).toEqual(['it worked', 'used_up'])
  })

  it('before the file is there, or a week later, is refused', async () => {
    await employee('1', '河合康則', fixtureNumber(9))
    const { _id } = await start()
    expect(await codeOf(setup.exports.content(caller, _id))).toBe('not_ready')
    await setup.work(caller)
    setup.moveClock(7 * 24 * 60 * minuteMs + 1000)
    expect(await codeOf(setup.exports.content(caller, _id))).toBe('expired')
    expect((await setup.exports.get(caller, _id)).state).toBe('expired')
  })
})

describe('recipients', () => {
  it('are named under the field key, listed in pages, and not there for another organization', async () => {
    const added = await setup.exports.recipients.create(caller, { name: '税理士 山川', kind: 'tax_accountant' })
    const page = await setup.exports.recipients.list(caller, { limit: 1, total: true })
    expect(page).toMatchObject({ rows: [{ name: '自社給与システム' }], total: '2' })
    expect(
      (
        await setup.exports.recipients.list(caller, {
          limit: 1,
          ...(page.next === undefined ? {} : { after: page.next }),
        })
      ).rows,
    ).toEqual([added])
    expect(JSON.stringify(await setup.documents('recipients'))).not.toContain('山川')
    const other = await setup.makeOrganization()
    expect(await codeOf(setup.exports.recipients.get(other.caller, added.id))).toBe('not_found')
  })
})

it('the golden header is the one of the profile', () => {
  const golden = readFileSync(new URL('../formats/golden/payroll-7.csv', import.meta.url))
  const [format] = setup.exports.formats
  expect(golden.subarray(0, format?.header().length).equals(format?.header() ?? Buffer.alloc(0))).toBe(true)
})
