import { join } from 'node:path'
import { Pool } from 'undici'
import { fixtureNumber } from '../examples/fixture-numbers.ts'
import { freePort } from '../scripts/service.ts'
import { startServer } from './child.ts'
import type { PartInput } from './main-part.ts'
import { median } from './quantile.ts'
import { compare } from './ratio.ts'
import { type Row, toRow } from './row.ts'
import { openStage } from './stage.ts'

const part = 'collection'
const crowd = 200
const few = 16
/** A person's time is over within so many medians of everybody's. */
const mostMedians = 3
const warmUps = 40

type Person = { token: string }
type Answer = { status: number; body: Record<string, string> }

/** What a page and a host send; an answer that is none of theirs ends the measurement. */
const caller = (pool: Pool) => {
  const ask = async (method: 'POST' | 'PUT', path: string, token?: string, body?: object): Promise<Answer['body']> => {
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const answer = await pool.request({ method, path, headers, body: body === undefined ? null : JSON.stringify(body) })
    const json = (await answer.body.json()) as Answer['body']
    if (answer.statusCode >= 300) throw new Error(`${method} ${path} was answered ${answer.statusCode}: ${json.code}`)
    return json
  }
  return ask
}

/** So many at a time, until all are done. */
const inLanes = async <T, R>(
  items: readonly T[],
  lanes: number,
  work: (item: T, i: number) => Promise<R>,
): Promise<R[]> => {
  const results: R[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) {
      const item = items[i]
      if (item !== undefined) results.push(await work(item, i))
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}

/** The evening of the last day: everybody submits at once. */
export const submissionRows = async ({ place, sizes, logDirectory, log }: PartInput): Promise<Row[]> => {
  const { rounds, connections, warmUp, secondsEach } = sizes
  const stage = await openStage({ place, logDirectory, connections, warmUp, secondsEach })
  try {
    // Of three that are seeded one is a dependent, whom nobody asks.
    const each = crowd + warmUps
    const seeded = await stage.people(Math.ceil((each * rounds * 2 * 3) / 2) + 3, 'without')
    const employees = seeded.ids.filter((_, i) => i % 3 !== 2)
    const slowest: number[] = []
    let begun = 0

    /** A person who has read, entered and confirmed everything. */
    const ready = async (ask: ReturnType<typeof caller>, host: string, id: string, n: number): Promise<Person> => {
      const request = await ask('POST', '/v1/requests', host, { subjectId: id, noticeId: stage.noticeId })
      const link = await ask('POST', `/v1/requests/${request.id}/links`, host)
      const opened = await ask('POST', '/v1/sessions', undefined, { token: new URL(link.url ?? '').hash.slice(1) })
      const token = opened.accessToken ?? ''
      await ask('POST', '/v1/session/consents', token, { noticeId: stage.noticeId })
      await ask('PUT', '/v1/session/number', token, { number: fixtureNumber(n) })
      await ask('POST', '/v1/session/checks', token)
      return { token }
    }

    const submitting = (at: number, timed?: number[]) => async () => {
      const people = employees.slice(begun * each, (begun + 1) * each)
      begun += 1
      await stage.emptyRecord()
      const port = await freePort()
      const env = stage.environmentOf(port)
      const stop = await startServer('src/main.ts', undefined, {
        args: ['api'],
        env,
        logFile: join(logDirectory, 'submissions.log'),
      })
      const pool = new Pool(`http://127.0.0.1:${port}`, { connections: at, pipelining: 1 })
      const ask = caller(pool)
      try {
        const host = await stage.token()
        const first = begun * each
        const persons = await inLanes(people, few, (id, i) => ready(ask, host, id, first + i))
        const submit = async ({ token }: Person): Promise<number> => {
          const startedAt = performance.now()
          await ask('POST', '/v1/session/submission', token)
          return performance.now() - startedAt
        }
        // Every connection is open, and the code warm, before the clock starts.
        await Promise.all(
          Array.from({ length: at }, () =>
            pool.request({ method: 'GET', path: '/healthz' }).then((a) => a.body.dump()),
          ),
        )
        await inLanes(persons.slice(0, warmUps), few, submit)
        const startedAt = performance.now()
        const took = await inLanes(persons.slice(warmUps), at, submit)
        const seconds = (performance.now() - startedAt) / 1000
        timed?.push(Math.max(...took) / median(took))
        return { count: took.length, seconds }
      } finally {
        await pool.destroy()
        await stop()
      }
    }

    const throughput = await compare({
      part,
      name: `submissions, ${crowd} people at once to ${few} at once`,
      baselineName: 'submissions-of-few',
      unit: 'submissions',
      bar: { atLeast: 0.8 },
      rounds,
      ours: submitting(crowd, slowest),
      baseline: submitting(few),
      log,
    })
    const figure = median(slowest)
    const note = `median of ${slowest.length} bursts: ${slowest.map((one) => one.toFixed(2)).join(', ')}; no error in any`
    return [
      throughput,
      toRow(part, `submissions, ${crowd} at once: the slowest to the median`, figure, { atMost: mostMedians }, note),
    ]
  } finally {
    await stage.close()
  }
}
