import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createFilingBundle, type FilingDigits, findFilingProblems } from '../../src/adapters/pdf/filing-copy.ts'
import { findPayeeCopyProblems, renderPayeeCopy } from '../../src/adapters/pdf/payee-copy.ts'
import type { Line309, Slip309 } from '../../src/adapters/pdf/slip.ts'
import { sheets309 } from '../../src/adapters/pdf/slip-309.boxes.ts'

const madeAt = new Date('2027-01-15T00:00:00Z')
const line = (some: Partial<Line309> = {}): Line309 => ({
  kind: '原稿料',
  detail: '４回',
  amount: 1_480_000,
  unpaid: 120_000,
  withheld: 200_116,
  withheldUnpaid: 0,
  ...some,
})
const slip = (some: Partial<Slip309> = {}): Slip309 => ({
  key: 'pay_1',
  companyAddress: '東京都千代田区大手町１－２－３',
  companyName: '株式会社あずかり商事',
  companyPhone: '03-1234-5678',
  year: 2026,
  payee: { address: '横浜市中区本町４－５', abroad: false, name: '山田　花子' },
  lines: [line()],
  remarks: '',
  correction: false,
  ...some,
})

/** The published sample, 123456789018, as bytes. */
const sample = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 8], (digit) => digit + 0x30)
const corporate = new TextEncoder().encode('7000012050002')

const filing = async (slips: readonly (readonly [Slip309, FilingDigits])[]): Promise<Buffer> => {
  const bundle = createFilingBundle({ form: '309', year: 2026, madeAt })
  const bytes = buffer(bundle.stream)
  for (const [one, digits] of slips) bundle.add(one, digits)
  bundle.end()
  return bytes
}

const streams = (pdf: Buffer): string[] => {
  const found: string[] = []
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 7)) {
    if (pdf.subarray(at - 3, at).toString('latin1') === 'end') continue
    try {
      found.push(inflateSync(pdf.subarray(at + 7)).toString('latin1'))
    } catch {
      found.push(pdf.subarray(at + 7, pdf.indexOf('endstream', at)).toString('latin1'))
    }
  }
  return found
}

/** All text of a document by its own ToUnicode map, one run after the other; no tool needed. */
const textOf = (pdf: Buffer): string => {
  const all = streams(pdf)
  const cmap = all.find((stream) => stream.includes('beginbfrange')) ?? ''
  const glyphs = [...cmap.matchAll(/\[([^\]]*)\]/gu)].flatMap(([, row = '']) =>
    [...row.matchAll(/<([0-9a-f ]*)>/gu)].map(([, hex = '']) =>
      String.fromCharCode(...hex.split(' ').map((unit) => Number.parseInt(unit, 16))),
    ),
  )
  return all
    .filter((stream) => stream.includes(' TJ'))
    .flatMap((stream) => [...stream.matchAll(/\[(.*?)\] TJ/gu)])
    .map(([, run = '']) =>
      [...run.matchAll(/<([0-9a-f]+)>/gu)]
        .flatMap(([, hex = '']) => hex.match(/.{4}/gu) ?? [])
        .map((id) => glyphs[Number.parseInt(id, 16)] ?? '�')
        .join(''),
    )
    .join('\n')
}

