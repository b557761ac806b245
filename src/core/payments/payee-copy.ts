import type { Keys } from '../keys/keys.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import { mustCoverWhole } from '../shared/coverage.ts'
import { notFound } from '../shared/errors.ts'
import type { PayeeCopyRenderer } from './payments.rules.ts'
import type { RecordsStore } from './records.store.ts'
import { toSlip } from './slips.ts'

type Deps = { records: RecordsStore; keys: Keys; organizations: Organizations; renderer: PayeeCopyRenderer }

/**
 * 支払を受ける方への写し. 番号法19条 lets nobody's 個人番号 be on it, so nothing that this module imports, however far, leads to
 * the vault (an import rule says so).
 */
export const createPayeeCopies =
  ({ records, keys, organizations, renderer }: Deps) =>
  async (caller: Caller, recordId: string): Promise<Buffer> => {
    const record = await records.find(caller.organizationId, recordId)
    if (record === null) throw notFound('payment record')
    mustCoverWhole(caller, { companyId: record.companyId, kinds: ['payee'] })
    const company = await organizations.getCompany(caller, record.companyId)
    const cipher = await keys.fields.for(caller.organizationId)
    return renderer(toSlip(cipher, company, record), { madeAt: record.computedAt })
  }
