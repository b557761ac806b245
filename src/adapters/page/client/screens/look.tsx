import { Fragment } from 'preact'
import { useState } from 'preact/hooks'
import type { SessionDependent } from '../contract.ts'
import { dayInWords } from '../days.ts'
import { inFours } from '../digits.ts'
import { own } from '../drafts.ts'
import { Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { endingIn, relationshipIn } from '../parts/relationship.tsx'
import { Returned } from '../parts/returned.tsx'
import { type Place, stepsOf } from '../steps.ts'
import { useVisit } from '../visit.ts'

type PersonProps = {
  name: string
  beside: string
  number: SessionDependent['number']
  digits: string | undefined
  ending?: SessionDependent['ending']
  edit: Place
}
const Person = ({ name, beside, number, digits, ending, edit }: PersonProps) => {
  const { words, language, go } = useVisit()
  return (
    <li class="card looked">
      <div class="head">
        <p class="person">
          {name} {beside !== '' && <span class="hint">{beside}</span>}
        </p>
        <button type="button" class="second" aria-label={words.look.fixOf(name)} onClick={() => go(edit)}>
          {words.look.fix}
        </button>
      </div>
      {ending !== undefined && (
        <>
          <p class="mark">{words.dependents.ended}</p>
          <p class="hint">{endingIn(words, language, ending)}</p>
        </>
      )}
      <dl class="facts" hidden={ending !== undefined}>
        <dt>{words.look.number}</dt>
        <dd class={digits === undefined ? '' : 'number'}>
          {number === undefined
            ? words.look.notEntered
            : digits === undefined
              ? words.look.hidden(number.masked)
              : inFours(digits)}
        </dd>
        {number?.issuedOn !== undefined && (
          <>
            <dt>{words.look.issued}</dt>
            <dd>{dayInWords(number.issuedOn, language)}</dd>
          </>
        )}
      </dl>
    </li>
  )
}

/** What a slip will say of a payee, and how to reach them. */
const PersonFacts = () => {
  const { words, session } = useVisit()
  const { name, corporateNumber, address, phone, email } = session.person ?? {}
  const corporate = session.subjectKind === 'payee_corporation'
  const facts = [
    [corporate ? words.person.corporation : words.person.name, name],
    ...(corporate ? [[words.person.corporateNumber, corporateNumber]] : []),
    [words.person.address, address],
    ...(phone === undefined ? [] : [[words.person.phone, phone]]),
    ...(email === undefined ? [] : [[words.person.email, email]]),
  ]
  return (
    <dl class="facts">
      {facts.map(([what, value]) => (
        <Fragment key={what}>
          <dt>{what}</dt>
          <dd>{value ?? words.look.notEntered}</dd>
        </Fragment>
      ))}
    </dl>
  )
}

/** A look at all, with the numbers in full: 番号確認, and with it the submission. */
export const Look = () => {
  const { words, language, session, drafts, busy, once, submit, go } = useVisit()
  const [compared, setCompared] = useState(false)
  const [revealed, setRevealed] = useState<ReadonlyMap<string, string>>(new Map())
  const judge = () => (compared ? [] : [{ field: 'compared', text: words.look.comparedNeeded }])
  const digitsOf = (key: string): string | undefined =>
    (drafts.has(key) ? drafts.of(key).sent : undefined) ?? revealed.get(key)
  const hidden = [{ key: own, number: session.number }, ...session.dependents].some(
    ({ key, number }) => number?.readable === true && digitsOf(key) === undefined,
  )
  const show = async (): Promise<void> => {
    const numbers = await once((api) => api.reveal())
    if (numbers !== undefined) setRevealed(numbers)
  }
  const steps = stepsOf(session)
  return (
    <>
      <Heading>{words.look.heading}</Heading>
      <Returned />
      <p class="lead">{words.look.lead}</p>
      <Form judge={judge} send={submit} submit={words.look.submit}>
        {(errorOf) => (
          <>
            <ul class="people">
              {steps.includes('number') && (
                <Person
                  name={session.subjectName ?? words.look.you}
                  beside={session.subjectName === undefined ? '' : words.look.you}
                  number={session.number}
                  digits={digitsOf(own)}
                  edit={{ name: 'number' }}
                />
              )}
              {session.dependents.map(({ key, name, relationship, number, ending }) => (
                <Person
                  key={key}
                  name={name}
                  beside={relationshipIn(language, relationship)}
                  number={number}
                  digits={digitsOf(key)}
                  ending={ending}
                  edit={ending === undefined ? { name: 'dependent', key } : { name: 'dependents' }}
                />
              ))}
              {(['person', 'documents'] as const)
                .filter((step) => steps.includes(step))
                .map((step) => (
                  <li class="card looked" key={step}>
                    <div class="head">
                      <p class="person">{words.look[step]}</p>
                      <button
                        type="button"
                        class="second"
                        aria-label={words.look.fixOf(words.look[step])}
                        onClick={() => go({ name: step })}
                      >
                        {words.look.fix}
                      </button>
                    </div>
                    {step === 'documents' ? (
                      <ul class="things">
                        {session.evidence.map(({ id, kind }) => (
                          <li key={id}>{words.documents.kinds[kind]}</li>
                        ))}
                      </ul>
                    ) : (
                      <PersonFacts />
                    )}
                  </li>
                ))}
            </ul>
            {hidden && (
              <button type="button" class="second wide" aria-disabled={busy} onClick={() => !busy && void show()}>
                {words.look.show}
              </button>
            )}
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
    </>
  )
}
