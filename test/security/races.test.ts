import { AzukariProblem, createSession } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nextStates, type RequestState } from '../../src/core/collection/requests.rules.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Databases, openDatabases } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

/** Two requests at once for each change of state that a request can bring about: one effect, one event, no 500. */
let service: TestService
let databases: Databases
let org: TestOrganization
beforeAll(async () => {
  service = await startTestService({ worker: false })
  databases = await openDatabases()
  org = await makeOrganization(service)
})
afterAll(async () => {
  expect(service.logLines.filter((line) => /"status":5\d\d|request failed/.test(line))).toEqual([])
  await databases.close()
  await service.close()
})

const codesOf = async (...tries: (() => Promise<unknown>)[]): Promise<string[]> =>
  (
    await Promise.all(
      tries.map((attempt) =>
        attempt().then(
          () => 'done',
          (error: unknown) => (error instanceof AzukariProblem ? `${error.status} ${error.code}` : String(error)),
        ),
      ),
    )
  ).sort()
const twice = (act: () => Promise<unknown>): Promise<string[]> => codesOf(act, act)
const told = /^(done|(401|404|409|410|412|422) \w+)$/
const eventsOf = async (type: string, data: Record<string, string>): Promise<number> =>
  databases.data.collection('outbox').countDocuments({
    type,
    ...Object.fromEntries(Object.entries(data).map(([name, value]) => [`data.${name}`, value])),
  })

let numbers = 500
const asked = async () => {
  const { id: subjectId } = await makeEmployee(org)
  const { id } = await org.handler.does.requests.create({ subjectId })
  return { id, subjectId }
}
const linked = async () => {
  const request = await asked()
  const { url } = await org.handler.does.requests.createLink(request.id)
  return { ...request, token: new URL(url).hash.slice(1) }
}
const opened = async () => {
  const request = await linked()
  const session = createSession({ baseUrl: service.baseUrl, token: request.token })
  const { notice } = await session.get()
  await session.acceptNotice({ noticeId: notice.id })
  await session.setNumber({ number: fixtureNumber(numbers++), issuedOn: '2016-01-01' })
  await session.check()
  return { ...request, session }
}
const submitted = async () => {
  const request = await opened()
  await request.session.submit()
  return request
}

type Asked = { id: string; subjectId: string }
const accepted = async () => {
  const request = await submitted()
  await org.reviewer.does.requests.accept(request.id)
  return request
}
const returnOf = ({ id, subjectId }: Asked) =>
  org.reviewer.does.requests.return(id, { items: [{ subjectId, reason: 'document_unreadable' }] })
const refuse = ({ id }: Asked) => org.client.requests.refuse(id, { reason: 'no_consent' })
const cancel = ({ id }: Asked) => org.client.requests.cancel(id, { reason: 'not_needed' })
const returned = async () => {
  const request = await submitted()
  await returnOf(request)
  const session = createSession({ baseUrl: service.baseUrl, token: request.token })
  await session.get()
  return { ...request, session }
}
const refused = async () => {
  const request = await asked()
  await refuse(request)
  return request
}
/** Its last day was before today: as time would have it. */
const overdue = async <T extends Asked>(request: T): Promise<T> => {
  await databases.data
    .collection<{ _id: string }>('requests')
    .updateOne({ _id: request.id }, { $set: { dueOn: '2026-01-01' } })
  return request
}
const sweep = () => service.core.collection.deadlines.sweep()

/** How a request comes into a state, and what brings it on from there. */
const into = {
  created: asked,
  sent: linked,
  opened,
  submitted,
  accepted,
  returned,
  refused,
  expired: async () => {
    const request = await overdue(await asked())
    await sweep()
    return request
  },
  cancelled: async () => {
    const request = await asked()
    await cancel(request)
    return request
  },
} as const satisfies Record<RequestState, () => Promise<Asked>>

type Race = () => Promise<{ codes: string[]; requestId: string; kind: string; events?: number }>
const inTurn =
  (from: RequestState, act: (request: Asked) => Promise<unknown>, kind: string): Race =>
  async () => {
    const request = await into[from]()
    return { codes: await twice(() => act(request)), requestId: request.id, kind }
  }
const expiring =
  (from: RequestState): Race =>
  async () => {
    const request = await overdue(await into[from]())
    return { codes: await twice(sweep), requestId: request.id, kind: 'expired' }
  }