const has = (tool: string, argument: string): boolean => spawnSync(tool, [argument]).error === undefined
const withFile = <T>(pdf: Buffer, use: (file: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'pdf-'))
  try {
    const file = join(folder, 'slip.pdf')
    writeFileSync(file, pdf)
    return use(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the filing copy of form 309', () => {
  it('shows every box, amounts grouped, the unpaid part as an inner figure and the number digit by digit', async () => {
    const pdf = await filing([[slip(), { payer: corporate, payee: sample }]])
    const runs = textOf(pdf).split('\n')
    expect(runs).toEqual(
      expect.arrayContaining([
        '令和８年分　報酬、料金、契約金及び賞金の支払調書',
        '無効区分',
        '0',
        '山田　花子',
        '1,480,000',
        '120,000',
        '200,116',
        '（電話）03-1234-5678',
        '株式会社あずかり商事',
      ]),
    )
    const digits = runs.slice(-25)
    expect(digits.every((run) => /^\d$/u.test(run))).toBe(true)
    expect(digits.slice(0, 13).join('') === '7000012050002').toBe(true)
  })

  it('is PDF/A-2b by its own words, with one embedded subset font and no tags', async () => {
    const pdf = (await filing([[slip(), {}]])).toString('latin1')
    expect(pdf.startsWith('%PDF-1.7')).toBe(true)
    expect(pdf).toContain('<pdfaid:part>2</pdfaid:part>')
    expect(pdf.match(/\/FontFile2 /gu)).toHaveLength(1)
    expect(pdf).toContain('+BIZUDPGothic-Regular')
    expect(pdf).not.toContain('/StructTreeRoot')
  })

  it('is the same to the byte when it is rendered again', async () => {
    const slips = [
      [slip(), { payer: corporate, payee: sample }],
      [slip({ key: 'pay_2', remarks: '摘要' }), {}],
    ] as const
    expect((await filing(slips)).equals(await filing(slips))).toBe(true)
  })

  it('goes on on a further sheet after six lines', async () => {
    const text = textOf(await filing([[slip({ lines: Array.from({ length: 7 }, () => line()) }), {}]]))
    expect(text).toContain('1枚目／2枚')
    expect(text).toContain('2枚目／2枚')
  })

  it('takes every text that the CSV record takes, at full length, without cutting', () => {
    const longest = slip({
      companyAddress: '東'.repeat(60),
      companyName: '株'.repeat(30),
      companyPhone: '0120(345)678901',
      payee: { address: '横'.repeat(60), abroad: false, name: '名'.repeat(30) },
      lines: [
        line({
          kind: '区'.repeat(10),
          detail: '細'.repeat(20),
          amount: 9_999_999_999,
          unpaid: 9_999_999_999,
          withheld: 9_999_999_999,
          withheldUnpaid: 9_999_999_999,
        }),
      ],
      remarks: '摘'.repeat(100),
    })
    expect(findFilingProblems(longest)).toEqual([])
    expect(findPayeeCopyProblems(longest)).toEqual([])
  })

  it('reports what it had to cut, and does not let it run over the frame', async () => {
    const bundle = createFilingBundle({ form: '309', year: 2026, madeAt })
    const bytes = buffer(bundle.stream)
    const problems = bundle.add(slip({ remarks: '摘'.repeat(800) }), {})
    bundle.end()
    expect(problems).toEqual([{ key: 'pay_1', box: 'remarks', name: '摘要', item: 51, problem: 'cut' }])
    expect(textOf(await bytes)).toContain('…')
  })

  it('names person, box and character where the font has no glyph, before drawing anything', () => {
    const bad = slip({ key: 'pay_9', payee: { address: '横浜市', abroad: false, name: '𠮷田' } })
    expect(findFilingProblems(bad)).toEqual([
      {
        key: 'pay_9',
        box: 'payee.name',
        name: '支払を受ける者 氏名又は名称',
        item: 14,
        problem: 'no_glyph',
        character: '𠮷',
        codePoint: 'U+20BB7',
      },
    ])
    const bundle = createFilingBundle({ form: '309', year: 2026, madeAt })
    expect(() => bundle.add(bad, {})).toThrow(
      expect.objectContaining({
        code: 'unmappable_character',
        places: [expect.objectContaining({ pointer: '/pay_9/payee/name', detail: expect.stringContaining('U+20BB7') })],
      }),
    )
  })

  it('prints 無効区分 1 on a slip that voids an earlier one, and has no such box for 令和7年分', () => {
    expect(sheets309.find(({ sinceYear }) => sinceYear === 2026)?.boxes.some(({ id }) => id === 'void')).toBe(true)
    expect(sheets309.find(({ untilYear }) => untilYear === 2025)?.boxes.some(({ id }) => id === 'void')).toBe(false)
  })

  it('costs under 3 kB a slip', async () => {
    const slips = (count: number) =>
      Array.from(
        { length: count },
        (_, index) => [slip({ key: `pay_${index}` }), { payer: corporate, payee: sample }] as const,
      )
    const [few, many] = [await filing(slips(2)), await filing(slips(42))]
    expect((many.length - few.length) / 40).toBeLessThan(3000)
  })
})

