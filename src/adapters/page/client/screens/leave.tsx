import { Problems } from '../parts/form.tsx'
import { Back, Heading } from '../parts/frame.tsx'
import { useVisit } from '../visit.ts'

/** Later, or not at all: both are answers. Who has submitted once and comes back to change something has given theirs. */
export const Leave = () => {
  const { words, session, busy, go, later } = useVisit()
  const proven = session.factor.passed
  return (
    <>
      <Heading>{words.leave.heading}</Heading>
      <Problems />
      <div class="choices">
        <button type="button" class="choice-card" aria-disabled={busy} onClick={() => !busy && void later()}>
          <b>{words.leave.later}</b>
          <span>{proven ? words.leave.laterText : words.leave.laterUnopened}</span>
        </button>
        {session.kind === 'collect' && proven && (
          <button type="button" class="choice-card" onClick={() => go({ name: 'refuse' })}>
            <b>{words.leave.refuse}</b>
            <span>{words.leave.refuseText}</span>
          </button>
        )}
      </div>
      {session.kind === 'collect' && !proven && <p>{words.leave.refuseLater}</p>}
      <div class="actions">
        <Back text={proven ? words.leave.stay : words.leave.prove} />
      </div>
    </>
  )
}
