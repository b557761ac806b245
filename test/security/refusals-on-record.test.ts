import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Permission, permissions } from '../../src/core/access/access.ts'
import { exampleRequest, operations, tokenFor } from '../support/contract.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

/** 番号法12条: who tries what only others may do leaves a trace. */
describe('a refusal for want of a role', () => {
  let service: TestService
  let org: TestOrganization
  beforeAll(async () => {
    service = await startTestService({ worker: false })
    org = await makeOrganization(service)
  })
  afterAll(() => service.close())

  const period = () => ({ from: '2020-01-01T00:00:00Z', to: new Date(Date.now() + 60_000).toISOString() })
  const refusals = async () =>
    (await org.client.ledger.listEntries({ ...period(), outcome: 'refused', order: 'asc', limit: 200 })).data

  it('of an auditor who asks to see a number is on record, in the auditor’s name', async () => {
    const { id } = await makeEmployee(org)
    const asked = org.auditor.does.reveals.create({ subjectIds: [id], purpose: 'withholding_tax' })
    await expect(asked).rejects.toMatchObject({ code: 'not_permitted' })
    expect((await refusals()).at(-1)).toMatchObject({
      operation: 'view',
      functionName: '権限の確認',
      outcome: 'refused',
      refusal: 'not_permitted',
      actor: { type: 'staff', id: org.auditor.id, userId: 'j-auditor', name: '担当 auditor' },
    })
  })

  it('is on record for every operation that has roles, once, as what it would have been', async () => {
    const organization = org.organization.id
    const token = await tokenFor(service.baseUrl, service.credentials, { organization })
    for (const operation of operations) {
      const row: Permission = permissions[operation.operationId as keyof typeof permissions]
      const before = (await refusals()).length
      const { url, body } = exampleRequest(operation, { org: organization })
      const response = await fetch(`${service.baseUrl}${url}`, {
        method: operation.method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(operation.mediaType === undefined ? {} : { 'content-type': operation.mediaType }),
        },
        ...(body === undefined || row.roles === undefined ? {} : { body }),
      })
      await response.arrayBuffer()
      const added = (await refusals()).slice(before)
      expect(
        added.map((entry) => [entry.operation, entry.refusal, entry.actor.type]),
        operation.operationId,
      ).toEqual(row.roles === undefined ? [] : [[row.act, 'staff_required', 'client']])
    }
  })
})
