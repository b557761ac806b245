/** What the operator reads while and after a ledger is verified; the report itself goes to standard output. */
export const tell = (line: string): void => void process.stderr.write(`${line}\n`)

type Bad = { kind: string; index?: number; entryId?: string; message: string }
const placeOf = ({ index, entryId }: Bad): string =>
  [index === undefined ? [] : `entry ${index}`, entryId ?? []].flat().join(', ')

export const tellBad = (all: readonly Bad[], omitted: number, first: Bad | undefined): void => {
  for (const bad of all) {
    const place = placeOf(bad)
    tell(`${bad.kind}${place === '' ? '' : ` at ${place}`}: ${bad.message}`)
  }
  if (omitted > 0) tell(`… and ${omitted} more`)
  if (first !== undefined) tell(`The first bad entry: ${placeOf(first)} (${first.kind}).`)
}
