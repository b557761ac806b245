import type { AzukariService } from '../compose.ts'
import { AppError } from '../core/shared/errors.ts'

/** What `azukari epoch …` prints of one: enough to know what to do next. */
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

export const epochUsage = [
  'azukari epoch start                  begins an erasure epoch (鍵の世代交代); workers drive it',
  'azukari epoch list                   the newest ones, one a line',
  'azukari epoch confirm ID INSTANT     a backup of the key database, begun at INSTANT (2026-11-23T03:00:00Z), is complete',
]

/** True for words that it knows. */
export const isEpochCommand = ([subject, verb, id, instant, ...rest]: readonly string[]): boolean =>
  subject === 'epoch' &&
  rest.length === 0 &&
  (verb === 'confirm'
    ? id !== undefined && instant !== undefined && !Number.isNaN(Date.parse(instant))
    : (verb === 'start' || verb === 'list') && id === undefined)

export const runEpochCommand = async (
  { core: { erasure } }: Pick<AzukariService, 'core'>,
  [, verb, id = '', instant = '']: readonly string[],
): Promise<unknown[]> => {
  if (verb === 'list') return (await erasure.list({ limit: shownAtOnce })).rows.map(toLine)
  if (verb === 'start') return [toLine(await erasure.operator.start())]
  if (verb === 'confirm') return [toLine(await erasure.operator.confirm(id, new Date(instant)))]
  throw new AppError('invalid_request', 'Say start, list or confirm.')
}
