import { mongo } from 'mongoose'

/** A backup as an operator makes one: all documents of a database, as they are now. */
export const backUp = async (url: string, name: string) => {
  // As they lie there: no value is turned into another type on the way.
  const connect = () => new mongo.MongoClient(url, { promoteValues: false }).connect()
  const client = await connect()
  const copy = new Map<string, mongo.Document[]>()
  try {
    for (const { name: collection } of await client.db(name).listCollections({}, { nameOnly: true }).toArray())
      copy.set(collection, await client.db(name).collection(collection).find().toArray())
  } finally {
    await client.close()
  }
  return {
    /** Everything that was written since is gone. Collections and indexes stay. */
    putBack: async (): Promise<void> => {
      const again = await connect()
      try {
        for (const { name: collection } of await again.db(name).listCollections({}, { nameOnly: true }).toArray()) {
          const rows = again.db(name).collection(collection)
          await rows.deleteMany({})
          const documents = copy.get(collection) ?? []
          if (documents.length > 0) await rows.insertMany(documents)
        }
      } finally {
        await again.close()
      }
    },
  }
}
export type Backup = Awaited<ReturnType<typeof backUp>>
