import { randomFillSync } from 'node:crypto'
import { monotonicFactory } from 'ulid'

/** Ids are a prefix and a ULID. They are never a sort key for what others may still commit. */
export const idPrefixes = {
  platform: 'plt',
  organization: 'org',
  client: 'cli',
  clientSecret: 'csk',
  clientKey: 'cky',
  company: 'com',
  department: 'dep',
  staff: 'stf',
  appointment: 'apt',
  training: 'trn',
  pledge: 'plg',
  subject: 'sub',
  employmentEvent: 'eev',
  numberVersion: 'num',
  notice: 'ntc',
  noticeGiven: 'ngv',
  consent: 'cns',
  campaign: 'cpg',
  request: 'req',
  contact: 'cnt',
  historyLine: 'hsl',
  link: 'lnk',
  session: 'ses',
  evidence: 'evd',
  reveal: 'rev',
  recipient: 'rcp',
  import: 'imp',
  export: 'exp',
  payment: 'pay',
  paymentRecord: 'prc',
  filing: 'fil',
  hold: 'hld',
  disposal: 'dsp',
  certificate: 'crt',
  erasureEpoch: 'epc',
  entry: 'ent',
  ledgerExport: 'lex',
  checkpoint: 'chk',
  job: 'job',
  event: 'evt',
  outbox: 'obx',
  endpoint: 'whe',
  delivery: 'whd',
  blob: 'blb',
  key: 'key',
  witness: 'wit',
  request_: 'rid',
} as const

export type IdKind = keyof typeof idPrefixes

// The library asks for one random number a character: drawn from a pool, an id costs one call to the system in hundreds.
const pool = new Uint32Array(1024)
let used = pool.length
const random = (): number => {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const value = pool[used] ?? 0
  used += 1
  return value / 0x1_0000_0000
}
const ulid = monotonicFactory(random)

export const newId = (kind: IdKind): string => `${idPrefixes[kind]}_${ulid()}`
