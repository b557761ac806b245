import { type NoteKey, readKey } from './signed-note.ts'

/** Verifier keys, one a line or string; lines that begin with # are remarks. */
export const readKeys = (keys: string | readonly string[]): Promise<NoteKey[]> =>
  Promise.all(
    (typeof keys === 'string' ? [keys] : keys)
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.trim() !== '' && !line.startsWith('#'))
      .map(readKey),
  )
