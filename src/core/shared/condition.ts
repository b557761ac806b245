/** If-Match (RFC 9110 § 13.1.1): the versions of which one must be the current one; without them (`*`), whichever there is. */
export type Condition = { versions?: readonly number[] }

/** What was never changed has no version yet: it is of version 0. */
export const fits = (condition: Condition | undefined, version = 0): boolean =>
  condition?.versions?.includes(version) ?? true

/** The same as a filter on the field that holds the version; MongoDB finds a missing field by null. */
export const fitting = <F extends string>(
  field: F,
  condition: Condition | undefined,
): { [K in F]?: { $in: (number | null)[] } } =>
  condition?.versions === undefined
    ? {}
    : ({ [field]: { $in: condition.versions.map((version) => (version === 0 ? null : version)) } } as never)
