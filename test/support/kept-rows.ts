import { mongo } from 'mongoose'

type Row = mongo.Document & { _id: string }
/** `inPlace`: rows that somebody reads all the while are written over, never gone for a moment. */
export type Place = { collection: mongo.Collection<Row>; filter: mongo.Filter<Row>; inPlace?: boolean }

const bytesOf = (row: Row): string => Buffer.from(mongo.BSON.serialize(row)).toString('latin1')

/** Remembers what lies in these places. The function that it gives puts back what was changed since, and touches nothing else. */
export const keepRows = async (places: readonly Place[]): Promise<() => Promise<void>> => {
  const kept = await Promise.all(
    places.map(async (place) => {
      const rows = await place.collection.find(place.filter).toArray()
      return { ...place, rows: rows.map((row) => ({ row, bytes: bytesOf(row) })) }
    }),
  )
  return async () => {
    for (const { collection, filter, inPlace, rows } of kept) {
      const there = new Map((await collection.find(filter).toArray()).map((row) => [row._id, bytesOf(row)]))
      const changed = rows.filter(({ row, bytes }) => there.get(row._id) !== bytes).map(({ row }) => row)
      const known = new Set(rows.map(({ row }) => row._id))
      const ids = changed.map(({ _id }) => _id)
      const strange = [...there.keys()].filter((id) => !known.has(id))
      // Unique indexes: what took another's place goes before that one comes back.
      await collection.deleteMany({ _id: { $in: inPlace ? strange : [...strange, ...ids] } })
      if (inPlace) for (const row of changed) await collection.replaceOne({ _id: row._id }, row, { upsert: true })
      else if (changed.length > 0) await collection.insertMany(changed)
    }
  }
}
