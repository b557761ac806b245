import QRCode from 'qrcode'

/** Printed on a letter and photographed by a telephone: a quarter may be soiled (level Q), and four modules are left blank around (JIS X 0510). */
const options = { errorCorrectionLevel: 'Q', margin: 4 } as const
/** Pixels a module: sharp at 40 mm and 300 dpi. */
const scale = 8

export type QrCode = { svg: string; png: string }

export const qrCodeOf = async (text: string): Promise<QrCode> => {
  const [svg, png] = await Promise.all([
    QRCode.toString(text, { ...options, type: 'svg' }),
    QRCode.toBuffer(text, { ...options, type: 'png', scale }),
  ])
  return { svg, png: png.toString('base64') }
}
