import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { looksLikeNumber } from '../../src/adapters/payroll/number-lookalike.ts'
import { type RosterOptions, readRoster } from '../../src/adapters/payroll/roster.ts'
import type { RosterItem, RosterRow } from '../../src/adapters/payroll/roster-item.ts'

const header = '部門コード,部門,社員コード,社員名,扶養No,扶養者名,続柄,マイナンバー発行日'

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const collect = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const one of source) all.push(one)
  return all
}

const readBytes = (bytes: Uint8Array, options?: RosterOptions) => collect(readRoster(once(bytes), options))

const read = (lines: readonly string[], options?: RosterOptions) =>
  readBytes(Buffer.from(`${lines.join('\r\n')}\r\n`), options)

const rowsIn = (items: readonly RosterItem[]): RosterRow[] =>
  items.flatMap((item) => (item.kind === 'row' ? [item.row] : []))

/** `line column code`, the part of a problem that a host system acts on. */
const problemsIn = (items: readonly RosterItem[], kind: 'error' | 'warning' = 'error'): string[] =>
  items.flatMap((item) =>
    item.kind === kind && 'problem' in item
      ? [`${item.problem.line} ${item.problem.column ?? '-'} ${item.problem.code}`]
      : [],
  )

/** Twelve digits that are nobody's: made here so that none stands in a file. */
const twelve = ['0000', '1234', '5678']

