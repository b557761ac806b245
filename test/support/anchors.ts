import { join } from 'node:path'
import { createFolderAnchors } from '../../src/adapters/anchors/folder.ts'
import { type AnchorsDeps, createAnchors } from '../../src/core/anchors/anchors.ts'

/** The list of disposals in a folder of the test's own. */
export const testAnchors = ({ directory, ...deps }: Omit<AnchorsDeps, 'store'> & { directory: string }) =>
  createAnchors({ ...deps, store: createFolderAnchors({ directory: join(directory, 'anchors'), create: true }) })
