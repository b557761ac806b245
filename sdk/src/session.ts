import { createNumberCipher, type OneNumber } from './encrypted-numbers.ts'
import * as operation from './gen/sdk.gen.ts'
import type {
  OpenedSession,
  Session,
  SessionDependentRequestWritable,
  SessionNumberRequestWritable,
} from './gen/types.gen.ts'
import { createOperations, pathOf } from './operations.ts'
import { type Call, type CallOptions, type Connection, type Credential, createSend, type Send } from './send.ts'

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
  const { plain, write } = createOperations(asPerson)
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

  return {
    open,
    get: plain(operation.getSession),
    acceptNotice: write(operation.createSessionConsent),
    setNumber: (body: OneNumber<SessionNumberRequestWritable>, options?: CallOptions) =>
      put({ operation: operation.setSessionNumber }, body, undefined, options),
    setDependent: (key: string, body: SessionDependentRequestWritable, options?: CallOptions) =>
      put(
        { operation: operation.setSessionDependent, path: pathOf(operation.setSessionDependent, 'key', key) },
        body,
        key,
        options,
      ),
    check: plain(operation.createSessionCheck),
    submit: plain(operation.createSessionSubmission),
    receipt: plain(operation.getSessionReceipt),
  }
}

export type PersonSession = ReturnType<typeof createSession>
