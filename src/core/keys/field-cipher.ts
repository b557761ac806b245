import { release } from '../shared/secret-bytes.ts'
import { keyIdOf, openEnvelope, sealEnvelope } from './envelope.ts'
import { undecipherable } from './key-errors.ts'
import type { KeyRings } from './key-ring.ts'
import { type StoredBytes, toBuffer } from './stored-bytes.ts'

/**
 * Personal fields (names, kana, birth dates, addresses, …) and stored secrets, under the organization's field key. The
 * record names its key, so that after a rotation old records still open. Bound: organization, record, field name.
 */
const domain = 'field'
const wholeValue = 'value'

export type FieldCipher = {
  seal: (recordId: string, name: string, text: string) => Buffer
  open: (recordId: string, name: string, sealed: StoredBytes) => string
  sealJson: (recordId: string, name: string, value: unknown) => Buffer
  openJson: (recordId: string, name: string, sealed: StoredBytes) => unknown
}

export const createFieldCiphers = ({ rings }: { rings: KeyRings }) => {
  /** Synchronous seal and open, for one request or one chunk of a bulk job; ask again for the next chunk. */
  const forOrganization = async (organizationId: string): Promise<FieldCipher> => {
    const ring = await rings.of(organizationId)
    const secret = ring.current('field')

    const seal = (recordId: string, name: string, text: string): Buffer => {
      const key = { id: secret.id, key: secret.cipherKey() }
      return sealEnvelope(domain, key, text, [organizationId, recordId, name])
    }

    const open = (recordId: string, name: string, sealed: StoredBytes): string => {
      const bytes = toBuffer(sealed)
      const id = keyIdOf(bytes) ?? ''
      const known = id === secret.id ? secret : ring.all('field').find((key) => key.id === id)
      if (known === undefined) throw undecipherable(secret.id, 'a field is under a key that this organization lacks')
      const plaintext = openEnvelope(domain, { id, key: known.cipherKey() }, bytes, [organizationId, recordId, name])
      const text = plaintext.toString('utf8')
      release(plaintext)
      return text
    }

    return {
      seal,
      open,
      sealJson: (recordId, name, value) => seal(recordId, name, JSON.stringify(value)),
      openJson: (recordId, name, sealed): unknown => JSON.parse(open(recordId, name, sealed)),
    }
  }

  /** One value (a text, or anything JSON can hold) that is the record's only one of its kind. */
  const seal = async (organizationId: string, recordId: string, value: unknown): Promise<Buffer> =>
    (await forOrganization(organizationId)).sealJson(recordId, wholeValue, value)

  const open = async (organizationId: string, recordId: string, sealed: StoredBytes): Promise<unknown> =>
    (await forOrganization(organizationId)).openJson(recordId, wholeValue, sealed)

  return { for: forOrganization, seal, open }
}
export type FieldCiphers = ReturnType<typeof createFieldCiphers>
