import type { OpenedSession, Session, SessionReceipt, VaultJwks } from './contract.ts'
import { type Address, sealNumber } from './seal.ts'
import type { Language } from './words/words.ts'

/** A refusal, by its stable code. */
export type Problem = { code: string; status: number; detail?: string; places: { pointer: string; code: string }[] }
export type Answer<T> = { body: T; problem?: never } | { problem: Problem; body?: never }

/** `<prefix>/v1/`, from where this file came: `<prefix>/c/assets/…`. */
const base = new URL('../../v1/', import.meta.url)

const offline: Problem = { code: 'offline', status: 0, places: [] }
/** A phone in a lift: what has no effect twice is tried again. */
const pauses = [400, 1500]
const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

type Asked = { method?: 'GET' | 'POST' | 'PUT' | 'DELETE'; json?: unknown; bytes?: Blob }

/** The session's token lives in this closure: in no cookie, no storage, no URL. */
export const createApi = (language: () => Language) => {
  let accessToken: string | undefined
  /** The phone's clock may be wrong by more than a JWE may be old. */
  let ahead = 0
  let jwks: VaultJwks | undefined

  const send = async (path: string, { method = 'GET', json, bytes }: Asked, key?: string): Promise<Response> => {
    const headers: Record<string, string> = { 'Accept-Language': language() }
    if (accessToken !== undefined) headers.Authorization = `Bearer ${accessToken}`
    if (json !== undefined) headers['Content-Type'] = 'application/json'
    if (bytes !== undefined) headers['Content-Type'] = bytes.type
    if (key !== undefined) headers['Idempotency-Key'] = key
    const body = bytes ?? (json === undefined ? null : JSON.stringify(json))
    return fetch(new URL(path, base), {
      method,
      headers,
      body,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    })
  }

  const ask = async <T>(path: string, asked: Asked = {}): Promise<Answer<T>> => {
    // One key for all tries of one intent: done twice it is done once.
    const key = asked.method === 'POST' && path !== 'sessions' ? crypto.randomUUID() : undefined
    for (let attempt = 0; ; attempt++) {
      const response = await send(path, asked, key).catch(() => undefined)
      const pause = pauses[attempt]
      if ((response === undefined || response.status === 503) && pause !== undefined && path !== 'sessions') {
        await wait(pause)
        continue
      }
      if (response === undefined) return { problem: offline }
      return read<T>(response)
    }
  }

  const read = async <T>(response: Response): Promise<Answer<T>> => {
    const date = Date.parse(response.headers.get('Date') ?? '')
    if (!Number.isNaN(date)) ahead = date - Date.now()
    const body = response.status === 204 ? {} : await response.json().catch(() => undefined)
    if (response.ok && body !== undefined) return { body: body as T }
    const { code = 'internal', detail, errors = [] } = (body ?? {}) as Partial<Problem> & { errors?: Problem['places'] }
    return { problem: { code, status: response.status, places: errors, ...(detail === undefined ? {} : { detail }) } }
  }

  const now = (): Date => new Date(Date.now() + ahead)

  /** With the digits as a JWE; once more with newer keys where the vault has changed them meanwhile. */
  const putSealed = async (
    path: string,
    digits: string,
    address: Address,
    rest: Record<string, unknown>,
  ): Promise<Answer<Session>> => {
    for (let attempt = 0; ; attempt++) {
      if (jwks === undefined) {
        const keys = await ask<VaultJwks>('vault/jwks')
        if (keys.problem !== undefined) return keys
        jwks = keys.body
      }
      const numberJwe = await sealNumber(digits, address, jwks, now())
      const answer = await ask<Session>(path, { method: 'PUT', json: { ...rest, numberJwe } })
      if (answer.problem?.code !== 'number_not_accepted' || attempt > 0) return answer
      jwks = undefined
    }
  }

  return {
    now,
    /** The button's POST: exchanges the link's token for a session. */
    open: async (token: string): Promise<Answer<OpenedSession>> => {
      accessToken = undefined
      const answer = await ask<OpenedSession>('sessions', { method: 'POST', json: { token } })
      accessToken = answer.body?.accessToken
      return answer
    },
    close: (): void => {
      accessToken = undefined
    },
    view: () => ask<Session>('session'),
    acceptNotice: (noticeId: string) => ask<Session>('session/consents', { method: 'POST', json: { noticeId } }),
    setNumber: (digits: string, address: Address, rest: { issuedOn?: string }) =>
      putSealed('session/number', digits, address, rest),
    setDependent: (
      key: string,
      digits: string | undefined,
      address: Address,
      rest: { name: string; relationship: string; kana?: string; birthOn?: string; issuedOn?: string },
    ) => {
      const path = `session/dependents/${encodeURIComponent(key)}`
      return digits === undefined
        ? ask<Session>(path, { method: 'PUT', json: rest })
        : putSealed(path, digits, address, rest)
    },
    check: () => ask<Session>('session/checks', { method: 'POST' }),
    submit: () => ask<SessionReceipt>('session/submission', { method: 'POST' }),
    refuse: (reason: string, remark: string | undefined) =>
      ask<unknown>('session/refusal', { method: 'POST', json: { reason, ...(remark === undefined ? {} : { remark }) } }),
    receipt: () => ask<SessionReceipt>('session/receipt'),
  }
}
export type Api = ReturnType<typeof createApi>
