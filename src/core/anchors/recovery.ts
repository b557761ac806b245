import type { Deks } from '../keys/keys.ts'
import { AppError } from '../shared/errors.ts'
import { type AnchorKind, type AnchorStore, anchorKinds } from './anchor-store.ts'
import type { MarksStore } from './anchors.store.ts'
import type { Anchored, Records } from './records.ts'

/** Carries a record out in the data database, and marks it there; or leaves it to the job that is about to. */
export type Replay = (record: Anchored) => Promise<void>

type Log = Record<'info' | 'warn' | 'error', (fields: Record<string, unknown>, message: string) => void>

export type RecoveryDeps = {
  store: AnchorStore
  records: Records
  data: MarksStore
  keyside: MarksStore
  deks: Pick<Deks, 'destroy'>
  markKeys: (record: Anchored) => Promise<void>
  replay: Record<AnchorKind, Replay>
  log: Log
  /** Pauses between rounds that could not end. */
  retryMs?: readonly number[]
}

/** `blocked`: somebody has to look; `replaying`: it ends by itself. Neither answers requests. */
export type AnchorsState = { state: 'checking' | 'replaying' | 'blocked' | 'up'; detail?: string }

/** Who knows a record. */
type Known = { name: string; list: boolean; data: boolean; keyside: boolean }
type Round = { replayed: number; gaps: number; unverified: string[] }

const shown = (names: readonly string[]): string => names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '')
const whyOf = (error: unknown): string => {
  const told = error instanceof AppError && error.cause instanceof Error ? error.cause : error
  return told instanceof Error ? told.message : 'unknown'
}

/**
 * The check at start. The list and the marks of both databases are compared by name, month by month; a record that one of
 * them does not know is carried out there. Any number of processes may do it side by side, and again after a kill.
 *
 * What blocks: a record that a database has not carried out and that does not verify, since nobody can tell which numbers
 * it means. What does not: a record that is missing from the list alone. Both databases have carried it out, so nothing
 * has come back; it is put back from them, with an alarm, since the next restore would have been blind to it.
 */
