import { isCorporateNumber } from '../../../../core/shared/number-shape.ts'
import type { SessionPersonRequest } from '../contract.ts'
import { dayOf, oldestBirth } from '../days.ts'
import { DayField, judgeDay, TextField } from '../parts/fields.tsx'
import { type FieldError, Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { Returned } from '../parts/returned.tsx'
import { usePerson } from '../parts/use-person.ts'
import { isPayee } from '../steps.ts'
import { useVisit } from '../visit.ts'

/** As people type it: full-width, with spaces and hyphens of whatever kind. */
const digitsOnly = (text: string): string => text.normalize('NFKC').replace(/[^\d]/g, '')
const phoneOf = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[‐-―−ー─]/g, '-')
    .replace(/\s/g, '')
/** The contract's own pattern: without a country a telephone number in Japan has at most eleven digits. */
const phonePattern = /^(?:\+[()-]*(?:[0-9][()-]*){7,15}|[()-]*(?:[0-9][()-]*){1,11})$/
const emailPattern = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/

const fields = {
  '/name': 'name',
  '/kana': 'kana',
  '/birthOn': 'birth-year',
  '/corporateNumber': 'corporate-number',
  '/address': 'address',
  '/phone': 'phone',
  '/email': 'email',
}

/** What the company has of the person, to be corrected where it has changed; of a payee, what stands on the slip. */
export const Person = () => {
  const { words, session, api, act, next } = useVisit()
  const before = session.person
  const { draft, change } = usePerson()
  const payee = isPayee(session)
  const corporate = session.subjectKind === 'payee_corporation'
  // Of a payee no slip needs it.
  const asksBirth = !payee && before?.birthOn === undefined

  const wanted = {
    name: draft.name.trim(),
    kana: draft.kana.trim(),
    address: draft.address.trim(),
    phone: phoneOf(draft.phone),
    email: draft.email.normalize('NFKC').trim(),
    corporateNumber: digitsOnly(draft.corporateNumber),
    birthOn: dayOf(draft.birth) ?? '',
  }
  const changed = (): SessionPersonRequest =>
    Object.fromEntries(
      Object.entries(wanted).filter(
        ([name, value]) => value !== '' && value !== before?.[name as keyof SessionPersonRequest],
      ),
    )

  const judgeCorporateNumber = (): string | undefined => {
    const { length } = wanted.corporateNumber
    if (length === 0) return words.person.corporateNumberNeeded
    if (length !== 13) return words.person.corporateNumberShort(length)
    return isCorporateNumber(wanted.corporateNumber) ? undefined : words.person.corporateNumberWrong
  }
  const judge = (): FieldError[] => {
    const wrong: [field: string, text: string | undefined | false][] = [
      ['name', wanted.name === '' && words.person.nameNeeded],
      ['corporate-number', corporate && judgeCorporateNumber()],
      ['address', payee && wanted.address === '' && words.person.addressNeeded],
      ['phone', wanted.phone !== '' && !phonePattern.test(wanted.phone) && words.person.phoneWrong],
      ['email', wanted.email !== '' && !emailPattern.test(wanted.email) && words.person.emailWrong],
    ]
    return [
      ...wrong.flatMap(([field, text]) => (typeof text === 'string' ? [{ field, text }] : [])),
      ...(asksBirth ? judgeDay(words, 'birth', words.person.birth, draft.birth, api.now()) : []),
    ]
  }
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
      <p class="lead">{payee && !corporate ? words.person.leadPayee : words.person.lead}</p>
      <Form judge={judge} send={send} submit={words.next} fields={fields}>
        {(errorOf) => (
          <>
            <TextField
              id="name"
              label={corporate ? words.person.corporation : words.person.name}
              value={draft.name}
              set={(name) => change({ name })}
              most={60}
              autocomplete={corporate ? 'organization' : 'name'}
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
            {asksBirth && (
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
                hint={words.person.corporateNumberHint}
                value={draft.corporateNumber}
                set={(corporateNumber) => change({ corporateNumber })}
                most={30}
                inputMode="numeric"
                error={errorOf('corporate-number')}
              />
            )}
            <TextField
              id="address"
              label={words.person.address}
              value={draft.address}
              set={(address) => change({ address })}
              optional={!payee}
              most={200}
              autocomplete="street-address"
              error={errorOf('address')}
            />
            <TextField
              id="phone"
              label={words.person.phone}
              value={draft.phone}
              set={(phone) => change({ phone })}
              optional
              most={30}
              autocomplete="tel"
              inputMode="tel"
              error={errorOf('phone')}
            />
            {corporate && (
              <TextField
                id="email"
                label={words.person.email}
                value={draft.email}
                set={(email) => change({ email })}
                optional
                most={254}
                autocomplete="email"
                inputMode="email"
                error={errorOf('email')}
              />
            )}
          </>
        )}
      </Form>
      <WayOut />
    </>
  )
}
