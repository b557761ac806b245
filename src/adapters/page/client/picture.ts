/** A card is read at this size, and a picture of it has a few hundred kilobytes. */
const longest = 2000
const quality = 0.85
/** What the service takes. */
export const mostBytes = 8 * 1024 * 1024

export type Picture = { bytes: Blob; preview?: HTMLCanvasElement }

/**
 * Smaller, upright and without what a camera writes beside the picture (place, time, device): a canvas knows pixels only.
 * PDFs go as they are. `undefined` where it is no picture that this browser can read.
 */
export const preparePicture = async (file: File): Promise<Picture | undefined> => {
  if (file.type === 'application/pdf') return { bytes: file }
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => undefined)
  if (bitmap === undefined) return undefined
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  // A transparent picture would become black as JPEG.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  const bytes = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
  return bytes === null ? undefined : { bytes, preview: canvas }
}
