import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type AnchorStore, isAnchorName, isMonth } from '../../core/anchors/anchors.ts'
import { listUnavailable } from './failures.ts'
import { s3Failure, s3Meaning } from './s3-failures.ts'

/**
 * S3, or a store that speaks it: one object a record, written by a conditional PUT (`If-None-Match: *`), so that
 * nothing is ever overwritten. Versioning or Object Lock on the bucket keeps it so against whoever else may write there.
 */
export type S3Options = {
  bucket: string
  /** Empty, or ending in `/`. */
  prefix: string
  region: string
  /** Of an S3-compatible store; its buckets are in the path. */
  endpoint?: string | undefined
  limits?: { connectMs: number; requestMs: number; attempts: number }
}

const suffix = '.jws'
/** AWS answers 409 while another conditional write of the same key is under way. */
const conflictTries = 5

export const createS3Anchors = (options: S3Options): AnchorStore => {
  const { bucket, prefix, region, endpoint } = options
  const limits = options.limits ?? { connectMs: 2000, requestMs: 10_000, attempts: 4 }
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    maxAttempts: limits.attempts,
    requestHandler: {
      connectionTimeout: limits.connectMs,
      requestTimeout: limits.requestMs,
      // Else the handler only warns.
      throwOnRequestTimeout: true,
    },
  })

  const keyOf = (name: string): string => {
    if (!isAnchorName(name)) throw listUnavailable('a name that is none of ours')
    return prefix + name + suffix
  }

  const append: AnchorStore['append'] = async (name, content) => {
    const command = {
      Bucket: bucket,
      Key: keyOf(name),
      Body: `${content}\n`,
      ContentType: 'application/jose',
      IfNoneMatch: '*',
    }
    for (let tries = 1; ; tries++) {
      try {
        await client.send(new PutObjectCommand(command))
        return 'written'
      } catch (error) {
        const meaning = s3Meaning(error)
        if (meaning === 'exists') return 'exists'
        if (meaning !== 'conflict' || tries >= conflictTries) throw s3Failure('PutObject', error)
        await new Promise((resolve) => setTimeout(resolve, 50 * tries))
      }
    }
  }

  const read: AnchorStore['read'] = async (name) => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(name) }))
      return await Body?.transformToString('utf8')
    } catch (error) {
      if (s3Meaning(error) === 'missing') return undefined
      throw s3Failure('GetObject', error)
    }
  }

  async function* pagesOf(path: string, delimiter?: '/') {
    for (let token: string | undefined; ; ) {
      const command = new ListObjectsV2Command({
        ...{ Bucket: bucket, Prefix: prefix + path },
        ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
        ...(token === undefined ? {} : { ContinuationToken: token }),
      })
      const page = await client.send(command).catch((error: unknown) => {
        throw s3Failure('ListObjectsV2', error)
      })
      yield page
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined
      if (token === undefined) return
    }
  }

  return {
    append,
    read,
    months: async (folder) => {
      const path = `${folder}/`
      const months: string[] = []
      for await (const { CommonPrefixes } of pagesOf(path, '/'))
        for (const { Prefix = '' } of CommonPrefixes ?? []) {
          const month = Prefix.slice(prefix.length + path.length, -1)
          if (isMonth(month)) months.push(month)
        }
      return months
    },
    names: async (folder) => {
      const names: string[] = []
      for await (const { Contents } of pagesOf(`${folder}/`))
        for (const { Key = '' } of Contents ?? []) {
          const name = Key.endsWith(suffix) ? Key.slice(prefix.length, -suffix.length) : ''
          if (isAnchorName(name)) names.push(name)
        }
      return names
    },
    check: async () => {
      try {
        await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }))
      } catch (error) {
        throw s3Failure('ListObjectsV2', error)
      }
    },
  }
}
