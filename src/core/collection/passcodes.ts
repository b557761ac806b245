import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number }, Buffer>(scrypt)
const cost = { N: 2 ** 14, r: 8, p: 1 }
const saltBytes = 16
const hashBytes = 32

/** As one types it on a telephone: full-width digits and a space at the end are no other passcode. */
const asTyped = (passcode: string): string => passcode.normalize('NFKC').trim()

/** Salt and hash (RFC 7914). A passcode can be short, so the hash is sealed besides: whoever has the database alone can try nothing. */
export const hashPasscode = async (passcode: string): Promise<Buffer> => {
  const salt = randomBytes(saltBytes)
  return Buffer.concat([salt, await derive(asTyped(passcode), salt, hashBytes, cost)])
}

export const isPasscode = async (passcode: string, stored: Buffer): Promise<boolean> => {
  const hash = await derive(asTyped(passcode), stored.subarray(0, saltBytes), hashBytes, cost)
  return timingSafeEqual(hash, stored.subarray(saltBytes))
}
