import * as operation from './gen/sdk.gen.ts'
import type { OpenedSession } from './gen/types.gen.ts'
import { createOperations } from './operations.ts'
import { type CallOptions, type Connection, type Credential, createSend, type Send } from './send.ts'

export type SessionOptions = Connection & {
  /** The token of the link; used once, at the first call. */
  token: string
}

/** The person's own visit (手続き): for hosts that show the pages of the collection themselves. */
export const createSession = ({ token, ...connection }: SessionOptions) => {
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
  const { plain, write, writeAt } = createOperations(asPerson)

  return {
    open,
    get: plain(operation.getSession),
    acceptNotice: write(operation.createSessionConsent),
    setNumber: write(operation.setSessionNumber),
    setDependent: writeAt(operation.setSessionDependent, 'key'),
    check: plain(operation.createSessionCheck),
    submit: plain(operation.createSessionSubmission),
    receipt: plain(operation.getSessionReceipt),
  }
}

export type PersonSession = ReturnType<typeof createSession>
