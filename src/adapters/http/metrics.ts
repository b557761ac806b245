import type { Request, Response } from 'express'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { type EpochAlarm, epochAlarms } from '../../core/erasure/erasure.ts'
import type { Waiting } from '../../core/ledger/ledger.ts'
import { type Witnesses, witnessKinds } from '../../core/witnesses/witnesses.ts'

const ledgerGauges: readonly { name: string; help: string; value: (of: Waiting) => number }[] = [
  {
    name: 'azukari_ledger_lag_seconds',
    help: 'Age of the oldest ledger entry that is not sealed yet, of all organizations',
    value: ({ lagSeconds }) => lagSeconds,
  },
  {
    name: 'azukari_ledger_tampered_entries',
    help: 'Ledger entries that did not fit their MAC when they were sealed',
    value: ({ tampered }) => tampered,
  },
  {
    name: 'azukari_ledger_broken_trees',
    help: 'Ledgers whose tree is not as it was sealed: nothing of them is signed',
    value: ({ broken }) => broken,
  },
]

/** Prometheus metrics. Labels are route templates and statuses, never values. */
export const createMetrics = (sources: {
  kmsCalls: () => number
  erasureAlarms: () => Promise<EpochAlarm[]>
  ledger: () => Promise<Waiting>
  witnesses: Witnesses['counts']
}) => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'azukari_' })
  const requests = new Histogram({
    name: 'azukari_http_request_seconds',
    help: 'Time to answer, by route template',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  new Gauge({
    name: 'azukari_kms_calls',
    help: 'Calls to the KMS since the start',
    registers: [registry],
    collect() {
      this.set(sources.kmsCalls())
    },
  })
  new Gauge({
    name: 'azukari_erasure_alarm',
    help: '1 while the erasure epoch needs the operator',
    labelNames: ['alarm'],
    registers: [registry],
    async collect() {
      // Without MongoDB there is nothing to say, and the other metrics matter all the more.
      const raised = await sources.erasureAlarms().catch(() => undefined)
      if (raised !== undefined) for (const alarm of epochAlarms) this.set({ alarm }, raised.includes(alarm) ? 1 : 0)
    },
  })
  new Gauge({
    name: 'azukari_ledger_witnesses',
    help: 'Checkpoints whose mail or time stamp failed and waits for another try, or was given up',
    labelNames: ['kind', 'state'],
    registers: [registry],
    async collect() {
      const counts = await sources.witnesses().catch(() => undefined)
      if (counts === undefined) return
      for (const kind of witnessKinds) {
        this.set({ kind, state: 'retrying' }, counts[kind].retrying)
        this.set({ kind, state: 'dead' }, counts[kind].dead)
      }
    },
  })
  const ofTheLedger = ledgerGauges.map(({ name, help, value }) => ({
    gauge: new Gauge({ name, help, registers: [registry] }),
    value,
  }))
  const text = async (): Promise<string> => {
    // Asked once for all three; without MongoDB they are left out of date rather than the others out.
    const waiting = await sources.ledger().catch(() => undefined)
    if (waiting !== undefined) for (const { gauge, value } of ofTheLedger) gauge.set(value(waiting))
    return registry.metrics()
  }
  return {
    observe: (request: Request, response: Response): void => {
      const { route, startedAt } = response.locals
      requests.observe(
        { method: request.method, route: route ?? '-', status: String(response.statusCode) },
        (performance.now() - startedAt) / 1000,
      )
    },
    text,
  }
}
export type Metrics = ReturnType<typeof createMetrics>
