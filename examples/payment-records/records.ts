import type { Azukari, Job, PaymentRequest } from '@azukari/sdk'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js'

/** 支払調書: what was paid goes in, the statutory CSV and the slips for the tax office come out, and a copy for the payee. */
export const pay = async (azukari: Azukari, payments: readonly PaymentRequest[]): Promise<void> => {
  for (const payment of payments) await azukari.payments.create(payment)
}

export const file309 = async (azukari: Azukari, companyId: string, year: number, onProgress: (job: Job) => void) => {
  const { id, jobId } = await azukari.filings.create({ companyId, form: '309', year })
  await azukari.jobs.wait(jobId, { onProgress })
  const filing = await azukari.filings.get(id)
  const archive = await (await azukari.filings.downloadPackage(id)).bytes()
  return { filing, files: await unzip(archive) }
}

const unzip = async (archive: Uint8Array): Promise<Map<string, Uint8Array>> => {
  const reader = new ZipReader(new Uint8ArrayReader(archive))
  const files = new Map<string, Uint8Array>()
  for (const entry of await reader.getEntries())
    if (!entry.directory) files.set(entry.filename, await entry.getData(new Uint8ArrayWriter()))
  await reader.close()
  return files
}

/** The payee's copy carries no number; the code that makes it cannot reach the vault. */
export const payeeCopyOf = async (azukari: Azukari, filingId: string, subjectId: string): Promise<Uint8Array> => {
  for await (const record of azukari.paymentRecords.list({ filingId }))
    if (record.subjectId === subjectId) return (await azukari.paymentRecords.downloadPayeeCopy(record.id)).bytes()
  throw new Error('This payee has no record in the filing.')
}
