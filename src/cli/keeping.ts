import { type Command, must } from './command.ts'
import { onRecord } from './on-record.ts'
import { operatorIn, withService } from './with-service.ts'

const confirmClock: Command = {
  words: ['clock', 'confirm'],
  about: 'the clock is right, although it was last looked at more than 7 days ago, or stood elsewhere then',
  run: (config) =>
    onRecord(config, { operation: 'settings', functionName: '時計の確認' }, async ({ retention }) => ({
      result: { confirmedAt: await retention.confirmClock() },
    })),
}

const rotateTokenKey: Command = {
  words: ['keys', 'rotate', 'token'],
  about: 'a new key for tokens: published at once, signs after ten minutes; no token is lost',
  run: (config) =>
    onRecord(config, { operation: 'renew_keys', functionName: 'トークン署名鍵の更新' }, async ({ keys }) => ({
      result: await keys.signing.rotate('token'),
    })),
}

const rotateCheckpointKey: Command = {
  words: ['keys', 'rotate', 'checkpoint'],
  options: ['organization'],
  about: 'a new key for the checkpoints of an organization’s ledger; what the old ones signed verifies on',
  run: (config, values) =>
    withService(config, async (core, requestId) => {
      const caller = await operatorIn(core, must(values, 'organization'), requestId)
      return { result: await core.sealing.rotateKey(caller) }
    }),
}

const rotateTransportKeys: Command = {
  words: ['vault', 'rotate'],
  about: 'new keys for numbers that come as JWE; the old ones are accepted for two days more',
  run: (config) =>
    onRecord(config, { operation: 'renew_keys', functionName: '暗号化受付鍵の更新' }, async ({ keys }) => ({
      result: { replaced: await keys.transport.rotate() },
    })),
}

const renewFormats: Command = {
  words: ['formats', 'renew'],
  about: 'writes anew what was sealed in an older format; workers do it by themselves',
  run: (config) =>
    onRecord(config, { operation: 'renew_keys', functionName: '保存形式の更新' }, async ({ renewal }) => ({
      result: await renewal.again(),
    })),
}

export const keeping: readonly Command[] = [
  confirmClock,
  rotateTokenKey,
  rotateCheckpointKey,
  rotateTransportKeys,
  renewFormats,
]
