import type { SessionPersonRequest } from '../contract.ts'
import { dayOf, oldestBirth } from '../days.ts'
import { DayField, judgeDay, TextField } from '../parts/fields.tsx'
import { type FieldError, Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { Returned } from '../parts/returned.tsx'
import { usePerson } from '../parts/use-person.ts'
import { useVisit } from '../visit.ts'

const digitsOnly = (text: string): string => text.normalize('NFKC').replace(/[^\d]/g, '')

/** What the company has of the person, to be corrected where it has changed. */
export const Person = () => {
  const { words, session, api, act, next } = useVisit()
  const before = session.person
  const { draft, change } = usePerson()
  const corporate = session.subjectKind === 'payee_corporation'

  const changed = (): SessionPersonRequest => {
    const birthOn = dayOf(draft.birth) ?? undefined
    const number = digitsOnly(draft.corporateNumber)
    const wanted = {
      name: draft.name.trim(),
      kana: draft.kana.trim(),
      address: draft.address.trim(),
      phone: draft.phone.normalize('NFKC').replace(/[^\d+()-]/g, ''),
      ...(corporate ? { corporateNumber: number } : { birthOn }),
    }
    const fresh = Object.entries(wanted).filter(
      ([name, value]) => value !== undefined && value !== '' && value !== before?.[name as keyof typeof before],
    )
    return Object.fromEntries(fresh)
  }

  const judge = (): FieldError[] => [
    ...(draft.name.trim() === '' ? [{ field: 'name', text: words.person.nameNeeded }] : []),
    ...(corporate && draft.corporateNumber !== '' && digitsOnly(draft.corporateNumber).length !== 13
      ? [{ field: 'corporate-number', text: words.person.corporateNumberWrong }]
      : []),
    ...(corporate ? [] : judgeDay(words, 'birth', words.person.birth, draft.birth, api.now())),
  ]
  const send = async (): Promise<void> => {
    const fresh = changed()
    if (Object.keys(fresh).length === 0) return next('person')
    const view = await act((asked) => asked.setPerson(fresh))
    if (view !== undefined) next('person', view)
  }
  return (
    <>
      <Heading>{words.person.heading}</Heading>
      <Returned />
      <p class="lead">{words.person.lead}</p>
      <Form judge={judge} send={send} submit={words.next}>
        {(errorOf) => (
          <>
            <TextField
              id="name"
              label={corporate ? words.person.corporation : words.person.name}
              value={draft.name}
              set={(name) => change({ name })}
              most={60}
              error={errorOf('name')}
            />
            {!corporate && (
              <TextField
                id="kana"
                label={words.person.kana}
                value={draft.kana}
                set={(kana) => change({ kana })}
                optional
                most={100}
                error={errorOf('kana')}
              />
            )}
            {!corporate && before?.birthOn === undefined && (
              <DayField
                id="birth"
                legend={words.person.birth}
                value={draft.birth}
                set={(birth) => change({ birth })}
                fromYear={oldestBirth}
                newestFirst
                error={errorOf('birth-year')}
              />
            )}
            {corporate && (
              <TextField
                id="corporate-number"
                label={words.person.corporateNumber}
                value={draft.corporateNumber}
                set={(corporateNumber) => change({ corporateNumber })}
                optional
                most={20}
                error={errorOf('corporate-number')}
              />
            )}
            <TextField
              id="address"
              label={words.person.address}
              value={draft.address}
              set={(address) => change({ address })}
              optional
              most={200}
              error={errorOf('address')}
            />
            <TextField
              id="phone"
              label={words.person.phone}
              value={draft.phone}
              set={(phone) => change({ phone })}
              optional
              most={20}
              error={errorOf('phone')}
            />
          </>
        )}
      </Form>
      <WayOut />
    </>
  )
}
