/** What a file shows of the sealed log, so that whoever reads it can hold it against the tree. */
export type SealedLog = {
  /** The newest one, with everything in it that can be sealed now. Absent while nothing was ever sealed. */
  checkpoint: (
    organizationId: string,
  ) => Promise<{ note: string; size: number; root: string; signedAt: Date } | undefined>
  /** The first entry that is still there, and what stands for those before it. */
  start: (organizationId: string) => Promise<{ from: number; frontier: string[] }>
  /** Inclusion proofs in the tree of a size. */
  prover: (organizationId: string, size: number) => (index: number) => Promise<string[]>
}
