import { type Files, WriteAgain, type WrittenFile } from '../files/files.ts'
import type { JobRun } from '../jobs/jobs.ts'
import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Company } from '../organizations/organizations.ts'
import type { SubjectAsShown } from '../shared/caller.ts'
import type { PurposeCode } from '../shared/words.ts'
import { isCorporation, type SubjectRow, type Subjects } from '../subjects/subjects.ts'
import type { NumberBatch, Vault } from '../vault/vault.ts'
import { type FilingCursor, stepOf } from './filing-cursor.ts'
import { type Frame, writeFrames } from './filing-parts.ts'
import type { FilingBlank, FilingProblem, FilingRow, FilingsStore } from './filings.store.ts'
import type { RecordForm, WhyBlank } from './payments.rules.ts'
import type { PaymentRecordRow, RecordsStore } from './records.store.ts'
import { toSlip } from './slips.ts'

type Deps = {
  keys: Keys
  ledger: Ledger
  subjects: Subjects
  vault: Pick<Vault, 'batch' | 'hold' | 'areInForce'>
  files: Files
  filings: FilingsStore
  recordsStore: RecordsStore
  whyBlank: WhyBlank
  chunkSize: number
}

const mostTries = 5

/** The 利用目的 that each form files numbers for. */
export const purposeOf = { '309': 'payment_record_fee' } as const satisfies Record<RecordForm, PurposeCode>

