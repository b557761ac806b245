import { type FieldCipher, formats, isOlderFormat, type Keys } from '../keys/keys.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { type SecretAtRest, secretsAtRest } from '../shared/secrets-at-rest.ts'
import type { Vault } from '../vault/vault.ts'
import { createProgressStore, type Progress } from './progress.store.ts'
import { createSealedFieldsStore, type SealedChange, type SealedRow } from './sealed-fields.store.ts'

export type Renewed = { area: string; renewed: number; done: boolean }

/** `last` is where the next page begins; absent on the last one. */
type Page = { last?: string; renewed: number }
type Area = { name: string; renewPage: (after: string, limit: number) => Promise<Page> }

const pageRows = 500

type Deps = {
  db: Database
  keys: Keys
  vault: Pick<Vault, 'renewNumbers'>
  clock: Clock
  onError: (error: unknown) => void
  secrets?: readonly SecretAtRest[]
}

/**
 * Re-encryption under a new format version: what was sealed in an older one (numbers, and every field of the table of secrets)
 * is written anew, page by page, while everything is in use. It takes up where it was stopped; several workers do it once; and
 * an area is done when a whole pass found nothing older, so that what a process of the last release wrote behind it is found
 * too. Files are not in it: those with digits live seven days at most.
 */
export const createRenewal = ({ db, keys, vault, clock, onError, secrets = secretsAtRest }: Deps) => {
  const progress = createProgressStore(db)
  const fields = createSealedFieldsStore(db)

  const changesOf = (cipher: FieldCipher, secret: SecretAtRest, row: SealedRow): SealedChange[] =>
    row.elements.flatMap(({ id, sealed }) => {
      if (!isOlderFormat(sealed)) return []
      const { boundName = secret.field } = secret
      const name = typeof boundName === 'string' ? boundName : boundName(id)
      try {
        return [{ id: row._id, from: sealed, to: cipher.seal(row._id, name, cipher.open(row._id, name, sealed)) }]
      } catch (error) {
        // One that cannot be read stays as it is, and is no reason to leave the others.
        onError(error)
        return []
      }
    })

  const areaOf = (secret: SecretAtRest): Area => ({
    name: `${secret.model}.${secret.field}`,
    renewPage: async (after, limit) => {
      const rows = await fields.page(secret, after, limit)
      let renewed = 0
      for (const [organizationId, own] of Map.groupBy(rows, (row) => row.organizationId)) {
        if (!own.some(({ elements }) => elements.some(({ sealed }) => isOlderFormat(sealed)))) continue
        const cipher = await keys.fields.for(organizationId)
        const changes = own.flatMap((row) => changesOf(cipher, secret, row))
        renewed += await fields.replace(secret, organizationId, changes)
      }
      const last = rows.at(-1)?._id
      return { renewed, ...(last === undefined || rows.length < limit ? {} : { last }) }
    },
  })

  const areas: readonly Area[] = [
    { name: 'NumberVersion.sealed', renewPage: vault.renewNumbers },
    ...secrets.filter(({ protection }) => protection === 'field_key').map(areaOf),
  ]

  const next = (at: Progress, { last, renewed }: Page): Omit<Progress, '_id'> => {
    const inPass = at.inPass + renewed
    const all = at.renewed + renewed
    if (last !== undefined) return { after: last, inPass, renewed: all }
    return { after: '', inPass: 0, renewed: all, ...(inPass === 0 ? { doneAt: clock.now() } : {}) }
  }

  const idOf = (area: Area): string => `format ${formats.current()} ${area.name}`

  /** One pass over an area, from where the last worker stopped; the next one begins with the next call. */
  const pass = async (area: Area): Promise<Renewed> => {
    let at = await progress.begin(idOf(area))
    while (at.doneAt === undefined) {
      const page = await area.renewPage(at.after, pageRows)
      const to = next(at, page)
      if (!(await progress.move(at, to))) break
      at = { _id: at._id, ...to }
      if (page.last === undefined) break
    }
    return { area: area.name, renewed: at.renewed, done: at.doneAt !== undefined }
  }

  const run = async (): Promise<Renewed[]> => {
    const results: Renewed[] = []
    for (const area of areas) results.push(await pass(area))
    return results
  }

  /** For the operator: from the beginning, until nothing older is left. */
  const again = async (): Promise<Renewed[]> => {
    for (const area of areas) await progress.restart(idOf(area))
    await run()
    return run()
  }

  return { run, again }
}
export type Renewal = ReturnType<typeof createRenewal>
