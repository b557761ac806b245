import type { SessionDependent } from '../contract.ts'
import { Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { endingIn, relationshipIn } from '../parts/relationship.tsx'
import { Returned } from '../parts/returned.tsx'
import { useVisit } from '../visit.ts'

/** One of them: to enter, to put right, or on the way out. */
const One = ({ dependent: { key, name, relationship, number, ending } }: { dependent: SessionDependent }) => {
  const { words, language, busy, go, act } = useVisit()
  const { dependents } = words
  const [state, look] =
    ending !== undefined
      ? [dependents.ended, 'mark']
      : number === undefined
        ? [dependents.missing, 'mark needed']
        : [dependents.held, 'mark done']
  const enter = number === undefined ? dependents.enter : dependents.fix
  return (
    <li class="card">
      <div>
        <p class="person">{name}</p>
        <p class="hint">{relationshipIn(language, relationship)}</p>
        <p class={look}>{state}</p>
        {ending !== undefined && <p class="hint">{endingIn(words, language, ending)}</p>}
      </div>
      {ending === undefined ? (
        <button
          type="button"
          class="second"
          aria-label={`${name} ${enter}`}
          onClick={() => go({ name: 'dependent', key })}
        >
          {enter}
        </button>
      ) : (
        <button
          type="button"
          class="second"
          aria-label={dependents.undoOf(name)}
          aria-disabled={busy}
          onClick={() => !busy && void act((api) => api.keepDependent(key))}
        >
          {dependents.undo}
        </button>
      )}
    </li>
  )
}

/** The family for whom the employee provides, as the company knows it and as the person adds to it. */
export const Dependents = () => {
  const { words, session, go, next } = useVisit()
  const { dependents } = session
  const missing = dependents.filter(({ number, ending }) => number === undefined && ending === undefined).length
  return (
    <>
      <Heading>{words.dependents.heading}</Heading>
      <Returned />
      <p class="lead">{words.dependents.lead}</p>
      <Form
        judge={() => []}
        send={() => next('dependents')}
        submit={dependents.length === 0 ? words.dependents.nobody : words.dependents.next}
      >
        {() => (
          <>
            {dependents.length > 0 && (
              <ul class="people" aria-label={words.dependents.known}>
                {dependents.map((dependent) => (
                  <One key={dependent.key} dependent={dependent} />
                ))}
              </ul>
            )}
            <button
              type="button"
              class="second wide"
              onClick={() => go({ name: 'dependent', key: `p-${crypto.randomUUID().slice(0, 8)}` })}
            >
              ＋ {words.dependents.add}
            </button>
            {missing > 0 && <p class="hint">{words.dependents.left(missing)}</p>}
          </>
        )}
      </Form>
      <WayOut />
    </>
  )
}
