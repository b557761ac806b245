import type { StoredBytes } from '../keys/keys.ts'
import type { Database } from '../shared/database.ts'

/** A field of sealed text, or (`list.field`) one in each element of a list. */
export type SealedField = { model: string; field: string }
export type SealedElement = { id: string; sealed: StoredBytes }
export type SealedRow = { _id: string; organizationId: string; elements: SealedElement[] }
export type SealedChange = { id: string; from: StoredBytes; to: Buffer }

type Stored = { _id: string; organizationId: string } & Record<string, unknown>

/** The sealed fields of the table of secrets, whichever feature they belong to. */
export const createSealedFieldsStore = (db: Database) => {
  const elementsOf = (row: Stored, field: string): SealedElement[] => {
    const [head = '', inner] = field.split('.')
    const value = row[head]
    if (value === undefined || value === null) return []
    if (inner === undefined) return [{ id: row._id, sealed: value as StoredBytes }]
    return (value as ({ id: string } & Record<string, StoredBytes>)[]).flatMap((element) => {
      const sealed = element[inner]
      return sealed === undefined ? [] : [{ id: element.id, sealed }]
    })
  }

  const page = async ({ model, field }: SealedField, after: string, limit: number): Promise<SealedRow[]> => {
    const [head = ''] = field.split('.')
    const rows = await db.mongoose
      .model<Stored>(model)
      .find({ _id: { $gt: after } }, { organizationId: 1, [head]: 1 })
      .setOptions({ across: 'renewal' })
      .sort({ _id: 1 })
      .limit(limit)
      .batchSize(limit)
      .lean<Stored[]>()
    return rows.map((row) => ({
      _id: row._id,
      organizationId: row.organizationId,
      elements: elementsOf(row, field),
    }))
  }

  /** Only where the bytes are still those that were read: whoever changed them meanwhile has written the current format. */
  const replace = async (
    { model, field }: SealedField,
    organizationId: string,
    changes: readonly SealedChange[],
  ): Promise<number> => {
    if (changes.length === 0) return 0
    const [head = '', inner] = field.split('.')
    const place = inner === undefined ? head : `${head}.$.${inner}`
    const result = await db.mongoose.model<Stored>(model).bulkWrite(
      changes.map(({ id, from, to }) => ({
        updateOne: { filter: { organizationId, _id: id, [field]: from }, update: { $set: { [place]: to } } },
      })),
      { ordered: false, timestamps: false },
    )
    return result.modifiedCount
  }

  return { page, replace }
}
export type SealedFieldsStore = ReturnType<typeof createSealedFieldsStore>
