import { buffer } from 'node:stream/consumers'
import type { PrintedReceipt, ReceiptRenderer } from '../../core/collection/collection.rules.ts'
import { createPdf } from './document.ts'
import { mm, pitch } from './fit.ts'
import { slipFont } from './font.ts'
import { minuteIn } from './instants.ts'
import { type Line, runsOf, typed, write } from './lines.ts'
import { createPen } from './pen.ts'

const page = { left: 18, right: 192, top: 18, bottom: 275, footer: 284 } as const
const titleOf = ({ ofCorporation }: PrintedReceipt) => ({
  ja: ofCorporation ? '法人番号の確認の受領証' : '個人番号の提出の受領証',
  en: 'Receipt for what you submitted',
})

type Part = Line & { indent?: number }
const partsOf = (receipt: PrintedReceipt): Part[] => [
  { text: titleOf(receipt).ja, size: 17, after: 0.5 },
  { text: titleOf(receipt).en, size: 8.5, muted: true, after: 5 },
  { text: typed(`提出先　${receipt.companyName}（${receipt.organizationName}）`), size: 10.5, after: 1 },
  { text: `提出日時　${minuteIn(receipt.submittedAt)}（日本時間）`, size: 10.5, after: 1 },
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
  ...receipt.lines.flatMap(({ at, operationLabel, functionName, name, entryId }): Part[] => [
    {
      text: typed([minuteIn(at), operationLabel, functionName, name ?? ''].filter((part) => part !== '').join('　')),
      size: 9.5,
    },
    { text: entryId, size: 7, muted: true, indent: 6, after: 1.6 },
  ]),
]

/** 受領証 on A4, for the person to keep. */
export const renderPersonReceipt: ReceiptRenderer = async (receipt) => {
  const title = titleOf(receipt)
  const document = createPdf({ title: title.ja, madeAt: receipt.submittedAt })
  const pen = createPen(document, slipFont())
  const footer = pen.printable(`${title.ja}　${receipt.requestId}`)
  let y: number = page.top
  const newPage = (): void => {
    document.addPage()
    pen.use()
    y = page.top
    write(pen, { text: footer, size: 6.5, muted: true }, { x: page.left, y: page.footer })
  }
  newPage()
  for (const { indent = 0, ...part } of partsOf(receipt))
    for (const run of runsOf(pen, [part], page.right - page.left - indent)) {
      if (y + (run.size * pitch) / mm > page.bottom) newPage()
      write(pen, run, { x: page.left + indent, y })
      y += run.pitch
    }
  document.end()
  return buffer(document)
}
