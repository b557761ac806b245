import { type Download, toDownload } from './download.ts'
import { createNumberCipher, type OneNumber } from './encrypted-numbers.ts'
import * as operation from './gen/sdk.gen.ts'
import type {
  OpenedSession,
  Session,
  SessionDependentEndingRequest,
  SessionDependentRequestWritable,
  SessionNumberRequestWritable,
  SessionReveal,
} from './gen/types.gen.ts'
import { decryptJwe, newAnswerKey } from './jwe.ts'
import { createOperations, pathOf, type Result } from './operations.ts'
import { type Call, type CallOptions, type Connection, type Credential, createSend, type Send } from './send.ts'

/** The person's own number, opened here. */
export type OwnNumber = { key: string; subjectId: string; number: string; issuedOn?: string }

export type SessionOptions = Connection & {
  /** The token of the link; used once, at the first call. */
  token: string
  /** The person's numbers are encrypted on this page to the vault's key. */
  encryptNumbers?: boolean
}

/** The person's own visit (手続き): for hosts that show the pages of the collection themselves. */
export const createSession = ({ token, encryptNumbers = false, ...connection }: SessionOptions) => {
  const send = createSend(connection)
  let opened: Promise<OpenedSession> | undefined

  /** Done by the first call, once; by itself it tells when the session ends. */
  const open = (): Promise<OpenedSession> => {
    opened ??= send<OpenedSession>({ operation: operation.createSession, body: { token } }).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }

  const credential: Credential = { get: async () => (await open()).accessToken, refuse: () => false }
  const asPerson: Send = (call, options?: CallOptions) => send(call, options, credential)
  const { at, plain, upload, write } = createOperations(asPerson)
  const cipher = createNumberCipher(send)

  const put = <B extends object>(call: Omit<Call, 'body'>, body: B, key: string | undefined, options?: CallOptions) =>
    asPerson<Session>(
      {
        ...call,
        body: encryptNumbers
          ? async () => {
              const { id, organizationId, subjectId } = await open()
              return cipher.encrypted(body, {
                aud: organizationId,
                sub: key === undefined ? subjectId : `${id}/${key}`,
              })
            }
          : body,
      },
      options,
    )

  /** The numbers come encrypted to a key that is made for this one look. */
  const reveal = async (keys?: readonly string[], options?: CallOptions): Promise<OwnNumber[]> => {
    const { jwk, privateKey } = await newAnswerKey()
    const body = { jwk, ...(keys !== undefined && { keys: [...keys] }) }
    const { numbers } = await asPerson<SessionReveal>({ operation: operation.createSessionReveal, body }, options)
    return Promise.all(
      numbers.map(async ({ key, subjectId, issuedOn, numberJwe }) => {
        const { number, sub } = JSON.parse(new TextDecoder().decode(await decryptJwe([privateKey], numberJwe)))
        if (sub !== subjectId) throw new TypeError('A number of somebody else stands in this answer.')
        return { key, subjectId, number, ...(issuedOn !== undefined && { issuedOn }) }
      }),
    )
  }

  return {
    open,
    get: plain(operation.getSession),
    /** The second factor (二要素): `{ passcode }` or `{ birthOn }`. */
    prove: write(operation.createSessionFactor),
    acceptNotice: write(operation.createSessionConsent),
    consent: write(operation.createSessionConsent),
    updatePerson: write(operation.updateSessionPerson),
    setNumber: (body: OneNumber<SessionNumberRequestWritable>, options?: CallOptions) =>
      put({ operation: operation.setSessionNumber }, body, undefined, options),
    setDependent: (key: string, body: SessionDependentRequestWritable, options?: CallOptions) =>
      put(
        { operation: operation.setSessionDependent, path: pathOf(operation.setSessionDependent, 'key', key) },
        body,
        key,
        options,
      ),
    /** One that was added here. */
    removeDependent: (key: string, options?: CallOptions) =>
      asPerson<Session>(
        { operation: operation.removeSessionDependent, path: pathOf(operation.removeSessionDependent, 'key', key) },
        options,
      ),
    /** 扶養から外れた: staff accept it with the rest. */
    endDependent: (key: string, body: SessionDependentEndingRequest, options?: CallOptions) =>
      asPerson<Session>(
        {
          operation: operation.createSessionDependentEnding,
          path: pathOf(operation.createSessionDependentEnding, 'key', key),
          body,
        },
        options,
      ),
    keepDependent: (key: string, options?: CallOptions) =>
      asPerson<Session>(
        {
          operation: operation.removeSessionDependentEnding,
          path: pathOf(operation.removeSessionDependentEnding, 'key', key),
        },
        options,
      ),
    addEvidence: upload(operation.createSessionEvidence),
    listEvidence: plain(operation.listSessionEvidence),
    removeEvidence: at(operation.removeSessionEvidence),
    check: plain(operation.createSessionCheck),
    reveal,
    submit: plain(operation.createSessionSubmission),
    refuse: write(operation.createSessionRefusal),
    takeBackRefusal: plain(operation.removeSessionRefusal),
    postpone: plain(operation.createSessionPostponement),
    receipt: (options?: CallOptions) =>
      asPerson<Exclude<Result<typeof operation.getSessionReceipt>, Blob>>(
        { operation: operation.getSessionReceipt },
        options,
      ),
    downloadReceipt: async (options?: CallOptions): Promise<Download> =>
      toDownload(
        await asPerson(
          { operation: operation.getSessionReceipt, accept: 'application/pdf', parseAs: 'stream' },
          options,
        ),
      ),
    status: plain(operation.getSessionStatus),
  }
}

export type PersonSession = ReturnType<typeof createSession>
