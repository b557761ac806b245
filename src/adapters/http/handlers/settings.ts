import { defaultBudgets } from '../../../core/access/access.ts'
import type { Notices } from '../../../core/notices/notices.ts'
import {
  type CollectionChange,
  collectionSettingsOf,
  type HandlingArea,
  type OrganizationRow,
  type Organizations,
} from '../../../core/organizations/organizations.ts'
import { defined } from '../../../core/shared/defined.ts'
import { invalidField } from '../../../core/shared/errors.ts'
import { isNetwork } from '../networks.ts'
import { callerOf, type Handler, type Input, ok } from '../operation.ts'
import { conditionOf, etagOf } from './etag.ts'
import { iso } from './paging.ts'

type Deps = { organizations: Organizations; notices: Notices; now: () => Date }

const toArea = ({ label, networks, clientIds, roles }: HandlingArea) => ({
  label,
  networks,
  ...defined({ clientIds, roles }),
})

const toCollection = (row: OrganizationRow) => {
  const { linkDays, sessionMinutes, allowedOrigins, redirectUrls, contact } = collectionSettingsOf(row.collecting)
  return { linkDays, sessionMinutes, allowedOrigins, redirectUrls, ...defined({ contact }) }
}

const toSettings = (row: OrganizationRow) => ({
  selfCheckRequired: row.selfCheckRequired,
  jweInputRequired: row.jweInputRequired === true,
  jweAnswersRequired: row.jweAnswersRequired === true,
  trainingRequired: row.trainingRequired ?? false,
  handlingAreas: (row.handlingAreas ?? []).map(toArea),
  dailyBudgets: {
    reveals: row.dailyBudgets?.reveals ?? defaultBudgets.reveals,
    exports: row.dailyBudgets?.exports ?? defaultBudgets.exports,
    filings: row.dailyBudgets?.filings ?? defaultBudgets.filings,
  },
  collection: toCollection(row),
  ...defined({ standingNoticeId: row.standingNoticeId }),
})
const answer = (row: OrganizationRow) => ({ ...ok(toSettings(row)), headers: etagOf(row.settingsVersion ?? 0) })

const toAreas = (areas: Input<'updateSettings'>['body']['handlingAreas']): HandlingArea[] | undefined =>
  areas?.map(({ label, networks, clientIds, roles }, i) => {
    const wrong = networks.findIndex((network) => !isNetwork(network))
    if (wrong >= 0)
      throw invalidField(`/handlingAreas/${i}/networks/${wrong}`, 'invalid_value', 'An IP address or a CIDR range.')
    return { label, networks, ...defined({ clientIds, roles }) }
  })

const toCollectionChange = ({ collection: change }: Input<'updateSettings'>['body']): CollectionChange | undefined =>
  change === undefined
    ? undefined
    : defined({
        linkDays: change.linkDays,
        sessionMinutes: change.sessionMinutes,
        allowedOrigins: change.allowedOrigins,
        redirectUrls: change.redirectUrls,
        contact: change.contact,
      })

export const settingsHandlers = ({ organizations, notices, now }: Deps) => {
  const toTestClock = (row: OrganizationRow) => ({
    now: iso(row.testClock ?? now()),
    moved: row.testClock !== undefined,
  })
  return {
    getSettings: (async (context) =>
      answer(await organizations.own(callerOf(context)))) satisfies Handler<'getSettings'>,
    updateSettings: (async (context, { body, ifMatch }) => {
      const caller = callerOf(context)
      if (typeof body.standingNoticeId === 'string') await notices.get(caller, body.standingNoticeId)
      const change = defined({
        standingNoticeId: body.standingNoticeId,
        selfCheckRequired: body.selfCheckRequired,
        jweInputRequired: body.jweInputRequired,
        jweAnswersRequired: body.jweAnswersRequired,
        trainingRequired: body.trainingRequired,
        handlingAreas: toAreas(body.handlingAreas),
        dailyBudgets: body.dailyBudgets === undefined ? undefined : defined({ ...body.dailyBudgets }),
        collecting: toCollectionChange(body),
      })
      return answer(await organizations.changeSettings(caller, change, conditionOf(ifMatch)))
    }) satisfies Handler<'updateSettings'>,
    getTestClock: (async (context) =>
      ok(toTestClock(await organizations.own(callerOf(context))))) satisfies Handler<'getTestClock'>,
    setTestClock: (async (context, { body }) =>
      ok(
        toTestClock(await organizations.setTestClock(callerOf(context), new Date(body.now))),
      )) satisfies Handler<'setTestClock'>,
  }
}
