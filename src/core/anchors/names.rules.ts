import { createHash } from 'node:crypto'
import { decodeTime } from 'ulid'

const pattern = /^[A-Za-z0-9_-]{16}\/([a-z]+)\/\d{4}-\d{2}\/[A-Za-z0-9_-]{1,80}$/
const monthPattern = /^\d{4}-\d{2}$/
const digestLength = 16
const listLength = 16

/** An installation is known by the key that signs its list: the first one, whatever comes after it. */
export const listOfKey = (kid: string): string => kid.slice(0, listLength)

/** UTC, by the instant in the id: a step that is repeated next month finds the name of its first try. */
const monthOf = (id: string): string => new Date(decodeTime(id.slice(id.indexOf('_') + 1))).toISOString().slice(0, 7)

/** The same for the same content, however often a job repeats its step: it is entered once. */
export const anchorName = (folder: string, ownerId: string, content: readonly string[]): string => {
  const digest = createHash('sha256').update(content.toSorted().join('\n')).digest('base64url').slice(0, digestLength)
  return `${folder}/${monthOf(ownerId)}/${ownerId}-${digest}`
}

/** The organization is in the name, so that its checkpoints can be found without reading any other. */
export const checkpointName = (folder: string, checkpointId: string, organizationId: string): string =>
  `${folder}/${monthOf(checkpointId)}/${checkpointId}-${organizationId}`

/** What is not named so was not written by us, and adapters must not be led out of their folder. */
export const isAnchorName = (name: string): boolean => pattern.test(name)
export const isMonth = (text: string): boolean => monthPattern.test(text)

export const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/'))
