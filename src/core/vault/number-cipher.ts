import { type Dek, openRecord, type StoredBytes, sealRecord } from '../keys/keys.ts'
import { digitsOf, type MyNumber } from './my-number.ts'

/** The number cipher: inside the vault only. Organization, subject and version are bound, so a ciphertext moved elsewhere does not open. */
export type NumberPlace = { organizationId: string; subjectId: string; versionId: string }

const placeOf = ({ organizationId, subjectId, versionId }: NumberPlace) => ({
  organizationId,
  subjectId,
  recordId: versionId,
})

export const sealNumber = (dek: Dek, number: MyNumber, place: NumberPlace): Buffer => {
  const sealed = sealRecord(dek, digitsOf(number), placeOf(place))
  dek.key.fill(0)
  return sealed
}

/** Twelve ASCII bytes. Whoever gets them wipes them. */
export const openNumber = (dek: Dek, sealed: StoredBytes, place: NumberPlace): Buffer =>
  openRecord(dek, sealed, placeOf(place))

/**
 * The same number in the current format: under the same DEK, with a fresh IV. A fresh DEK would gain nothing (two random IVs
 * under one key, where GCM bears 2^32: NIST SP 800-38D § 8.3) and lose much: whoever read the row a moment ago would find its
 * key gone, and a disposal, which deletes one key, would leave the one that opens the old ciphertext in older copies.
 */
export const renewNumber = (dek: Dek, sealed: StoredBytes, place: NumberPlace): Buffer => {
  const digits = openNumber(dek, sealed, place)
  try {
    return sealRecord(dek, digits, placeOf(place))
  } finally {
    digits.fill(0)
  }
}
