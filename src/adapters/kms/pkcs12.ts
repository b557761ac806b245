import { constants, createPrivateKey, type KeyObject, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto'
import forge from 'node-forge'
import type { KekProvider } from '../../core/keys/keys.ts'
import { versionGone } from './failures.ts'
import { createVersionFiles } from './version-files.ts'
import { unwrapUnder, versionKeyBytes, wrapUnder } from './version-key.ts'

/**
 * A PKCS#12 file (.p12, RFC 7292) as the KMS: each version is a file whose 32 random bytes are encrypted to the RSA key in
 * the .p12 (RSA-OAEP, SHA-256). Without the .p12 and its password the files open nothing; without a version's file the
 * .p12 does not either, so unlinking the file destroys the version.
 */
const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
const smallestModulusBits = 2048

/** The first RSA private key of a .p12. The errors say nothing of the password. */
const readPrivateKey = (pkcs12: Buffer, password: string): KeyObject => {
  const bagTypes = [forge.pki.oids.pkcs8ShroudedKeyBag, forge.pki.oids.keyBag]
  const find = (): forge.pki.PrivateKey | undefined => {
    const parsed = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(pkcs12.toString('latin1')), password)
    const bags = bagTypes.flatMap((bagType) =>
      bagType === undefined ? [] : (parsed.getBags({ bagType })[bagType] ?? []),
    )
    return bags.find(({ key }) => key !== undefined && key !== null)?.key
  }
  let found: forge.pki.PrivateKey | undefined
  try {
    found = find()
  } catch {
    throw new Error('The PKCS#12 file cannot be read: a wrong password, or not such a file.')
  }
  if (found === undefined) throw new Error('The PKCS#12 file holds no RSA private key.')
  const key = createPrivateKey(forge.pki.privateKeyToPem(found))
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < smallestModulusBits)
    throw new Error(`The RSA key of the PKCS#12 file has under ${smallestModulusBits} bits.`)
  return key
}

export const createPkcs12Provider = (options: { directory: string; pkcs12: Buffer; password: string }): KekProvider => {
  const rsa = readPrivateKey(options.pkcs12, options.password)
  const files = createVersionFiles(options.directory)

  const withKey = async <T>(version: string, work: (key: Buffer) => T): Promise<T> => {
    const encrypted = await files.read(version)
    let key: Buffer
    try {
      key = privateDecrypt({ key: rsa, ...padding }, encrypted)
    } catch {
      throw versionGone(version)
    }
    try {
      return work(key)
    } finally {
      key.fill(0)
    }
  }

  return {
    name: 'pkcs12',
    createVersion: async () => {
      const key = randomBytes(versionKeyBytes)
      try {
        return await files.create(publicEncrypt({ key: rsa, ...padding }, key))
      } finally {
        key.fill(0)
      }
    },
    wrap: (version, plaintextKey) => withKey(version, (key) => wrapUnder(key, version, plaintextKey)),
    unwrap: (version, wrapped) => withKey(version, (key) => unwrapUnder(key, version, wrapped)),
    destroyVersion: files.destroy,
  }
}
