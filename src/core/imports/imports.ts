import type { Jobs } from '../jobs/jobs.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Caller } from '../shared/caller.ts'
import { commit } from '../shared/commit.ts'
import { mustCoverWhole } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError, notFound, type Place } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { createImportJobs, type ImportJobDeps } from './import-jobs.ts'
import { createImportsStore, type ImportRow } from './imports.store.ts'
import { limitedUpload } from './upload.ts'

export type { ImportCounts, ImportState } from './imports.store.ts'
export type { FileEncoding, RosterFormat, RosterItem, RosterProblem, RosterReader, RosterRow } from './roster-format.ts'

export type Import = Omit<ImportRow, 'fileName' | 'fileId'> & { fileName?: string }

/** A roster holds everybody of the company. */
const rosterKinds = ['employee', 'dependent'] as const

const importTouch = (functionName: string) => ({ operation: 'import', functionName, outcome: 'done' }) as const

type Deps = Omit<ImportJobDeps, 'store'> & { db: Database; jobs: Jobs; ledger: Ledger }

/** 取込, in two steps: the dry run reports and writes nothing; the application writes what was shown. */
export const createImports = (deps: Deps) => {
  const { db, keys, files, jobs, ledger, organizations, clock } = deps
  const store = createImportsStore(db)

  const opener = async (organizationId: string): Promise<(row: ImportRow) => Import> => {
    const cipher = await keys.fields.for(organizationId)
    return ({ fileName, fileId, ...row }) => ({
      ...row,
      ...(fileName === undefined ? {} : { fileName: cipher.open(row._id, 'fileName', fileName) }),
    })
  }

  /** Straight into a sealed file, whatever it turns out to be: never in clear, and a week at most. */
  const create = async (
    caller: Caller,
    input: { kind: 'roster'; companyId: string; fileName?: string },
    upload: AsyncIterable<Uint8Array>,
  ): Promise<Import> => {
    const { organizationId } = caller
    await organizations.getCompany(caller, input.companyId)
    mustCoverWhole(caller, { companyId: input.companyId, kinds: rosterKinds })
    const id = newId('import')
    const cipher = await keys.fields.for(organizationId)
    const open = await opener(organizationId)
    const file = await files.write(organizationId, { kind: 'import' }, limitedUpload(upload))
    const entries = await ledger.prepare(caller, [importTouch('社員名簿の確認')])
    const created = await commit(db, caller, async () => {
      await files.attach([file])
      await ledger.append(entries)
      const row: ImportRow = {
        _id: id,
        organizationId,
        kind: input.kind,
        companyId: input.companyId,
        state: 'checking',
        jobId: await jobs.start(caller, 'import_check', { importId: id }),
        fileId: file._id,
        createdAt: clock.now(),
        ...defined({
          fileName: input.fileName === undefined ? undefined : cipher.seal(id, 'fileName', input.fileName),
        }),
      }
      await store.insert(row)
      return open(row)
    })
    await files.markLive(file)
    return created
  }

  const find = async (caller: Caller, id: string): Promise<ImportRow> => {
    const row = await store.find(caller.organizationId, id)
    if (row === null) throw notFound('import')
    mustCoverWhole(caller, { companyId: row.companyId, kinds: rosterKinds })
    return row
  }

  const get = async (caller: Caller, id: string): Promise<Import> =>
    (await opener(caller.organizationId))(await find(caller, id))

  const list = async (caller: Caller, page: PageRequest): Promise<Page<Import>> => {
    const { organizationId } = caller
    const rows = await store.list(organizationId, readCursor(page.after, ['string']), page.limit + 1)
    const cut = cutPage(rows, page.limit, (row) => [row._id])
    return {
      ...cut,
      rows: cut.rows.map(await opener(organizationId)),
      ...(page.total === true ? { total: shownTotal(await store.count(organizationId)) } : {}),
    }
  }

  /** Every bad line and column, in the order of the file; warnings (警告) among them, which stop nothing and say so. */
  const problems = async (caller: Caller, id: string, page: PageRequest): Promise<Page<Place>> => {
    await find(caller, id)
    const rows = await store.problems(caller.organizationId, id, readCursor(page.after, ['number']), page.limit + 1)
    const cut = cutPage(rows, page.limit, (row) => [row.seq])
    return {
      ...cut,
      rows: cut.rows.map(({ line, column, code, detail, severity }) => ({
        line,
        code,
        detail: severity === 'warning' ? `警告：${detail}` : detail,
        ...defined({ column }),
      })),
      ...(page.total === true ? { total: shownTotal(await store.countProblems(caller.organizationId, id)) } : {}),
    }
  }

  const mustBeApplicable = ({ state, counts }: ImportRow): void => {
    if (state === 'checking') throw new AppError('not_ready', 'The dry run is still going on: see the job.')
    if (state !== 'checked') throw new AppError('conflict', 'This import was applied already, or has failed.')
    if (counts === undefined || counts.errors > 0)
      throw new AppError('invalid_file', 'The file has errors: see its problems, mend it and upload it again.')
  }

  const apply = async (caller: Caller, id: string): Promise<Import> => {
    const { organizationId } = caller
    const row = await find(caller, id)
    mustBeApplicable(row)
    const still = await files.read(organizationId, row.fileId).catch(() => {
      throw new AppError('expired', 'The uploaded file has expired: upload it again.')
    })
    still.destroy()
    // A roster holds no numbers, so one entry for the act is enough: who applied which file, before its first chunk.
    const entries = await ledger.prepare(caller, [importTouch('社員名簿取込')])
    const open = await opener(organizationId)
    return commit(db, caller, async () => {
      const jobId = await jobs.start(caller, 'import_apply', { importId: id })
      const applying = await store.move(organizationId, id, 'checked', { state: 'applying', jobId })
      if (applying === null) throw new AppError('conflict', 'Somebody else has begun to apply it.')
      await ledger.append(entries)
      return open(applying)
    })
  }

  return { roster: deps.roster, create, get, list, problems, apply, ...createImportJobs({ ...deps, store }) }
}
export type Imports = ReturnType<typeof createImports>
