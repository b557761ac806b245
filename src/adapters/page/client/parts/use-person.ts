import { useState } from 'preact/hooks'
import { choiceOf, type DayChoice } from '../days.ts'
import { useVisit } from '../visit.ts'

type PersonDraft = {
  name: string
  kana: string
  birth: DayChoice
  address: string
  phone: string
  email: string
  corporateNumber: string
}

/** The person's own data as they stand, and as they are typed anew. */
export const usePerson = () => {
  const { session } = useVisit()
  const {
    name = '',
    kana = '',
    birthOn,
    address = '',
    phone = '',
    email = '',
    corporateNumber = '',
  } = session.person ?? {}
  const [draft, setDraft] = useState<PersonDraft>({
    name,
    kana,
    birth: choiceOf(birthOn),
    address,
    phone,
    email,
    corporateNumber,
  })
  return { draft, change: (part: Partial<PersonDraft>): void => setDraft((before) => ({ ...before, ...part })) }
}
