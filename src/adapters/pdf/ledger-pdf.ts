import { setImmediate } from 'node:timers/promises'
import type { LedgerFileFacts, LedgerFormat } from '../../core/reading/reading.ts'
import { createPdf } from './document.ts'
import { slipFont } from './font.ts'
import { createPages } from './ledger-pages.ts'
import { createPen } from './pen.ts'

/** What may wait to be read before drawing goes on. */
const mostWaiting = 256 * 1024

/** Each row is a line of JSON; pieces end where they like, and are overwritten behind us. */
async function* rowsOf(parts: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of parts) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as string[]
  }
}

/** A page at a time: pdfkit writes a page out when the next begins, and whoever reads sets the pace. */
const draw = async (
  document: PDFKit.PDFDocument,
  facts: LedgerFileFacts,
  parts: AsyncIterable<Uint8Array>,
): Promise<void> => {
  const pages = createPages(document, createPen(document, slipFont()), facts)
  let seen = 0
  for await (const cells of rowsOf(parts)) {
    pages.addRow(cells)
    if (pages.pages() === seen) continue
    seen = pages.pages()
    do {
      await setImmediate()
      if (document.destroyed) return
    } while (document.readableLength > mostWaiting)
  }
  pages.end()
  document.end()
}

async function* file(facts: LedgerFileFacts, parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const title = `取扱記録 ${facts.organization}`
  const document = createPdf({ title, madeAt: facts.madeAt, layout: 'landscape' })
  // A failure of the drawing ends the reading.
  const drawn = draw(document, facts, parts).catch((error) => document.destroy(error))
  yield* document as AsyncIterable<Uint8Array>
  await drawn
}

/** The 取扱記録 on paper, in the shape of the customers' screen, with room for the stamps that it replaces. */
export const ledgerPdf: LedgerFormat = {
  mediaType: 'application/pdf',
  line: (cells) => `${JSON.stringify(cells)}\n`,
  file,
}
