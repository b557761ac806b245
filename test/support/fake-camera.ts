import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'

/** What a camera sees that is held over the back of a card: a film for Chromium's fake camera (Y4M). */
const width = 640
const height = 480

const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm'))
const qrCode = async (text: string) => {
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } })
  return writeBarcode(text, { format: 'QRCode', scale: 8, addQuietZones: true })
}

export const filmOf = async (text: string, file: string): Promise<void> => {
  const { symbol } = await qrCode(text)
  const luma = Buffer.alloc(width * height, 0xb0)
  const scale = Math.floor(300 / symbol.width)
  const size = symbol.width * scale
  const [left, top] = [(width - size) >> 1, (height - size) >> 1]
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      luma[(top + y) * width + left + x] =
        (symbol.data[Math.floor(y / scale) * symbol.width + Math.floor(x / scale)] ?? 0) > 127 ? 0xeb : 0x10
  const chroma = Buffer.alloc((width * height) / 2, 0x80)
  writeFileSync(
    file,
    Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420mpeg2\nFRAME\n`), luma, chroma]),
  )
}
