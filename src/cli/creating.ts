import { dayOf, isDay } from '../core/shared/dates.ts'
import { defined } from '../core/shared/defined.ts'
import { StartError } from '../start-error.ts'
import { type Command, must, oneOf, UsageError } from './command.ts'
import { operatorIn, withService } from './with-service.ts'

const shortName = (name: string, most: number): string => {
  if (name.length > most) throw new UsageError(`A name has at most ${most} characters.`)
  return name
}

const createPlatform: Command = {
  words: ['platform', 'create'],
  positionals: ['NAME'],
  about: 'a new platform (ベンダー) with a first client; prints its id and, once, its secret',
  run: (config, { name = '' }) =>
    withService(config, async ({ organizations, access }, requestId) => {
      const { scopes } = await import('../core/access/access.ts')
      const platformId = await organizations.createPlatform(shortName(name, 100))
      const client = await access.createClient(
        { platformId, requestId, at: new Date() },
        { name: `${name} (first client)`.slice(0, 100), scopes: [...scopes] },
      )
      return { result: { platformId, clientId: client._id, clientSecret: client.secret } }
    }),
}

const createOrganization: Command = {
  words: ['organization', 'create'],
  options: ['platform', 'name', 'mode', 'external-id?'],
  about: 'a new organization (契約法人) of a platform; --mode test or live',
  run: (config, values) =>
    withService(config, async ({ organizations }, requestId) => {
      const platformId = must(values, 'platform')
      if (!(await organizations.platformExists(platformId))) throw new StartError('There is no such platform.')
      const row = await organizations.create(
        { platformId, requestId, at: new Date() },
        {
          name: shortName(must(values, 'name'), 100),
          mode: oneOf(values, 'mode', ['test', 'live']),
          ...defined({ externalId: values['external-id'] }),
        },
      )
      return { result: { organizationId: row._id, mode: row.mode } }
    }),
}

const createClient: Command = {
  words: ['client', 'create'],
  options: ['platform', 'name', 'organization?', 'scopes?'],
  about: 'a new API client of a platform, or of one of its organizations; --scopes a,b (all that fit by default)',
  run: (config, values) =>
    withService(config, async (core, requestId) => {
      const { isScope, scopes } = await import('../core/access/access.ts')
      const { organization } = values
      const platform = { platformId: must(values, 'platform'), requestId, at: new Date() }
      if (!(await core.organizations.platformExists(platform.platformId)))
        throw new StartError('There is no such platform.')
      const asked =
        values.scopes?.split(',') ??
        scopes.filter((scope) => organization === undefined || !scope.startsWith('platform:'))
      const wanted = asked.filter(isScope)
      if (wanted.length < asked.length) throw new UsageError('--scopes names a scope that does not exist.')
      const caller = organization === undefined ? undefined : await operatorIn(core, organization, requestId)
      if (caller !== undefined && caller.platformId !== platform.platformId)
        throw new StartError('There is no such organization of this platform.')
      const client = await core.access.createClient(platform, {
        name: shortName(must(values, 'name'), 100),
        scopes: wanted,
        ...defined({ organizationId: organization }),
      })
      return { result: { clientId: client._id, clientSecret: client.secret } }
    }),
}

const createOfficer: Command = {
  words: ['staff', 'create-officer'],
  options: ['organization', 'name', 'user-id', 'basis', 'from?', 'post?'],
  about: 'an officer (事務取扱責任者) of an organization: the first one, who appoints the others; --from YYYY-MM-DD',
  run: (config, values) =>
    withService(config, async (core, requestId) => {
      const fromOn = values.from ?? dayOf(new Date())
      if (!isDay(fromOn)) throw new UsageError('--from must be a day, YYYY-MM-DD.')
      const caller = await operatorIn(core, must(values, 'organization'), requestId)
      const staff = await core.access.staff.create(caller, {
        name: shortName(must(values, 'name'), 60),
        userId: shortName(must(values, 'user-id'), 100),
        appointment: {
          role: 'officer',
          fromOn,
          basis: shortName(must(values, 'basis'), 200),
          ...defined({ post: values.post }),
        },
      })
      return { result: { staffId: staff._id, organizationId: caller.organizationId } }
    }),
}

export const creating: readonly Command[] = [createPlatform, createOrganization, createClient, createOfficer]
