import { AzukariProblem } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let org: TestOrganization
beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
})
afterAll(() => service.close())

const problemOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) =>
      error instanceof AzukariProblem ? [error.status, error.errors[0]?.pointer ?? error.errors[0]?.parameter] : error,
  )

describe('a dependent', () => {
  it('has the department and code of the employee: they are neither changed nor taken away', async () => {
    const employee = await makeEmployee(org, { departmentId: org.department.id, code: 'dep-1' })
    const input = { dependentNo: 1, relationship: '子', name: '東野 真奈美' }
    const { id } = await org.client.subjects.createDependent(employee.id, input)
    const { update } = org.client.subjects
    expect(await problemOf(update(id, { departmentId: org.department.id }))).toEqual([400, '/departmentId'])
    expect(await problemOf(update(id, { departmentId: null }))).toEqual([400, '/departmentId'])
    expect(await problemOf(update(id, { code: null }))).toEqual([400, '/code'])
    expect(await org.client.subjects.get(id)).toMatchObject({ departmentId: org.department.id })
    expect(
      await org.client.subjects.update(id, { kana: 'トウノ マナミ' }),
    ).toMatchObject({
      kana: 'トウノ マナミ',
      departmentId: org.department.id,
    })
  })
})
