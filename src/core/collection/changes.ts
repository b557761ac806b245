import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox, OutboxRow } from '../outbox/outbox.ts'
import { type Caller, systemCaller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { AppError } from '../shared/errors.ts'
import type { CampaignAsking } from './campaign-asking.ts'
import type { CampaignsStore } from './campaigns.store.ts'
import type { Decisions } from './decisions.ts'
import type { Progress } from './progress.ts'
import type { RequestsStore } from './requests.store.ts'

/** Whoever has opened the link is in the middle of it. */
const unopened = ['created', 'sent', 'refused'] as const

type Deps = {
  db: Database
  store: RequestsStore
  campaigns: CampaignsStore
  ask: CampaignAsking
  decisions: Pick<Decisions, 'cancel'>
  progress: Pick<Progress, 'count'>
  organizations: Organizations
  outbox: Outbox
  clock: Clock
}

/** What collection hears of through the outbox. Each can come twice, late and out of order. */
export const createChanges = (deps: Deps) => {
  const { db, store, campaigns, ask, decisions, progress, organizations, outbox, clock } = deps

  const serviceIn = async (organizationId: string): Promise<Caller> =>
    systemCaller(await organizations.own({ organizationId }), clock.now())

  /** A subject made later that fits joins by itself, until the campaign is over. */
  const join = async (organizationId: string, subjectIds: readonly string[]): Promise<void> => {
    const open = await campaigns.joinable(organizationId)
    if (open.length === 0) return
    const caller = await serviceIn(organizationId)
    const today = await organizations.today(caller)
    for (const campaign of open)
      if (campaign.dueOn === undefined || campaign.dueOn >= today)
        await ask(
          caller,
          campaign,
          subjectIds,
          (write) => db.inTransaction(write),
          () => 0,
        )
  }

  /** A number that came in another way (代理登録, by paper) is not asked for any more. */
  const held = async (organizationId: string, subjectId: string): Promise<void> => {
    const [open] = await store.openOf(organizationId, [subjectId])
    if (open === undefined || open.entered.length > 0) return
    const caller = await serviceIn(organizationId)
    await decisions.cancel(caller, open._id, { reason: 'already_held' }, unopened).catch((error) => {
      // Opened, or closed, at this very moment: whoever did so goes on.
      if (!(error instanceof AppError && error.code === 'conflict')) throw error
    })
  }

  const handlers = {
    'subjects.added': ({ organizationId, data }: OutboxRow) => join(organizationId, (data.subjectIds ?? '').split(',')),
    'requests.changed': ({ organizationId, data }: OutboxRow) => progress.count(organizationId, data.campaignId ?? ''),
  } as const
  const isKnown = (type: string): type is keyof typeof handlers => type in handlers

  return {
    /** For workers: an outbox row of topic `change`, settled when it returns. */
    answer: async (row: OutboxRow): Promise<void> => {
      try {
        // One that is not known was written by a newer version that runs beside this one: left to its workers.
        if (!isKnown(row.type)) throw new AppError('unavailable', 'An unknown kind of change.')
        await handlers[row.type](row)
        await outbox.finish(row)
      } catch (error) {
        const code = error instanceof AppError ? error.code : 'internal'
        if ((await outbox.fail(row, code)) === 'given_up') await outbox.giveUp(row, code)
        if (code === 'internal') throw error
      }
    },
    /** Events for hosts that mean something here too. */
    onEvent: async ({ type, organizationId, data }: OutboxRow): Promise<void> => {
      if (type === 'number.registered' && data.subjectId !== undefined) await held(organizationId, data.subjectId)
    },
  }
}
