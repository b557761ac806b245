/** One empty page, as small as a PDF gets. `more` goes into the catalog, `objects` and `trailer` behind and into the end. */
export const smallPdf = ({ more = '', objects = '', trailer = '' } = {}): Buffer =>
  Buffer.from(
    [
      '%PDF-1.7',
      `1 0 obj\n<</Type/Catalog/Pages 2 0 R${more}>>\nendobj`,
      '2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj',
      '3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj',
      `${objects}trailer\n<</Root 1 0 R${trailer}>>\n%%EOF\n`,
    ].join('\n'),
  )
