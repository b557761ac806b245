import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { createRecipientsStore, type RecipientKind, type RecipientRow } from './recipients.store.ts'

export type Recipient = { id: string; name: string; kind: RecipientKind; createdAt: Date }

type Deps = { db: Database; keys: Keys; ledger: Ledger; clock: Clock }

/** 提供先・委託先: a file goes to somebody named, or nowhere. */
export const createRecipients = ({ db, keys, ledger, clock }: Deps) => {
  const store = createRecipientsStore(db)

  const opener = async (organizationId: string): Promise<(row: RecipientRow) => Recipient> => {
    const cipher = await keys.fields.for(organizationId)
    return ({ _id, kind, name, createdAt }) => ({ id: _id, kind, name: cipher.open(_id, 'name', name), createdAt })
  }

  const create = async (caller: Caller, input: { name: string; kind: RecipientKind }): Promise<Recipient> => {
    const { organizationId } = caller
    const id = newId('recipient')
    const name = (await keys.fields.for(organizationId)).seal(id, 'name', input.name)
    const row: RecipientRow = { _id: id, organizationId, kind: input.kind, name, createdAt: clock.now() }
    const open = await opener(organizationId)
    const entries = await ledger.prepare(caller, [
      { operation: 'organization', functionName: '提供先の登録', outcome: 'done' },
    ])
    return commit(db, caller, async () => {
      await store.insert(row)
      await ledger.append(entries)
      return open(row)
    })
  }

  const get = async (caller: Caller, id: string): Promise<Recipient> => {
    const row = await store.find(caller.organizationId, id)
    if (row === null) throw notFound('recipient')
    return (await opener(caller.organizationId))(row)
  }

  const list = async (caller: Caller, page: PageRequest): Promise<Page<Recipient>> => {
    const { organizationId } = caller
    const rows = await store.list(organizationId, readCursor(page.after, ['string']), page.limit + 1)
    const cut = cutPage(rows, page.limit, (row) => [row._id])
    return {
      ...cut,
      rows: cut.rows.map(await opener(organizationId)),
      ...(page.total === true ? { total: shownTotal(await store.count(organizationId)) } : {}),
    }
  }

  return { create, get, list }
}
export type Recipients = ReturnType<typeof createRecipients>
