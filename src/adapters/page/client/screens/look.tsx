import { useState } from 'preact/hooks'
import type { SessionDependent } from '../contract.ts'
import { dayInWords } from '../days.ts'
import { inFours } from '../digits.ts'
import { own } from '../drafts.ts'
import { Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { relationshipIn } from '../parts/relationship.tsx'
import type { Place } from '../steps.ts'
import { useVisit } from '../visit.ts'

type PersonProps = { draftKey: string; name: string; beside: string; number: SessionDependent['number']; edit: Place }

const Person = ({ draftKey, name, beside, number, edit }: PersonProps) => {
  const { words, language, drafts, go } = useVisit()
  const sent = drafts.has(draftKey) ? drafts.of(draftKey).sent : undefined
  return (
    <li class="card">
      <div>
        <p class="person">
          {name} <span class="hint">{beside}</span>
        </p>
        <dl class="facts">
          <dt>{words.look.number}</dt>
          <dd class={sent === undefined ? '' : 'number'}>
            {number === undefined
              ? words.look.notEntered
              : sent === undefined
                ? words.look.hidden(number.masked)
                : inFours(sent)}
          </dd>
          {number?.issuedOn !== undefined && (
            <>
              <dt>{words.look.issued}</dt>
              <dd>{dayInWords(number.issuedOn, language)}</dd>
            </>
          )}
        </dl>
      </div>
      <button type="button" class="second" aria-label={words.look.fixOf(name)} onClick={() => go(edit)}>
        {words.look.fix}
      </button>
    </li>
  )
}

/** A look at all, with the numbers as they were entered here: 番号確認, and with it the submission. */
export const Look = () => {
  const { words, language, session, submit } = useVisit()
  const [compared, setCompared] = useState(false)
  const judge = () => (compared ? [] : [{ field: 'compared', text: words.look.comparedNeeded }])
  return (
    <main>
      <Heading>{words.look.heading}</Heading>
      <p class="lead">{words.look.lead}</p>
      <Form judge={judge} send={submit} submit={words.look.submit}>
        {(errorOf) => (
          <>
            <ul class="people">
              <Person
                draftKey={own}
                name={session.subjectName}
                beside={words.look.you}
                number={session.number}
                edit={{ name: 'number' }}
              />
              {session.dependents.map(({ key, name, relationship, number }) => (
                <Person
                  key={key}
                  draftKey={key}
                  name={name}
                  beside={relationshipIn(language, relationship)}
                  number={number}
                  edit={{ name: 'dependent', key }}
                />
              ))}
            </ul>
            <div class={errorOf('compared') === undefined ? 'field' : 'field wrong'}>
              {errorOf('compared') !== undefined && (
                <p class="error" id="compared-error">
                  {errorOf('compared')}
                </p>
              )}
              <label class="tick" for="compared">
                <input
                  id="compared"
                  type="checkbox"
                  checked={compared}
                  aria-invalid={errorOf('compared') !== undefined}
                  aria-describedby={errorOf('compared') === undefined ? undefined : 'compared-error'}
                  onChange={(event) => setCompared(event.currentTarget.checked)}
                />
                <span>{words.look.compared}</span>
              </label>
            </div>
          </>
        )}
      </Form>
      <WayOut />
    </main>
  )
}
