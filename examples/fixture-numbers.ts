/** Numbers for trials: twelve digits that begin with 0000 and pass the check digit of 総務省令85号5条. Nobody has such a number. */
const weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]

export const fixtureNumber = (n: number): string => {
  const leading = `0000${String(n).padStart(7, '0')}`
  const remainder = weights.reduce((sum, weight, i) => sum + weight * Number(leading[i]), 0) % 11
  return `${leading}${remainder <= 1 ? 0 : 11 - remainder}`
}
