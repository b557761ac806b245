import type { HistoryLine, HistoryRenderer, RequestHistory } from '../../core/collection/collection.rules.ts'
import { dayIn, minuteIn, timeIn } from './instants.ts'
import { type Line, typed } from './lines.ts'
import { english, japanese, renderTable, small } from './table.ts'

const title = {
  ja: '個人番号の提供依頼に関する経過記録',
  en: 'Record of asking for an Individual Number',
} as const

const corporateTitle = {
  ja: '法人番号の確認依頼に関する経過記録',
  en: 'Record of asking for a corporate number',
} as const

const columns = [
  { width: 25, name: '日時', nameEn: 'When (JST)' },
  { width: 67, name: '経過', nameEn: 'What happened' },
  { width: 52, name: '内容・理由', nameEn: 'Details, reason' },
  { width: 38, name: '対応した人', nameEn: 'By whom' },
] as const

const actors = {
  staff: { ja: '担当者', en: 'staff' },
  subject: { ja: '本人', en: 'the person' },
  host: { ja: '連携システム', en: 'the host system' },
  system: { ja: '自動', en: 'the system' },
} as const satisfies Record<HistoryLine['by']['kind'], { ja: string; en: string }>

const cellsOf = ({ at, what, by, detail, remark }: HistoryLine): Line[][] => {
  const actor = actors[by.kind]
  const why = [
    ...(detail === undefined ? [] : [japanese(detail.ja), english(detail.en)]),
    ...(remark === undefined ? [] : [small(typed(remark))]),
  ]
  return [
    [japanese(dayIn(at)), small(timeIn(at).slice(0, 5))],
    [japanese(what.ja), english(what.en)],
    why.length === 0 ? [small('—')] : why,
    [
      ...(by.name === undefined ? [japanese(actor.ja)] : [small(actor.ja), japanese(typed(by.name))]),
      english(actor.en),
    ],
  ]
}

const headOf = (history: RequestHistory): Line[] => {
  const { lines, subject, ofCorporation, companyName, organizationName, madeAt, requestId, dueOn, blank } = history
  const attempts = lines.filter(({ kind }) => kind === 'contact').length
  return [
    { text: ofCorporation ? corporateTitle.ja : title.ja, size: 16, after: 0.6 },
    { text: ofCorporation ? corporateTitle.en : title.en, size: 8, muted: true, after: 3.5 },
    { text: `対象者　${typed(subject.name)}`, size: 12, after: 2.5 },
    { text: typed(`会社　${companyName}（${organizationName}）`), size: 9, after: 0.9 },
    { text: `依頼　${requestId}`, size: 9, after: 0.9 },
    ...(dueOn === undefined ? [] : [{ text: `提出期限　${dueOn.replaceAll('-', '/')}`, size: 9, after: 0.9 }]),
    { text: `作成　${minuteIn(madeAt)}`, size: 9, after: 2.5 },
    ...(blank === undefined
      ? [
          {
            text: `結果　${ofCorporation ? '法人番号がわかっています。' : '個人番号の提供を受けています。'}`,
            size: 10,
            after: 2,
          },
        ]
      : [
          { text: `結果　${blank.ja}`, size: 10, after: 0.6 },
          { text: blank.en, size: 7, muted: true as const, after: 2 },
        ]),
    {
      text: `${ofCorporation ? '法人番号の確認' : '個人番号の提供'}を求めた経過の記録です。全部で${lines.length}件、うち本人への連絡・対応${attempts}件。この書類に番号は記載していません。`,
      size: 9,
      after: 0.6,
    },
    {
      text: `What was done to obtain the number: ${lines.length} entries, ${attempts} of them contacts. The number itself is not on this document.`,
      size: 7,
      muted: true,
      after: 4,
    },
  ]
}

/** 経過記録: for the employer's file, and for a tax office that asks why a slip is blank. */
export const renderRequestHistory: HistoryRenderer = (history) =>
  renderTable({
    title: title.ja,
    madeAt: history.madeAt,
    head: headOf(history),
    columns,
    rows: history.lines.map(cellsOf),
    footer: `${title.ja}　${typed(history.subject.name)}　${dayIn(history.madeAt)} 作成`,
  })
