import type { AzukariService } from '../compose.ts'
import type { Config } from '../config.ts'
import type { LedgerOperation } from '../core/ledger/ledger.ts'
import { recordOf } from '../core/organizations/organizations.ts'
import { AppError } from '../core/shared/errors.ts'
import { withService } from './with-service.ts'

type Core = AzukariService['core']
type Act = { operation: LedgerOperation; functionName: string }

/**
 * An act of the operator on the whole service is every platform's affair and no organization's: it stands in the platforms' own
 * records, as changes of their clients do. The keys lie in another database, so no transaction holds both: first that it begins,
 * then that it is done, or was refused. What was killed in between has a beginning.
 */
export const onRecord = <T>(
  config: Config,
  { operation, functionName }: Act,
  work: (core: Core) => Promise<T>,
): Promise<T> =>
  withService(config, async (core, requestId) => {
    const { ledger, organizations } = core
    const at = new Date()
    const platformIds = await organizations.platformIds()
    const record = async (
      touch: { functionName: string } & ({ outcome: 'done' } | { outcome: 'refused'; refusal: AppError['code'] }),
    ) => {
      for (const platformId of platformIds)
        await ledger.append(await ledger.prepare(recordOf({ platformId, requestId, at }), [{ operation, ...touch }]))
    }
    await record({ functionName: `${functionName}の開始`, outcome: 'done' })
    try {
      const result = await work(core)
      await record({ functionName, outcome: 'done' })
      return result
    } catch (error) {
      await record({ functionName, outcome: 'refused', refusal: error instanceof AppError ? error.code : 'internal' })
      throw error
    }
  })
