import { type MongoProxy, startMongoProxy } from './mongo-proxy.ts'
import { startOwnMongo } from './own-parts.ts'
import { type Processes, startProcesses, until, vendorAt } from './processes.ts'
import { makeOrganization, type TestOrganization } from './service.ts'
import { mustBeWhole } from './whole-ledger.ts'

/** An API and workers as processes of their own, whose MongoDB stands behind a door, to be killed while they seal. */
export const startSealingProcesses = async () => {
  // What a killed process was writing is held at MongoDB so long; 60 seconds by default.
  const mongo = await startOwnMongo({ transactionSeconds: 2 })
  const door: MongoProxy = await startMongoProxy(mongo.url)
  const at: Processes = await startProcesses({ mongodbUrl: door.url })
  const platform = await at.platform()
  const api = await at.start(['api'])
  const org: TestOrganization = await makeOrganization({ vendor: vendorAt(api, platform) })
  const organizationId = org.organization.id

  /** Each an entry of the ledger. */
  const record = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await org.client.settings.update({ standingNoticeId: org.notice.id })
  }

  const isSealed = async (): Promise<boolean> => {
    // In this order: a round between the two looks leaves its mark in the head.
    const waiting = await at.count('ledger_entries', { organizationId, unsealed: true })
    const [head] = await at.rows('ledger_heads', { organizationId })
    return waiting === 0 && head !== undefined && head.unsigned !== true
  }

  /** When everything is sealed and signed: all that is stored fits. How many entries there are. */
  const untilWhole = async (): Promise<number> => {
    await until('everything is sealed and signed', isSealed, 60)
    const entries = await at.rows('ledger_entries', { organizationId })
    mustBeWhole({
      entries,
      heads: await at.rows('ledger_heads', { organizationId }),
      tiles: await at.rows('ledger_tiles', { organizationId }),
      checkpoints: await at.rows('ledger_checkpoints', { organizationId }),
      keys: (await org.client.ledger.listPublicKeys()).data.map(({ verifierKey }) => verifierKey),
    })
    return entries.length
  }

  return {
    ...{ at, door, org, record, untilWhole },
    stop: async (): Promise<void> => {
      await at.stop()
      door.close()
      await mongo.remove()
    },
  }
}
export type SealingProcesses = Awaited<ReturnType<typeof startSealingProcesses>>
