import { endsOf, type FileRow, type Files } from '../files/files.ts'
import type { JobRun } from '../jobs/jobs.ts'
import type { Company, Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { AppError } from '../shared/errors.ts'
import { type FilingCursor, stepOf } from './filing-cursor.ts'
import { readFrames } from './filing-parts.ts'
import type { FilingRow, FilingsStore } from './filings.store.ts'
import type { Archive, ArchiveEntry, NumberedSlip, SlipRenderer, SlipWriter } from './payments.rules.ts'

type Deps = {
  organizations: Pick<Organizations, 'bothClocks'>
  outbox: Outbox
  files: Files
  filings: FilingsStore
  writer: SlipWriter
  renderer: SlipRenderer
  archive: Archive
}

/** What a package is made of. */
type Source = { filing: FilingRow; company: Company; parts: readonly FileRow[] }

const pdfName = (form: string, bundle: number): string => `${form}-filing${bundle === 0 ? '' : `-${bundle + 1}`}.pdf`

const partsGone = (): AppError =>
  new AppError(
    'unavailable',
    'A number of this filing was corrected or disposed of meanwhile: it is prepared once more.',
  )

/** From the parts to one sealed ZIP, slip by slip. It knows no clock but the filing's, so it gives the same bytes again. */
export const createFilingPackage = ({ organizations, outbox, files, filings, writer, renderer, archive }: Deps) => {
  /** All slips of the parts, in order, each with its numbers, which are zeroed when the next one is asked for. */
  const slipsOf = async function* ({ company, parts }: Source): AsyncGenerator<NumberedSlip> {
    let payer = company.corporateNumber === undefined ? undefined : Buffer.from(company.corporateNumber, 'latin1')
    try {
      for await (const { slip, digits } of readFrames(files.readAll(parts))) {
        if (slip === undefined) {
          payer = digits === undefined ? undefined : Buffer.from(digits)
        } else
          yield {
            slip,
            digits: { ...(payer === undefined ? {} : { payer }), ...(digits === undefined ? {} : { payee: digits }) },
          }
        digits?.fill(0)
      }
    } catch (error) {
      // For the job this is no refusal: the next try begins with other parts.
      throw error instanceof AppError && error.code === 'not_found' ? partsGone() : error
    } finally {
      payer?.fill(0)
    }
  }

  const csv = async function* (source: Source): AsyncGenerator<Uint8Array> {
    for await (const { slip, digits } of slipsOf(source)) yield writer.write(slip, digits)
  }

  const upTo = async function* (slips: AsyncIterator<NumberedSlip>, count: number): AsyncGenerator<NumberedSlip> {
    for (let i = 0; i < count; i++) {
      const next = await slips.next()
      if (next.done === true) return
      yield next.value
    }
  }

  const entries = async function* (source: Source, slips: number): AsyncGenerator<ArchiveEntry> {
    const { filing, company } = source
    yield { name: writer.fileName, source: csv(source) }
    const facts = { year: filing.year, madeAt: filing.createdAt, companyName: company.name }
    const rest = slipsOf(source)
    for (let bundle = 0; bundle * renderer.slipsPerBundle < slips; bundle++)
      yield {
        name: pdfName(filing.form, bundle),
        source: renderer.render(facts, upTo(rest, renderer.slipsPerBundle)),
      }
    await rest.return(undefined)
  }

  const again = async (run: JobRun, { organizationId, _id }: FilingRow, at: FilingCursor): Promise<FilingCursor> => {
    const { after, ...rest } = at
    const next: FilingCursor = { ...rest, phase: 'numbers', done: at.payees * 2 - at.slips, withoutNumber: 0, parts: 0 }
    await run.step(stepOf(next), () => files.doomGroup(organizationId, _id))
    return next
  }

  return async (run: JobRun, filing: FilingRow, company: Company, at: FilingCursor): Promise<FilingCursor> => {
    const { organizationId, _id: filingId } = filing
    const parts = await files.partsOf(organizationId, filingId)
    if (parts.length !== at.parts) return again(run, filing, at)
    const file = await files.write(
      organizationId,
      { kind: 'filing', group: filingId },
      archive(entries({ filing, company, parts }, at.slips), { madeAt: filing.createdAt }),
    )
    const partIds = parts.map(({ _id }) => _id)
    try {
      await run.succeed(async () => {
        // Fewer means that a disposal was quicker: what was read of them must not come to stay.
        if ((await files.doom(organizationId, partIds)) !== partIds.length) throw partsGone()
        await files.attach([file])
        const { slips, withoutNumber } = at
        const ends = endsOf(file, await organizations.bothClocks(run.caller))
        await filings.ready(organizationId, filingId, { fileId: file._id, ...ends, counts: { slips, withoutNumber } })
        await outbox.event(run.caller, 'payment_records.ready', { filingId, companyId: filing.companyId })
      })
    } catch (error) {
      await files.discard(file)
      throw error
    }
    // Late or lost, the sweeps do these.
    await files.markLive(file)
    await files.destroy(organizationId, partIds)
    return { ...at, phase: 'done' }
  }
}
