import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acts } from '../../src/core/access/access.ts'
import { exampleRequest, operations } from '../support/contract.ts'
import { startTestService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService({ worker: false })
})
afterAll(() => service.close())

const reads = operations.filter(({ method }) => method === 'GET')
const isRecorded = (operationId: string): boolean => 'records' in acts[operationId as keyof typeof acts]
const head = (operation: (typeof reads)[number]): Promise<Response> =>
  fetch(`${service.baseUrl}${exampleRequest(operation, {}).url}`, { method: 'HEAD' })

describe('HEAD', () => {
  const recorded = reads.filter(({ operationId }) => isRecorded(operationId))
  const others = reads.filter(({ operationId }) => !isRecorded(operationId))

  it('knows reads that are put on record, and others', () => {
    expect(recorded.map(({ operationId }) => operationId)).toEqual(
      expect.arrayContaining(['listLedgerEntries', 'getExportContent', 'getFilingPackage', 'getHandlingStatement']),
    )
    expect(others.length).toBeGreaterThan(40)
  })

  it.each(recorded)(
    'of $operationId is refused, since nobody would get what is put on record: Allow names GET',
    async (operation) => {
      const answer = await head(operation)
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')?.split(', ')).toContain('GET')
      expect(answer.headers.get('allow')).not.toContain('HEAD')
    },
  )

  it('of every other read is answered as GET is', async () => {
    for (const operation of others) expect((await head(operation)).status, operation.operationId).not.toBe(405)
  })
})