describe('the payee’s copy of form 309', () => {
  it('has no box for a number and says why', async () => {
    const text = textOf(await renderPayeeCopy(slip(), { madeAt }))
    expect(text).toContain('山田　花子')
    expect(text).toContain('1,480,000')
    expect(text).not.toContain('無効区分')
    expect(text).not.toContain('個 人 番 号')
    expect(text).toContain('個人番号は記載していません（番号法第19条）')
  })

  const forms = [
    '123456789018',
    '1234 5678 9018',
    '1234-5678-9018',
    '１２３４　５６７８　９０１８',
    '１２３４ー５６７８ー９０１８',
    '1 2 3 4 5 6 7 8 9 0 1 8',
    '(1)123456789018',
    '①②③④⑤⑥⑦⑧⑨⓪①⑧',
    '一二三四五六七八九〇一八',
    '1234\n5678\n9018',
    '1234\u200b5678\u200b9018',
    '7000012050002',
  ]
  it.each(forms.map((form, index) => [index + 1, form] as const))(
    'blacks out a number written in way %i',
    async (_, form) => {
      const one = slip({ remarks: `共有者 ${form} ほか`, lines: [line({ detail: form })], companyName: `番号${form}` })
      const text = textOf(await renderPayeeCopy(one, { madeAt }))
      const digits = text
        .split('\n')
        .filter((run) => /共有者|番号●|●|ほか/u.test(run))
        .join('')
        .normalize('NFKC')
      expect(/[2-8]{2}/u.test(digits.replace(/第19条/u, ''))).toBe(false)
      expect(text.match(/●/gu)?.length).toBeGreaterThanOrEqual(37)
      expect(text).toContain('●で表示しています')
    },
  )

  it('leaves telephone numbers, amounts and dates as they are', async () => {
    const remarks = '電話03-1234-5678 消費税等 1,000,000円 2026年10月1日'
    expect(textOf(await renderPayeeCopy(slip({ remarks }), { madeAt }))).toContain(remarks)
  })

  it('is the same to the byte when it is rendered again', async () => {
    const [a, b] = [await renderPayeeCopy(slip(), { madeAt }), await renderPayeeCopy(slip(), { madeAt })]
    expect(a.equals(b)).toBe(true)
  })
})

describe('seen by other tools', () => {
  it.skipIf(!has('qpdf', '--version'))('qpdf finds no error (skipped where qpdf is missing)', async () => {
    const copies = [await filing([[slip(), { payee: sample }]]), await renderPayeeCopy(slip(), { madeAt })]
    for (const pdf of copies) withFile(pdf, (file) => expect(spawnSync('qpdf', ['--check', file]).status).toBe(0))
  })

  it.skipIf(!has('pdftotext', '-v'))(
    'pdftotext reads each value inside its box (skipped where pdftotext is missing)',
    async () => {
      const pdf = await filing([[slip({ lines: [line({ kind: '印税', detail: '増刷' })] }), { payee: sample }]])
      const html = withFile(pdf, (file) => spawnSync('pdftotext', ['-bbox', file, '-'], { encoding: 'utf8' }).stdout)
      const words = [...html.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</gu)]
      const inside = {
        'lines.0.kind': '印税',
        'lines.0.detail': '増刷',
        'lines.0.amount': '1,480,000',
        'payee.address': '横浜市中区本町４－５',
      }
      const mm = 72 / 25.4
      for (const [id, text] of Object.entries(inside)) {
        const box = sheets309[0]?.boxes.find((candidate) => candidate.id === id && candidate.copies.includes('filing'))
        const word = words.find(([, , , , , seen]) => seen === text)
        expect([id, box !== undefined, word !== undefined]).toEqual([id, true, true])
        const [xMin, yMin, xMax, yMax] = (word ?? []).slice(1, 5).map(Number)
        expect(Number(xMin)).toBeGreaterThanOrEqual((box?.x ?? 0) * mm)
        expect(Number(xMax)).toBeLessThanOrEqual(((box?.x ?? 0) + (box?.width ?? 0)) * mm)
        expect(Number(yMin)).toBeGreaterThanOrEqual((box?.y ?? 0) * mm - 1)
        expect(Number(yMax)).toBeLessThanOrEqual(((box?.y ?? 0) + (box?.height ?? 0)) * mm + 1)
      }
      // 12 digits stand to the right in the 13 cells, one in each: the first cell stays empty.
      const number = sheets309[0]?.boxes.find(({ id }) => id === 'payee.number')
      const [left, cell] = [(number?.x ?? 0) * mm, ((number?.width ?? 0) / 13) * mm]
      const filled = words
        .filter(
          ([, , yMin, , yMax]) =>
            Number(yMin) > (number?.y ?? 0) * mm - 2 && Number(yMax) < ((number?.y ?? 0) + 9) * mm,
        )
        .filter(([, xMin, , , , seen]) => Number(xMin) > left && /^\d$/u.test(seen ?? ''))
        .map(([, xMin, , xMax]) => Math.floor(((Number(xMin) + Number(xMax)) / 2 - left) / cell))
      expect(filled).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    },
  )
})
