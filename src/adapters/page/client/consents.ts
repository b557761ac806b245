import type { SessionConsent } from './contract.ts'

/** Of those demanded for the same dependent one is enough. What is missing are the first ones of those without any. */
export const missingConsents = (
  consents: readonly SessionConsent[],
  isGiven = ({ givenAt }: SessionConsent): boolean => givenAt !== undefined,
): SessionConsent[] => {
  const settled = new Set(consents.filter(isGiven).map(({ dependentKey }) => dependentKey))
  const missing = consents.filter(({ demanded, dependentKey }) => demanded && !settled.has(dependentKey))
  return missing.filter(
    ({ dependentKey }, at) => missing.findIndex((other) => other.dependentKey === dependentKey) === at,
  )
}

/** Whether another one would do as well. */
export const hasChoice = (consents: readonly SessionConsent[], { demanded, dependentKey }: SessionConsent): boolean =>
  demanded && consents.filter((other) => other.demanded && other.dependentKey === dependentKey).length > 1
