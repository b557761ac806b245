import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import nock from 'nock'

/**
 * The Transit engine of Vault and OpenBao as documented (https://developer.hashicorp.com/vault/api-docs/secret/transit) and
 * as OpenBao's `builtin/logical/transit` answers, with keys of its own. Among what it does faithfully:
 * encrypting under an unknown name makes that key (unless its type cannot encrypt), and a key is deleted only once
 * `deletion_allowed` is set.
 */
type Key = { bytes: Buffer; deletionAllowed: boolean; latest: number }
type Body = Record<string, unknown>
type Reply = readonly [number, Body | undefined]

const failed = (status: number, ...errors: string[]): Reply => [status, { errors }]

type Options = { mount?: string; namespace?: string; token: string }

const createTransit = (options: Options) => {
  const mount = options.mount ?? 'transit'
  const keys = new Map<string, Key>()
  const asked: { url: string; method: string; headers: string; body: Body }[] = []
  let instead: { status: number; errors: string[]; times: number } | undefined

  const describe = (name: string, key: Key): Body => ({
    data: {
      name,
      type: 'aes256-gcm96',
      derived: false,
      deletion_allowed: key.deletionAllowed,
      exportable: false,
      allow_plaintext_backup: false,
      latest_version: key.latest,
      min_available_version: 0,
      min_decryption_version: 1,
      min_encryption_version: 0,
      supports_encryption: true,
      supports_decryption: true,
      keys: { 1: 1_775_001_600 },
    },
  })

  const encrypt = (name: string, body: Body): Reply => {
    let key = keys.get(name)
    if (key === undefined) {
      const type = String(body.type ?? 'aes256-gcm96')
      if (!type.startsWith('aes')) return failed(400, `key type ${type} not supported for this operation`)
      key = { bytes: randomBytes(32), deletionAllowed: false, latest: 1 }
      keys.set(name, key)
    }
    const version = body.key_version === undefined || body.key_version === 0 ? key.latest : Number(body.key_version)
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key.bytes, iv)
    cipher.setAAD(Buffer.from(String(body.associated_data ?? ''), 'base64'))
    const text = Buffer.concat([cipher.update(Buffer.from(String(body.plaintext), 'base64')), cipher.final()])
    const ciphertext = `vault:v${version}:${Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64')}`
    return [200, { data: { ciphertext, key_version: version } }]
  }

  const decrypt = (name: string, body: Body): Reply => {
    const key = keys.get(name)
    if (key === undefined) return failed(400, 'encryption key not found')
    const [, encoded] = /^vault:v1:(.*)$/.exec(String(body.ciphertext)) ?? []
    if (encoded === undefined) return failed(400, 'invalid ciphertext: no prefix')
    const bytes = Buffer.from(encoded, 'base64')
    if (bytes.length < 28) return failed(400, 'invalid ciphertext length')
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(-16))
    decipher.setAAD(Buffer.from(String(body.associated_data ?? ''), 'base64'))
    const plaintext = decipher.update(bytes.subarray(12, -16))
    try {
      decipher.final()
    } catch {
      return failed(400, 'cipher: message authentication failed')
    }
    return [200, { data: { plaintext: plaintext.toString('base64') } }]
  }

  const keyAction = (method: string, name: string, config: boolean, body: Body): Reply => {
    const key = keys.get(name)
    if (config) {
      if (key === undefined) return failed(400, `no existing key named ${name} could be found`)
      key.deletionAllowed = body.deletion_allowed === true
      return [200, describe(name, key)]
    }
    if (method === 'GET') return key === undefined ? failed(404) : [200, describe(name, key)]
    if (method === 'DELETE') {
      if (key === undefined) return failed(400, `error deleting policy ${name}: could not delete key; not found`)
      if (!key.deletionAllowed)
        return failed(400, `error deleting policy ${name}: deletion is not allowed for this key`)
      keys.delete(name)
      return [204, undefined]
    }
    const made = key ?? { bytes: randomBytes(32), deletionAllowed: false, latest: 1 }
    keys.set(name, made)
    return [200, describe(name, made)]
  }

  const answer = (method: string, url: string, headers: Headers, body: Body): Reply => {
    if (instead !== undefined && instead.times > 0) {
      instead.times -= 1
      return failed(instead.status, ...instead.errors)
    }
    if (headers.get('x-vault-token') !== options.token) return failed(403, 'permission denied')
    const [, action, name, config] =
      new RegExp(`^/v1/${mount}/(keys|encrypt|decrypt)/([\\w.-]+)(/config)?$`).exec(url) ?? []
    if (
      action === undefined ||
      name === undefined ||
      (headers.get('x-vault-namespace') ?? '') !== (options.namespace ?? '')
    )
      return failed(404, `no handler for route "${url.slice(4)}". route entry not found.`)
    if (action === 'encrypt') return encrypt(name, body)
    if (action === 'decrypt') return decrypt(name, body)
    return keyAction(method, name, config !== undefined, body)
  }

  const hear = (method: string, url: string, headers: Headers, text: string): Reply => {
    const body: Body = text === '' ? {} : JSON.parse(text)
    asked.push({ url, method, headers: JSON.stringify([...headers]), body })
    return answer(method, new URL(url).pathname, headers, body)
  }

  return {
    hear,
    asked,
    keys,
    sayInstead: (status: number, errors: string[] = [], times = Number.POSITIVE_INFINITY): void => {
      instead = { status, errors, times }
    },
    sayAgain: (): void => {
      instead = undefined
    },
  }
}

/** In this process, behind recorded HTTP. */
export const fakeVault = (origin: string, options: Options) => {
  const { hear, ...transit } = createTransit(options)
  const comeBack = (): void => {
    const scope = nock(origin).persist()
    for (const method of ['GET', 'POST', 'DELETE'])
      scope.intercept(/.*/, method).reply(async (request: Request) => {
        const [status, json] = hear(method, request.url, request.headers, await request.text())
        // A 204 has no body at all.
        return json === undefined ? [status] : [status, JSON.stringify(json), { 'content-type': 'application/json' }]
      })
  }
  comeBack()
  return { ...transit, goAway: (): void => nock.cleanAll(), comeBack }
}

/** On a port of its own, for the service as a process: it can go away, or take what is sent and say nothing. */
export const startFakeVault = async (options: Options) => {
  const { hear, ...transit } = createTransit(options)
  let isSilent = false
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const text = await textOf(request)
    if (isSilent) return
    const [status, json] = hear(method, `http://vault${url}`, new Headers(headers as Record<string, string>), text)
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(json === undefined ? '' : JSON.stringify(json))
  })
  const listen = (port: number): Promise<void> => new Promise((done) => server.listen(port, '127.0.0.1', done))
  await listen(0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const goAway = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done())
      server.closeAllConnections()
    })
  return {
    ...transit,
    address: `http://127.0.0.1:${address.port}`,
    goAway,
    comeBack: () => listen(address.port),
    fallSilent: (): void => {
      isSilent = true
    },
    wake: (): void => {
      isSilent = false
    },
  }
}
