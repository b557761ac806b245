import { useState } from 'preact/hooks'
import { choiceOf, dayOf } from '../days.ts'
import { readDigits } from '../digits.ts'
import { own } from '../drafts.ts'
import { judgeDay, judgeNumber } from '../parts/fields.tsx'
import { Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { NumberEntry } from '../parts/number-entry.tsx'
import { useDraft } from '../parts/use-draft.ts'
import { useVisit } from '../visit.ts'

/** 登録 and, before the submission, 修正 of the own number. */
export const OwnNumber = () => {
  const { words, session, opened, api, act, next } = useVisit()
  const { draft, change } = useDraft(own, { issued: choiceOf(session.number?.issuedOn) })
  const held = session.number
  // Who comes back to a number that is there goes on with it, unless they want to enter it again.
  const [entering, setEntering] = useState(held === undefined || draft.number !== '')
  const id = 'number'
  const judge = () =>
    entering
      ? [
          ...judgeNumber(words, id, draft.number, false),
          ...judgeDay(words, `${id}-issued`, words.number.issued, draft.issued, api.now()),
        ]
      : []
  const send = async (): Promise<void> => {
    const reading = readDigits(draft.number)
    const issuedOn = dayOf(draft.issued) ?? undefined
    const same = reading.state === 'right' && reading.digits === draft.sent && issuedOn === held?.issuedOn
    if (entering && reading.state === 'right' && !same) {
      const { digits } = reading
      const address = { aud: opened.organizationId, sub: opened.subjectId }
      const rest = issuedOn === undefined ? {} : { issuedOn }
      if (!(await act(() => api.setNumber(digits, address, rest)))) return
      change({ sent: digits })
    }
    next({ name: 'number' })
  }
  return (
    <main>
      <Heading>{words.number.heading}</Heading>
      <p class="name">{words.san(session.subjectName)}</p>
      <Form judge={judge} send={send} submit={words.next}>
        {(errorOf) =>
          entering ? (
            <>
              <p class="lead">{words.number.lead}</p>
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
    </main>
  )
}
