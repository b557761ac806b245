import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Visit } from './visit.ts'
import type { Writing } from './writing.ts'

export type PersonChange = {
  name?: string
  kana?: string
  birthOn?: Day
  address?: string
  email?: string
  phone?: string
  corporateNumber?: string
}

/** 氏名・住所など, corrected by the person. */
export const createSessionPerson = ({ subjects, writing }: { subjects: Subjects; writing: Writing }) => {
  const update = async (visit: Visit, change: PersonChange): Promise<void> => {
    await writing.mustBeTold(visit)
    const { name, kana, birthOn, address, email, phone, corporateNumber } = change
    const { subjectId } = visit.session
    const caller = writing.marking(visit, { set: { touched: true } })
    await subjects.update(caller, subjectId, defined({ name, kana, birthOn, address, email, phone, corporateNumber }))
  }
  return { update }
}
