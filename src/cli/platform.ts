import type { AzukariService } from '../compose.ts'
import { scopes } from '../core/access/access.ts'

const longestName = 100

export const platformUsage = [
  'azukari platform create NAME         a new platform (ベンダー) with a first client; prints its id and secret',
]

export const isPlatformCommand = ([subject, verb, name, ...rest]: readonly string[]): boolean =>
  subject === 'platform' && verb === 'create' && name !== undefined && name.length <= longestName && rest.length === 0

/** The secret is shown this once. */
export const runPlatformCommand = async (
  { core: { organizations, access } }: Pick<AzukariService, 'core'>,
  [, , name = '']: readonly string[],
): Promise<unknown[]> => {
  const platformId = await organizations.createPlatform(name)
  const client = await access.createClient(
    { platformId, requestId: 'cli', at: new Date() },
    { name: `${name} (first client)`.slice(0, longestName), scopes: [...scopes] },
  )
  return [{ platformId, clientId: client._id, clientSecret: client.secret }]
}
