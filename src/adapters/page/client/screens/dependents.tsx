import { Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { relationshipIn } from '../parts/relationship.tsx'
import { Returned } from '../parts/returned.tsx'
import { useVisit } from '../visit.ts'

/** The family for whom the employee provides, as the company knows it and as the person adds to it. */
export const Dependents = () => {
  const { words, language, session, go, next } = useVisit()
  const { dependents } = session
  const missing = dependents.filter(({ number }) => number === undefined).length
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
                {dependents.map(({ key, name, relationship, number }) => (
                  <li key={key} class="card">
                    <div>
                      <p class="person">{name}</p>
                      <p class="hint">{relationshipIn(language, relationship)}</p>
                      <p class={number === undefined ? 'mark needed' : 'mark done'}>
                        {number === undefined ? words.dependents.missing : words.dependents.held}
                      </p>
                    </div>
                    <button
                      type="button"
                      class="second"
                      aria-label={`${name} ${number === undefined ? words.dependents.enter : words.dependents.fix}`}
                      onClick={() => go({ name: 'dependent', key })}
                    >
                      {number === undefined ? words.dependents.enter : words.dependents.fix}
                    </button>
                  </li>
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
