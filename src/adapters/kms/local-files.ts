import { randomBytes } from 'node:crypto'
import type { KekProvider } from '../../core/keys/keys.ts'
import { versionGone } from './failures.ts'
import { createVersionFiles } from './version-files.ts'
import { unwrapUnder, versionKeyBytes, wrapUnder } from './version-key.ts'

/**
 * The KMS for trying things out: one file with 32 random bytes for each version. It protects against the theft of a
 * database, not of the machine, so production refuses it unless told.
 */
export const createLocalFilesProvider = (options: {
  directory: string
  production: boolean
  allowInProduction?: boolean
}): KekProvider => {
  if (options.production && options.allowInProduction !== true)
    throw new Error('Local key files are not for NODE_ENV=production; configure a KMS, or allow them explicitly.')
  const files = createVersionFiles(options.directory)

  const withKey = async <T>(version: string, work: (key: Buffer) => T): Promise<T> => {
    const key = await files.read(version)
    try {
      if (key.length !== versionKeyBytes) throw versionGone(version)
      return work(key)
    } finally {
      key.fill(0)
    }
  }

  return {
    name: 'local-files',
    createVersion: async () => {
      const key = randomBytes(versionKeyBytes)
      try {
        return await files.create(key)
      } finally {
        key.fill(0)
      }
    },
    wrap: (version, plaintextKey) => withKey(version, (key) => wrapUnder(key, version, plaintextKey)),
    unwrap: (version, wrapped) => withKey(version, (key) => unwrapUnder(key, version, wrapped)),
    destroyVersion: files.destroy,
  }
}
