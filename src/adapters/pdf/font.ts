import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import PDFDocument from 'pdfkit'
import { AppError } from '../../core/shared/errors.ts'

/**
 * BIZ UDPGothic (OFL 1.1): TrueType, so it can be subset and embedded, and made for forms. Parsing its 4.5 MB takes 15 ms,
 * more than drawing a page, so it is done once for the process and shared by all documents.
 */
export type SlipFont = {
  /** Width of a text at 1 pt. The font has no kerning, so the widths of its characters add up. */
  widthOf: (text: string) => number
  hasGlyph: (codePoint: number) => boolean
  /** Makes it the current font of a document. */
  useIn: (document: PDFKit.PDFDocument) => void
}

const fontFile = '@expo-google-fonts/biz-udpgothic/400Regular/BIZUDPGothic_400Regular.ttf'

type ParsedFont = {
  unitsPerEm: number
  hasGlyphForCodePoint: (codePoint: number) => boolean
  layout: (text: string) => { advanceWidth: number }
}

const isParsedFont = (value: unknown): value is ParsedFont =>
  typeof value === 'object' &&
  value !== null &&
  typeof Reflect.get(value, 'unitsPerEm') === 'number' &&
  typeof Reflect.get(value, 'hasGlyphForCodePoint') === 'function' &&
  typeof Reflect.get(value, 'layout') === 'function'

/** pdfkit parses the file, and takes a parsed font back (`font(src)` looks for `layout`), which its types don't say. */
const parse = (): ParsedFont => {
  const carrier = new PDFDocument({ autoFirstPage: false })
  carrier.font(readFileSync(fileURLToPath(import.meta.resolve(fontFile))))
  const opened: unknown = Reflect.get(carrier, '_font')
  const parsed: unknown = typeof opened === 'object' && opened !== null ? Reflect.get(opened, 'font') : undefined
  if (!isParsedFont(parsed)) throw new AppError('internal', 'This release of pdfkit does not hand out the parsed font.')
  return parsed
}

const createSlipFont = (): SlipFont => {
  const parsed = parse()
  const widths = new Map<string, number>()
  const widthOfCharacter = (character: string): number => {
    const known = widths.get(character)
    if (known !== undefined) return known
    const width = parsed.layout(character).advanceWidth / parsed.unitsPerEm
    widths.set(character, width)
    return width
  }
  return {
    widthOf: (text) => {
      let sum = 0
      for (const character of text) sum += widthOfCharacter(character)
      return sum
    },
    hasGlyph: (codePoint) => parsed.hasGlyphForCodePoint(codePoint),
    useIn: (document) => {
      Reflect.apply(document.font, document, [parsed])
    },
  }
}

let font: SlipFont | undefined

export const slipFont = (): SlipFont => {
  font ??= createSlipFont()
  return font
}
