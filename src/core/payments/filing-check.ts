import type { JobRun } from '../jobs/jobs.ts'
import type { FieldCipher, Keys } from '../keys/keys.ts'
import type { Company } from '../organizations/organizations.ts'
import { AppError } from '../shared/errors.ts'
import { type FilingCursor, stepOf } from './filing-cursor.ts'
import type { FilingProblem, FilingRow, FilingsStore } from './filings.store.ts'
import type { Slip, SlipProblem, SlipRenderer, SlipWriter } from './payments.rules.ts'
import type { PaymentRecordRow, RecordsStore } from './records.store.ts'
import type { Records } from './records.ts'
import { toSlip } from './slips.ts'

type Deps = {
  keys: Keys
  filings: FilingsStore
  records: Records
  recordsStore: RecordsStore
  writer: SlipWriter
  renderer: SlipRenderer
  chunkSize: number
}

/** As many 支払内容 as the contract's record holds; 100 sheets of six. */
const linesAtMost = 600

/** Before any number leaves the vault: every slip is computed and can be written, or the filing fails with all the reasons. */
export const createFilingCheck = ({ keys, filings, records, recordsStore, writer, renderer, chunkSize }: Deps) => {
  const problemsOf = (slip: Slip): SlipProblem[] => {
    if (slip.lines.length > linesAtMost)
      return [{ of: 'payee', item: '支払内容', code: 'too_long', detail: `支払内容が${linesAtMost}件を超えています` }]
    const found = writer.problems(slip)
    // The sheet's boxes are the record's items: what the one refused, the other need not refuse again.
    return found.length > 0 ? found : renderer.problems(slip)
  }

  const problemsIn = (
    cipher: FieldCipher,
    company: Company,
    rows: readonly PaymentRecordRow[],
    isFirst: boolean,
  ): FilingProblem[] =>
    rows
      .filter((row) => row.required)
      .flatMap((row, index) =>
        problemsOf(toSlip(cipher, company, row))
          .filter(({ of }) => of === 'payee' || (isFirst && index === 0))
          .map(({ item, code, detail }) => ({ subjectId: row.subjectId, item, code, detail })),
      )

  const checkAll = async (
    run: JobRun,
    filing: FilingRow,
    company: Company,
    from: FilingCursor,
  ): Promise<FilingCursor> => {
    const { organizationId, _id: filingId, companyId, form, year, createdAt } = filing
    let at = from
    while (at.phase === 'check') {
      const rows = await records.compute(
        run.caller,
        { filingId, companyId, form, year, at: createdAt },
        at.after,
        chunkSize,
      )
      const cipher = await keys.fields.for(organizationId)
      const problems = problemsIn(cipher, company, rows, at.after === undefined)
      const last = rows.at(-1)
      const { after, ...rest } = at
      const next: FilingCursor = {
        ...rest,
        done: at.done + rows.length,
        ...(last === undefined || rows.length < chunkSize ? { phase: 'decide' } : { after: last.subjectId }),
      }
      await run.step(stepOf(next), async () => {
        await recordsStore.putMany(rows)
        await filings.addProblems(organizationId, filingId, problems)
      })
      at = next
    }
    return at
  }

  /** 提出 is all or nothing: one slip that cannot be written keeps all of them back. */
  const decide = async (
    run: JobRun,
    { organizationId, _id: filingId }: FilingRow,
    from: FilingCursor,
  ): Promise<FilingCursor> => {
    const problems = (await filings.find(organizationId, filingId))?.problems ?? []
    if (problems.length > 0)
      throw new AppError('conflict', 'Some slips cannot be written: see `problems` of the filing.', {
        places: problems.slice(0, 100).map(({ code, detail }, i) => ({ pointer: `/problems/${i}`, code, detail })),
      })
    const slips = await recordsStore.countRequired(organizationId, filingId)
    if (slips === 0)
      throw new AppError('conflict', '提出範囲に入る支払がありません: no payee is over the limits of this form.')
    const next: FilingCursor = { ...from, phase: 'numbers', slips, done: from.payees * 2 - slips }
    await run.step(stepOf(next), () => filings.checked(organizationId, filingId))
    return next
  }

  return { checkAll, decide }
}
