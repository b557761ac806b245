import type { AnchorStore } from '../../core/anchors/anchors.ts'
import { createFolderAnchors, type FolderOptions } from './folder.ts'
import type { S3Options } from './s3.ts'

/** What the environment said, checked by config.ts. */
export type AnchorSettings = ({ store: 'folder' } & FolderOptions) | ({ store: 's3' } & Omit<S3Options, 'limits'>)

/** The AWS SDK is loaded only where it is used. */
export const createAnchorStore = async (settings: AnchorSettings): Promise<AnchorStore> => {
  if (settings.store === 'folder') return createFolderAnchors(settings)
  const { createS3Anchors } = await import('./s3.ts')
  return createS3Anchors(settings)
}
