import { Heading } from '../parts/frame.tsx'
import { useVisit } from '../visit.ts'

/** Later, or not at all: both are answers. */
export const Leave = () => {
  const { words, go, later } = useVisit()
  return (
    <main>
      <Heading>{words.leave.heading}</Heading>
      <div class="choices">
        <button type="button" class="choice-card" onClick={later}>
          <b>{words.leave.later}</b>
          <span>{words.leave.laterText}</span>
        </button>
        <button type="button" class="choice-card" onClick={() => go({ name: 'refuse' })}>
          <b>{words.leave.refuse}</b>
          <span>{words.leave.refuseText}</span>
        </button>
      </div>
      <div class="actions">
        <button type="button" class="second" onClick={() => window.history.back()}>
          {words.leave.stay}
        </button>
      </div>
    </main>
  )
}
