import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FormatProfile, PayrollRow } from '../../src/adapters/payroll/format-profile.ts'
import { formats } from '../../src/adapters/payroll/formats.ts'
import { createPayrollWriter } from '../../src/adapters/payroll/payroll-csv.ts'
import { guardFormula } from '../../src/adapters/spreadsheet/formula-guard.ts'
import { AppError } from '../../src/core/shared/errors.ts'

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url))

const digits = () => Buffer.from('0'.repeat(11).concat('7'), 'latin1')

const writer = createPayrollWriter(formats['payroll-7'])

const rows: readonly PayrollRow[] = [
  { employeeCode: '001', employeeName: '河合康則', issuedOn: '2016-01-01' },
  { employeeCode: 'test', employeeName: '真田 竜也', issuedOn: '2016-01-01' },
  { employeeCode: '104', employeeName: '東野二郎', issuedOn: '2016-01-01' },
  { employeeCode: '104', employeeName: '東野二郎', dependentNo: 1, dependentName: '東野順子', issuedOn: '2016-01-01' },
  {
    employeeCode: '104',
    employeeName: '東野二郎',
    dependentNo: 2,
    dependentName: '東野真奈美',
    issuedOn: '2016-01-01',
  },
  { employeeCode: '1000', employeeName: '髙橋﨑徳瀨德①㈱' },
  { employeeCode: '1001', employeeName: '山田,"太郎"', issuedOn: '2026-02-28' },
]

const refusal = (work: () => unknown): AppError => {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('Expected a refusal')
}

const profile = (changes: Partial<FormatProfile>): FormatProfile => ({ ...formats['payroll-7'], ...changes })

describe('the 7-column payroll CSV', () => {
  it('has the bytes that glibc writes for CP932 and CR LF, with * beside an empty number', () => {
    const file = Buffer.concat([writer.header(), ...rows.map((row) => writer.writeRow(row, undefined))])
    expect(file.equals(golden('payroll-7.csv'))).toBe(true)
  })

  it('has no mark beside a number, and the number as 12 plain digits', () => {
    const [row] = rows
    if (row === undefined) throw new Error('no row')
    const number = digits()
    const expected = Buffer.concat([
      Buffer.from(',001,', 'latin1'),
      Buffer.from('89CD8D878D4E91A5', 'hex'),
      Buffer.from(',,,2016/01/01,', 'latin1'),
      number,
      Buffer.from('\r\n', 'latin1'),
    ])
    expect(Buffer.compare(writer.writeRow(row, number), expected)).toBe(0)
  })

  it('leaves a name that begins like a formula untouched, for a payroll product reads it', () => {
    const bytes = writer.writeRow({ employeeCode: '1', employeeName: '=1+1' }, undefined)
    expect(Buffer.from(bytes).toString('latin1')).toBe('*,1,=1+1,,,,\r\n')
  })

  it('refuses a character it cannot write, naming the row, the column and the character', () => {
    const row = { employeeCode: '104', employeeName: '東野二郎', dependentNo: 1, dependentName: '東𠮷野¥' }
    const column = '扶養者名'
    expect(writer.findProblems(row)).toEqual([
      {
        employeeCode: '104',
        dependentNo: 1,
        column,
        field: 'dependentName',
        index: 1,
        character: '𠮷',
        codePoint: 'U+20BB7',
      },
      {
        employeeCode: '104',
        dependentNo: 1,
        column,
        field: 'dependentName',
        index: 3,
        character: '¥',
        codePoint: 'U+00A5',
      },
    ])
    const error = refusal(() => writer.writeRow(row, undefined))
    expect(error.code).toBe('unmappable_character')
    expect(error.places[0]).toEqual({
      column,
      code: 'unmappable_character',
      detail: '社員コード 104・扶養No 1の「扶養者名」2文字目 U+20BB7 はCP932 (Shift_JIS)で書けません。',
    })
    expect(rows.flatMap(writer.findProblems)).toEqual([])
  })

  it('takes nothing but 12 digits for a number, and does not show what it was given', () => {
    for (const bytes of [Buffer.alloc(12), Buffer.from('0'.repeat(11)), Buffer.from('0'.repeat(13))]) {
      const error = refusal(() => writer.writeRow({ employeeCode: '1', employeeName: 'a' }, bytes))
      expect(error.code).toBe('internal')
      expect(error.message).not.toContain('000')
    }
  })
})

describe('a profile is data', () => {
  const row: PayrollRow = { employeeCode: '1', employeeName: 'a,"b"', issuedOn: '2016-01-02' }
  const columns = [
    { header: 'コード', field: 'employeeCode' },
    { header: '氏名', field: 'employeeName' },
    { header: '日', field: 'issuedOn' },
  ] as const satisfies FormatProfile['columns']
  const written = (changes: Partial<FormatProfile>) => {
    const made = createPayrollWriter(profile({ columns, ...changes }))
    return Buffer.concat([made.header(), made.writeRow(row, undefined)]).toString('utf8')
  }

  it('chooses encoding, mark, line end, quotes, separator, dates and header', () => {
    expect(written({ encoding: 'utf-8', lineEnd: 'lf', dateStyle: 'hyphen' })).toBe(
      'コード,氏名,日\n1,"a,""b""",2016-01-02\n',
    )
    expect(written({ encoding: 'utf-8-bom', quoting: 'always', dateStyle: 'compact' })).toBe(
      '\ufeff"コード","氏名","日"\r\n"1","a,""b""","20160102"\r\n',
    )
    expect(written({ encoding: 'utf-8', separator: '\t', headerRow: false })).toBe('1\t"a,""b"""\t2016/01/02\r\n')
  })

  it('without quotes reports what only quotes could hold', () => {
    const never = createPayrollWriter(profile({ columns, quoting: 'never' }))
    expect(never.findProblems(row).map((problem) => problem.codePoint)).toEqual(['U+002C', 'U+0022', 'U+0022'])
    expect(refusal(() => never.writeRow(row, undefined)).places).toHaveLength(3)
  })

  it('in strict JIS X 0208 refuses even 髙, and in UTF-8 only half a character', () => {
    const problems = (encoding: FormatProfile['encoding'], employeeName: string) =>
      createPayrollWriter(profile({ encoding }))
        .findProblems({ employeeCode: '1', employeeName })
        .map((problem) => problem.codePoint)
    expect(problems('jis0208', '髙橋①高橋')).toEqual(['U+9AD9', 'U+2460'])
    expect(problems('utf-8', '𠮷野')).toEqual([])
    expect(problems('utf-8', 'a\ud842')).toEqual(['U+D842'])
    expect(() =>
      createPayrollWriter(profile({ encoding: 'utf-8' })).writeRow(
        { employeeCode: '1', employeeName: '\ud842' },
        undefined,
      ),
    ).toThrow(AppError)
  })
})

describe('a file made for a spreadsheet', () => {
  it.each(['=1+1', '+1', '-1', '@a', '＝1', '\t=1'])('turns %s into text', (cell) => {
    expect(guardFormula(cell)).toBe(`'${cell}`)
  })
  it('leaves an ordinary name alone', () => {
    expect(guardFormula('真田 竜也')).toBe('真田 竜也')
  })
})
