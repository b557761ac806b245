import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Permission } from '../../src/core/access/access.ts'
import { permissions } from '../../src/core/access/access.ts'
import { roles } from '../../src/core/shared/words.ts'
import { exampleRequest, operations, tokenFor } from '../support/contract.ts'
import { makeOrganization, startTestService, type TestOrganization, type TestService } from '../support/service.ts'

/** Role × operation and scope × operation, no row missing. The permission is judged before anything of the request is read. */
describe('who may do what', () => {
  let service: TestService
  let org: TestOrganization
  const tokens = new Map<string, string>()

  beforeAll(async () => {
    service = await startTestService({ worker: false })
    org = await makeOrganization(service)
    const organization = org.organization.id
    for (const role of roles)
      tokens.set(role, await tokenFor(service.baseUrl, service.credentials, { organization, staff: org[role].id }))
    tokens.set('nobody', await tokenFor(service.baseUrl, service.credentials, { organization }))
    tokens.set('platform', await tokenFor(service.baseUrl, service.credentials))
  })
  afterAll(() => service.close())

  const codeOf = async (operation: (typeof operations)[number], token: string | undefined): Promise<string> => {
    const { url, body } = exampleRequest(operation, {})
    const response = await fetch(`${service.baseUrl}${url}`, {
      method: operation.method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(operation.mediaType === undefined ? {} : { 'content-type': operation.mediaType }),
      },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    return response.ok || response.status === 302 ? 'ok' : (JSON.parse(text) as { code: string }).code
  }

  const rows = permissions as Record<string, Permission>
  const withRoles = operations.filter(({ operationId }) => rows[operationId]?.roles !== undefined)

  it('every operation of the contract has a row, and no row is without an operation', () => {
    expect(Object.keys(rows).sort()).toEqual(operations.map(({ operationId }) => operationId).sort())
  })

  it.each(withRoles.flatMap((operation) => roles.map((role) => [operation.operationId, role, operation] as const)))(
    '%s by %s',
    async (operationId, role, operation) => {
      const allowed = rows[operationId]?.roles?.includes(role) === true
      const code = await codeOf(operation, tokens.get(role))
      if (allowed) expect(['not_permitted', 'staff_required', 'unauthenticated']).not.toContain(code)
      else expect(code).toBe('not_permitted')
    },
  )

  it.each(withRoles.map((operation) => [operation.operationId, operation] as const))(
    '%s needs a token that carries a staff member',
    async (_name, operation) => {
      expect(await codeOf(operation, tokens.get('nobody'))).toBe('staff_required')
    },
  )

  const behindToken = operations.filter(
    ({ operationId }) => !['public', 'client'].includes(rows[operationId]?.scope ?? ''),
  )
  it.each(behindToken.map((operation) => [operation.operationId, operation] as const))(
    '%s is refused without a token, and with one that means nothing',
    async (_name, operation) => {
      expect(await codeOf(operation, undefined)).toBe('unauthenticated')
      expect(await codeOf(operation, 'not.a.token')).toBe('unauthenticated')
    },
  )

  it.each(
    behindToken
      .filter(({ operationId }) => rows[operationId]?.scope !== 'session')
      .map((operation) => [operation.operationId, operation] as const),
  )('%s is refused when the token lacks its scope', async (operationId, operation) => {
    const scope = rows[operationId]?.scope === 'usage:read' ? 'events:read' : 'usage:read'
    const token = await tokenFor(service.baseUrl, service.credentials, {
      organization: org.organization.id,
      staff: org.officer.id,
      scope,
    })
    expect(await codeOf(operation, token)).toBe('not_permitted')
  })
})
