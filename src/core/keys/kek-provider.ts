/**
 * What the product asks of a key management system: versions that wrap and unwrap 32-byte keys, and that can be
 * destroyed. Destroying a version is what makes old copies of the key database unreadable (erasure epoch), so a provider
 * must never keep a way back; where the KMS itself keeps one for some days, the provider says so.
 *
 * A provider that cannot be reached throws AppError `unavailable` with `retryAfterSeconds`; a version that is gone, bytes
 * that do not unwrap, and what the KMS refuses are `internal`, and the cause tells the operator which setting it is.
 * `destroyVersion` of a version that is already gone succeeds.
 */
export type KekProvider = {
  readonly name: string
  /**
   * Days after `destroyVersion` in which somebody could still bring the version back: a deletion that is only scheduled,
   * or backups of the KMS itself. Nothing is certified as *erased* before they are over. None where it is absent.
   */
  readonly deletionDelayDays?: number
  createVersion: () => Promise<string>
  wrap: (version: string, plaintextKey: Buffer) => Promise<Buffer>
  unwrap: (version: string, wrapped: Buffer) => Promise<Buffer>
  destroyVersion: (version: string) => Promise<void>
}
