import type { Request } from 'express'
import { AppError } from '../../core/shared/errors.ts'

/** JSON and forms are small; files are streamed and have limits of their own. */
export const maxBodyBytes = 1024 * 1024
const maxDepth = 64

const utf8 = new TextDecoder('utf-8', { fatal: true })

const readAll = async (request: Request): Promise<Buffer> => {
  const declared = Number(request.headers['content-length'] ?? 0)
  const tooLarge = (): AppError => new AppError('payload_too_large', `The limit is ${maxBodyBytes} bytes.`)
  if (declared > maxBodyBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const decode = (bytes: Buffer): string => {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new AppError('invalid_json', 'The body is not valid UTF-8.')
  }
}

const tooDeep = (value: unknown, depth = 0): boolean =>
  depth > maxDepth ||
  (typeof value === 'object' && value !== null && Object.values(value).some((inner) => tooDeep(inner, depth + 1)))

/** The end of the string that begins at `from`: the index of its closing quote. */
const endOfString = (text: string, from: number): number => {
  for (let i = from + 1; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x5c) i++
    else if (c === 0x22) return i
  }
  return text.length
}
const isName = (text: string, end: number): boolean => {
  for (let i = end + 1; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return c === 0x3a
  }
  return false
}

/**
 * Judged on the text, before it is parsed: nesting (JSON.parse itself would take 10,000 levels, a recursive walk would not), and
 * names given twice, of which JSON.parse keeps the last and a proxy in between perhaps the first (I-JSON, RFC 7493 § 2.3).
 */
const mustBePlain = (text: string): void => {
  const names: (Set<string> | undefined)[] = []
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x22) {
      const end = endOfString(text, i)
      const known = names.at(-1)
      if (known !== undefined && isName(text, end)) {
        const raw = text.slice(i, end + 1)
        // Spelled with escapes it is the same name. What does not parse is refused by the parser in a moment.
        const name = raw.includes('\\') ? unescaped(raw) : raw
        if (known.has(name)) throw new AppError('invalid_json', 'An object names a property twice.')
        known.add(name)
      }
      i = end
    } else if (c === 0x7b || c === 0x5b) {
      names.push(c === 0x7b ? new Set() : undefined)
      if (names.length > maxDepth) throw new AppError('invalid_json', `The body nests deeper than ${maxDepth} levels.`)
    } else if (c === 0x7d || c === 0x5d) names.pop()
  }
}
const unescaped = (raw: string): string => {
  try {
    return `"${String(JSON.parse(raw))}"`
  } catch {
    return raw
  }
}

const parseJson = (text: string): unknown => {
  mustBePlain(text)
  try {
    const value: unknown = JSON.parse(text, (key, inner: unknown) => {
      // Half a surrogate pair is no text (I-JSON, RFC 7493 § 2.1): it has no UTF-8, so it could be neither kept nor signed.
      const isText = key.isWellFormed() && (typeof inner !== 'string' || inner.isWellFormed())
      if (key === '__proto__' || !isText) throw new SyntaxError()
      return inner
    })
    if (tooDeep(value)) throw new SyntaxError()
    return value
  } catch {
    throw new AppError('invalid_json', 'The body is not valid JSON.')
  }
}

const parseForm = (text: string): Record<string, string> => {
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (form.has(name)) throw new AppError('invalid_request', 'A form parameter is given twice.')
    form.set(name, value)
  }
  // RFC 6749 § 3.2: what is sent without a value is as if it had been left out.
  return Object.fromEntries([...form].filter(([, value]) => value !== ''))
}

/** The body in the one media type that the operation takes; undefined when there is none and none is needed. */
export const readBody = async (
  request: Request,
  operation: { mediaType?: string; bodyRequired: boolean },
): Promise<unknown> => {
  const { mediaType, bodyRequired } = operation
  const given = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  const empty =
    request.headers['content-length'] === '0' ||
    (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined)
  if (mediaType === undefined) {
    // An operation without a body takes none, or an empty object as many clients send.
    if (empty) return undefined
    const bytes = await readAll(request)
    const text = bytes.toString('utf8').trim()
    if (text !== '' && text !== '{}') throw new AppError('invalid_request', 'This operation takes no body.')
    return undefined
  }
  if (empty && !bodyRequired) return undefined
  if (given !== mediaType)
    throw new AppError(empty ? 'invalid_request' : 'unsupported_media_type', `Send the body as ${mediaType}.`)
  if (mediaType === 'application/json') {
    if (request.headers['content-encoding'] !== undefined)
      throw new AppError('unsupported_media_type', 'Send the body uncompressed.')
    return parseJson(decode(await readAll(request)))
  }
  if (mediaType === 'application/x-www-form-urlencoded') return parseForm(decode(await readAll(request)))
  return undefined
}
