/**
 * Format versions of sealed records: all of them can be read, the current one is written, and core/renewal writes older ones
 * anew. A release that brings a format reads it first and writes it from the release after: so processes of both can run side
 * by side. The label begins the AAD, so that no record can pass for one of another version.
 */
export const formatLabels: Readonly<Record<number, string>> = { 1: 'azukari.v1' }

export const currentFormat = (): number => 1
