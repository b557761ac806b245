const ascending = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b)

/** Between two values in proportion. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = ascending(values)
  const at = (sorted.length - 1) * q
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return low + (high - low) * (at - Math.floor(at))
}
export const median = (values: readonly number[]): number => quantile(values, 0.5)
