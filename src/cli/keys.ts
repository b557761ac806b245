import type { AzukariService } from '../compose.ts'

export const keysUsage = [
  'azukari keys rotate token            a new key for tokens: published at once, signs after ten minutes; no token is lost',
]

export const isKeysCommand = ([subject, verb, use, ...rest]: readonly string[]): boolean =>
  subject === 'keys' && verb === 'rotate' && use === 'token' && rest.length === 0

export const runKeysCommand = async ({ core: { keys } }: Pick<AzukariService, 'core'>): Promise<unknown[]> => [
  await keys.signing.rotate('token'),
]
