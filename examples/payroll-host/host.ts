import type { Azukari, Import, Job, NumberRow, PurposeCode } from '@azukari/sdk'

/** What a payroll vendor embeds: roster in, numbers registered and checked, the list on screen, a file for payroll out. */
export type Progress = (job: Job) => void

/** The dry run: says what the file would do, and every bad row by line and column. Writes nothing. */
export const checkRoster = async (azukari: Azukari, companyId: string, csv: Uint8Array, onProgress: Progress) => {
  const { id, jobId } = await azukari.imports.create(csv, { kind: 'roster', companyId, fileName: 'roster.csv' })
  await azukari.jobs.wait(jobId, { onProgress })
  const checked = await azukari.imports.get(id)
  return { checked, problems: await azukari.imports.listProblems(id).toArray({ limit: 1000 }) }
}

/** Applies what the dry run showed. Doing it twice changes nothing. */
export const applyRoster = async (azukari: Azukari, checked: Import, onProgress: Progress): Promise<Import> => {
  const { jobId } = await azukari.imports.apply(checked.id)
  await azukari.jobs.wait(jobId, { onProgress })
  return azukari.imports.get(checked.id)
}

/** 代理登録 for everybody who has no number yet; `numberOf` is where the clerk types. */
export const registerByProxy = async (
  azukari: Azukari,
  rows: readonly NumberRow[],
  numberOf: (row: NumberRow) => string | undefined,
): Promise<number> => {
  let registered = 0
  for (const row of rows) {
    const number = numberOf(row)
    if (row.numberState !== 'none' || number === undefined) continue
    await azukari.numbers.register(row.subjectId, { number })
    registered += 1
  }
  return registered
}

/** 管理者番号確認 of every version that nobody has checked. */
export const checkAll = async (azukari: Azukari): Promise<number> => {
  let checked = 0
  for await (const row of azukari.numbers.list({ numberState: 'registered' })) {
    if (row.versionId === undefined || row.staffCheckedAt !== undefined) continue
    await azukari.numbers.check(row.subjectId, { versionId: row.versionId })
    checked += 1
  }
  return checked
}

/** A row of the admin list as the customers know it. */
export const toScreen = (row: NumberRow): string[] => [
  row.selfCheckedAt === undefined ? '' : '済',
  row.staffCheckedAt === undefined ? '' : '済',
  row.department?.code ?? '',
  row.department?.name ?? '',
  row.code ?? '',
  row.name,
  row.issuedOn?.replaceAll('-', '/') ?? '',
  row.masked ?? '未登録',
  row.relationship === undefined ? '' : `続柄：${row.relationship}`,
]

/** CSV出力: a job, then one download. */
export const exportPayroll = async (
  azukari: Azukari,
  request: { companyId: string; recipientId: string; purpose: PurposeCode },
  onProgress: Progress,
) => {
  const { id, jobId } = await azukari.exports.create({ ...request, format: 'payroll-7' })
  await azukari.jobs.wait(jobId, { onProgress })
  const ready = await azukari.exports.get(id)
  return { ready, file: await (await azukari.exports.download(id)).bytes() }
}
