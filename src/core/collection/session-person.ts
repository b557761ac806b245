import { isCorporateNumber } from '../organizations/organizations.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { invalidField } from '../shared/errors.ts'
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
    if (corporateNumber !== undefined) {
      const subject = await subjects.rows.find(visit.organizationId, subjectId)
      if (subject?.payeeKind !== 'corporation')
        throw invalidField('/corporateNumber', 'invalid_request', 'Only a corporate payee has a 法人番号.')
      // 法人番号の指定等に関する省令2条: its check digit.
      if (!isCorporateNumber(corporateNumber)) throw invalidField('/corporateNumber', 'check_digit')
    }
    const caller = writing.marking(visit, { set: { touched: true } })
    await subjects.update(caller, subjectId, defined({ name, kana, birthOn, address, email, phone, corporateNumber }))
  }
  return { update }
}
