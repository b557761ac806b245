import { MongoBinary } from 'mongodb-memory-server-core'

/** Downloads the newest mongod that mongodb-memory-server knows for this machine into the folder it is given. */
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('a folder is needed')

try {
  await MongoBinary.getPath({ downloadDir: folder, systemBinary: '' })
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  console.error(message.replaceAll(/\s*\n\s*/g, ' '))
  process.exit(1)
}
