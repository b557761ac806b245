import { createRequire } from 'node:module'
import type * as Driver from 'mongodb'
import { answerOnce } from '../child-side.ts'

export type ClientSideInput = {
  /** Where `mongodb` and `mongodb-client-encryption` were installed. */
  folder: string
  mongodbUrl: string
  /** `database.collection` */
  keyVault: string
  /** 96 bytes, base64. */
  masterKey: string
  count: number
  warmUp: number
}

/** MongoDB's explicit client-side encryption by its own Node addon. */
await answerOnce(async ({ folder, mongodbUrl, keyVault, masterKey, count, warmUp }: ClientSideInput) => {
  const { MongoClient, ClientEncryption } = createRequire(`${folder}/`)('mongodb') as typeof Driver
  const client = await MongoClient.connect(mongodbUrl)
  const encryption = new ClientEncryption(client, {
    keyVaultNamespace: keyVault,
    kmsProviders: { local: { key: Buffer.from(masterKey, 'base64') } },
  })
  const keyId = await encryption.createDataKey('local')
  const algorithm = 'AEAD_AES_256_CBC_HMAC_SHA_512-Random'
  const numbers = Array.from({ length: count + warmUp }, (_, i) => String(i).padStart(12, '0'))
  const documents: { _id: string; number: Driver.Binary }[] = []
  const encrypt = async (i: number): Promise<void> => {
    documents.push({ _id: `num_${i}`, number: await encryption.encrypt(numbers[i], { keyId, algorithm }) })
  }
  for (let i = 0; i < warmUp; i++) await encrypt(i)
  const startedAt = performance.now()
  for (let i = warmUp; i < warmUp + count; i++) await encrypt(i)
  const seconds = (performance.now() - startedAt) / 1000
  const last = documents.at(-1)?.number
  if (last?.sub_type !== 6 || (await encryption.decrypt(last)) !== numbers.at(-1)) throw new Error('not encrypted')
  await client.close()
  return { count, seconds }
})
