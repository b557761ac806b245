import { type LinkInput, type Visit, visitOf } from '../../src/core/collection/collection.ts'
import type { TestCore, TestCoreOrganization } from './core.ts'

let codes = 1

/** What the tests of collection do over and over, through the use cases. */
export const createCollectionSetup = (core: () => TestCore) => {
  const employee = (org: TestCoreOrganization) =>
    core().subjects.create(org.caller, {
      kind: 'employee',
      companyId: org.companyId,
      code: String(codes++),
      name: '東野 二郎',
    })

  const dependent = (org: TestCoreOrganization, employeeId: string, dependentNo: number) =>
    core().subjects.createDependent(org.caller, employeeId, { dependentNo, name: '東野 順子', relationship: '配偶者' })

  const tokenOf = (url: string): string => url.slice(url.indexOf('#') + 1)

  /** A request to the subject, and the token of its link. */
  const ask = async (org: TestCoreOrganization, subjectId: string, how: LinkInput = {}) => {
    const { requests } = core().collection
    const request = await requests.create(org.caller, { subjectId })
    const link = await requests.makeLink(org.caller, request._id, how)
    return { request, token: tokenOf(link.url) }
  }

  const asked = () => ({ requestId: 'visit', at: core().clock.now() })

  /** The person opens the link, as the HTTP layer would see it. */
  const enter = async (token: string): Promise<Visit> => {
    const { accessToken } = await core().collection.sessions.open(token, asked())
    return visitOf(await core().collection.authenticate(accessToken), asked())
  }

  /** An employee who has opened the link and read the notice. */
  const visit = async (org: TestCoreOrganization) => {
    const person = await employee(org)
    const { request, token } = await ask(org, person.id)
    const session = await enter(token)
    await core().collection.sessions.acceptNotice(session, org.notice._id)
    return { person, request, token, session }
  }

  const eventsOf = async (requestId: string): Promise<unknown[]> =>
    (await core().documents('outbox'))
      .filter(({ data }) => (data as { requestId?: string }).requestId === requestId)
      .map(({ type }) => type)

  return { employee, dependent, ask, asked, enter, visit, tokenOf, eventsOf }
}