const own: Partial<Record<`${RequestState} → ${RequestState}`, Race>> = {
  'created → sent': async () => {
    const { id } = await asked()
    const urls: string[] = []
    const codes = await twice(async () => urls.push((await org.handler.does.requests.createLink(id)).url))
    // A newer link ends the older one: both were sent, and one of them opens.
    const open = (url: string) => () =>
      createSession({ baseUrl: service.baseUrl, token: new URL(url).hash.slice(1) }).get()
    expect((await codesOf(...urls.map(open))).filter((code) => code === 'done')).toHaveLength(1)
    return { codes, requestId: id, kind: 'sent', events: urls.length }
  },
  'sent → opened': async () => {
    const { id, token } = await linked()
    const open = () => createSession({ baseUrl: service.baseUrl, token }).get()
    return { codes: await twice(open), requestId: id, kind: 'opened' }
  },
  'opened → submitted': async () => {
    const { id, session } = await opened()
    return { codes: await twice(() => session.submit()), requestId: id, kind: 'submitted' }
  },
  'returned → submitted': async () => {
    const { id, session } = await returned()
    return { codes: await twice(() => session.submit()), requestId: id, kind: 'submitted', events: 2 }
  },
  'submitted → accepted': inTurn('submitted', ({ id }) => org.reviewer.does.requests.accept(id), 'accepted'),
  'submitted → returned': inTurn('submitted', returnOf, 'returned'),
  'refused → sent': inTurn('refused', ({ id }) => org.client.requests.withdrawRefusal(id), 'refusal_withdrawn'),
}
const transitions = Object.entries(nextStates).flatMap(([from, tos]) =>
  tos.map((to) => ({ from: from as RequestState, to: to as RequestState })),
)
const races: [string, Race][] = transitions.map(({ from, to }) => {
  const general =
    to === 'cancelled'
      ? inTurn(from, cancel, 'cancelled')
      : to === 'refused'
        ? inTurn(from, refuse, 'refused')
        : to === 'expired'
          ? expiring(from)
          : undefined
  const name = `${from} → ${to}` as const
  const race = own[name] ?? general
  if (race === undefined) throw new Error(`${name} has no race`)
  return [name, race]
})
/** What the host is told of each. */
const eventOf: Record<string, string | undefined> = { refusal_withdrawn: 'request.sent', cancelled: undefined }

describe('a request (依頼)', () => {
  it.each(races)('%s: whoever comes second is told, and it happens once', async (_name, race) => {
    const { codes, requestId, kind, events = 1 } = await race()
    for (const code of codes) expect(code).toMatch(told)
    expect(codes).toContain('done')
    expect(await databases.data.collection('request_history').countDocuments({ requestId, kind })).toBe(events)
    const event = kind in eventOf ? eventOf[kind] : `request.${kind}`
    if (event !== undefined) expect(await eventsOf(event, { requestId })).toBe(events)
  })

  it.each(['created', 'opened', 'returned', 'refused'] as const)(
    'that is refused and cancelled at once, while it was %s, is one of them, or refused and then cancelled',
    async (from) => {
      const request = await into[from]()
      const codes = await codesOf(
        () => refuse(request),
        () => cancel(request),
      )
      for (const code of codes) expect(code).toMatch(told)
      const { state } = await org.client.requests.get(request.id)
      expect(state).toBe('cancelled')
    },
  )
})

describe('a number', () => {
  it('that two check at once is checked once; a check and a correction at once leave no check on new digits', async () => {
    const { does } = org.handler
    const { id: subjectId } = await makeEmployee(org)
    const { current } = await does.numbers.register(subjectId, { number: fixtureNumber(numbers++) })
    const versionId = current?.id ?? ''
    const codes = await twice(() => org.reviewer.does.numbers.check(subjectId, { versionId }))
    for (const code of codes) expect(code).toMatch(told)
    expect(await eventsOf('number.checked', { subjectId })).toBe(1)

    const other = await makeEmployee(org)
    const entered = await does.numbers.register(other.id, { number: fixtureNumber(numbers++) })
    await codesOf(
      () => org.reviewer.does.numbers.check(other.id, { versionId: entered.current?.id ?? '' }),
      () => does.numbers.correct(other.id, { number: fixtureNumber(numbers++), reason: '誤り' }),
    )
    const after = await does.numbers.get(other.id)
    if (after.current?.id !== entered.current?.id) expect(after.current?.staffCheckedAt).toBeUndefined()
  })

  it('that is corrected while it is reissued has one version in force', async () => {
    const { does } = org.handler
    const { id } = await makeEmployee(org)
    await does.numbers.register(id, { number: fixtureNumber(numbers++) })
    const codes = await codesOf(
      () => does.numbers.correct(id, { number: fixtureNumber(numbers++), reason: '誤り' }),
      () => does.numbers.reissue(id, { number: fixtureNumber(numbers++), issuedOn: '2026-01-01' }),
    )
    for (const code of codes) expect(code).toMatch(told)
    const { versions } = await does.numbers.get(id)
    expect(versions.filter(({ state }) => state === 'registered')).toHaveLength(1)
  })
})

describe('what belongs to the platform', () => {
  it('of two who remove a client, a secret or an endpoint one is told that there is none; an erasure epoch begins once', async () => {
    const { vendor } = service
    const client = await vendor.clients.create({ name: '競争', scopes: ['settings:read'] })
    const renewed = await vendor.clientSecrets.create(client.id, {})
    const endpoint = await org.client.webhookEndpoints.create({ url: 'https://hooks.example.com/race' })
    const acts: (() => Promise<unknown>)[] = [
      () => vendor.clientSecrets.delete(client.id, renewed.id),
      () => vendor.clients.delete(client.id),
      () => org.client.webhookEndpoints.delete(endpoint.id),
      () => vendor.erasureEpochs.create(),
    ]
    for (const act of acts) {
      const codes = await twice(act)
      for (const code of codes) expect(code).toMatch(told)
      expect(codes.filter((code) => code === 'done')).toHaveLength(1)
    }
  })
})
