/** What a bulk reveal answers: how many numbers left, how long it took, how often the KMS was asked. */
export type BulkRevealed = { count: number; seconds: number; kmsCalls: number }

export type Taker = ReturnType<typeof takeDigits>

/** Where digits go in a measurement: copied into one buffer, as into the line of a file, and counted if they are twelve. */
export const takeDigits = () => {
  const line = Buffer.alloc(12)
  let count = 0
  return {
    take: (digits: Uint8Array): void => {
      line.set(digits)
      if (digits.length === 12 && (line[11] ?? 0) >= 0x30) count += 1
    },
    count: (): number => count,
  }
}
