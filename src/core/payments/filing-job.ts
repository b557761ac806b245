import type { Files } from '../files/files.ts'
import type { JobHandler, JobRun } from '../jobs/jobs.ts'
import type { Organizations } from '../organizations/organizations.ts'
import { mustCoverWhole } from '../shared/coverage.ts'
import { AppError } from '../shared/errors.ts'
import type { createFilingCheck } from './filing-check.ts'
import { readFilingCursor } from './filing-cursor.ts'
import type { createFilingNumbers } from './filing-numbers.ts'
import type { createFilingPackage } from './filing-package.ts'
import type { FilingRow, FilingsStore } from './filings.store.ts'
import type { PaymentsStore } from './payments.store.ts'

type Deps = {
  organizations: Organizations
  payments: PaymentsStore
  files: Files
  filings: FilingsStore
  check: ReturnType<typeof createFilingCheck>
  numbers: ReturnType<typeof createFilingNumbers>
  pack: ReturnType<typeof createFilingPackage>
}

/** Job `filing`: check all, then the numbers chunk by chunk, then the package from the parts. */
export const createFilingJob = ({
  organizations,
  payments,
  files,
  filings,
  check,
  numbers,
  pack,
}: Deps): JobHandler => {
  const filingOf = async (run: JobRun): Promise<FilingRow> => {
    const filing = await filings.find(run.caller.organizationId, run.job.input.filingId ?? '')
    if (filing === null) throw new AppError('internal', 'The job has no filing.')
    return filing
  }

  return {
    run: async (run) => {
      const filing = await filingOf(run)
      const { organizationId, companyId, year } = filing
      mustCoverWhole(run.caller, { companyId, kinds: ['payee'] })
      const company = await organizations.getCompany(run.caller, companyId)
      let at = readFilingCursor(run.job.cursor) ?? {
        phase: 'check' as const,
        payees: await payments.countPayees(organizationId, companyId, year),
        done: 0,
        slips: 0,
        withoutNumber: 0,
        parts: 0,
        line: 0,
      }
      at = await check.checkAll(run, filing, company, at)
      if (at.phase === 'decide') at = await check.decide(run, filing, at)
      do {
        at = await numbers(run, filing, company, at)
        // A disposal may have taken a part meanwhile: then the numbers are asked for once more.
        at = await pack(run, filing, company, at)
      } while (at.phase !== 'done')
    },
    failed: async (caller, job) => {
      const filingId = job.input.filingId ?? ''
      await filings.failed(caller.organizationId, filingId)
      await files.doomGroup(caller.organizationId, filingId)
    },
  }
}
