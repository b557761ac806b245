import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { stepAt, stepsOf } from '../steps.ts'
import type { Place } from '../steps.ts'
import { useVisit } from '../visit.ts'

/** The heading of a screen takes the focus when the screen changes, so that a screen reader begins there. */
export const Heading = ({ children }: { children: ComponentChildren }) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
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
  const steps = stepsOf(session)
  const step = stepAt(place)
  if (step === undefined) return null
  const n = steps.indexOf(step) + 1
  const name = words.steps[step]
  return (
    <div class="progress">
      <p>
        <span class="unseen">{words.progressLabel(n, steps.length, name)}</span>
        <span aria-hidden="true">
          <b>{words.progress(n, steps.length)}</b> {name}
        </span>
      </p>
      <progress value={n} max={steps.length} aria-hidden="true" />
    </div>
  )
}

/** The way out that is on every screen: nobody is kept. */
export const WayOut = () => {
  const { words, go } = useVisit()
  return (
    <p class="way-out">
      <button type="button" class="link" onClick={() => go({ name: 'leave' })}>
        {words.leave.link}
      </button>
    </p>
  )
}
