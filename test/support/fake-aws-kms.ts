import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto'
import nock from 'nock'

/**
 * AWS KMS as its API reference documents it (protocol JSON 1.1: `POST /`, `X-Amz-Target: TrentService.<operation>`; errors as
 * `__type` and `message` with status 400; https://docs.aws.amazon.com/kms/latest/APIReference/), with keys of its own behind
 * recorded HTTP. Ciphertexts are opaque there, and here: key id and AES-256-GCM with the encryption context as AAD.
 */
type Key = {
  id: string
  bytes: Buffer
  state: 'Enabled' | 'Disabled' | 'PendingDeletion'
  deletionDate?: number
  tags: unknown
}
type Body = Record<string, unknown>
class KmsRefusal extends Error {
  readonly type: string
  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

/** Made in code: an account's number has twelve digits. */
export const awsAccount = ['4321', '0000', '0042'].join('')

export const fakeAwsKms = (region: string) => {
  const origin = `https://kms.${region}.amazonaws.com`
  const keys = new Map<string, Key>()
  /** Everything that was asked, to be searched for what must not be there. */
  const asked: { url: string; target: string; headers: string; body: Body }[] = []
  /** Answered instead of the real answer, for so many requests. */
  let instead: { status: number; type: string; message: string; times: number } | undefined

  const arnOf = (id: string) => `arn:aws:kms:${region}:${awsAccount}:key/${id}`
  const keyOf = (body: Body): Key => {
    const key = [...keys.values()].find(({ id }) => arnOf(id) === body.KeyId)
    if (key === undefined) throw new KmsRefusal('NotFoundException', `Key '${String(body.KeyId)}' does not exist`)
    return key
  }
  const usable = (body: Body): Key => {
    const key = keyOf(body)
    if (key.state === 'PendingDeletion')
      throw new KmsRefusal('KMSInvalidStateException', `${arnOf(key.id)} is pending deletion.`)
    if (key.state === 'Disabled') throw new KmsRefusal('DisabledException', `${arnOf(key.id)} is disabled.`)
    return key
  }
  const aadOf = (body: Body): Buffer => {
    const context = typeof body.EncryptionContext === 'object' ? Object.entries(body.EncryptionContext ?? {}) : []
    return createHash('sha256').update(JSON.stringify(context.toSorted())).digest()
  }
  const metadataOf = (key: Key) => ({
    AWSAccountId: awsAccount,
    KeyId: key.id,
    Arn: arnOf(key.id),
    CreationDate: 1_775_001_600.123,
    Enabled: key.state === 'Enabled',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.state,
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
    ...(key.deletionDate === undefined ? {} : { DeletionDate: key.deletionDate }),
  })

  const operations: Record<string, (body: Body) => Body> = {
    CreateKey: (body) => {
      const key: Key = {
        id: randomUUID().replace(/\d{12}$/, 'a'.repeat(12)),
        bytes: randomBytes(32),
        state: 'Enabled',
        tags: body.Tags,
      }
      keys.set(key.id, key)
      return { KeyMetadata: metadataOf(key) }
    },
    DescribeKey: (body) => ({ KeyMetadata: metadataOf(keyOf(body)) }),
    Encrypt: (body) => {
      const key = usable(body)
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key.bytes, iv)
      cipher.setAAD(aadOf(body))
      const text = Buffer.concat([cipher.update(Buffer.from(String(body.Plaintext), 'base64')), cipher.final()])
      const blob = Buffer.concat([Buffer.from(key.id), iv, cipher.getAuthTag(), text])
      return { CiphertextBlob: blob.toString('base64'), KeyId: arnOf(key.id), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
    },
    Decrypt: (body) => {
      const key = usable(body)
      const blob = Buffer.from(String(body.CiphertextBlob), 'base64')
      if (blob.length < 64) throw new KmsRefusal('InvalidCiphertextException', '')
      if (blob.toString('latin1', 0, 36) !== key.id)
        throw new KmsRefusal(
          'IncorrectKeyException',
          'The key ID in the request does not identify a CMK that can perform this operation.',
        )
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, blob.subarray(36, 48))
      decipher.setAuthTag(blob.subarray(48, 64))
      decipher.setAAD(aadOf(body))
      const text = decipher.update(blob.subarray(64))
      try {
        decipher.final()
      } catch {
        throw new KmsRefusal('InvalidCiphertextException', '')
      }
      return { Plaintext: text.toString('base64'), KeyId: arnOf(key.id), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
    },
    ScheduleKeyDeletion: (body) => {
      const key = keyOf(body)
      if (key.state === 'PendingDeletion')
        throw new KmsRefusal('KMSInvalidStateException', `${arnOf(key.id)} is pending deletion.`)
      const days = Number(body.PendingWindowInDays)
      key.state = 'PendingDeletion'
      key.deletionDate = Date.now() / 1000 + days * 24 * 60 * 60
      return { KeyId: arnOf(key.id), DeletionDate: key.deletionDate, KeyState: key.state, PendingWindowInDays: days }
    },
  }

  const answer = (target: string, body: Body): [number, Body] => {
    if (instead !== undefined && instead.times > 0) {
      instead.times -= 1
      return [instead.status, { __type: instead.type, message: instead.message }]
    }
    const operation = operations[target.replace(/^TrentService\./, '')]
    try {
      if (operation === undefined) throw new KmsRefusal('UnknownOperationException', '')
      return [200, operation(body)]
    } catch (error) {
      if (error instanceof KmsRefusal) return [400, { __type: error.type, message: error.message }]
      throw error
    }
  }

  const comeBack = (): void => {
    nock(origin)
      .persist()
      .post('/')
      .reply(async (request: Request) => {
        const body: Body = JSON.parse(await request.text())
        const target = request.headers.get('x-amz-target') ?? ''
        asked.push({ url: request.url, target, headers: JSON.stringify([...request.headers]), body })
        const [status, json] = answer(target, body)
        const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() }
        return [status, JSON.stringify(json), headers]
      })
  }
  comeBack()

  return {
    asked,
    /** To be replaced by a test for a moment's odd behaviour. */
    operations,
    refuse: (type: string, message: string): never => {
      throw new KmsRefusal(type, message)
    },
    keys,
    goAway: (): void => nock.cleanAll(),
    comeBack,
    sayInstead: (type: string, message = '', more: { status?: number; times?: number } = {}): void => {
      instead = { type, message, status: more.status ?? 400, times: more.times ?? Number.POSITIVE_INFINITY }
    },
    sayAgain: (): void => {
      instead = undefined
    },
  }
}
