/**
 * What the product asks of a key management system: versions that wrap and unwrap 32-byte keys, and that can be
 * destroyed. Destroying a version is what makes old copies of the key database unreadable (erasure epoch), so a provider
 * must never keep a way back.
 *
 * A provider that cannot be reached throws AppError `unavailable` with `retryAfterSeconds`; a version that is gone, or
 * bytes that do not unwrap, is `internal`. `destroyVersion` of a version that is already gone succeeds.
 */
export type KekProvider = {
  readonly name: string
  createVersion: () => Promise<string>
  wrap: (version: string, plaintextKey: Buffer) => Promise<Buffer>
  unwrap: (version: string, wrapped: Buffer) => Promise<Buffer>
  destroyVersion: (version: string) => Promise<void>
}
