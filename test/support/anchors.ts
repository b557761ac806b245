import { join } from 'node:path'
import { createFolderAnchors } from '../../src/adapters/anchors/folder.ts'
import { type AnchorsDeps, createAnchors } from '../../src/core/anchors/anchors.ts'

type Deps = Omit<AnchorsDeps, 'store'> & {
  directory: string
  /** Throws while the list is away. */
  mustWork?: () => void
}

/** The list of disposals in a folder of the test's own. */
export const testAnchors = ({ directory, mustWork, ...deps }: Deps) => {
  const folder = createFolderAnchors({ directory: join(directory, 'anchors'), create: true })
  const append: typeof folder.append = async (...of) => {
    mustWork?.()
    return folder.append(...of)
  }
  return createAnchors({ ...deps, store: { ...folder, append } })
}
