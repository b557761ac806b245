import { connect, createServer, type Socket } from 'node:net'
import { mongo } from 'mongoose'

/**
 * A door in front of the real MongoDB that understands what is asked (OP_MSG, without compression), so that a process can be
 * stopped at a named step of its work without a hook in it: a command is held before the server gets it, or its answer is
 * held after the server has done it.
 */
export type Command = {
  /** `insert`, `update`, `delete`, `find`, `commitTransaction` … */
  name: string
  collection: string
  database: string
  /** With `documents`, `updates` and `deletes` where they are. */
  body: mongo.Document
  /** What its transaction has done before, as `insert numbers`; empty outside a transaction. */
  before: readonly string[]
}
export type Step = { when: 'before' | 'after'; is: (command: Command) => boolean }
type Trap = Step & { reached: () => void }

const headerBytes = 16
const opMsg = 2013

/** Whole messages out of a stream of bytes: the first four bytes of each are its length. */
const createFramer = (onFrame: (frame: Buffer) => void) => {
  let rest = Buffer.alloc(0)
  return (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= headerBytes && rest.length >= rest.readInt32LE(0)) {
      const frame = rest.subarray(0, rest.readInt32LE(0))
      rest = rest.subarray(frame.length)
      onFrame(frame)
    }
  }
}

const bodyOf = (frame: Buffer): mongo.Document | undefined => {
  if (frame.readInt32LE(12) !== opMsg) return undefined
  const hasChecksum = (frame.readUInt32LE(headerBytes) & 1) === 1
  const end = frame.length - (hasChecksum ? 4 : 0)
  const body: mongo.Document = {}
  for (let at = headerBytes + 4; at < end; ) {
    const kind = frame[at]
    const size = frame.readInt32LE(at + 1)
    const section = frame.subarray(at + 1, at + 1 + size)
    at += 1 + size
    if (kind === 0) Object.assign(body, mongo.BSON.deserialize(section))
    else {
      const nameEnd = section.indexOf(0, 4)
      const documents: mongo.Document[] = []
      for (let from = nameEnd + 1; from < size; from += section.readInt32LE(from))
        documents.push(mongo.BSON.deserialize(section.subarray(from, from + section.readInt32LE(from))))
      body[section.toString('utf8', 4, nameEnd)] = documents
    }
  }
  return body
}

export const startMongoProxy = async (mongodbUrl: string) => {
  const real = new URL(mongodbUrl)
  const sockets = new Set<Socket>()
  const transactions = new Map<string, string[]>()
  let trap: Trap | undefined

  const commandOf = (body: mongo.Document): Command => {
    const [name = '', collection] = Object.entries(body)[0] ?? []
    const key = body.autocommit === false ? `${body.lsid?.id?.toString('hex')} ${body.txnNumber}` : undefined
    const before = key === undefined ? [] : (transactions.get(key) ?? [])
    if (key !== undefined) transactions.set(key, [...before, `${name} ${collection}`])
    return { name, collection: String(collection), database: String(body.$db), body, before }
  }
  const spring = (command: Command): Trap | undefined => {
    const sprung = trap?.is(command) === true ? trap : undefined
    if (sprung !== undefined) trap = undefined
    return sprung
  }

  const server = createServer((inside) => {
    const outside = connect(Number(real.port), real.hostname)
    let heldAnswer: { to: number; trap: Trap } | undefined
    let isHeld = false
    const toServer = createFramer((frame) => {
      const body = isHeld ? undefined : bodyOf(frame)
      const sprung = body === undefined ? undefined : spring(commandOf(body))
      if (sprung?.when === 'before') {
        isHeld = true
        sprung.reached()
      }
      if (sprung?.when === 'after') heldAnswer = { to: frame.readInt32LE(4), trap: sprung }
      if (!isHeld) outside.write(frame)
    })
    const toClient = createFramer((frame) => {
      if (heldAnswer?.to === frame.readInt32LE(8)) {
        isHeld = true
        heldAnswer.trap.reached()
        heldAnswer = undefined
      }
      if (!isHeld) inside.write(frame)
    })
    inside.on('data', toServer)
    outside.on('data', toClient)
    for (const socket of [inside, outside]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        inside.destroy()
        outside.destroy()
        sockets.delete(socket)
      })
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    /** Of this server alone: the driver would else go round the door to the address that the replica set names. */
    url: `mongodb://127.0.0.1:${address.port}/?directConnection=true`,
    /** Resolves when somebody has come to this step and stands there. The step holds for one command. */
    holdAt: (step: Step): Promise<void> =>
      new Promise((reached) => {
        trap = { ...step, reached }
      }),
    close: (): void => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
export type MongoProxy = Awaited<ReturnType<typeof startMongoProxy>>
