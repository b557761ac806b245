import type { AzukariService } from '../compose.ts'

export const vaultUsage = [
  'azukari vault rotate                 new keys for numbers that come as JWE; the old ones are accepted for two days more',
]

export const isVaultCommand = ([subject, verb, ...rest]: readonly string[]): boolean =>
  subject === 'vault' && verb === 'rotate' && rest.length === 0

export const runVaultCommand = async ({ core: { keys } }: Pick<AzukariService, 'core'>): Promise<unknown[]> => [
  { replaced: await keys.transport.rotate() },
]
