import PDFDocument from 'pdfkit'

export type DocumentFacts = {
  title: string
  /** The instant on the document: given, so that the same input gives the same bytes. */
  madeAt: Date
  layout?: 'portrait' | 'landscape'
}

/**
 * An A4 document as PDF/A-2b (ISO 19005-2). Untagged: tagging keeps an object per text run in memory. pdfkit derives the
 * file ID from the creation date and the other facts, so it is as fixed as they are.
 */
export const createPdf = (facts: DocumentFacts): PDFKit.PDFDocument =>
  new PDFDocument({
    size: 'A4',
    layout: facts.layout ?? 'portrait',
    margin: 0,
    autoFirstPage: false,
    subset: 'PDF/A-2b',
    pdfVersion: '1.7',
    tagged: false,
    lang: 'ja-JP',
    displayTitle: true,
    info: {
      Title: facts.title,
      Producer: 'Azukari',
      Creator: 'Azukari',
      CreationDate: facts.madeAt,
      ModDate: facts.madeAt,
    },
  })
