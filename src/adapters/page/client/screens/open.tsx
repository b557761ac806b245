import type { Problem } from '../api.ts'
import { Heading } from '../parts/frame.tsx'
import { sentenceOf } from '../problems.ts'
import type { Words } from '../words/words.ts'

type OpenProps = {
  words: Words
  busy: boolean
  problem: Problem | undefined
  again: boolean
  framed: boolean
  start: () => void
}

/** Before anything was exchanged: nobody is named yet, and nothing happens until the button is pressed. */
export const Open = ({ words, busy, problem, again, framed, start }: OpenProps) => (
  <>
    <Heading>{words.open.heading}</Heading>
    <p class="lead">{framed ? words.open.framed : words.open.lead}</p>
    <h2>{words.open.ready}</h2>
    <ul class="things">
      {words.open.things.map((thing) => (
        <li key={thing}>{thing}</li>
      ))}
    </ul>
    <h2>{words.open.good}</h2>
    <ul class="things">
      {words.open.facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ul>
    {problem !== undefined && (
      <p class="summary" role="alert">
        {sentenceOf(words, problem)}
      </p>
    )}
    <div class="actions">
      <button type="button" class="main" id="start" aria-disabled={busy} onClick={() => !busy && start()}>
        {busy ? words.open.opening : again ? words.open.again : words.open.start}
      </button>
    </div>
  </>
)
