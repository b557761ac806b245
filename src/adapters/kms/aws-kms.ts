import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import type { KekProvider } from '../../core/keys/keys.ts'
import { type Clock, systemClock } from '../../core/shared/clock.ts'
import { awsFailure, awsMeaning } from './aws-failures.ts'
import { arnOf, versionOf } from './aws-versions.ts'
import { doesNotUnwrap, refused } from './failures.ts'
import { type RemoteLimits, remoteLimits } from './remote-limits.ts'

/**
 * AWS KMS: a version is a symmetric KMS key of its own. Destroying it schedules its deletion: from then on it opens
 * nothing, but whoever may cancel a deletion could bring it back until the waiting period ends, so that period is the
 * provider's `deletionDelayDays`. Credentials come from the SDK's usual chain (environment, container or instance role).
 */
const dayMs = 24 * 60 * 60 * 1000
const hourMs = 60 * 60 * 1000
/** A new key may not be known everywhere at once (the API is eventually consistent): asked for after these pauses. */
const settlingMs = [0, 100, 200, 400, 800, 1600]

export type AwsKmsOptions = {
  region: string
  /** A VPC or FIPS endpoint. */
  endpoint?: string | undefined
  /** PendingWindowInDays, 7 to 30. */
  deletionDays: number
  limits?: RemoteLimits
  clock?: Clock
}

export const createAwsKmsProvider = (options: AwsKmsOptions): KekProvider => {
  const { region, endpoint, deletionDays, limits = remoteLimits, clock = systemClock } = options

  const connect = (maxAttempts: number): KMSClient =>
    new KMSClient({
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      maxAttempts,
      // Without throwOnRequestTimeout the handler only warns.
      requestHandler: {
        connectionTimeout: limits.connectMs,
        requestTimeout: limits.requestMs,
        throwOnRequestTimeout: true,
      },
    })
  const client = connect(limits.attempts)
  const inTime = () => ({ abortSignal: AbortSignal.timeout(limits.allMs) })
  const contextOf = (version: string): Record<string, string> => ({ product: 'azukari', version })

  const call = async <T>(operation: string, version: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw awsFailure(operation, version, error)
    }
  }

  const describe = (version: string) => client.send(new DescribeKeyCommand({ KeyId: arnOf(version, region) }), inTime())

  const settle = async (version: string): Promise<void> => {
    for (const pause of settlingMs) {
      await new Promise((resolve) => setTimeout(resolve, pause))
      try {
        if ((await describe(version)).KeyMetadata?.KeyState === 'Enabled') return
      } catch (error) {
        if (awsMeaning(error) !== 'gone') throw awsFailure('DescribeKey', version, error)
      }
    }
  }

  const createVersion = async (): Promise<string> => {
    // One attempt: repeated after an answer that was lost, it would leave a key that nobody knows and AWS bills.
    const once = connect(1)
    const command = new CreateKeyCommand({
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Description: 'Azukari: wraps the keys of one epoch. Deleted by the service itself.',
      Tags: [
        { TagKey: 'product', TagValue: 'azukari' },
        { TagKey: 'epoch', TagValue: clock.now().toISOString() },
      ],
    })
    try {
      const { KeyMetadata } = await call('CreateKey', '(new)', () => once.send(command, inTime()))
      const version = versionOf(KeyMetadata?.Arn ?? '')
      await settle(version)
      return version
    } finally {
      once.destroy()
    }
  }

  const wrap = async (version: string, plaintextKey: Buffer): Promise<Buffer> => {
    const command = new EncryptCommand({
      KeyId: arnOf(version, region),
      Plaintext: plaintextKey,
      EncryptionContext: contextOf(version),
    })
    const { CiphertextBlob } = await call('Encrypt', version, () => client.send(command, inTime()))
    if (CiphertextBlob === undefined) throw refused('AWS_KMS_ENDPOINT', 'what answers there is not AWS KMS')
    return Buffer.from(CiphertextBlob)
  }

  const unwrap = async (version: string, wrapped: Buffer): Promise<Buffer> => {
    // KeyId is optional for symmetric keys; pinned, a ciphertext of any other key is refused.
    const command = new DecryptCommand({
      KeyId: arnOf(version, region),
      CiphertextBlob: wrapped,
      EncryptionContext: contextOf(version),
    })
    const { Plaintext } = await call('Decrypt', version, () => client.send(command, inTime()))
    if (Plaintext === undefined) throw doesNotUnwrap(version)
    const key = Buffer.from(Plaintext)
    Plaintext.fill(0)
    return key
  }

  const destroyVersion = async (version: string): Promise<void> => {
    const command = new ScheduleKeyDeletionCommand({
      KeyId: arnOf(version, region),
      PendingWindowInDays: deletionDays,
    })
    try {
      await client.send(command, inTime())
      return
    } catch (error) {
      const meaning = awsMeaning(error)
      if (meaning === 'gone') return
      if (meaning !== 'pending') throw awsFailure('ScheduleKeyDeletion', version, error)
    }
    // Somebody's longer waiting period would make *erased* come too early.
    const { KeyMetadata } = await call('DescribeKey', version, () => describe(version))
    const latest = clock.now().getTime() + deletionDays * dayMs + hourMs
    if ((KeyMetadata?.DeletionDate?.getTime() ?? 0) > latest)
      throw refused('AWS_KMS_DELETION_DAYS', `the deletion of KMS version ${version} is scheduled for a later day`)
  }

  return { name: 'aws-kms', deletionDelayDays: deletionDays, createVersion, wrap, unwrap, destroyVersion }
}
