import { useEffect, useState } from 'preact/hooks'
import type { SessionStatus } from '../contract.ts'
import { dayInWords, instantInWords } from '../days.ts'
import { Contact } from '../parts/contact.tsx'
import { Problems } from '../parts/form.tsx'
import { Heading } from '../parts/frame.tsx'
import { useVisit } from '../visit.ts'

/** What is held, for what, who used it, and how to ask. Never the number. */
export const Status = () => {
  const { words, language, session, once, go } = useVisit()
  const [status, setStatus] = useState<SessionStatus>()
  useEffect(() => {
    void once((api) => api.status()).then(setStatus)
  }, [])
  const list = language === 'ja' ? '、' : '; '
  return (
    <>
      <Heading>{words.status.heading}</Heading>
      <p class="lead">{words.status.lead}</p>
      <Problems />
      {status !== undefined && (
        <>
          <h2>{words.status.held}</h2>
          <ul class="people">
            {status.held.map(({ key, name, state, registeredAt, issuedOn, purposes = [] }) => (
              <li key={key} class="card plain-card">
                <p class="person">{name ?? words.look.you}</p>
                <p>{words.status.states[state]}</p>
                <dl class="facts">
                  {registeredAt !== undefined && (
                    <>
                      <dt>{words.status.registered}</dt>
                      <dd>{instantInWords(registeredAt, language)}</dd>
                    </>
                  )}
                  {issuedOn !== undefined && (
                    <>
                      <dt>{words.look.issued}</dt>
                      <dd>{dayInWords(issuedOn, language)}</dd>
                    </>
                  )}
                  {purposes.length > 0 && (
                    <>
                      <dt>{words.status.purposes}</dt>
                      <dd>{purposes.map((purpose) => words.purposes[purpose]).join(list)}</dd>
                    </>
                  )}
                </dl>
              </li>
            ))}
          </ul>
          <h2>{words.status.uses}</h2>
          {status.uses.length === 0 ? (
            <p>{words.status.noUses}</p>
          ) : (
            <ul class="lines">
              {[...status.uses].reverse().map(({ entryId, at, what, outcome, result }) => (
                <li key={entryId}>
                  <span class="hint">{instantInWords(at, language)}</span>
                  <br />
                  {what[language]}
                  {outcome === 'refused' && <b> {result[language]}</b>}
                </li>
              ))}
            </ul>
          )}
          {status.more && <p class="hint">{words.status.more}</p>}
          <h2>{words.status.ask}</h2>
          <dl class="facts">
            <dt>{words.notice.asker}</dt>
            <dd>{status.companyName}</dd>
            <Contact contact={status.contact} />
          </dl>
        </>
      )}
      {session.submittedAt !== undefined && session.kind !== 'status' && (
        <div class="actions">
          <button type="button" class="second" onClick={() => go({ name: 'done' })}>
            {words.status.receipt}
          </button>
        </div>
      )}
    </>
  )
}
