/**
 * Everything that is fixed about the measurements (DESIGN § 10), in one place. Ratios run on `rounds` rounds at 10,000 rows
 * or for about eight seconds a side; memory rows run once, at ten times the rows. `--full` is for a quiet machine;
 * `--quick` only shows that everything runs: its figures mean nothing.
 */
const usual = {
  rounds: 5,
  /** Connections that ask at once, each one request at a time. */
  connections: 32,
  /** Requests before the clock starts, so that neither side is measured while it is compiled and fills its caches. */
  warmUp: 500,
  /**
   * The same where a request asks no database: V8 goes on compiling for so many. Measured from the 500th on the service took
   * 105 µs of processor time a request and bare Express 51; once both were compiled, 79 and 50.
   */
  shortWarmUp: 20_000,
  /** A served side of a round ends after so many requests or seconds. */
  secondsEach: 8,
  registrations: 4000,
  reveals: 20_000,
  exportRows: 10_000,
  memoryRows: 100_000,
  /** Rounds of the vault's ciphers: short ones, since nothing but the processor is measured, and a moment's noise shows. */
  cipherRounds: 7,
  cipherRuns: 60_000,
  bulkSealed: 100_000,
  overlapRows: 10_000,
  bulkReveals: 100_000,
  bulkRounds: 3,
  /** Entries of the small and of the large ledger, and pages a round. */
  ledgerSmall: 10_000,
  ledgerLarge: 200_000,
  ledgerPages: 400,
  verifiedEntries: 100_000,
  /** Requests of the small and of the large campaign, and looks at their progress a round. */
  campaignSmall: 1000,
  campaignLarge: 100_000,
  progressLooks: 400,
}
export type Sizes = typeof usual

const full: Sizes = {
  ...usual,
  rounds: 9,
  secondsEach: 30,
  registrations: 15_000,
  reveals: 60_000,
  exportRows: 100_000,
  memoryRows: 300_000,
  cipherRounds: 15,
  cipherRuns: 300_000,
  bulkSealed: 300_000,
  bulkRounds: 9,
  ledgerLarge: 10_000_000,
  verifiedEntries: 1_000_000,
  campaignLarge: 1_000_000,
}
const quick: Sizes = {
  ...usual,
  rounds: 2,
  warmUp: 50,
  shortWarmUp: 50,
  registrations: 300,
  reveals: 300,
  exportRows: 1000,
  memoryRows: 3000,
  cipherRounds: 2,
  cipherRuns: 5000,
  bulkSealed: 5000,
  overlapRows: 1500,
  bulkReveals: 3000,
  bulkRounds: 2,
  ledgerSmall: 1000,
  ledgerLarge: 20_000,
  ledgerPages: 30,
  verifiedEntries: 3000,
  campaignSmall: 200,
  campaignLarge: 3000,
  progressLooks: 30,
}
export const sizesOf = (words: readonly string[]): Sizes =>
  words.includes('--full') ? full : words.includes('--quick') ? quick : usual

/** A child for a memory row: 96 MB of old space, at most 64 MB outside it, at most 1.5 times the baseline's memory. */
export const heapMegabytes = 96
export const mostExternalMegabytes = 64
export const mostMemoryRatio = 1.5

/** Below this part of the rate first seen, a baseline is called slow: the machine was busy, or is another one. */
export const slowBaseline = 0.6

export const partMinutes = 8
