import type {
  EvidenceKind,
  NumberChange,
  OpenedSession,
  RefusalReason,
  Session,
  SessionConsent,
  SessionDependentEnding,
  SessionEvidence,
  SessionPersonRequest,
  SessionPostponement,
  SessionReceipt,
  SessionReveal,
  SessionStatus,
  VaultJwks,
} from './contract.ts'
import { type Address, newReader, sealNumber } from './seal.ts'
import type { Language } from './words/words.ts'

/** A refusal, by its stable code. */
export type Problem = { code: string; status: number; places: { pointer?: string; code: string }[] }
export type Answer<T> = { body: T; problem?: never } | { problem: Problem; body?: never }

/** `<prefix>/v1/`, from where this file came: `<prefix>/c/assets/…`. */
const base = new URL('../../v1/', import.meta.url)

const offline: Problem = { code: 'offline', status: 0, places: [] }
/** A phone in a lift: what has no effect twice is tried again. */
const pauses = [400, 1500]
const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

type Asked = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  json?: unknown
  bytes?: Blob
  accept?: string
}
export type PersonEntry = {
  name: string
  relationship: string
  kana?: string
  birthOn?: string
  issuedOn?: string
  change?: NumberChange
}

/** The session's token lives in this closure: in no cookie, no storage, no URL. */
export const createApi = (language: () => Language) => {
  let accessToken: string | undefined
  /** The phone's clock may be wrong by more than a JWE may be old. */
  let ahead = 0
  let jwks: VaultJwks | undefined
  const now = (): Date => new Date(Date.now() + ahead)

  const send = (path: string, asked: Asked, key: string | undefined): Promise<Response> => {
    const { method = 'GET', json, bytes, accept } = asked
    const headers: Record<string, string> = { 'Accept-Language': language() }
    if (accept !== undefined) headers.Accept = accept
    if (accessToken !== undefined) headers.Authorization = `Bearer ${accessToken}`
    if (json !== undefined) headers['Content-Type'] = 'application/json'
    if (bytes !== undefined) headers['Content-Type'] = 'application/octet-stream'
    if (key !== undefined) headers['Idempotency-Key'] = key
    return fetch(new URL(path, base), {
      method,
      headers,
      body: bytes ?? (json === undefined ? null : JSON.stringify(json)),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    })
  }

  const problemIn = async (response: Response): Promise<Problem> => {
    const body = (await response.json().catch(() => ({}))) as { code?: string; errors?: Problem['places'] }
    return { code: body.code ?? 'internal', status: response.status, places: body.errors ?? [] }
  }

  const ask = async (path: string, asked: Asked): Promise<Answer<Response>> => {
    // An exchange ends the session before it, so it is not repeated by itself. The others carry one key for all tries.
    const repeats = path !== 'sessions'
    const key = asked.method === 'POST' && repeats ? crypto.randomUUID() : undefined
    for (let attempt = 0; ; attempt++) {
      const response = await send(path, asked, key).catch(() => undefined)
      const pause = repeats ? pauses[attempt] : undefined
      if ((response === undefined || response.status === 503) && pause !== undefined) {
        await wait(pause)
        continue
      }
      if (response === undefined) return { problem: offline }
      const date = Date.parse(response.headers.get('Date') ?? '')
      if (!Number.isNaN(date)) ahead = date - Date.now()
      return response.ok ? { body: response } : { problem: await problemIn(response) }
    }
  }

  const json = async <T>(path: string, asked: Asked = {}): Promise<Answer<T>> => {
    const answer = await ask(path, asked)
    if (answer.problem !== undefined) return answer
    const body = answer.body.status === 204 ? {} : await answer.body.json().catch(() => undefined)
    return body === undefined ? { problem: offline } : { body: body as T }
  }
  const post = <T>(path: string, body?: unknown): Promise<Answer<T>> =>
    json<T>(path, { method: 'POST', ...(body === undefined ? {} : { json: body }) })

  /** With the digits as a JWE; once more with newer keys where the vault has changed them meanwhile. */
  const putSealed = async (path: string, digits: string, address: Address, rest: object): Promise<Answer<Session>> => {
    for (let attempt = 0; ; attempt++) {
      if (jwks === undefined) {
        const keys = await json<VaultJwks>('vault/jwks')
        if (keys.problem !== undefined) return keys
        jwks = keys.body
      }
      const numberJwe = await sealNumber(digits, address, jwks, now())
      const answer = await json<Session>(path, { method: 'PUT', json: { ...rest, numberJwe } })
      if (answer.problem?.code !== 'number_not_accepted' || attempt > 0) return answer
      jwks = undefined
    }
  }

  return {
    now,
    /** The button's POST: exchanges the link's token for a session. */
    open: async (token: string): Promise<Answer<OpenedSession>> => {
      accessToken = undefined
      const answer = await post<OpenedSession>('sessions', { token })
      accessToken = answer.body?.accessToken
      return answer
    },
    close: (): void => {
      accessToken = undefined
    },
    view: () => json<Session>('session'),
    factor: (given: { passcode: string } | { birthOn: string }) => post<Session>('session/factor', given),
    acceptNotice: (noticeId: string) => post<Session>('session/consents', { noticeId }),
    consent: ({ kind, dependentKey, language: shown }: SessionConsent) =>
      post<Session>('session/consents', {
        kind,
        language: shown,
        ...(dependentKey === undefined ? {} : { dependentKey }),
      }),
    setPerson: (person: SessionPersonRequest) => json<Session>('session/person', { method: 'PATCH', json: person }),
    setNumber: (digits: string, address: Address, rest: { issuedOn?: string; change?: NumberChange }) =>
      putSealed('session/number', digits, address, rest),
    setDependent: (key: string, digits: string | undefined, address: Address, rest: PersonEntry) => {
      const path = `session/dependents/${encodeURIComponent(key)}`
      return digits === undefined
        ? json<Session>(path, { method: 'PUT', json: rest })
        : putSealed(path, digits, address, rest)
    },
    removeDependent: (key: string) =>
      json<Session>(`session/dependents/${encodeURIComponent(key)}`, { method: 'DELETE' }),
    endDependent: (key: string, ending: SessionDependentEnding) =>
      json<Session>(`session/dependents/${encodeURIComponent(key)}/ending`, { method: 'POST', json: ending }),
    keepDependent: (key: string) =>
      json<Session>(`session/dependents/${encodeURIComponent(key)}/ending`, { method: 'DELETE' }),
    upload: (kind: EvidenceKind, subjectKey: string, bytes: Blob) =>
      json<SessionEvidence>(`session/evidence?${new URLSearchParams({ kind, subjectKey })}`, { method: 'POST', bytes }),
    removeEvidence: (id: string) => json<unknown>(`session/evidence/${id}`, { method: 'DELETE' }),
    /** The person's own numbers, for a key that was made for this look and is forgotten after it. */
    reveal: async (): Promise<Answer<Map<string, string>>> => {
      const { jwk, open } = await newReader()
      const answer = await post<SessionReveal>('session/reveals', { jwk })
      if (answer.problem !== undefined) return answer
      const shown = new Map<string, string>()
      for (const { key, numberJwe } of answer.body.numbers) shown.set(key, await open(numberJwe))
      return { body: shown }
    },
    check: () => post<Session>('session/checks'),
    submit: () => post<SessionReceipt>('session/submission'),
    refuse: (reason: RefusalReason, remark: string | undefined) =>
      post<Session>('session/refusal', { reason, ...(remark === undefined ? {} : { remark }) }),
    takeBack: () => json<Session>('session/refusal', { method: 'DELETE' }),
    postpone: () => post<SessionPostponement>('session/postponement'),
    receipt: () => json<SessionReceipt>('session/receipt'),
    receiptFile: async (): Promise<Answer<Blob>> => {
      const answer = await ask('session/receipt', { accept: 'application/pdf' })
      return answer.problem === undefined ? { body: await answer.body.blob() } : answer
    },
    status: () => json<SessionStatus>('session/status'),
  }
}
export type Api = ReturnType<typeof createApi>
