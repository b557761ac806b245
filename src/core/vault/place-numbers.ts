import type { Keys, RenewIndexes } from '../keys/keys.ts'
import { AppError } from '../shared/errors.ts'
import { wipeAll } from './open-versions.ts'

const pageRows = 500

type Deps = { keys: Pick<Keys, 'deks'>; renewIndexes: RenewIndexes; onError: (error: unknown) => void }

/**
 * Numbers that were registered before there was an index get their place in it, so that they are found as duplicates too:
 * page by page, by any number of workers. What cannot be read stays without, and holds nobody up. How many were placed.
 */
export const createPlaceNumbers = ({ keys, renewIndexes, onError }: Deps) => {
  const openEach = async (organizationId: string, dekIds: readonly string[]): Promise<Map<string, Buffer>> => {
    const opened = new Map<string, Buffer>()
    try {
      for (const dekId of dekIds)
        for (const [id, key] of await openTogether(organizationId, [dekId])) opened.set(id, key)
      return opened
    } catch (error) {
      wipeAll(opened)
      throw error
    }
  }

  const openTogether = (organizationId: string, dekIds: readonly string[]): Promise<Map<string, Buffer>> =>
    keys.deks.openMany(organizationId, dekIds).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'internal')) throw error
      if (dekIds.length > 1) return openEach(organizationId, dekIds)
      onError(error)
      return new Map<string, Buffer>()
    })

  return async (): Promise<number> => {
    let placed = 0
    let page = await keys.deks.notPlacedAfter(undefined, pageRows)
    while (page.length > 0) {
      for (const [organizationId, rows] of Map.groupBy(page, (row) => row.organizationId)) {
        const opened = await openTogether(
          organizationId,
          rows.map(({ _id }) => _id),
        )
        try {
          placed += await keys.deks.place(organizationId, await renewIndexes(organizationId, opened))
        } finally {
          wipeAll(opened)
        }
      }
      page = page.length < pageRows ? [] : await keys.deks.notPlacedAfter(page.at(-1), pageRows)
    }
    return placed
  }
}
