import { writeFile } from 'node:fs/promises'
import { StartError } from '../start-error.ts'
import { type Command, must } from './command.ts'
import { operatorIn, withService } from './with-service.ts'

/** Never over another one: an old checkpoint is what a new tree is held against. */
const writeNew = async (file: string, content: string): Promise<void> => {
  try {
    await writeFile(file, content, { flag: 'wx' })
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new StartError(
      exists ? '--out names a file that is there: name a new one.' : '--out names a file that cannot be written.',
    )
  }
}

export const ledgerCheckpoint: Command = {
  words: ['ledger', 'checkpoint'],
  options: ['organization', 'out'],
  about: 'seals, signs and anchors the ledger (取扱記録) of an organization now; writes the signed note to a new file',
  run: (config, values) =>
    withService(config, async (core, requestId) => {
      const caller = await operatorIn(core, must(values, 'organization'), requestId)
      const { size, root, note, createdAt } = await core.sealing.checkpoint(caller)
      await writeNew(must(values, 'out'), note)
      return { result: { size, root, createdAt, file: values.out } }
    }),
}