describe('the roster', () => {
  it('of the customers is read whole: 9 employees and 4 dependents, without a problem', async () => {
    const sample = readFileSync(new URL('../../examples/data/roster.csv', import.meta.url))
    const items = await readBytes(sample)
    expect(items.filter((item) => item.kind !== 'row')).toEqual([])
    const rows = rowsIn(items)
    expect(rows.filter((row) => row.dependent === undefined).map((row) => row.employeeCode)).toEqual([
      '001',
      'test',
      '101',
      '103',
      '102',
      '104',
      '1000',
      '201',
      '202',
    ])
    expect(rows.filter((row) => row.dependent !== undefined)).toHaveLength(4)
    expect(rows[1]?.employeeName).toBe('真田 竜也')
    expect(rows[6]).toMatchObject({
      line: 8,
      departmentCode: '105',
      departmentName: '人事部',
      employeeCode: '104',
      employeeName: '東野二郎',
      dependent: { no: 1, name: '東野順子', relationship: '配偶者' },
      issuedOn: '2016-01-01',
      needsEmployee: false,
    })
  })

  it('in CP932 keeps 髙 and 﨑', async () => {
    const items = await readBytes(readFileSync(new URL('golden/roster.cp932.csv', import.meta.url)))
    expect(rowsIn(items).map((row) => row.employeeName)).toEqual(['髙橋﨑徳', '髙橋﨑徳'])
    expect(problemsIn(items)).toEqual([])
  })

  it('is read by header names in any order, with the further columns', async () => {
    const items = await read([
      '退職日,社員名,生年月日,社員コード,カナ,住所,入社日',
      '2026/3/31,東野二郎,1980-02-29, 104 ,ヒガシノ ジロウ,"東京都千代田区1-2-3, 4号",2010/04/01',
    ])
    expect(problemsIn(items)).toEqual([])
    expect(rowsIn(items)).toMatchObject([
      {
        employeeCode: '104',
        kana: 'ヒガシノ ジロウ',
        bornOn: '1980-02-29',
        address: '東京都千代田区1-2-3, 4号',
        joinedOn: '2010-04-01',
        leftOn: '2026-03-31',
      },
    ])
  })

  it('without a required column, or with one twice, is not read, and all of it is said at once', async () => {
    const items = await read(['部門コード,部門コード,社員名,扶養No,メモ', '105,105,東野二郎,,x'])
    expect(problemsIn(items)).toEqual([
      '1 部門コード duplicate_column',
      '1 社員コード missing_column',
      '1 扶養者名 missing_column',
      '1 続柄 missing_column',
    ])
    expect(problemsIn(items, 'warning')).toEqual(['1 メモ unknown_column'])
    expect(rowsIn(items)).toEqual([])
  })

  it('reports each bad cell by line and column, and a bad row never stops the rest', async () => {
    const items = await read([
      header,
      '105,人事部,,東野二郎,,,,2016/02/30',
      `105,人事部,${'1'.repeat(11)}${'a'.repeat(10)},${'名'.repeat(61)},,,,`,
      '105,人事部,104,東野二郎,,,,平成28年1月1日',
      '105,人事部,105,東野\u0007二郎,,,,',
      '105,人事部,106,東野\ue000,,,,',
      '105,人事部,104,東野二郎,0,東野順子,配偶者,',
      '105,人事部,104,東野二郎,,東野順子,,',
      '105,人事部,107,河合康則,,,,2016/01/01,余り',
      ',,,,,,,',
      '105,人事部,108,𠮷野太郎,,,,2016/1/1',
    ])
    expect(problemsIn(items)).toEqual([
      '2 社員コード required',
      '2 マイナンバー発行日 invalid_value',
      '3 社員コード too_long',
      '3 社員名 too_long',
      '4 マイナンバー発行日 invalid_value',
      '5 社員名 invalid_value',
      '6 社員名 invalid_value',
      '7 扶養No invalid_value',
      '8 扶養No required',
      '8 続柄 required',
      '9 9列目 invalid_file',
    ])
    expect(rowsIn(items)).toMatchObject([{ line: 11, employeeName: '𠮷野太郎', issuedOn: '2016-01-01' }])
  })

  it('counts a name of 60 characters by characters', async () => {
    const items = await read([header, `105,人事部,1,${'𠮷'.repeat(60)},,,,`, `105,人事部,2,${'𠮷'.repeat(61)},,,,`])
    expect(problemsIn(items)).toEqual(['3 社員名 too_long'])
  })

  it('reports the same person twice, two names under one code, and names the line before', async () => {
    const items = await read([
      header,
      '105,人事部,104,東野二郎,,,,',
      '105,人事部,104,東野二郎,1,東野順子,配偶者,',
      '105,人事部,104,東野二郎,,,,',
      '105,人事部,104,東野二郎,1,東野順子,配偶者,',
      '105,人事部,104,東野三郎,2,東野真奈美,子,',
    ])
    expect(problemsIn(items)).toEqual(['4 社員コード duplicate_row', '5 扶養No duplicate_row', '6 社員名 name_differs'])
    expect(items.flatMap((item) => (item.kind === 'error' ? [item.problem.detail] : []))[0]).toContain('2行目')
  })

  it('marks a dependent that comes before the employee, and refuses it where the employee is not known', async () => {
    const lines = [header, '105,人事部,104,東野二郎,1,東野順子,配偶者,', '105,人事部,104,東野二郎,,,,']
    expect(rowsIn(await read(lines)).map((row) => row.needsEmployee)).toEqual([true, false])
    const known = await read(lines, { knowsEmployee: async (code) => code === '104' })
    expect(problemsIn(known)).toEqual([])
    const unknown = await read(lines, { knowsEmployee: () => false })
    expect(problemsIn(unknown)).toEqual(['2 社員コード employee_missing'])
    expect(rowsIn(unknown)).toHaveLength(1)
  })

  it('accepts no number in any column, known or not, and never repeats one', async () => {
    const items = await read([
      `${header},個人番号`,
      `105,人事部,104,東野二郎 ${twelve.join('')},,,,,`,
      `105,人事部,105,河合康則,,,,,${twelve.join('-')}`,
      `105,人事部,106,安藤信之,,,,,1.23457E+11`,
      `${twelve.join(' ')},人事部,107,佐藤一郎,,,,,`,
    ])
    expect(problemsIn(items)).toEqual([
      '2 社員名 number_not_accepted',
      '3 個人番号 number_not_accepted',
      '4 個人番号 number_not_accepted',
      '5 部門コード number_not_accepted',
    ])
    const said = JSON.stringify(items)
    for (const form of [twelve.join(''), twelve.join('-'), twelve.join(' '), '東野', '1.23457']) {
      expect(said).not.toContain(form)
    }
  })

  it('without a header row does not repeat a number that stands in its place', async () => {
    const items = await read([`104,東野二郎,${twelve.join('')}`])
    expect(JSON.stringify(items)).not.toContain(twelve.join(''))
    expect(problemsIn(items)).toEqual(['1 社員コード missing_column', '1 社員名 missing_column'])
  })

  it('reports what ends the reading early as an error like the others, after the rows before it', async () => {
    const items = await read([header, '105,人事部,104,東野二郎,,,,', '105,人事部,105,"河合康則,,,,'])
    expect(problemsIn(items)).toEqual(['3 - invalid_file'])
    expect(rowsIn(items)).toHaveLength(1)
    const broken = await read([header, '105,人事部,104,"東野"二郎,,,,', '105,人事部,105,河合康則,,,,'])
    expect(problemsIn(broken)).toEqual(['2 社員名 invalid_file'])
    expect(rowsIn(broken)).toHaveLength(1)
  })

  it('without anybody in it says so', async () => {
    expect(problemsIn(await readBytes(Buffer.alloc(0)))).toEqual(['1 - invalid_file'])
    expect(problemsIn(await read([header]))).toEqual(['1 - invalid_file'])
  })
})

const fullWidth = (text: string) => [...text].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('')

describe('what looks like a number', () => {
  const [a, b, c] = twelve
  it.each([
    ['twelve digits', `${a}${b}${c}`, true],
    ['groups with spaces', `${a} ${b} ${c}`, true],
    ['groups with full-width hyphens', `${a}－${b}－${c}`, true],
    ['full-width digits', fullWidth(`${a}${b}${c}`), true],
    ['digits inside a sentence', `番号は${a}${b}${c}です`, true],
    ['what a spreadsheet makes of it', '1.23457E+11', true],
    ['thirteen digits', `1${a}${b}${c}`, false],
    ['thirteen digits in groups', `1-${a}-${b}-${c}`, false],
    ['a telephone number with its country', ['+81', '90', '0000', '1234'].join('-'), false],
    ['a telephone number', '090-0000-1234', false],
    ['a date', '2016/01/01', false],
    ['an address', '東京都千代田区1-2-3', false],
  ])('%s', (_, cell, expected) => {
    expect(looksLikeNumber(cell)).toBe(expected)
  })
})
