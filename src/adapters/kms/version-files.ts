import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { AppError } from '../../core/shared/errors.ts'
import { versionGone } from './failures.ts'

/** One small file for each version, in a directory that is in no database and in no backup of one. */
const versionPattern = /^kv_[0-9A-HJKMNP-TV-Z]{26}$/

const unreachable = (cause: unknown): AppError =>
  new AppError('unavailable', 'The key directory cannot be used.', { retryAfterSeconds: 5, cause })

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'

export const createVersionFiles = (directory: string) => {
  const pathOf = (version: string): string => {
    if (!versionPattern.test(version)) throw versionGone('(not an id of ours)')
    return join(directory, `${version}.key`)
  }

  const syncDirectory = async (): Promise<void> => {
    const handle = await open(directory, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  /** Written whole under another name, flushed, renamed, and the directory flushed: there after a power cut or not at all. */
  const create = async (content: Buffer): Promise<string> => {
    const version = `kv_${ulid()}`
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const temporary = join(directory, `.${version}.new`)
      const handle = await open(temporary, 'wx', 0o600)
      try {
        await handle.writeFile(content)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await chmod(temporary, 0o600)
      await rename(temporary, pathOf(version))
      await syncDirectory()
      return version
    } catch (error) {
      throw unreachable(error)
    }
  }

  const read = async (version: string): Promise<Buffer> => {
    const path = pathOf(version)
    try {
      return await readFile(path)
    } catch (error) {
      if (!isMissing(error)) throw unreachable(error)
    }
    // A directory that is not there is a volume that is not mounted: the version may well exist.
    await stat(directory).catch((error: unknown) => {
      throw unreachable(error)
    })
    throw versionGone(version)
  }

  /** Overwritten, flushed, unlinked, the directory flushed. What an SSD may keep of it is the README's to say. */
  const destroy = async (version: string): Promise<void> => {
    const path = pathOf(version)
    try {
      const handle = await open(path, 'r+')
      try {
        const { size } = await handle.stat()
        await handle.write(randomBytes(size), 0, size, 0)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await unlink(path)
      await syncDirectory()
    } catch (error) {
      if (!isMissing(error)) throw unreachable(error)
      await stat(directory).catch((missing: unknown) => {
        throw unreachable(missing)
      })
    }
  }

  return { create, read, destroy }
}
