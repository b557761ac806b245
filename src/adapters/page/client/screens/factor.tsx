import { useState } from 'preact/hooks'
import { dayOf, noDay, oldestBirth } from '../days.ts'
import { DayField, judgeDay, TextField } from '../parts/fields.tsx'
import { type FieldError, Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { useVisit } from '../visit.ts'

/** The second factor: names and addresses appear only after it. */
export const Factor = () => {
  const { words, session, api, act, proceed } = useVisit()
  const [passcode, setPasscode] = useState('')
  const [birth, setBirth] = useState(noDay)
  const byBirth = session.factor.kind === 'birth_date'
  const judge = (): FieldError[] => {
    if (!byBirth) return passcode === '' ? [{ field: 'passcode', text: words.factor.passcodeNeeded }] : []
    if (dayOf(birth) === undefined) return [{ field: 'birth-year', text: words.factor.birthNeeded }]
    return judgeDay(words, 'birth', words.factor.birth, birth, api.now())
  }
  const send = async (): Promise<void> => {
    const given = byBirth ? { birthOn: dayOf(birth) ?? '' } : { passcode: passcode.normalize('NFKC').trim() }
    const view = await act((asked) => asked.factor(given))
    if (view !== undefined) proceed(view)
  }
  return (
    <>
      <Heading>{words.factor.heading}</Heading>
      <p class="lead">{byBirth ? words.factor.birthLead : words.factor.passcodeLead}</p>
      <Form judge={judge} send={send} submit={words.next}>
        {(errorOf) => (
          <>
            {byBirth ? (
              <DayField
                id="birth"
                legend={words.factor.birth}
                value={birth}
                set={setBirth}
                fromYear={oldestBirth}
                newestFirst
                optional={false}
                error={errorOf('birth-year')}
              />
            ) : (
              <TextField
                id="passcode"
                label={words.factor.passcode}
                value={passcode}
                set={setPasscode}
                most={64}
                error={errorOf('passcode')}
              />
            )}
            <p class="hint">{words.factor.careful}</p>
            <p class="hint">{words.factor.unknown}</p>
          </>
        )}
      </Form>
      <WayOut first />
    </>
  )
}
