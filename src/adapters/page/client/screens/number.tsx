import { useState } from 'preact/hooks'
import { choiceOf, dayOf } from '../days.ts'
import { readDigits } from '../digits.ts'
import { own } from '../drafts.ts'
import { judgeDay, judgeNumber } from '../parts/fields.tsx'
import { type FieldError, Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { NumberEntry } from '../parts/number-entry.tsx'
import { Returned } from '../parts/returned.tsx'
import { useDraft } from '../parts/use-draft.ts'
import { WhyField } from '../parts/why-field.tsx'
import { useVisit } from '../visit.ts'

const numberFields = { '/number': 'number', '/numberJwe': 'number', '/issuedOn': 'number-issued-year' }

/** 登録 and, before the submission, 修正 of the own number; for who comes back, 修正 or 再発行. */
export const OwnNumber = () => {
  const { words, session, opened, api, act, next } = useVisit()
  const { draft, change } = useDraft(own, { issued: choiceOf(session.number?.issuedOn) })
  const held = session.number
  // Who comes back to a number that is there goes on with it, unless they want to enter it again.
  const [entering, setEntering] = useState(held === undefined || draft.number !== '')
  const asksWhy = session.kind === 'change' && held !== undefined && draft.sent === undefined
  const id = 'number'
  const judge = (): FieldError[] =>
    entering
      ? [
          ...(asksWhy && draft.why === undefined ? [{ field: 'why-correction', text: words.number.whyNeeded }] : []),
          ...judgeNumber(words, id, draft.number, false),
          ...judgeDay(words, `${id}-issued`, words.number.issued, draft.issued, api.now()),
        ]
      : []
  const send = async (): Promise<void> => {
    const reading = readDigits(draft.number)
    const issuedOn = dayOf(draft.issued) ?? undefined
    const same = reading.state === 'right' && reading.digits === draft.sent && issuedOn === held?.issuedOn
    if (!entering || reading.state !== 'right' || same) return next('number')
    const { digits } = reading
    const address = { aud: opened.organizationId, sub: opened.subjectId }
    const rest = {
      ...(issuedOn === undefined ? {} : { issuedOn }),
      ...(asksWhy && draft.why !== undefined ? { change: draft.why } : {}),
    }
    const view = await act((asked) => asked.setNumber(digits, address, rest))
    if (view === undefined) return
    change({ sent: digits })
    next('number', view)
  }
  return (
    <>
      <Heading>{words.number.heading}</Heading>
      {session.subjectName !== undefined && <p class="name">{words.san(session.subjectName)}</p>}
      <Returned />
      <Form judge={judge} send={send} submit={words.next} fields={numberFields}>
        {(errorOf) =>
          entering ? (
            <>
              <p class="lead">{words.number.lead}</p>
              {asksWhy && (
                <WhyField id="why" value={draft.why} set={(why) => change({ why })} error={errorOf('why-correction')} />
              )}
              <NumberEntry id={id} draft={draft} change={change} optional={false} errorOf={errorOf} />
              {held !== undefined && draft.sent === undefined && (
                <button
                  type="button"
                  class="link"
                  onClick={() => {
                    change({ number: '' })
                    setEntering(false)
                  }}
                >
                  {words.number.keep}
                </button>
              )}
            </>
          ) : (
            <div class="card">
              <p>{words.number.held(held?.masked ?? '')}</p>
              <button type="button" class="second" onClick={() => setEntering(true)}>
                {words.number.change}
              </button>
            </div>
          )
        }
      </Form>
      <WayOut />
    </>
  )
}
