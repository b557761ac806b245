import {
  EncryptedPDFError,
  ParseSpeeds,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFName,
  type PDFObject,
  PDFRef,
  PDFStream,
} from '@cantoo/pdf-lib'
import type { PdfRefusal } from '../../core/collection/collection.rules.ts'

/**
 * Names of what a picture of a paper does not need: who made it, when and with what (ISO 32000-1 § 14.3, 14.5), and what a
 * viewer would run or unpack (§ 12.6, 7.11.4).
 */
const unwanted = ['Metadata', 'PieceInfo', 'LastModified', 'OpenAction', 'AA', 'EmbeddedFiles', 'JavaScript', 'AF'].map(
  (name) => PDFName.of(name),
)
const signatureTypes = ['Sig', 'DocTimeStamp'].map((name) => PDFName.of(name))

const dictOf = (object: PDFObject): PDFDict | undefined =>
  object instanceof PDFDict ? object : object instanceof PDFStream ? object.dict : undefined
const childrenOf = (object: PDFObject): PDFObject[] =>
  object instanceof PDFArray
    ? object.asArray()
    : (dictOf(object)
        ?.entries()
        .map(([, value]) => value) ?? [])

/** A signature covers the bytes as they are: without its metadata the file would be one whose signature is broken. */
const isSignature = (object: PDFObject): boolean => {
  const dict = dictOf(object)
  return (
    dict?.has(PDFName.of('ByteRange')) === true || signatureTypes.some((type) => dict?.get(PDFName.of('Type')) === type)
  )
}

/** Everything that can be reached from the catalog, without the unwanted: an older state of the file, or a deleted page, is not. */
const keptOf = (document: PDFDocument, visit: (object: PDFObject) => void): ReadonlySet<PDFRef> => {
  const { context, catalog } = document
  const kept = new Set<PDFRef>()
  const { Root } = context.trailerInfo
  if (Root instanceof PDFRef) kept.add(Root)
  const waiting: PDFObject[] = [catalog]
  for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) {
    visit(object)
    const dict = dictOf(object)
    for (const name of unwanted) dict?.delete(name)
    for (const child of childrenOf(object)) {
      if (!(child instanceof PDFRef)) waiting.push(child)
      else if (!kept.has(child)) {
        kept.add(child)
        const found = context.lookup(child)
        if (found !== undefined) waiting.push(found)
      }
    }
  }
  return kept
}

export type Cleaned = { bytes: Uint8Array } | { refused: PdfRefusal }

/** The same pages without what the file says of its maker; nothing is drawn or decoded that is not needed for that. */
export const cleaned = async (bytes: Uint8Array): Promise<Cleaned> => {
  try {
    const document = await PDFDocument.load(bytes, { parseSpeed: ParseSpeeds.Fastest, updateMetadata: false })
    const { context } = document
    let signed = false
    const kept = keptOf(document, (object) => {
      signed ||= isSignature(object)
    })
    if (signed) return { refused: 'signed' }
    // Where there is no catalog, the library is content with an empty one.
    if (document.getPageCount() === 0) return { refused: 'unreadable' }
    for (const [ref] of context.enumerateIndirectObjects()) if (!kept.has(ref)) context.delete(ref)
    // Who made it and when, and an identifier that is made of that.
    delete context.trailerInfo.Info
    delete context.trailerInfo.ID
    return { bytes: await document.save({ updateFieldAppearances: false, addDefaultPage: false }) }
  } catch (error) {
    return { refused: error instanceof EncryptedPDFError ? 'protected' : 'unreadable' }
  }
}
