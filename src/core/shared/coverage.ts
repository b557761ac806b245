import { AppError } from './errors.ts'
import type { SubjectKind } from './words.ts'

/**
 * What an appointment covers (取扱範囲). 番号法12条, ガイドライン別添1 C a: who handles which 個人番号 is fixed, so a handler for
 * accounting sees payees only. What is absent does not limit.
 */
export type Covered = { companyId?: string; departmentId?: string; kinds?: readonly SubjectKind[] }
/** Any of them will do. On a caller: absent = everything, empty = nothing. */
export type Coverage = readonly Covered[]

type Place = { kind: SubjectKind; companyId: string; departmentId?: string | undefined }

const fits = ({ companyId, departmentId, kinds }: Covered, place: Place): boolean =>
  (companyId === undefined || companyId === place.companyId) &&
  (departmentId === undefined || departmentId === place.departmentId) &&
  (kinds === undefined || kinds.includes(place.kind))

export const covers = (coverage: Coverage | undefined, place: Place): boolean =>
  coverage === undefined || coverage.some((covered) => fits(covered, place))

/** Everybody of these kinds in a company, or in one of its departments; without `companyId` in every company. */
type Whole = { companyId?: string | undefined; departmentId?: string | undefined; kinds: readonly SubjectKind[] }

export const coversWhole = (coverage: Coverage | undefined, { companyId, departmentId, kinds }: Whole): boolean =>
  coverage === undefined ||
  kinds.every((kind) =>
    coverage.some(
      (covered) =>
        (covered.companyId === undefined || covered.companyId === companyId) &&
        (covered.departmentId === undefined || covered.departmentId === departmentId) &&
        (covered.kinds === undefined || covered.kinds.includes(kind)),
    ),
  )

/** Whether a part of a target can be covered: by kinds in full, since what is counted together is seen together. */
export const mayMeet = (
  { companyId, departmentId, kinds }: Covered,
  target: Omit<Whole, 'kinds'>,
  of: readonly SubjectKind[],
): boolean =>
  (companyId === undefined || target.companyId === undefined || companyId === target.companyId) &&
  (departmentId === undefined || target.departmentId === undefined || departmentId === target.departmentId) &&
  (kinds === undefined || of.every((kind) => kinds.includes(kind)))

export const notCovered = (): AppError =>
  new AppError('not_permitted', 'The appointment of this staff member does not cover this: see its scope (取扱範囲).')

type Asker = { coverage?: Coverage }
export const mustCover = ({ coverage }: Asker, place: Place): void => {
  if (!covers(coverage, place)) throw notCovered()
}
export const mustCoverWhole = ({ coverage }: Asker, whole: Whole): void => {
  if (!coversWhole(coverage, whole)) throw notCovered()
}

/** As a filter on rows that carry `kind`, `companyId` and `departmentId`. */
export const coverageFilter = (coverage: Coverage | undefined): Record<string, unknown> =>
  coverage === undefined
    ? {}
    : coverage.length === 0
      ? { _id: { $in: [] } }
      : {
          $or: coverage.map(({ companyId, departmentId, kinds }) => ({
            ...(companyId === undefined ? {} : { companyId }),
            ...(departmentId === undefined ? {} : { departmentId }),
            ...(kinds === undefined ? {} : { kind: { $in: [...kinds] } }),
          })),
        }
