import { useState } from 'preact/hooks'
import { hasChoice, missingConsents } from '../consents.ts'
import type { SessionConsent } from '../contract.ts'
import { instantInWords } from '../days.ts'
import { Mark } from '../parts/fields.tsx'
import { Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { useVisit } from '../visit.ts'

const idOf = ({ kind, dependentKey = '' }: SessionConsent): string => `consent-${kind}-${dependentKey}`

/** 委任・委託: for the spouse of category 3 and for the family, each by its own text and its own tick. */
export const Consents = () => {
  const { words, language, session, act, next } = useVisit()
  const [ticked, setTicked] = useState<readonly string[]>([])
  const open = session.consents.filter(({ givenAt }) => givenAt === undefined)
  const judge = () =>
    missingConsents(session.consents, (consent) => consent.givenAt !== undefined || ticked.includes(idOf(consent))).map(
      (consent) => ({
        field: idOf(consent),
        text: hasChoice(session.consents, consent) ? words.consents.eitherNeeded : words.consents.needed,
      }),
    )
  const send = async (): Promise<void> => {
    let view = session
    for (const consent of open.filter((each) => ticked.includes(idOf(each)))) {
      const given = await act((api) => api.consent(consent))
      if (given === undefined) return
      view = given
    }
    next('consents', view)
  }
  const nameOf = (key: string | undefined): string | undefined =>
    session.dependents.find((dependent) => dependent.key === key)?.name
  return (
    <>
      <Heading>{words.consents.heading}</Heading>
      <p class="lead">{words.consents.lead}</p>
      <Form judge={judge} send={send} submit={words.next}>
        {(errorOf) =>
          session.consents.map((consent) => {
            const id = idOf(consent)
            const error = errorOf(id)
            return (
              <section class="card" key={id} lang={consent.language} aria-labelledby={`${id}-title`}>
                <h2 id={`${id}-title`}>{consent.title}</h2>
                {nameOf(consent.dependentKey) !== undefined && <p class="person">{nameOf(consent.dependentKey)}</p>}
                <p class="text">{consent.text}</p>
                {hasChoice(session.consents, consent) && (
                  <p class="hint" lang={language}>
                    {words.consents.either}
                  </p>
                )}
                {consent.givenAt === undefined ? (
                  <>
                    {error !== undefined && (
                      <p class="error" id={`${id}-error`} lang={language}>
                        {error}
                      </p>
                    )}
                    <label class="tick" for={id} lang={language}>
                      <input
                        id={id}
                        type="checkbox"
                        checked={ticked.includes(id)}
                        aria-invalid={error !== undefined}
                        aria-describedby={error === undefined ? undefined : `${id}-error`}
                        onChange={({ currentTarget: { checked } }) =>
                          setTicked(checked ? [...ticked, id] : ticked.filter((each) => each !== id))
                        }
                      />
                      <span>
                        {words.consents.agree(consent.title)}
                        {!consent.demanded && <Mark optional={true} />}
                      </span>
                    </label>
                  </>
                ) : (
                  <p class="good" lang={language}>
                    {words.consents.given(instantInWords(consent.givenAt, language))}
                  </p>
                )}
              </section>
            )
          })
        }
      </Form>
      <WayOut />
    </>
  )
}
