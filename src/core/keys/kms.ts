import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { KekProvider } from './kek-provider.ts'
import { kmsUnavailable, undecipherable } from './key-errors.ts'
import type { PlatformKey, PlatformKeyStore } from './platform-keys.store.ts'
import { randomKey } from './pool.ts'
import { untilCommitted } from './until-committed.ts'

export type KmsCalls = { createVersion: number; wrap: number; unwrap: number; destroyVersion: number; total: number }

/** The provider, its calls counted, its failures in our words, and which of its versions is the current one. */
export const createKms = ({
  provider,
  store,
  clock,
}: {
  provider: KekProvider
  store: PlatformKeyStore
  clock: Clock
}) => {
  const counts = { createVersion: 0, wrap: 0, unwrap: 0, destroyVersion: 0 }

  const call = async <T>(operation: keyof typeof counts, work: () => Promise<T>): Promise<T> => {
    counts[operation] += 1
    try {
      return await work()
    } catch (error) {
      throw error instanceof AppError ? error : kmsUnavailable(error)
    }
  }

  const wrap = (version: string, key: Buffer) => call('wrap', () => provider.wrap(version, key))
  const unwrap = (version: string, wrapped: Buffer) => call('unwrap', () => provider.unwrap(version, wrapped))
  const createVersion = () => call('createVersion', () => provider.createVersion())
  const destroyVersion = (version: string) => call('destroyVersion', () => provider.destroyVersion(version))

  const ours = (known: PlatformKey): string => {
    if (known.provider === provider.name) return known.kmsVersion
    throw new AppError('internal', undefined, {
      cause: new Error(`Keys are wrapped by the KMS "${known.provider}", but "${provider.name}" is configured`),
    })
  }

  /** The version that new keys are wrapped with; the first is made here. */
  const currentVersion = async (): Promise<string> => {
    const known = await store.current('kms')
    if (known !== null) return ours(known)
    const kmsVersion = await createVersion()
    const won = await store.insert({
      _id: newId('key'),
      use: 'kms',
      state: 'current',
      kmsVersion,
      provider: provider.name,
      createdAt: clock.now(),
    })
    if (won) return kmsVersion
    await destroyVersion(kmsVersion)
    return ours(await untilCommitted(() => store.current('kms')))
  }

  /** At start: the configured KMS wraps and unwraps under the current version, so that a wrong setting shows now. */
  const prove = async (): Promise<void> => {
    const version = await currentVersion()
    const key = randomKey()
    const again = await unwrap(version, await wrap(version, key))
    const same = again.equals(key)
    key.fill(0)
    again.fill(0)
    if (!same) throw undecipherable(version, 'the KMS does not give back the key that it wrapped')
  }

  const calls = (): KmsCalls => ({
    ...counts,
    total: counts.createVersion + counts.wrap + counts.unwrap + counts.destroyVersion,
  })

  return {
    name: provider.name,
    wrap,
    unwrap,
    createVersion,
    destroyVersion,
    currentVersion,
    prove,
    calls,
    /** Nothing is *erased* before these are over (see KekProvider). */
    deletionDelayDays: provider.deletionDelayDays ?? 0,
  }
}
export type Kms = ReturnType<typeof createKms>
