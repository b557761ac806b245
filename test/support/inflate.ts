import { inflateRawSync, inflateSync } from 'node:zlib'

/** What is packed in these bytes, whatever they are: every stream of a PDF, every member of a ZIP. */
const signature = { zip: Buffer.from('504b0304', 'hex'), stream: /stream\r?\n/g }
const zipHeaderBytes = 30

const orNothing = (work: () => Buffer): Buffer[] => {
  try {
    return [work()]
  } catch {
    return []
  }
}

const zipMembers = (bytes: Buffer): Buffer[] => {
  const found: Buffer[] = []
  for (let at = bytes.indexOf(signature.zip); at >= 0; at = bytes.indexOf(signature.zip, at + 4)) {
    if (at + zipHeaderBytes > bytes.length) break
    const from = at + zipHeaderBytes + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
    // A stream ends where deflate says: the sizes may stand behind it.
    found.push(...orNothing(() => inflateRawSync(bytes.subarray(from))))
  }
  return found
}

const pdfStreams = (bytes: Buffer): Buffer[] =>
  bytes.includes('%PDF-')
    ? [...bytes.toString('latin1').matchAll(signature.stream)].flatMap(({ index, 0: word }) =>
        orNothing(() => inflateSync(bytes.subarray(index + word.length))),
      )
    : []

/** The text of a PDF by its own ToUnicode map, run after run, without spaces between the glyphs of a run. */
const pdfText = (streams: readonly Buffer[]): Buffer[] => {
  const texts = streams.map((stream) => stream.toString('latin1'))
  const map = texts.find((text) => text.includes('beginbfrange')) ?? ''
  const glyphs = [...map.matchAll(/\[([^\]]*)\]/g)].flatMap(([, row = '']) =>
    [...row.matchAll(/<([0-9a-f ]*)>/g)].map(([, hex = '']) =>
      String.fromCharCode(...hex.split(' ').map((unit) => Number.parseInt(unit, 16))),
    ),
  )
  const runs = texts
    .flatMap((text) => [...text.matchAll(/\[(.*?)\] TJ/g)])
    .map(([, run = '']) =>
      [...run.matchAll(/<([0-9a-f]+)>/g)]
        .flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? [])
        .map((id) => glyphs[Number.parseInt(id, 16)] ?? '')
        .join(''),
    )
  // A number is drawn digit by digit, each in a box of its own: one after the other they are a number too.
  return runs.length === 0 ? [] : [Buffer.from(runs.join('\n')), Buffer.from(runs.join(''))]
}

/** The bytes, and all that is packed in them, a ZIP in a ZIP and a PDF in a ZIP too. */
export const unpacked = (bytes: Buffer): Buffer[] => {
  const members = zipMembers(bytes)
  const streams = pdfStreams(bytes)
  return [bytes, ...streams, ...pdfText(streams), ...members.flatMap(unpacked)]
}
