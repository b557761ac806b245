import type { HistoryLine, RequestHistory } from '../../core/collection/collection.rules.ts'
import { mm, pitch } from './fit.ts'
import type { SlipFont } from './font.ts'
import { redactNumbers } from './redact.ts'
import { wrapWords } from './wrap-words.ts'

/** One line of text; `pitch` is how far below it the next one begins, in mm. */
export type Run = { text: string; size: number; pitch: number; muted?: true }
type Row = { y: number; height: number; cells: Run[][] }

/** In mm, on A4. */
export const pageOf = {
  ...{ left: 14, right: 196, top: 16, bottom: 277, footer: 284 },
  ...{ headHeight: 8.5, padding: 1.6 },
} as const

export const title = {
  ja: '個人番号の提供依頼に関する経過記録',
  en: 'Record of asking for an Individual Number',
} as const

export const columns = [
  { x: 14, width: 25, name: '日時', nameEn: 'When (JST)' },
  { x: 39, width: 67, name: '経過', nameEn: 'What happened' },
  { x: 106, width: 52, name: '内容・理由', nameEn: 'Details, reason' },
  { x: 158, width: 38, name: '対応した人', nameEn: 'By whom' },
] as const

const jst = (instant: Date): string => new Date(instant.getTime() + 9 * 3600_000).toISOString()
const dayOf = (instant: Date): string => jst(instant).slice(0, 10).replaceAll('-', '/')
const timeOf = (instant: Date): string => jst(instant).slice(11, 16)

const missing = '〓'
/** A character that the font lacks must not keep anybody from the record: 〓 is what Japanese type puts there. */
const printable = (text: string, font: SlipFont): string =>
  Array.from(text, (c) => (font.hasGlyph(c.codePointAt(0) ?? 0) ? c : missing)).join('')
/** What people typed: whatever could be a number is blacked out (番号法19条). */
const typed = (text: string): string => redactNumbers(text).text

type Style = { size: number; muted?: true; after?: number }
const inLines = (font: SlipFont, text: string, width: number, { size, after = 0, ...rest }: Style): Run[] => {
  const step = (size * pitch) / mm
  const lines = wrapWords(printable(text, font), (width * mm) / size, font.widthOf)
  return lines.map((one, i) => ({ text: one, size, pitch: step + (i === lines.length - 1 ? after : 0), ...rest }))
}

const ja = { size: 8.5, after: 0.4 } as const
const small = { size: 7, muted: true, after: 0.4 } as const
const english = { size: 6.2, muted: true, after: 0.4 } as const

const actors = {
  staff: { ja: '担当者', en: 'staff' },
  subject: { ja: '本人', en: 'the person' },
  host: { ja: '連携システム', en: 'the host system' },
  system: { ja: '自動', en: 'the system' },
} as const satisfies Record<HistoryLine['by']['kind'], { ja: string; en: string }>

const cellsOf = (line: HistoryLine, font: SlipFont): Run[][] => {
  const [when = 0, what = 0, why = 0, who = 0] = columns.map(({ width }) => width - 2 * pageOf.padding)
  const { by, detail, remark } = line
  return [
    [...inLines(font, dayOf(line.at), when, ja), ...inLines(font, timeOf(line.at), when, small)],
    [...inLines(font, line.what.ja, what, ja), ...inLines(font, line.what.en, what, english)],
    [
      ...(detail === undefined
        ? []
        : [...inLines(font, detail.ja, why, ja), ...inLines(font, detail.en, why, english)]),
      ...(remark === undefined ? [] : inLines(font, typed(remark), why, small)),
      ...(detail === undefined && remark === undefined ? inLines(font, '—', why, small) : []),
    ],
    [
      ...inLines(font, actors[by.kind].ja, who, by.name === undefined ? ja : small),
      ...(by.name === undefined ? [] : inLines(font, typed(by.name), who, ja)),
      ...inLines(font, actors[by.kind].en, who, english),
    ],
  ]
}

const heightOf = (runs: readonly Run[]): number => runs.reduce((sum, run) => sum + run.pitch, 0)

export const headLines = (history: RequestHistory, font: SlipFont): Run[] => {
  const width = pageOf.right - pageOf.left
  const { lines, subject, companyName, organizationName, madeAt, requestId, dueOn, blank } = history
  const attempts = lines.filter(({ kind }) => kind === 'contact').length
  const facts = { size: 9, after: 0.9 } as const
  return [
    ...inLines(font, title.ja, width, { size: 16, after: 0.6 }),
    ...inLines(font, title.en, width, { size: 8, muted: true, after: 3.5 }),
    ...inLines(font, `対象者　${typed(subject.name)}`, width, { size: 12, after: 2.5 }),
    ...inLines(font, typed(`会社　${companyName}（${organizationName}）`), width, facts),
    ...inLines(font, `依頼　${requestId}`, width, facts),
    ...(dueOn === undefined ? [] : inLines(font, `提出期限　${dueOn.replaceAll('-', '/')}`, width, facts)),
    ...inLines(font, `作成　${dayOf(madeAt)} ${timeOf(madeAt)}`, width, { ...facts, after: 2.5 }),
    ...(blank === undefined
      ? inLines(font, '結果　個人番号の提供を受けています。', width, { size: 10, after: 2 })
      : [
          ...inLines(font, `結果　${blank.ja}`, width, { size: 10, after: 0.6 }),
          ...inLines(font, blank.en, width, { size: 7, muted: true, after: 2 }),
        ]),
    ...inLines(
      font,
      `個人番号の提供を求めた経過の記録です。全部で${lines.length}件、うち本人への連絡・対応${attempts}件。この書類に番号は記載していません。`,
      width,
      { size: 9, after: 0.6 },
    ),
    ...inLines(
      font,
      `What was done to obtain the number: ${lines.length} entries, ${attempts} of them contacts. The number itself is not on this document.`,
      width,
      { size: 7, muted: true, after: 4 },
    ),
  ]
}

/** Rows never break over pages: whoever reads one has it before their eyes. */
export const layOut = (history: RequestHistory, font: SlipFont) => {
  const first = pageOf.top + heightOf(headLines(history, font))
  const pages: { tableTop: number; rows: Row[] }[] = [{ tableTop: first, rows: [] }]
  let y = first + pageOf.headHeight
  for (const line of history.lines) {
    const cells = cellsOf(line, font)
    const height = Math.max(...cells.map(heightOf)) + 2 * pageOf.padding
    if (y + height > pageOf.bottom) {
      pages.push({ tableTop: pageOf.top, rows: [] })
      y = pageOf.top + pageOf.headHeight
    }
    pages.at(-1)?.rows.push({ y, height, cells })
    y += height
  }
  const footer = printable(`${title.ja}　${typed(history.subject.name)}　${dayOf(history.madeAt)} 作成`, font)
  return { pages, footer }
}