/** Each chunk's numbers leave the vault once, into a sealed part; what may not be used is filed blank, and on record. */
export const createFilingNumbers = ({
  keys,
  ledger,
  subjects,
  vault,
  files,
  filings,
  recordsStore,
  whyBlank,
  chunkSize,
}: Deps) => {
  /** A sole proprietor's own number stands on every slip: asked for once, with the first chunk. */
  const proprietorOf = async (
    company: Company,
    at: FilingCursor,
    organizationId: string,
  ): Promise<SubjectAsShown[]> => {
    const { proprietorId } = company
    if (proprietorId === undefined || at.after !== undefined) return []
    const shown = (await subjects.shown(organizationId, [proprietorId])).get(proprietorId)
    return shown === undefined ? [] : [shown]
  }

  const digitsOf = (payee: SubjectRow | undefined, released: Uint8Array | undefined): Uint8Array | undefined =>
    payee !== undefined && isCorporation(payee) && payee.corporateNumber !== undefined
      ? Buffer.from(payee.corporateNumber, 'latin1')
      : released

  /** The payer's blank number is no reason not to file, but nothing else would say so. */
  const payerProblems = (
    asked: readonly SubjectAsShown[],
    refused: { subjectId: string; code: FilingProblem['code'] }[],
  ): FilingProblem[] =>
    asked.flatMap(({ id }) =>
      refused
        .filter(({ subjectId }) => subjectId === id)
        .map(({ code }) => ({
          subjectId: id,
          item: '提出義務者の個人番号',
          code,
          detail: '支払者本人の番号を使用できないため、空欄で作成しました',
        })),
    )

  /** Why each payee's slip of the chunk has no number: of a corporation, whose 法人番号 is asked of no vault, that it is not known. */
  const blanksOf = async (
    organizationId: string,
    payees: readonly SubjectRow[],
    { refused }: Pick<NumberBatch, 'refused'>,
  ): Promise<FilingBlank[]> => {
    const codes = new Map(refused.map(({ subjectId, code }) => [subjectId, code]))
    for (const payee of payees)
      if (isCorporation(payee) && payee.corporateNumber === undefined) codes.set(payee._id, 'number_missing')
    const blank = payees.filter(({ _id }) => codes.has(_id))
    if (blank.length === 0) return []
    const reasons = await whyBlank(organizationId, blank)
    return blank.map(({ _id: subjectId }) => ({
      subjectId,
      reason: codes.get(subjectId) === 'number_missing' ? (reasons.get(subjectId) ?? 'not_asked') : 'not_usable',
    }))
  }

  /** A disposal that ended before the part had its row could not find it: nothing is written for what went with it. */
  const mustBeInForce = async (organizationId: string, { held }: NumberBatch): Promise<void> => {
    if (!(await vault.areInForce(organizationId, held))) throw new WriteAgain()
  }

  const tryChunk = async (
    run: JobRun,
    filing: FilingRow,
    company: Company,
    at: FilingCursor,
    rows: PaymentRecordRow[],
  ): Promise<FilingCursor> => {
    const { organizationId, _id: filingId } = filing
    const payees = new Map(
      (
        await subjects.rows.findMany(
          organizationId,
          rows.map(({ subjectId }) => subjectId),
        )
      ).map((row) => [row._id, row]),
    )
    const persons = [...payees.values()].filter((payee) => !isCorporation(payee))
    const shown = await subjects.shownRows(organizationId, persons)
    const proprietor = await proprietorOf(company, at, organizationId)
    const asked = [...proprietor, ...rows.flatMap(({ subjectId }) => shown.get(subjectId) ?? [])]
    const batch = await vault.batch(run.caller, {
      subjects: asked,
      companyId: filing.companyId,
      purpose: purposeOf[filing.form],
      use: 'filing',
      functionName: '支払調書作成（提出用）',
      jobId: run.job._id,
      firstLine: at.line,
    })
    let file: WrittenFile | undefined
    try {
      const blanks = await blanksOf(organizationId, [...payees.values()], batch)
      const cipher = await keys.fields.for(organizationId)
      const frames: Frame[] = [
        ...proprietor.map(({ id }) => ({ digits: batch.numbers.get(id)?.digits })),
        ...rows.map((row) => ({
          slip: toSlip(cipher, company, row),
          digits: digitsOf(payees.get(row.subjectId), batch.numbers.get(row.subjectId)?.digits),
        })),
      ]
      // First asked when the part has its row.
      const content = async function* (): AsyncGenerator<Uint8Array> {
        await mustBeInForce(organizationId, batch)
        const bytes = writeFrames(frames)
        try {
          yield bytes
        } finally {
          bytes.fill(0)
        }
      }
      const about = {
        kind: 'filing_part',
        group: filingId,
        part: at.parts,
        subjectIds: [...batch.numbers.keys()],
      } as const
      const written = await files.write(organizationId, about, content())
      file = written
      const next: FilingCursor = {
        ...at,
        done: at.done + rows.length,
        withoutNumber:
          at.withoutNumber + frames.filter(({ slip, digits }) => slip !== undefined && digits === undefined).length,
        parts: at.parts + 1,
        line: at.line + asked.length,
        ...(rows.length < chunkSize ? { phase: 'package' } : { after: rows.at(-1)?.subjectId ?? '' }),
      }
      await run.step({ ...stepOf(next), entries: ledger.refsOf(batch.entries) }, async () => {
        // A write, not a look: so a disposal or a correction and this cannot both commit.
        if (!(await vault.hold(organizationId, batch.held))) throw new WriteAgain()
        await files.attach([written])
        await ledger.append(batch.entries)
        await filings.addProblems(organizationId, filingId, payerProblems(proprietor, batch.refused))
        await filings.addBlanks(organizationId, filingId, blanks)
      })
      return next
    } catch (error) {
      if (file !== undefined) await files.discard(file)
      throw error
    } finally {
      batch.wipe()
    }
  }

  /** A number that changes meanwhile is asked for once more; one that keeps changing, with the job's next try. */
  const nextChunk = async (...of: Parameters<typeof tryChunk>): Promise<FilingCursor> => {
    for (let tries = 1; ; tries++)
      try {
        return await tryChunk(...of)
      } catch (error) {
        if (!(error instanceof WriteAgain) || tries >= mostTries) throw error
      }
  }

  return async (run: JobRun, filing: FilingRow, company: Company, from: FilingCursor): Promise<FilingCursor> => {
    let at = from
    while (at.phase === 'numbers') {
      const rows = await recordsStore.requiredOf(filing.organizationId, filing._id, at.after, chunkSize)
      if (rows.length === 0) return { ...at, phase: 'package' }
      at = await nextChunk(run, filing, company, at, rows)
    }
    return at
  }
}
