import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { AzukariProblem } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let org: TestOrganization
let token: string
beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
  token = await tokenFor(service.baseUrl, service.credentials, {
    organization: org.organization.id,
    staff: org.officer.id,
  })
})
afterAll(async () => {
  // Whatever was sent: nothing of it was our fault.
  expect(service.logLines.filter((line) => /"status":5\d\d|request failed/.test(line))).toEqual([])
  await service.close()
})

const send = async (method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) => {
  const response = await fetch(`${service.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: body as never }),
  })
  const text = await response.text()
  return { status: response.status, code: JSON.parse(text || '{}').code, headers: response.headers }
}
const raw = (text: string, waitMs = 25_000): Promise<{ answer: string; closedAfterMs: number }> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const socket = connect(Number(new URL(service.baseUrl).port), '127.0.0.1', () => socket.write(text))
    let answer = ''
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error('still open'))
    }, waitMs)
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve({ answer, closedAfterMs: performance.now() - startedAt })
    })
  })

/** The same server with less patience, so that a test need not wait two minutes. */
const lessPatient = async <T>(work: () => Promise<T>): Promise<T> => {
  const { requestTimeout, headersTimeout } = service.server()
  Object.assign(service.server(), { headersTimeout: 1000, requestTimeout: 2000 })
  try {
    return await work()
  } finally {
    Object.assign(service.server(), { headersTimeout, requestTimeout })
  }
}

describe('mass assignment', () => {
  it.each([
    ['POST', '/v1/subjects', 'numberState', 'checked'],
    ['POST', '/v1/subjects', 'organizationId', 'org_01JZ0000000000000000000000'],
    ['POST', '/v1/subjects', 'version', 9],
    ['PATCH', '/v1/settings', 'officerAppointedAt', null],
    ['PATCH', '/v1/settings', 'mode', 'live'],
    ['PATCH', '/v1/settings', 'testClock', '2034-01-01T00:00:00Z'],
  ])('%s %s takes no %s', async (method, path, name, value) => {
    const body = { kind: 'employee', companyId: org.company.id, name: '試験 太郎', [name]: value }
    const { status, code } = await send(
      method,
      path,
      JSON.stringify(path === '/v1/settings' ? { [name]: value } : body),
    )
    expect([status, code]).toEqual([400, 'invalid_request'])
  })
})

describe('operators of a database', () => {
  const operators = ['{"$ne":null}', '{"$gt":""}', '{"$where":"sleep(9999)"}', '{"$regex":".*"}', '["a","b"]']
  it.each(operators)('%s is no value of any string', async (operator) => {
    const bodies = [
      ['/v1/subjects', `{"kind":"employee","companyId":${operator},"name":"試験"}`],
      ['/v1/subjects', `{"kind":"employee","companyId":"${org.company.id}","name":${operator}}`],
      ['/v1/reveals', `{"subjectIds":[${operator}],"purpose":"withholding_tax"}`],
      ['/v1/staff', `{"name":"a","userId":${operator},"appointment":{"role":"officer","fromOn":"2020-01-01"}}`],
    ]
    for (const [path = '', body] of bodies) expect(await send('POST', path, body)).toMatchObject({ status: 400 })
  })

  it('are no names of metadata, and none of a query', async () => {
    const { id } = await makeEmployee(org)
    for (const name of ['$where', 'a.b', '$set', 'constructor.prototype']) {
      const { status } = await send('PATCH', `/v1/subjects/${id}`, JSON.stringify({ metadata: { [name]: 'x' } }))
      expect([200, 400], name).toContain(status)
    }
    expect((await send('PATCH', `/v1/subjects/${id}`, '{"metadata":{"__proto__":{"x":1}}}')).code).toBe('invalid_json')
    for (const query of ['name[$ne]=x', 'kind[$in]=employee', 'companyId[$gt]=', '$where=1', 'externalId[]=a'])
      expect(await send('GET', `/v1/subjects?${query}`), query).toMatchObject({ status: 400 })
    expect((await org.client.subjects.get(id)).name).toBe('試験 太郎')
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})

describe('bodies', () => {
  it('of 50 MB are cut off, whether their length is told or not', async () => {
    const told = await send('POST', '/v1/subjects', Buffer.alloc(50 * 1024 * 1024, 0x20)).catch(() => undefined)
    if (told !== undefined) expect([told.status, told.code]).toEqual([413, 'payload_too_large'])
    const head = `POST /v1/subjects HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`
    const { answer } = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(800)}0\r\n\r\n`)
    if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect((await send('GET', '/v1/subjects')).status).toBe(200)
  })

  it('that name a property twice are refused, however the name is spelled', async () => {
    const rest = `"kind":"employee","companyId":"${org.company.id}"`
    for (const body of [
      `{${rest},"name":"一郎","name":"二郎"}`,
      `{${rest},"name":"一郎","n\\u0061me":"二郎"}`,
      `{${rest},"name":"一郎","metadata":{"a":"1" , "a" :"2"}}`,
    ])
      expect(await send('POST', '/v1/subjects', body)).toMatchObject({ status: 400, code: 'invalid_json' })
    const fine = `{${rest},"name":"name","metadata":{"name":"\\"name\\":"}}`
    expect((await send('POST', '/v1/subjects', fine)).status).toBe(201)
  })
})

