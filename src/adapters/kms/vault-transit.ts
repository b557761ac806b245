import { ulid } from 'ulid'
import type { KekProvider } from '../../core/keys/keys.ts'
import type { AppError } from '../../core/shared/errors.ts'
import { doesNotUnwrap, notAnswering, refused, versionGone } from './failures.ts'
import { createVaultHttp, type VaultAnswer, type VaultHttpOptions } from './vault-http.ts'

/**
 * The Transit engine of HashiCorp Vault or OpenBao: a version is a Transit key of its own, and destroying it deletes that
 * key with its whole archive.
 *
 * Not one key with rotate and trim: trimming takes away all versions *below* a number and never the newest, so a single
 * version could not be destroyed (of two processes that make the first one, the loser destroys its own), a version still
 * in use would block the destruction of every later one, and `min_decryption_version` alone only locks what is still there.
 *
 * What brings a deleted key back is a snapshot of Vault's own storage: `backupDays` says how long those live.
 */
const versionPattern = /^azukari-[0-9a-hjkmnp-tv-z]{26}$/
const keyType = 'aes256-gcm96'
/** Version 1 of a Transit key is the only one that we use, so its prefix need not be stored: what is stored is bytes. */
const prefix = 'vault:v1:'
/** IV 12 · key 32 · tag 16 */
const smallest = 12 + 16

const base64 = /^[A-Za-z0-9+/]+={0,2}$/

export type VaultTransitOptions = VaultHttpOptions & { mount: string; backupDays: number }

export const createVaultTransitProvider = (options: VaultTransitOptions): KekProvider => {
  const { call } = createVaultHttp(options)
  const mount = options.mount

  const pathOf = (action: 'keys' | 'encrypt' | 'decrypt', version: string): string => {
    if (!versionPattern.test(version)) throw versionGone('(not an id of ours)')
    return `${mount}/${action}/${version}`
  }
  /** Bound to the ciphertext as GCM's associated data. */
  const bindingOf = (version: string): string => Buffer.from(`azukari ${version}`, 'utf8').toString('base64')
  const exists = async (version: string): Promise<boolean> =>
    (await call('GET', pathOf('keys', version))).status !== 'absent'
  const notTransit = (): AppError => refused('VAULT_TRANSIT_MOUNT', 'what answers at this path is not a Transit engine')
  const gone = ({ errors }: VaultAnswer): boolean =>
    errors.some((text) => /key not found|not supported for this operation/.test(text))

  const createVersion = async (): Promise<string> => {
    const version = `azukari-${ulid().toLowerCase()}`
    const path = pathOf('keys', version)
    await call('POST', path, { type: keyType, exportable: false, allow_plaintext_backup: false })
    // Older servers answer without words; and any other engine would have stored what it was sent.
    const { data } = await call('GET', path)
    if (data.type !== keyType || data.latest_version !== 1 || data.supports_encryption !== true) throw notTransit()
    if (data.exportable !== false) throw refused('VAULT_TRANSIT_MOUNT', `the new key ${version} is exportable`)
    return version
  }

  const wrap = async (version: string, plaintextKey: Buffer): Promise<Buffer> => {
    const answer = await call('POST', pathOf('encrypt', version), {
      plaintext: plaintextKey.toString('base64'),
      associated_data: bindingOf(version),
      key_version: 1,
      // To encrypt under a name that is not there *makes* that key, where the policy allows it; an existing key ignores the
      // type. This type cannot encrypt: so a destroyed version never comes back as another key of its name.
      type: 'ecdsa-p256',
    })
    const { ciphertext } = answer.data
    if (answer.status !== 'ok')
      throw gone(answer) || answer.status === 'absent'
        ? versionGone(version)
        : refused('KMS=vault', `the Transit key ${version} does not encrypt under its version 1: was it rotated?`)
    if (typeof ciphertext !== 'string' || !ciphertext.startsWith(prefix)) throw notTransit()
    const body = ciphertext.slice(prefix.length)
    if (!base64.test(body)) throw notTransit()
    return Buffer.from(body, 'base64')
  }

  const unwrap = async (version: string, wrapped: Buffer): Promise<Buffer> => {
    if (wrapped.length <= smallest) throw doesNotUnwrap(version)
    const answer = await call('POST', pathOf('decrypt', version), {
      ciphertext: `${prefix}${wrapped.toString('base64')}`,
      associated_data: bindingOf(version),
    })
    const { plaintext } = answer.data
    if (answer.status !== 'ok') throw gone(answer) ? versionGone(version) : doesNotUnwrap(version)
    if (typeof plaintext !== 'string' || !base64.test(plaintext)) throw notTransit()
    return Buffer.from(plaintext, 'base64')
  }

  const remove = async (path: string): Promise<void> => {
    await call('POST', `${path}/config`, { deletion_allowed: true })
    await call('DELETE', path)
  }

  const destroyVersion = async (version: string): Promise<void> => {
    const path = pathOf('keys', version)
    if (!(await exists(version))) return
    const failure: unknown = await remove(path).then(
      () => notAnswering(new Error(`Vault DELETE ${path}: the key is still there`)),
      (error: unknown) => error,
    )
    // Proved, not believed; and where another process was faster, its failure is none.
    if (await exists(version)) throw failure
  }

  return {
    name: 'vault-transit',
    deletionDelayDays: options.backupDays,
    createVersion,
    wrap,
    unwrap,
    destroyVersion,
  }
}
