import type { AzukariService } from '../compose.ts'
import { type Command, UsageError } from './command.ts'
import { onRecord } from './on-record.ts'
import { withService } from './with-service.ts'

/** What is printed of one: enough to know what to do next. */
type Epoch = Awaited<ReturnType<AzukariService['core']['erasure']['get']>>
const toLine = ({ _id, state, progress, notBefore, rewrappedAt, backup, alarms }: Epoch) => ({
  id: _id,
  state,
  progress,
  notBefore,
  rewrappedAt,
  backupTakenAt: backup?.takenAt,
  alarms,
})

const shownAtOnce = 20

const startEpoch: Command = {
  words: ['epoch', 'start'],
  about: 'begins an erasure epoch (鍵の世代交代); workers drive it',
  run: (config) =>
    onRecord(config, { operation: 'renew_keys', functionName: '鍵の世代交代' }, async ({ erasure }) => ({
      result: toLine(await erasure.operator.start()),
    })),
}

const listEpochs: Command = {
  words: ['epoch', 'list'],
  about: 'the newest ones, one a line',
  run: (config) =>
    withService(config, async ({ erasure }) => {
      const { rows } = await erasure.list({ limit: shownAtOnce })
      return { lines: rows.map((row) => JSON.stringify(toLine(row))) }
    }),
}

const confirmBackup: Command = {
  words: ['epoch', 'confirm'],
  positionals: ['ID', 'INSTANT'],
  about: 'a backup of the key database, begun at INSTANT (2026-11-23T03:00:00Z), is complete',
  run: (config, { id = '', instant = '' }) => {
    if (Number.isNaN(Date.parse(instant))) throw new UsageError('INSTANT must be an instant: 2026-11-23T03:00:00Z.')
    return onRecord(config, { operation: 'renew_keys', functionName: '鍵の控えの確認' }, async ({ erasure }) => ({
      result: toLine(await erasure.operator.confirm(id, new Date(instant))),
    }))
  },
}

export const epochs: readonly Command[] = [startEpoch, listEpochs, confirmBackup]
