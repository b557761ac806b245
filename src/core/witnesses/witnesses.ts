import type { Access } from '../access/access.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { dayOf } from '../shared/dates.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { checkpointMail } from './checkpoint-mail.ts'
import type { Mailer, TimeStamp, TimeStamper } from './ways-out.ts'
import { createWitnessStore, type WitnessKind, type WitnessRow, witnessKinds } from './witnesses.store.ts'

export type { Mail, Mailer, TimeStamp, TimeStamper } from './ways-out.ts'
export { type WitnessKind, witnessKinds } from './witnesses.store.ts'

export type AnchoredCheckpoint = WitnessRow['checkpoint'] & { organizationId: string }

type Deps = {
  db: Database
  organizations: Pick<Organizations, 'find'>
  staff: Pick<Access['staff'], 'officersByEmail'>
  /** Where time stamps lie: beside the checkpoints. */
  timeStamps: {
    add: (organizationId: string, checkpointId: string, timeStamp: TimeStamp) => Promise<void>
    find: (organizationId: string, checkpointId: string) => Promise<TimeStamp | undefined>
  }
  /** One line of a key file for each key that signs, or signed, checkpoints of the organization. */
  verifierKeys: (organizationId: string) => Promise<string[]>
  /** Absent: nothing is mailed. */
  mailer?: Mailer
  /** Absent: nothing is stamped. */
  timeStamper?: TimeStamper
  clock: Clock
  publicUrl: string
  onError: (error: unknown) => void
}

const leaseMs = 5 * 60 * 1000
/** A minute, two, four … six hours: about two days in all. */
const backOffMs = (tries: number): number => Math.min(2 ** (tries - 1) * 60_000, 6 * 3600 * 1000)
const mostTries = 16
/** A mail gives the time stamp a moment, and goes without it when there is none by then. */
const mailWaitsMs = 60_000
const atOnce = 100

/**
 * What takes a checkpoint out of the house, where nobody here can change it: a daily mail to the officers (事務取扱責任者),
 * and the time stamp of an authority. Neither delays anything: a row waits, is tried again, and is counted when it fails.
 */
export const createWitnesses = (deps: Deps) => {
  const { db, organizations, staff, timeStamps, mailer, timeStamper, clock, publicUrl } = deps
  const store = createWitnessStore(db)
  const later = (ms: number): Date => new Date(clock.now().getTime() + ms)
  const host = new URL(publicUrl).hostname

  const rowOf = (
    kind: WitnessKind,
    of: string,
    { organizationId, ...checkpoint }: AnchoredCheckpoint,
    waitsMs: number,
  ): WitnessRow => ({
    _id: newId('witness'),
    organizationId,
    kind,
    of,
    checkpoint,
    state: 'waiting',
    dueAt: later(waitsMs),
    tries: 0,
    fence: 0,
    sentTo: [],
  })

  /** With the announcement of an anchored checkpoint. One mail a day (JST), however often a checkpoint is asked for. */
  const onAnchored = async (checkpoint: AnchoredCheckpoint): Promise<void> => {
    if (timeStamper !== undefined) await store.add(rowOf('time_stamp', checkpoint.id, checkpoint, 0))
    const waitsMs = timeStamper === undefined ? 0 : mailWaitsMs
    if (mailer !== undefined) await store.add(rowOf('mail', dayOf(clock.now()), checkpoint, waitsMs))
  }

  const mail = async (row: WitnessRow): Promise<void> => {
    if (mailer === undefined) throw new AppError('unavailable', 'No mail server is set (SMTP_URL).')
    const { organizationId, checkpoint } = row
    const organization = await organizations.find(organizationId)
    if (organization === null) return
    const timeStamp = await timeStamps.find(organizationId, checkpoint.id)
    const { _id: id, name, mode } = organization
    const about = {
      checkpoint,
      organization: { id, name, mode },
      verifierKeys: await deps.verifierKeys(organizationId),
      ...(timeStamp === undefined ? {} : { timeStamp }),
    }
    let failed: unknown
    for (const { _id: staffId, email } of await staff.officersByEmail(organizationId)) {
      if (email === undefined || row.sentTo.includes(staffId)) continue
      try {
        await mailer.send(checkpointMail(about, email, `<${row._id}.${staffId}@${host}>`))
        // Killed in between, this one gets the mail again, under the same Message-ID.
        if (!(await store.sent(row, staffId, later(leaseMs)))) return
      } catch (error) {
        // One who cannot be reached keeps nobody else from theirs.
        failed = error
      }
    }
    if (failed !== undefined) throw failed
  }

  const timeStamp = async ({ organizationId, checkpoint }: WitnessRow): Promise<void> => {
    if (timeStamper === undefined) throw new AppError('unavailable', 'No authority is set (TSA_URL).')
    if ((await timeStamps.find(organizationId, checkpoint.id)) !== undefined) return
    await timeStamps.add(organizationId, checkpoint.id, await timeStamper.stamp(Buffer.from(checkpoint.note)))
  }

  const work = { mail, time_stamp: timeStamp } as const satisfies Record<
    WitnessKind,
    (row: WitnessRow) => Promise<void>
  >

  const settle = async (row: WitnessRow): Promise<void> => {
    try {
      await work[row.kind](row)
      await store.finish(row, clock.now())
    } catch (error) {
      deps.onError(error)
      const reason = error instanceof AppError ? error.code : 'internal'
      if (row.tries >= mostTries) await store.giveUp(row, reason)
      else await store.postpone(row, later(backOffMs(row.tries)), reason)
    }
  }

  /** For a worker's timer of its own, so that an authority that does not answer keeps no mail waiting. */
  const run = async (kind: WitnessKind): Promise<number> => {
    for (let done = 0; ; done++) {
      const row = done < atOnce ? await store.claimDue(kind, clock.now(), later(leaseMs)) : null
      if (row === null) return done
      await settle(row)
    }
  }

  return {
    onAnchored,
    run,
    /** For metrics, by kind. */
    counts: async () => {
      const pairs = await Promise.all(witnessKinds.map(async (kind) => [kind, await store.counts(kind)] as const))
      return Object.fromEntries(pairs) as Record<WitnessKind, { retrying: number; dead: number }>
    },
  }
}
export type Witnesses = ReturnType<typeof createWitnesses>
