import { useEffect, useRef } from 'preact/hooks'
import { readDigits } from '../digits.ts'
import { useVisit } from '../visit.ts'

/**
 * The scanner is a document of its own in a frame: its WebAssembly needs a policy that the form must not have. What it
 * reads comes as a message from our own origin and from that very frame, and is judged as if it had been typed.
 */
export const Scan = ({ take, close }: { take: (digits: string) => void; close: () => void }) => {
  const { words, language } = useVisit()
  const frame = useRef<HTMLIFrameElement>(null)
  useEffect(() => {
    const onMessage = ({ origin, source, data }: MessageEvent<unknown>): void => {
      if (origin !== window.location.origin || source !== frame.current?.contentWindow) return
      if (typeof data !== 'object' || data === null || !('scanned' in data) || typeof data.scanned !== 'string') return
      const reading = readDigits(data.scanned)
      if (reading.state === 'right') take(reading.digits)
    }
    window.addEventListener('message', onMessage)
    frame.current?.focus()
    return () => window.removeEventListener('message', onMessage)
  }, [])
  return (
    <div class="scan">
      <iframe
        ref={frame}
        title={words.scanner.title}
        src={new URL(`../scan?lang=${language}`, import.meta.url).href}
        allow="camera"
        referrerpolicy="no-referrer"
      />
      <button type="button" class="second" onClick={close}>
        {words.scanner.close}
      </button>
    </div>
  )
}
