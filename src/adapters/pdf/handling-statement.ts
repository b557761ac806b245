import type { HandlingLine, HandlingStatement, StatementRenderer } from '../../core/oversight/oversight.rules.ts'
import { dayIn, secondIn, timeIn } from './instants.ts'
import { type Line, typed } from './lines.ts'
import { english, japanese, renderTable, small } from './table.ts'

const title = {
  ja: 'マイナンバー（個人番号）取扱状況のお知らせ',
  en: 'How your Individual Number has been handled',
} as const

const columns = [
  { width: 25, name: '日時', nameEn: 'When (JST)' },
  { width: 67, name: '何が行われたか', nameEn: 'What was done' },
  { width: 42, name: '誰が行ったか', nameEn: 'By whom' },
  { width: 48, name: '何のために（利用目的・根拠法令）', nameEn: 'What for, by which law' },
] as const

/** Marks the entries after which somebody had the number. */
const given = '◆'

/** What was refused says by itself what was tried. */
const prefixOf = ({ outcome, operationLabel }: HandlingLine): string =>
  outcome === 'refused' ? '' : `${outcome === 'released' ? given : ''}【${operationLabel}】`

const cellsOf = (line: HandlingLine): Line[][] => {
  const { at, by, purpose, result, what, functionName, entryId } = line
  const post = typed([...by.departments, ...(by.post === undefined ? [] : [by.post])].join('　'))
  const refused = line.outcome === 'refused'
  return [
    [japanese(dayIn(at)), small(timeIn(at))],
    [
      japanese(`${prefixOf(line)}${what.ja}`),
      ...(refused ? [japanese(result.ja)] : []),
      english(refused ? `${what.en} ${result.en}` : what.en),
      english(`${functionName}　${entryId}`),
    ],
    [japanese(typed(by.ja)), ...(post === '' ? [] : [small(post)]), english(typed(by.en))],
    purpose === undefined ? [small('—')] : [japanese(purpose.ja), small(purpose.law), english(purpose.en)],
  ]
}

const periodWords = ({ period: { from, to } }: HandlingStatement): { ja: string; en: string } =>
  from === undefined
    ? { ja: `最初の記録から ${secondIn(to)} まで`, en: `from the first entry to ${secondIn(to)}` }
    : { ja: `${secondIn(from)} から ${secondIn(to)} まで`, en: `${secondIn(from)} to ${secondIn(to)}` }

const headOf = (statement: HandlingStatement): Line[] => {
  const { lines, subject, companyName, organizationName, madeAt } = statement
  const of = (outcome: HandlingLine['outcome']): number => lines.filter((one) => one.outcome === outcome).length
  const period = periodWords(statement)
  return [
    { text: title.ja, size: 16, after: 0.6 },
    { text: title.en, size: 8, muted: true, after: 3.5 },
    { text: `${typed(subject.name)}　様`, size: 12, after: 2.5 },
    { text: typed(`会社　${companyName}（${organizationName}）`), size: 9, after: 0.9 },
    { text: `期間　${period.ja}（日本時間）`, size: 9, after: 0.9 },
    { text: `作成　${secondIn(madeAt)}`, size: 9, after: 2 },
    {
      text: `あなたの番号について、いつ・誰が・何のために・何をしたかの記録です。全部で${lines.length}件、うち担当者または手続き用の書類に番号が渡ったもの${of('released')}件（${given}）、お断りしたもの${of('refused')}件。この書類に番号は記載していません。担当者の役割と役職は、その日のものです。`,
      size: 9,
      after: 0.6,
    },
    {
      text: `Who did what with your number, when and why (${period.en}, Japan time): ${lines.length} entries, ${of('released')} in which it was given out for a use (${given}), ${of('refused')} refused. The number itself is not on this document.`,
      size: 7,
      muted: true,
      after: 4,
    },
  ]
}

/** 取扱状況のお知らせ, for the person. */
export const renderHandlingStatement: StatementRenderer = (statement) =>
  renderTable({
    title: title.ja,
    madeAt: statement.madeAt,
    head: headOf(statement),
    columns,
    rows: statement.lines.map(cellsOf),
    footer: `${title.ja}　${typed(statement.subject.name)} 様　${dayIn(statement.madeAt)} 作成`,
  })
