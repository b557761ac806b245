import { randomUUID } from 'node:crypto'
import type { AzukariService } from '../compose.ts'
import type { Config } from '../config.ts'
import type { Caller } from '../core/shared/caller.ts'
import { StartError } from '../start-error.ts'

/**
 * The whole service without server and worker, closed again. Errors go to standard error, as JSON lines. Loaded only here: what
 * the command is and what it did not understand it says without a database driver.
 */
export const withService = async <T>(
  config: Config,
  work: (core: AzukariService['core'], requestId: string) => Promise<T>,
): Promise<T> => {
  const [{ compose }, { pino }] = await Promise.all([import('../compose.ts'), import('pino')])
  const service = await compose(config, pino({ level: 'error' }, pino.destination(2)))
  try {
    return await work(service.core, `cli-${randomUUID()}`)
  } finally {
    await service.close()
  }
}

/** The operator in an organization: every act stands in its ledger as `operator`. */
export const operatorIn = async (
  { organizations }: AzukariService['core'],
  organizationId: string,
  requestId: string,
): Promise<Caller> => {
  const organization = await organizations.find(organizationId)
  if (organization === null) throw new StartError('There is no such organization.')
  return {
    organizationId: organization._id,
    platformId: organization.platformId,
    mode: organization.mode,
    actor: { type: 'operator' },
    assurance: 'none',
    requestId,
    at: new Date(),
  }
}
