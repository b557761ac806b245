/**
 * The states of an erasure epoch, in their order. One active epoch at a time; in `waiting` and `finished` it is not active
 * any more: all that is left is time, and then the certificates.
 */
export const epochStates = [
  /** A new KMS version, and new keys in every organization: readable everywhere, written with nowhere. */
  'announcing',
  /** The new keys become the current ones. */
  'promoting',
  /** Everything under the old ones is re-wrapped, until nothing refers to them. */
  'rewrapping',
  /** A backup of the key database taken after that: every older one is unreadable once the old KMS version is gone. */
  'awaiting_backup',
  /** The old keys are out of sight; caches end. */
  'retiring',
  /** No way back from here: the old KMS version is destroyed. */
  'destroying',
  /** Until the KMS itself could not bring it back any more. */
  'waiting',
  /** The certificates of this epoch say *erased*. */
  'finished',
] as const
export type EpochState = (typeof epochStates)[number]

/** What straggled is re-wrapped as long as the old keys are there; then a newer backup is needed. */
export const nextStates = {
  announcing: ['announcing', 'promoting'],
  promoting: ['rewrapping'],
  rewrapping: ['awaiting_backup'],
  awaiting_backup: ['retiring', 'rewrapping'],
  retiring: ['destroying', 'rewrapping'],
  destroying: ['waiting'],
  waiting: ['finished'],
  finished: [],
} as const satisfies Record<EpochState, readonly EpochState[]>

export const mayFollow = (from: EpochState, to: EpochState): boolean =>
  (nextStates[from] as readonly EpochState[]).includes(to)

/** Where a process can die; a test kills one at each. */
export const epochPoints = [
  'KMS version made',
  'KMS version kept',
  'KMS version in use',
  'organization entered',
  'organization announced',
  'organization promoted',
  'chunk re-wrapped',
  'organization re-wrapped',
  'key change on record',
  'platform re-wrapped',
  'organization retired',
  'KMS versions destroyed',
  'organization cleared',
  'old rows removed',
  'chunk certified',
] as const
export type EpochPoint = (typeof epochPoints)[number]

const dayMs = 24 * 60 * 60 * 1000
/** *Erased* comes at most so long after a disposal. */
export const erasedWithinDays = 35
/** What the operator has for the backup, out of those days, before the alarm. */
export const backupWithinDays = 2

const plusDays = (from: Date, days: number): Date => new Date(from.getTime() + days * dayMs)

/**
 * How long after the last one an epoch begins by itself. A number that is disposed of just after an epoch began waits for the
 * next one: what that takes (old keys kept, backup, the KMS's own delay) must fit into the 35 days too.
 */
export const periodDays = (everyDays: number, keepOldKeysSeconds: number, deletionDelayDays: number): number =>
  Math.max(
    1,
    Math.min(
      everyDays,
      erasedWithinDays - Math.ceil((keepOldKeysSeconds * 1000) / dayMs) - backupWithinDays - deletionDelayDays - 1,
    ),
  )

export const isDue = (currentSince: Date, days: number, now: Date): boolean => plusDays(currentSince, days) <= now

export const epochAlarms = ['backup_late', 'erasure_late'] as const
export type EpochAlarm = (typeof epochAlarms)[number]

/** `oldestDisposal`: of the certificates that still say *deleted*. */
export const alarmsOf = (
  epoch: { state: EpochState; notBefore: Date; backup?: unknown } | undefined,
  oldestDisposal: Date | undefined,
  now: Date,
): EpochAlarm[] => {
  const waitsForBackup = epoch?.state === 'awaiting_backup' && epoch.backup === undefined
  return [
    ...(waitsForBackup && plusDays(epoch.notBefore, backupWithinDays) < now ? (['backup_late'] as const) : []),
    ...(oldestDisposal !== undefined && plusDays(oldestDisposal, erasedWithinDays) < now
      ? (['erasure_late'] as const)
      : []),
  ]
}

export const erasableAt = (destroyedAt: Date, deletionDelayDays: number): Date =>
  plusDays(destroyedAt, deletionDelayDays)
