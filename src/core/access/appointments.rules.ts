import type { AppointmentRow } from '../organizations/organizations.ts'
import type { Covered } from '../shared/coverage.ts'
import { dayOf } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import type { Role } from '../shared/words.ts'

/** Those in force on the day of this instant. The real clock decides: a test clock appoints nobody. */
export const appointmentsAt = (appointments: readonly AppointmentRow[], instant: Date): AppointmentRow[] => {
  const day = dayOf(instant)
  return appointments.filter(({ fromOn, toOn }) => fromOn <= day && (toOn === undefined || day <= toOn))
}

/** The roles somebody is appointed to on that day. */
export const rolesAt = (appointments: readonly AppointmentRow[], instant: Date): Set<Role> =>
  new Set(appointmentsAt(appointments, instant).map(({ role }) => role))

export const coveredBy = ({
  companyId,
  departmentId,
  subjectKinds,
}: Pick<AppointmentRow, 'companyId' | 'departmentId' | 'subjectKinds'>): Covered =>
  defined({ companyId, departmentId, kinds: subjectKinds })

const isLimited = (covered: Covered): boolean => Object.keys(covered).length > 0

/**
 * Whom the appointments of that day cover; only those to one of `roles`, where the act needs one. Undefined: everybody.
 * Several appointments add up, and one without limits covers all.
 */
export const coverageAt = (
  appointments: readonly AppointmentRow[],
  instant: Date,
  roles?: readonly Role[],
): Covered[] | undefined => {
  const fitting = appointmentsAt(appointments, instant).filter(
    ({ role }) => roles === undefined || roles.includes(role),
  )
  const coverage = fitting.map(coveredBy)
  return coverage.every(isLimited) ? coverage : undefined
}
