import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { onTestFinished } from 'vitest'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import { createKeys } from '../../src/core/keys/keys.ts'
import { createLedger } from '../../src/core/ledger/ledger.ts'
import { createOrganizations } from '../../src/core/organizations/organizations.ts'
import { createOutbox, type EventType } from '../../src/core/outbox/outbox.ts'
import { type Caller, systemCaller } from '../../src/core/shared/caller.ts'
import { createDatabase } from '../../src/core/shared/database.ts'
import { createWebhooks } from '../../src/webhooks/webhooks.ts'
import { testParts } from './parts.ts'

/** The real time, ahead by what a test asked for: three days of retries take no time. */
export const createShiftedClock = () => {
  let ahead = 0
  return {
    now: (): Date => new Date(Date.now() + ahead),
    forward: (ms: number): void => {
      ahead += ms
    },
  }
}

type ShiftedClock = ReturnType<typeof createShiftedClock>

/** Webhooks and what they stand on, on the real MongoDB. */
export const startWebhooks = async (
  options: { allowLoopback?: boolean; timeoutMs?: number; beside?: { clock: ShiftedClock; home: string } } = {},
) => {
  const { mongodbUrl: url, databaseName } = testParts()
  const { allowLoopback = true, timeoutMs = 5000, beside } = options
  const clock = beside?.clock ?? createShiftedClock()
  const home = beside?.home ?? mkdtempSync(join(tmpdir(), 'azukari-webhooks-'))
  const db = createDatabase({ url, name: databaseName, joinsTransactions: true })
  const keysDb = createDatabase({ url, name: `${databaseName}_keys`, joinsTransactions: false })
  const provider = createLocalFilesProvider({ directory: join(home, 'kms'), production: false })
  const keys = createKeys({ db: keysDb, provider, clock })
  const ledger = createLedger({ db, keys, clock })
  const outbox = createOutbox({ db, clock })
  const organizations = createOrganizations({ db, keys, ledger, clock })
  const webhooks = createWebhooks({
    db,
    keys,
    ledger,
    outbox,
    organizations,
    clock,
    allowLoopback,
    timeoutMs,
    random: () => 0,
  })
  for (const database of [db, keysDb]) {
    await database.connect()
    await database.prepare()
  }

  const newOrganization = async (mode: 'test' | 'live' = 'test'): Promise<Caller> => {
    const platformId = await organizations.createPlatform('platform')
    const row = await organizations.create(
      { platformId, requestId: 'setup', at: clock.now() },
      { name: '預かり商事', mode },
    )
    return {
      ...systemCaller({ _id: row._id, platformId, mode }, clock.now()),
      actor: { type: 'client', id: 'cli_host' },
    }
  }
  const announce = (
    caller: Caller,
    type: EventType = 'number.registered',
    data = { subjectId: 'sub_1' },
  ): Promise<string> => db.inTransaction(() => outbox.event(caller, type, data))

  /** What relay and workers do until nothing is due, without a queue between them. */
  const work = async (): Promise<void> => {
    for (;;) {
      const row = await outbox.claimDue()
      if (row !== null) await webhooks.fanOut(row)
      const bell = await webhooks.deliver.claimDue()
      if (bell !== null) await webhooks.deliver.run(bell)
      if (row === null && bell === null) return
    }
  }
  const rowsOf = (collection: string) => db.mongoose.connection.collection(collection).find().toArray()
  const stop = async (): Promise<void> => {
    await webhooks.close()
    keys.close()
    await db.close()
    await keysDb.close()
    if (beside === undefined) rmSync(home, { recursive: true, force: true })
  }
  return { db, keys, ledger, outbox, webhooks, clock, newOrganization, announce, work, rowsOf, stop, home }
}
export type WebhooksSetup = Awaited<ReturnType<typeof startWebhooks>>

export type Received = { headers: IncomingHttpHeaders; body: string; at: number }
export type Reply = { status: number; headers?: Record<string, string>; afterMs?: number }

/** A real receiver on loopback. Closed when the test ends. */
export const startReceiver = async (reply: (nth: number, request: Received) => Reply = () => ({ status: 204 })) => {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const one = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), at: Date.now() }
    const { status, headers = {}, afterMs = 0 } = reply(received.push(one), one)
    setTimeout(() => response.writeHead(status, headers).end(), afterMs)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}/hooks`, received }
}

const header = ({ headers }: Received, name: string): string => String(headers[name] ?? '')

/** Verified by the reference implementation, which also holds the timestamp against the real time. */
export const verify = (secret: string, one: Received): unknown =>
  new Webhook(secret).verify(one.body, {
    'webhook-id': header(one, 'webhook-id'),
    'webhook-timestamp': header(one, 'webhook-timestamp'),
    'webhook-signature': header(one, 'webhook-signature'),
  })

/** The same for a message of another time: the reference implementation signs it alike. */
export const isSignedBy = (secret: string, one: Received): boolean => {
  const at = new Date(Number(header(one, 'webhook-timestamp')) * 1000)
  return header(one, 'webhook-signature')
    .split(' ')
    .includes(new Webhook(secret).sign(header(one, 'webhook-id'), at, one.body))
}

export const until = async (what: string, holds: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> => {
  const end = Date.now() + ms
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
