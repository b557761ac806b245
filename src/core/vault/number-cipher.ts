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
