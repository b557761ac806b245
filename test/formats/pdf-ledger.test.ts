import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ledgerPdf } from '../../src/adapters/pdf/ledger-pdf.ts'
import type { LedgerFileFacts } from '../../src/core/reading/reading.ts'
import { unpacked } from '../support/inflate.ts'

const facts: LedgerFileFacts = {
  organization: '試験株式会社',
  madeAt: new Date('2026-11-23T01:23:45Z'),
  madeBy: '監査 花子（j-auditor）',
  conditions: [
    ['期間', '2026/08/23 00:00:00 から 2026/11/23 00:00:00 まで'],
    ['操作', '閲覧'],
  ],
  order: 'desc',
  entries: 100,
  checkpoint: {
    size: 12_345,
    root: 'k3x9VtT0h4m1p8Qy0c1mHkA3xv2mXkq0F3y0QmL9aZ8=',
    signedAt: new Date('2026-11-23T01:23:00Z'),
  },
}
const cellsOf = (i: number, name = '東野 二郎'): string[] => [
  '2026/11/23 10:23:45',
  '101',
  '社長室',
  String(100 + i),
  name,
  '閲覧',
  'マイナンバー表示',
  'j0013',
  '責任 太郎',
]

const drawn = async (rows: readonly string[][], some: Partial<LedgerFileFacts> = {}): Promise<Buffer> => {
  async function* parts(): AsyncGenerator<Uint8Array> {
    const text = Buffer.from(rows.map(ledgerPdf.line).join(''))
    // Pieces end within lines and within characters.
    for (let at = 0; at < text.length; at += 1001) yield text.subarray(at, at + 1001)
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of ledgerPdf.file({ ...facts, entries: rows.length, ...some }, parts())) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const pagesOf = (pdf: Buffer): number => [...pdf.toString('latin1').matchAll(/\/Type \/Page\b(?!s)/g)].length
const poppler = spawnSync('pdftotext', ['-v']).error === undefined
const textOf = (pdf: Buffer): string[] => {
  const home = mkdtempSync(join(tmpdir(), 'azukari-pdf-'))
  try {
    writeFileSync(join(home, 'ledger.pdf'), pdf)
    const { stdout } = spawnSync('pdftotext', ['-layout', join(home, 'ledger.pdf'), '-'], { encoding: 'utf8' })
    return stdout.split('\f').slice(0, -1)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

describe('the 取扱記録 on paper', () => {
  it('is A4 on its side, PDF/A, with its Japanese font in it', async () => {
    const pdf = (await drawn([cellsOf(0)])).toString('latin1')
    expect(pdf.startsWith('%PDF-1.7')).toBe(true)
    expect(pdf).toContain('/MediaBox [0 0 841.89 595.28]')
    expect(pdf).toContain('/FontFile2')
    expect(pdf).toContain('BIZUDPGothic')
  })

  it('has its head, its page number and the number of pages on every page', async () => {
    const pdf = await drawn(Array.from({ length: 100 }, (_, i) => cellsOf(i)))
    const pages = pagesOf(pdf)
    expect(pages).toBeGreaterThan(2)
    const calls = (name: string): number => unpacked(pdf).filter((content) => content.includes(`/${name} Do`)).length
    expect(calls('Head')).toBe(pages)
    expect(calls('Total')).toBe(pages)
  })

  it('grows by pages and not by memory: rows are drawn as they come', async () => {
    const few = pagesOf(await drawn(Array.from({ length: 50 }, (_, i) => cellsOf(i))))
    const many = pagesOf(await drawn(Array.from({ length: 500 }, (_, i) => cellsOf(i))))
    expect(many).toBeGreaterThan(few * 6)
  })

  it('of nothing says so', async () => {
    expect(pagesOf(await drawn([]))).toBe(1)
  })

  it('ends when the entries cannot be read', async () => {
    const broken = ledgerPdf.file(facts, {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('gone')) }),
    })
    await expect(Array.fromAsync(broken)).rejects.toThrow('gone')
  })
})

describe.skipIf(!poppler)('read by another program (poppler)', () => {
  it('each page says what was asked for, under which checkpoint, and which page it is', async () => {
    const pages = textOf(await drawn(Array.from({ length: 100 }, (_, i) => cellsOf(i))))
    expect(pages[0]).toContain('試験株式会社')
    expect(pages[0]).toContain('2026/08/23 00:00:00 から 2026/11/23 00:00:00 まで')
    expect(pages[0]).toContain('監査 花子（j-auditor）')
    pages.forEach((page, i) => {
      for (const words of [
        '操作日時',
        '部門コード',
        '社員コード',
        '対象者',
        '機能名',
        'k3x9VtT0h4m1p8Qy0c1mHkA3xv2mXkq0F3y0QmL9aZ8=',
      ])
        expect(page, `page ${i + 1}`).toContain(words)
      expect(page.replace(/\s+/g, '')).toContain(`${i + 1}/${pages.length}ページ`)
    })
    expect(pages.at(-1)).toContain('以上 100件')
    expect(pages.join('').match(/東野 二郎/g)).toHaveLength(100)
  })

  it('says where there is no checkpoint', async () => {
    const { checkpoint: _, ...without } = facts
    const [page = ''] = textOf(await drawn([cellsOf(0)], { ...without, checkpoint: undefined } as never))
    expect(page).toContain('検証点: なし')
  })

  it('wraps a name of any length, and cuts none', async () => {
    const name = `${'永い名'.repeat(21)} > ${'名前'.repeat(31)}`
    const [page = ''] = textOf(await drawn([cellsOf(0, name)]))
    expect(page.match(/永い名|名前/g)?.length ?? 0).toBeGreaterThan(30)
    expect([...page.replace(/\s+/g, '')].filter((character) => character === '永')).toHaveLength(21)
  })

  it('puts 〓 for a character that the font lacks, and says so', async () => {
    const [page = ''] = textOf(await drawn([cellsOf(0, '𠮷野 太郎')]))
    expect(page).toContain('〓野 太郎')
    expect(page).toContain('〓は印字できない文字です')
  })
})
