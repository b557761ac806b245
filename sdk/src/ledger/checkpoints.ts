import { isObject, sameBytes } from './bytes.ts'
import type { Problems } from './problems.ts'
import { type CheckedNote, checkNote, type NoteKey } from './signed-note.ts'

/** A signed note, a line of a checkpoints file, or a row of `ledger.listCheckpoints`. */
export type CheckpointInput = string | { note: string }
export type Checkpoints = AsyncIterable<CheckpointInput> | Iterable<CheckpointInput>

const faults = {
  malformed: 'checkpoint_malformed',
  unknown_key: 'unknown_key',
  bad_signature: 'bad_signature',
} as const satisfies Record<Exclude<CheckedNote['state'], 'verified'>, string>

const noteOfLine = (line: string): string => {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) && typeof value.note === 'string' ? value.note : line
  } catch {
    return line
  }
}
const notesOf = (input: CheckpointInput): string[] => {
  if (typeof input !== 'string') return [input.note]
  if (!input.trimStart().startsWith('{')) return [input]
  return input
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(noteOfLine)
}

/** The last part of the origin names the organization. */
export const organizationOf = (origin: string): string => origin.slice(origin.lastIndexOf('/') + 1)

/** Verified roots by size. What does not verify is a problem, and counts for nothing. */
export const createCheckpoints = (keys: readonly NoteKey[], problems: Problems) => {
  const roots = new Map<number, Uint8Array>()
  let origin: string | undefined

  const addNote = async (note: string): Promise<void> => {
    const checked = await checkNote(note, keys)
    const size = checked.checkpoint?.size
    if (checked.state !== 'verified') {
      const of = size === undefined ? '' : ` (of size ${size})`
      const kind = faults[checked.state]
      problems.add(kind, { message: `a checkpoint${of}: ${messages[kind]}` })
      return
    }
    const { checkpoint } = checked
    origin ??= checkpoint.origin
    if (checkpoint.origin !== origin) {
      problems.add('other_organization', {
        message: `a checkpoint of size ${size} is of ${checkpoint.origin}, not of ${origin}`,
      })
      return
    }
    const known = roots.get(checkpoint.size)
    if (known === undefined) roots.set(checkpoint.size, checkpoint.root)
    else if (!sameBytes(known, checkpoint.root))
      problems.add('forked', {
        message: `two verified checkpoints of size ${size} have different roots: two histories were signed`,
      })
  }

  return {
    add: async (input: CheckpointInput): Promise<void> => {
      for (const note of notesOf(input)) await addNote(note)
    },
    root: (size: number): Uint8Array | undefined => roots.get(size),
    sizes: (): number[] => [...roots.keys()].sort((a, b) => a - b),
    organizationId: (): string | undefined => (origin === undefined ? undefined : organizationOf(origin)),
  }
}
export type VerifiedCheckpoints = ReturnType<typeof createCheckpoints>

const messages = {
  checkpoint_malformed: 'it is no signed note',
  unknown_key: 'its key was not given; if it is not a new one of the same service, somebody replaced it',
  bad_signature: 'the signature does not fit the text',
} as const