describe('headers', () => {
  it('cannot be made to break out of an answer', async () => {
    const { headers } = await send('GET', '/v1/subjects', undefined, { 'x-request-id': 'a b;c' })
    expect(headers.get('x-request-id')).toMatch(/^rid_/)
    const { answer } = await raw(
      'GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-Id: a\rSet-Cookie: x=1\r\nConnection: close\r\n\r\n',
    )
    expect(answer).not.toContain('Set-Cookie')
  })

  it('of two lengths, or a length beside chunks, are refused: no request is smuggled', async () => {
    const head = 'POST /v1/subjects HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n'
    for (const lengths of [
      'Content-Length: 1\r\nContent-Length: 2\r\n',
      'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n',
    ])
      expect((await raw(`${head}${lengths}\r\n{}`)).answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('that come slowly end the connection', async () => {
    // In a process of its own: nock holds back what a socket of this one sends until it looks like a whole request.
    const port = new URL(service.baseUrl).port
    const script = `const t = Date.now(); const c = require('node:net').connect(${port}, '127.0.0.1', () => c.write('GET /healthz HTTP/1.1\\r\\nX-Slow: '));
      c.on('data', () => {}); c.on('error', () => {}); c.on('close', () => console.log(Date.now() - t))`
    expect(service.server().headersTimeout).toBe(15_000)
    const milliseconds = await lessPatient(async () =>
      Number((await promisify(execFile)(process.execPath, ['-e', script])).stdout),
    )
    expect(milliseconds).toBeGreaterThan(900)
    expect(milliseconds).toBeLessThan(15_000)
  }, 30_000)
})

describe('a body', () => {
  it('that comes slowly ends: a request has two minutes in all, and one byte in a while does not lengthen them', async () => {
    const { requestTimeout, headersTimeout, keepAliveTimeout } = service.server()
    expect(requestTimeout).toBe(120_000)
    expect(headersTimeout).toBeLessThan(requestTimeout)
    expect(keepAliveTimeout).toBeLessThan(requestTimeout)
    await lessPatient(async () => {
      const port = new URL(service.baseUrl).port
      const head = `POST /v1/subjects HTTP/1.1\\r\\nHost: a\\r\\nAuthorization: Bearer ${token}\\r\\nContent-Type: application/json\\r\\nContent-Length: 100000\\r\\n\\r\\n{`
      const script = `const t = Date.now(); let said = ''; const c = require('node:net').connect(${port}, '127.0.0.1', () => c.write('${head}'));
        const drip = setInterval(() => c.write(' '), 300)
        c.on('data', (chunk) => { said += chunk }); c.on('error', () => {}); c.on('close', () => { clearInterval(drip); console.log(JSON.stringify([Date.now() - t, said.slice(0, 12)])) })`
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', script])
      const [milliseconds, said] = JSON.parse(stdout) as [number, string]
      expect(milliseconds).toBeGreaterThan(1500)
      expect(milliseconds).toBeLessThan(15_000)
      expect(['', 'HTTP/1.1 408']).toContain(said)
    })
    expect((await send('GET', '/v1/subjects')).status).toBe(200)
  }, 30_000)
})

describe('the rate limit', () => {
  it('is told with every answer, and guesses at tokens are counted by where they come from', async () => {
    const { headers } = await send('GET', '/v1/subjects')
    expect(headers.get('ratelimit-policy')).toBe('"client";q=60000;w=60')
    expect(headers.get('ratelimit')).toMatch(/^"client";r=\d+;t=\d+$/)
    const guess = await send('GET', '/v1/subjects', undefined, { authorization: 'Bearer a.b.c' })
    expect(guess.headers.get('ratelimit-policy')).toBe('"address";q=6000;w=60')
  })
})

describe('two requests that race for one change of state', () => {
  const codesOf = async (tries: Promise<unknown>[]): Promise<string[]> =>
    (
      await Promise.all(
        tries.map((attempt) =>
          attempt.then(
            () => 'done',
            (error: unknown) => (error instanceof AzukariProblem ? `${error.status} ${error.code}` : String(error)),
          ),
        ),
      )
    ).sort()
  const both = <T>(act: () => Promise<T>): Promise<string[]> => codesOf([act(), act()])
  const lost = /^(409|404|412) /

  it('one wins, the other is told so, and nothing is doubled', async () => {
    const { does } = org.handler
    const person = async () => (await makeEmployee(org)).id
    const registered = async (i: number) => {
      const id = await person()
      await does.numbers.register(id, { number: fixtureNumber(i) })
      return id
    }
    const [a, b, c, d] = [await person(), await registered(1), await registered(2), await person()]
    const staff = { name: '同時 太郎', userId: 'race', appointment: { role: 'handler' as const, fromOn: '2020-01-01' } }
    const races: [string, () => Promise<unknown>][] = [
      ['register', () => does.numbers.register(a, { number: fixtureNumber(3) })],
      ['correct', () => does.numbers.correct(b, { number: fixtureNumber(4), reason: '誤り' })],
      ['reissue', () => does.numbers.reissue(c, { number: fixtureNumber(5), issuedOn: '2026-01-01' })],
      ['request', () => does.requests.create({ subjectId: d })],
      ['staff', () => org.officer.does.staff.create(staff)],
      [
        'subject',
        () =>
          org.client.subjects.create({ kind: 'employee', companyId: org.company.id, name: '同', externalId: 'race' }),
      ],
      ['department', () => org.client.departments.create({ companyId: org.company.id, code: '909', name: '同時' })],
    ]
    for (const [name, act] of races) {
      const codes = await both(act)
      // A correction and a reissue may also follow one another: then both are done, each on record.
      if (codes.every((code) => code === 'done')) expect(['correct', 'reissue']).toContain(name)
      else {
        expect(
          codes.filter((code) => code === 'done'),
          name,
        ).toHaveLength(1)
        expect(
          codes.find((code) => code !== 'done'),
          name,
        ).toMatch(lost)
      }
    }
    expect((await does.numbers.get(a)).versions).toHaveLength(1)
    expect((await does.numbers.get(b)).versions).toHaveLength(1)
    expect((await does.numbers.get(c)).versions.filter(({ state }) => state === 'registered')).toHaveLength(1)
  })
})
