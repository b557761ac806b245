import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { readDigits } from '../digits.ts'
import { words as all, type Language } from '../words/words.ts'

/**
 * Reads the QR code on the back of the card, in the browser. What it finds goes to the form beside it, by a message to our
 * own origin, and nowhere else.
 */
const meta = document.querySelector<HTMLMetaElement>('meta[name="azukari-wasm"]')?.content ?? ''
// Without this it would ask a CDN for its own module.
prepareZXingModule({ overrides: { locateFile: () => new URL(meta, import.meta.url).href } })

const language: Language = new URLSearchParams(window.location.search).get('lang') === 'en' ? 'en' : 'ja'
const { scanner: words } = all[language]
document.documentElement.lang = language
document.title = words.title

const element = <K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
): HTMLElementTagNameMap[K] => Object.assign(document.createElement(name), properties)

const status = element('p', { className: 'scan-status', textContent: words.starting })
status.setAttribute('role', 'status')
const video = element('video', { muted: true, playsInline: true })
video.setAttribute('aria-hidden', 'true')
const file = element('input', { type: 'file', accept: 'image/*', id: 'photo' })
const label = element('label', { htmlFor: 'photo', textContent: words.photo, className: 'second' })
const main = element('main', { className: 'scanner' })
main.append(
  element('h1', { textContent: words.title }),
  element('p', { textContent: words.lead, className: 'hint' }),
  video,
  status,
  file,
  label,
)
document.getElementById('scanner')?.append(main)

const canvas = element('canvas')
const context = canvas.getContext('2d', { willReadFrequently: true })
/** A code fills a good part of the picture; more pixels are only slower on an old phone. */
const longest = 1000

const read = async (source: HTMLVideoElement | ImageBitmap, width: number, height: number): Promise<string[]> => {
  const scale = Math.min(1, longest / Math.max(width, height))
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  if (context === null || canvas.width === 0 || canvas.height === 0) return []
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  const picture = context.getImageData(0, 0, canvas.width, canvas.height)
  const found = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 4 })
  picture.data.fill(0)
  return found.map(({ text }) => text)
}

let done = false
/** Whether one of them is a 個人番号, which the form is told then. */
const take = (texts: readonly string[]): boolean => {
  for (const text of texts) {
    const reading = readDigits(text.trim())
    if (reading.state !== 'right') continue
    done = true
    status.textContent = words.found
    window.parent.postMessage({ scanned: reading.digits }, window.location.origin)
    return true
  }
  if (texts.length > 0) status.textContent = words.notNumber
  return false
}

let stop = (): void => undefined
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

const film = async (): Promise<void> => {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    })
    stop = () => {
      for (const track of stream.getTracks()) track.stop()
    }
    video.srcObject = stream
    await video.play()
  } catch {
    video.hidden = true
    status.textContent = words.refused
    return
  }
  status.textContent = words.looking
  while (!done) {
    if (take(await read(video, video.videoWidth, video.videoHeight))) break
    await pause(150)
  }
  stop()
}

file.addEventListener('change', async () => {
  const [picked] = file.files ?? []
  if (picked === undefined) return
  status.textContent = words.looking
  const bitmap = await createImageBitmap(picked).catch(() => undefined)
  const texts = bitmap === undefined ? [] : await read(bitmap, bitmap.width, bitmap.height)
  file.value = ''
  if (!take(texts) && texts.length === 0) status.textContent = words.unreadable
  else stop()
})
window.addEventListener('pagehide', () => stop())
void film()
