import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type AnchorStore, isAnchorName, isMonth } from '../../core/anchors/anchors.ts'
import { AppError } from '../../core/shared/errors.ts'
import { listUnavailable } from './failures.ts'

/**
 * A folder on another disk or machine than the databases: one file a record. It is written whole under another
 * name, flushed, and linked to its own, which fails where there is one; so it needs a file system with hard links.
 */
export type FolderOptions = {
  directory: string
  /** In production the folder must be there: a volume that is not mounted is not an empty list. */
  create: boolean
}

const suffix = '.jws'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'

const sync = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const refused = (error: unknown): AppError =>
  error instanceof AppError ? error : listUnavailable(`the folder cannot be used (${codeOf(error)})`)

export const createFolderAnchors = ({ directory, create }: FolderOptions): AnchorStore => {
  const pathOf = (name: string): string => {
    if (!isAnchorName(name)) throw listUnavailable('a name that is none of ours')
    return join(directory, name + suffix)
  }

  /** Every level that was made is flushed into the one above it. */
  const makeFolder = async (folder: string): Promise<void> => {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 })
    if (first === undefined) return
    for (let level = folder; level.length >= first.length; level = dirname(level)) await sync(dirname(level))
  }

  const check = async (): Promise<void> => {
    try {
      if (create) await makeFolder(directory)
      if (!(await stat(directory)).isDirectory()) throw listUnavailable('it names a file, not a folder')
    } catch (error) {
      throw codeOf(error) === 'ENOENT'
        ? listUnavailable('the folder is not there: create it, or mount its volume')
        : refused(error)
    }
  }

  const linkOnce = async (temporary: string, path: string): Promise<'written' | 'exists'> => {
    try {
      await link(temporary, path)
      return 'written'
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return 'exists'
      throw error
    }
  }

  const append: AnchorStore['append'] = async (name, content) => {
    const path = pathOf(name)
    const folder = dirname(path)
    const temporary = join(folder, `.${randomBytes(12).toString('hex')}.new`)
    try {
      if (!create) await stat(directory)
      await makeFolder(folder)
      const handle = await open(temporary, 'wx', 0o600)
      try {
        await handle.writeFile(`${content}\n`)
        await handle.sync()
      } finally {
        await handle.close()
      }
      const outcome = await linkOnce(temporary, path)
      // Also of somebody else's: it may have linked it and not flushed it yet.
      await sync(folder)
      return outcome
    } catch (error) {
      throw refused(error)
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined)
    }
  }

  const read: AnchorStore['read'] = async (name) => {
    const path = pathOf(name)
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw refused(error)
      return undefined
    }
  }

  /** A folder that is not there yet has nothing in it; the root must be there. */
  const entriesOf = async (folder: string) => {
    try {
      return await readdir(join(directory, folder), { withFileTypes: true })
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw refused(error)
      await check()
      return []
    }
  }

  return {
    append,
    read,
    months: async (folder) =>
      (await entriesOf(folder)).flatMap((entry) => (entry.isDirectory() && isMonth(entry.name) ? [entry.name] : [])),
    names: async (folder) =>
      (await entriesOf(folder)).flatMap((entry) => {
        const name = entry.name.endsWith(suffix) ? `${folder}/${entry.name.slice(0, -suffix.length)}` : ''
        return isAnchorName(name) ? [name] : []
      }),
    check,
  }
}
