/**
 * Format versions of sealed records: all of them can be read, the current one is written, and core/renewal writes older ones
 * anew. A release that brings a format reads it first and writes it from the release after: so processes of both can run side
 * by side. The label begins the AAD, so that no record can pass for one of another version.
 */
const labels: Readonly<Record<number, string>> = { 1: 'azukari.v1' }

export const formats = {
  current: (): number => 1,
  /** Undefined for a format that this release does not know. */
  label: (format: number): string | undefined => labels[format],
}
