import rates from './baselines/rates.json' with { type: 'json' }
import { median, quantile } from './quantile.ts'
import { type Row, toRow } from './row.ts'
import { slowBaseline } from './sizes.ts'

/** What one side did in one round, in a fresh child process. */
export type Measured = { count: number; seconds: number }
export type Side = (round: number) => Promise<Measured>

type Comparison = {
  part: string
  name: string
  /** Its entry in `baselines/rates.json`. */
  baselineName: string
  unit: string
  bar: { atLeast: number }
  rounds: number
  ours: Side
  baseline: Side
  /** What the note says besides. */
  remarks?: readonly string[]
  log: (line: string) => void
}

const shown = (rate: number): string => Math.round(rate).toLocaleString('en')

/** The two sides alternately, the first one in turn; the figure is the median of the rounds' ratios. */
export const compare = async (comparison: Comparison): Promise<Row> => {
  const { part, name, baselineName, unit, bar, rounds, remarks = [], log } = comparison
  const rateOf = async (side: Side, round: number): Promise<number> => {
    const { count, seconds } = await side(round)
    return count / seconds
  }
  const ours: number[] = []
  const baseline: number[] = []
  for (let round = 0; round < rounds; round++) {
    const oursFirst = round % 2 === 0
    if (oursFirst) ours.push(await rateOf(comparison.ours, round))
    baseline.push(await rateOf(comparison.baseline, round))
    if (!oursFirst) ours.push(await rateOf(comparison.ours, round))
    log(
      `${name}: round ${round + 1} of ${rounds}: ${shown(ours[round] ?? 0)} and ${shown(baseline[round] ?? 0)} ${unit}/s`,
    )
  }
  const ratios = ours.map((rate, i) => rate / (baseline[i] ?? 1))
  const [ourRate, baselineRate] = [median(ours), median(baseline)]
  const first = (rates as Record<string, number>)[baselineName]
  const note = [
    `median of ${rounds} rounds, quartiles ${quantile(ratios, 0.25).toFixed(3)} to ${quantile(ratios, 0.75).toFixed(3)}`,
    `ours ${shown(ourRate)}, baseline ${shown(baselineRate)} ${unit}/s`,
    first === undefined ? 'baseline without a first rate' : `baseline first seen ${shown(first)}`,
    ...(first !== undefined && baselineRate < first * slowBaseline ? ['baseline slow'] : []),
    ...remarks,
  ].join('; ')
  return toRow(part, name, median(ratios), bar, note)
}
