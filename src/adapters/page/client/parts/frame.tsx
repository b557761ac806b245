import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { type Place, stepAt, stepsOf } from '../steps.ts'
import { useVisit } from '../visit.ts'

let shownBefore = false

/** The heading of a screen takes the focus when the screen changes, so that a screen reader begins there. */
export const Heading = ({ children }: { children: ComponentChildren }) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // Not on the first screen: there the browser has begun at the top by itself.
    if (shownBefore) heading.current?.focus({ preventScroll: true })
    shownBefore = true
    window.scrollTo(0, 0)
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}

/** Page n of m. */
export const Progress = ({ place }: { place: Place }) => {
  const { words, session } = useVisit()
  const step = stepAt(place)
  if (step === undefined || !session.canWrite) return null
  // Before the second factor nobody knows how many steps there are: it is none of them.
  const steps = stepsOf(session).filter((each) => each !== 'factor')
  if (step === 'factor') return null
  const [n, m] = [steps.indexOf(step) + 1, steps.length]
  const name = words.steps[step]
  return (
    <div class="progress">
      <p>
        <span class="unseen">{words.progressLabel(n, m, name)}</span>
        <span aria-hidden="true">
          <b>{words.progress(n, m)}</b> {name}
        </span>
      </p>
      <progress value={n} max={m} aria-hidden="true" />
    </div>
  )
}

/** Beside the button that does it: back, and nothing was done. */
export const Back = ({ text }: { text?: string }) => {
  const { words } = useVisit()
  return (
    <button type="button" class="second" onClick={() => window.history.back()}>
      {text ?? words.back}
    </button>
  )
}

/** The way back, and the way out that is on every screen: nobody is kept. */
export const WayOut = ({ first = false }: { first?: boolean }) => {
  const { words, session, go } = useVisit()
  return (
    <p class="way-out">
      {!first && (
        <button type="button" class="link" onClick={() => window.history.back()}>
          {words.backLink}
        </button>
      )}
      <button type="button" class="link" onClick={() => go({ name: 'leave' })}>
        {session.kind === 'collect' ? words.leave.link : words.leave.later}
      </button>
    </p>
  )
}