export const createRecovery = (deps: RecoveryDeps) => {
  const { store, records, data, keyside, deks, replay, log } = deps
  const retryMs = deps.retryMs ?? [1000, 2000, 5000, 15_000, 30_000]
  let now: AnchorsState = { state: 'checking', detail: 'The list of disposals is being compared with the databases.' }
  const opened = Promise.withResolvers<void>()
  const stopping = new AbortController()

  /** The databases are read first: whatever they know by then is in the list by now. */
  const unevenIn = async (folder: string): Promise<Known[]> => {
    const [inData, inKeys] = (await Promise.all([data.names(folder), keyside.names(folder)])).map((all) => new Set(all))
    const inList = new Set(await store.names(folder))
    const everywhere = [...new Set([...(inData ?? []), ...(inKeys ?? []), ...inList])].toSorted()
    return everywhere
      .map((name) => ({
        name,
        list: inList.has(name),
        data: inData?.has(name) === true,
        keyside: inKeys?.has(name) === true,
      }))
      .filter((known) => !known.list || !known.data || !known.keyside)
  }

  /** From whoever has it and can prove it. */
  const find = async ({ name, ...known }: Known): Promise<Anchored | undefined> => {
    const listed = known.list ? await records.read(store, name) : undefined
    if (listed !== undefined) return listed
    for (const marks of [...(known.data ? [data] : []), ...(known.keyside ? [keyside] : [])]) {
      const mark = await marks.find(name)
      const record = mark === null ? undefined : await records.open(name, mark.jws)
      if (record !== undefined) return record
    }
    return undefined
  }

  const even = async (known: Known, kind: AnchorKind, round: Round): Promise<void> => {
    const record = await find(known)
    if (record === undefined) {
      round.unverified.push(known.name)
      return
    }
    if (!known.list && (await store.append(known.name, record.jws)) === 'written') round.gaps += 1
    if (!known.keyside) {
      await deks.destroy(record.organizationId, record.dekIds)
      await deps.markKeys(record)
    }
    if (!known.data) await replay[kind](record)
    if (!known.data || !known.keyside) round.replayed += 1
  }

  const foldersOf = async (kind: AnchorKind): Promise<string[]> => {
    const within = `${await records.listName()}/${kind}`
    const marked = (await Promise.all([data.folders(), keyside.folders()])).flat()
    const listed = (await store.months(within)).map((month) => `${within}/${month}`)
    return [...new Set([...marked.filter((folder) => folder.startsWith(`${within}/`)), ...listed])].toSorted()
  }

  const look = async (): Promise<Round> => {
    const round: Round = { replayed: 0, gaps: 0, unverified: [] }
    for (const kind of anchorKinds)
      for (const folder of await foldersOf(kind)) {
        const uneven = await unevenIn(folder)
        for (const [i, known] of uneven.entries()) {
          if (stopping.signal.aborted) return round
          if (now.state !== 'up')
            now = { state: 'replaying', detail: `Disposals are repeated: ${folder}, ${i + 1} of ${uneven.length}.` }
          await even(known, kind, round)
        }
      }
    return round
  }

  const settle = ({ replayed, gaps, unverified }: Round): void => {
    if (replayed > 0) log.warn({ records: replayed }, 'records of the list of disposals were carried out again')
    if (gaps > 0)
      log.error(
        { records: gaps },
        'the list of disposals (ANCHOR_URL) had lost records that the databases know: they were put back; find out how they were lost',
      )
    if (unverified.length > 0) {
      const detail = `${unverified.length} of the list of disposals (ANCHOR_URL) do not verify: ${shown(unverified)}`
      log.error({ records: unverified.length }, `${detail}: put the genuine ones back, or take away what is not ours`)
      if (now.state !== 'up') now = { state: 'blocked', detail: `${detail}.` }
      return
    }
    const lost =
      gaps > 0
        ? `The list of disposals had lost ${gaps} records, which were put back.`
        : now.state === 'up'
          ? now.detail
          : undefined
    now = { state: 'up', ...(lost === undefined ? {} : { detail: lost }) }
    opened.resolve()
  }

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      stopping.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })

  const untilEven = async (): Promise<void> => {
    for (let tries = 0; now.state !== 'up' && !stopping.signal.aborted; tries++) {
      try {
        const round = await look()
        // What was broken off says nothing about what it did not come to: the door stays shut.
        if (stopping.signal.aborted) return
        settle(round)
      } catch (error) {
        const why = whyOf(error)
        log.error({ why }, 'the list of disposals could not be compared with the databases: it is tried again')
        now = { state: 'replaying', detail: 'The list of disposals cannot be compared with the databases yet.' }
      }
      if (now.state !== 'up') await pause(retryMs[Math.min(tries, retryMs.length - 1)] ?? 1000)
    }
  }

  let running: Promise<void> | undefined
  const start = (): void => {
    running ??= untilEven()
  }

  return {
    /** At start, before anything is answered: throws when the list cannot be used at all. */
    prepare: async (): Promise<void> => {
      await store.check()
      await records.listName()
    },
    start,
    /** Resolves when nothing is left to repeat. */
    open: (): Promise<void> => opened.promise,
    state: (): AnchorsState => now,
    /** For a timer: the same comparison while the service runs. */
    again: async (): Promise<void> => {
      if (now.state !== 'up') return
      const round = await look()
      if (!stopping.signal.aborted) settle(round)
    },
    /** What a request is answered while it is not over. */
    refusal: (): AppError | undefined =>
      now.state === 'up'
        ? undefined
        : new AppError(
            'unavailable',
            'After a restore, disposals are repeated before anything is answered: see /readyz.',
            {
              retryAfterSeconds: 5,
            },
          ),
    stop: async (): Promise<void> => {
      stopping.abort()
      await running
    },
  }
}
export type Recovery = ReturnType<typeof createRecovery>
