import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import { mustCoverWhole } from '../shared/coverage.ts'
import { defined } from '../shared/defined.ts'
import { notFound } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { PayeeCopyRenderer } from './payments.rules.ts'
import type { RecordsStore } from './records.store.ts'
import { toSlip } from './slips.ts'

type Deps = {
  records: RecordsStore
  keys: Keys
  ledger: Ledger
  organizations: Organizations
  subjects: Pick<Subjects, 'shown'>
  renderer: PayeeCopyRenderer
}

/**
 * 支払を受ける方への写し. 番号法19条 lets nobody's 個人番号 be on it, so nothing that this module imports, however far, leads to
 * the vault (an import rule says so).
 */
export const createPayeeCopies =
  ({ records, keys, ledger, organizations, subjects, renderer }: Deps) =>
  async (caller: Caller, recordId: string): Promise<Buffer> => {
    const { organizationId } = caller
    const record = await records.find(organizationId, recordId)
    if (record === null) throw notFound('payment record')
    mustCoverWhole(caller, { companyId: record.companyId, kinds: ['payee'] })
    const company = await organizations.getCompany(caller, record.companyId)
    const cipher = await keys.fields.for(organizationId)
    const copy = await renderer(toSlip(cipher, company, record), { madeAt: record.computedAt })
    const subject = (await subjects.shown(organizationId, [record.subjectId])).get(record.subjectId)
    // `done`, not `released`: no number is on it. Name, address and amounts are, so it is on record before it leaves.
    await ledger.append(
      await ledger.prepare(caller, [
        { operation: 'download', functionName: '支払調書受取（本人交付用）', outcome: 'done', ...defined({ subject }) },
      ]),
    )
    return copy
  }
