import type { AzukariService } from '../compose.ts'

export const formatsUsage = [
  'azukari formats renew                writes anew what was sealed in an older format; workers do it by themselves',
]

export const isFormatsCommand = ([subject, verb, ...rest]: readonly string[]): boolean =>
  subject === 'formats' && verb === 'renew' && rest.length === 0

export const runFormatsCommand = async ({ core: { renewal } }: Pick<AzukariService, 'core'>): Promise<unknown[]> => [
  await renewal.again(),
]
