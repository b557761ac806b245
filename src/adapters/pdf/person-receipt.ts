import type { PrintedReceipt, ReceiptRenderer } from '../../core/collection/collection.rules.ts'
import { createPdf } from './document.ts'
import { mm, pitch } from './fit.ts'
import { type SlipFont, slipFont } from './font.ts'
import { redactNumbers } from './redact.ts'
import { wrapWords } from './wrap-words.ts'

const ink = '#1a1a1a'
const grey = '#666666'
/** Where the baseline lies under the top of the em box: the font's ascent is 0.88 em. */
const ascent = 0.88
const page = { left: 18, right: 192, top: 18, bottom: 275, footer: 284 } as const
const title = { ja: '個人番号の提出の受領証', en: 'Receipt for what you submitted' } as const

type Run = { text: string; size: number; muted?: true; indent?: number; after?: number }

const jst = (instant: Date): string => {
  const text = new Date(instant.getTime() + 9 * 3600_000).toISOString()
  return `${text.slice(0, 10).replaceAll('-', '/')} ${text.slice(11, 16)}`
}
/** What people typed: whatever could be a number is blacked out (番号法19条). */
const typed = (text: string): string => redactNumbers(text).text
const printable = (text: string, font: SlipFont): string =>
  Array.from(text, (c) => (font.hasGlyph(c.codePointAt(0) ?? 0) ? c : '〓')).join('')

const runsOf = (receipt: PrintedReceipt): Run[] => [
  { text: title.ja, size: 17, after: 0.5 },
  { text: title.en, size: 8.5, muted: true, after: 5 },
  { text: typed(`提出先　${receipt.companyName}（${receipt.organizationName}）`), size: 10.5, after: 1 },
  { text: `提出日時　${jst(receipt.submittedAt)}（日本時間）`, size: 10.5, after: 1 },
  { text: typed(`利用目的の通知　${receipt.noticeTitle}`), size: 10.5, after: 1 },
  { text: `受付番号　${receipt.requestId}`, size: 10.5, after: 4 },
  {
    text: 'あなたの手続きは、次のとおり取扱記録に残りました。この書類に個人番号は記載していません。',
    size: 9.5,
    after: 0.5,
  },
  {
    text: 'What you did is on record as follows. The number itself is not on this document.',
    size: 7.5,
    muted: true,
    after: 3,
  },
  ...receipt.lines.flatMap(({ at, operationLabel, functionName, name, entryId }): Run[] => [
    {
      text: typed([jst(at), operationLabel, functionName, name ?? ''].filter((part) => part !== '').join('　')),
      size: 9.5,
    },
    { text: entryId, size: 7, muted: true, indent: 6, after: 1.6 },
  ]),
]

/** 受領証 on A4, for the person to keep. */
export const renderPersonReceipt: ReceiptRenderer = async (receipt) => {
  const font = slipFont()
  const document = createPdf({ title: title.ja, madeAt: receipt.submittedAt })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const done = new Promise<void>((resolve, reject) => {
    document.on('end', resolve)
    document.on('error', reject)
  })
  let y: number = page.top
  const write = (text: string, x: number, at: number, size: number, muted: boolean | undefined): void => {
    document
      .fillColor(muted === true ? grey : ink)
      .fontSize(size)
      .text(text, x * mm, at * mm + ascent * size, { lineBreak: false, baseline: 'alphabetic' })
  }
  const newPage = (): void => {
    document.addPage()
    font.useIn(document)
    y = page.top
    write(printable(`${title.ja}　${receipt.requestId}`, font), page.left, page.footer, 6.5, true)
  }
  newPage()
  for (const { text, size, muted, indent = 0, after = 0 } of runsOf(receipt)) {
    const width = ((page.right - page.left - indent) * mm) / size
    for (const line of wrapWords(printable(text, font), width, font.widthOf)) {
      const height = (size * pitch) / mm
      if (y + height > page.bottom) newPage()
      write(line, page.left + indent, y, size, muted)
      y += height
    }
    y += after
  }
  document.end()
  await done
  return Buffer.concat(chunks)
}
