import { describe, expect, it } from 'vitest'
import { renderHandlingStatement } from '../../src/adapters/pdf/handling-statement.ts'
import { wrapWords } from '../../src/adapters/pdf/wrap-words.ts'
import { ledgerOperationCodes, ledgerOperations } from '../../src/core/ledger/ledger.ts'
import {
  type HandlingLine,
  type HandlingStatement,
  otherActors,
  resultOf,
  whatHappened,
} from '../../src/core/oversight/oversight.rules.ts'
import { errorTitles } from '../../src/core/shared/errors.ts'
import { unpacked } from '../support/inflate.ts'

const madeAt = new Date('2026-11-25T03:00:00Z')
const lineOf = (i: number, some: Partial<HandlingLine> = {}): HandlingLine => {
  const operation = ledgerOperationCodes[i % ledgerOperationCodes.length] ?? 'view'
  const outcome = some.outcome ?? 'done'
  const label = ledgerOperations[operation]
  return {
    entryId: `ent_01JZ${String(i).padStart(22, '0')}`,
    at: new Date(Date.UTC(2026, 0, 1) + i * 3600_000),
    operation,
    operationLabel: label,
    functionName: 'マイナンバー表示',
    what: whatHappened(operation, label, outcome),
    by: { kind: 'system', ...otherActors.system, roles: [], departments: [] },
    outcome,
    result: resultOf(outcome, outcome === 'refused' ? errorTitles.not_permitted : undefined),
    ...some,
  }
}
const statement = (lines: HandlingLine[], some: Partial<HandlingStatement> = {}): HandlingStatement => ({
  subject: { id: 'sub_1', name: '東野 順子' },
  organizationName: '東野グループ',
  companyName: '東野商事株式会社',
  period: { to: madeAt },
  madeAt,
  lines,
  ...some,
})
const textOf = async (of: HandlingStatement): Promise<string> =>
  unpacked(await renderHandlingStatement(of))
    .at(-1)
    ?.toString() ?? ''

describe('a handling statement on paper', () => {
  it('has every entry, its words in both languages, and its instant in Japan', async () => {
    const lines = ledgerOperationCodes.map((_, i) => lineOf(i))
    const text = await textOf(statement(lines))
    for (const { operationLabel, entryId } of lines) {
      expect(text).toContain(`【${operationLabel}】`)
      expect(text).toContain(entryId)
    }
    expect(text).toContain('2026/01/01')
    expect(text).toContain('09:00:00')
    expect(text).toContain('東野 順子　様')
  })

  it('repeats the header on every page, and says which page of how many it is', async () => {
    const text = await textOf(statement(Array.from({ length: 60 }, (_, i) => lineOf(i))))
    const pages = Number(/1 \/ (\d+)/.exec(text)?.[1])
    expect(pages).toBeGreaterThan(3)
    expect(text.split('何が行われたか').length - 1).toBe(pages)
    for (let page = 1; page <= pages; page++) expect(text).toContain(`${page} / ${pages}`)
  })

  it('is a document of its own where nothing is on record in the period', async () => {
    expect(await textOf(statement([]))).toContain('1 / 1')
  })

  it('marks those by which the number was given out, and says why others were refused', async () => {
    const text = await textOf(statement([lineOf(6, { outcome: 'released' }), lineOf(7, { outcome: 'refused' })]))
    expect(text).toContain('◆【')
    expect(text).toContain('お断りしました（この操作の権限がありません）')
    expect(text).toContain('1件（◆）')
  })

  it('shows 〓 for a character that the font lacks, and says so: a name keeps nobody from the statement', async () => {
    const text = await textOf(statement([lineOf(0)], { subject: { id: 'sub_1', name: '𠮷野 太郎' } }))
    expect(text).toContain('〓野 太郎')
    expect(text).toContain('書体にない文字')
  })

  it('blacks out what could be a number in what people typed, and nothing else', async () => {
    const by = { ...lineOf(0).by, ja: '担当者　太郎 0000 1234 5678', post: '係長 000012345678' }
    const text = await textOf(statement([lineOf(0, { by })]))
    expect(text).not.toMatch(/0000 ?1234 ?5678/)
    expect(text).toContain('●●●●')
    expect(text).toContain(lineOf(0).entryId)
  })

  it('is the same bytes for the same facts', async () => {
    const of = statement([lineOf(0), lineOf(1)])
    expect(await renderHandlingStatement(of)).toEqual(await renderHandlingStatement(of))
  })
})

describe('lines of Japanese and English', () => {
  const widthOf = (text: string): number => Array.from(text).length
  it('break English between words, and Japanese anywhere but before what must not begin a line', () => {
    expect(wrapWords('Your number was shown.', 10, widthOf)).toEqual(['Your', 'number was', 'shown.'])
    expect(wrapWords('番号が表示、された', 5, widthOf)).toEqual(['番号が表', '示、された'])
    expect(wrapWords('番号（マイナ）の', 3, widthOf)).toEqual(['番号', '（マイ', 'ナ）の'])
  })
  it('break a word that is longer than a line, and lose no character', () => {
    const text = 'ent_01JZ0000000000 を（見た）。'
    expect(wrapWords(text, 6, widthOf).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    for (const line of wrapWords(text, 6, widthOf)) expect(line.length).toBeLessThanOrEqual(6)
  })
  it('of nothing are one empty line', () => {
    expect(wrapWords('', 10, widthOf)).toEqual([''])
  })
})
