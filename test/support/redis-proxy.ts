import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A door in front of the real Redis that can be shut (connections break) or jammed (nothing answers, nothing breaks). */
export const startRedisProxy = async (redisUrl: string) => {
  const real = new URL(redisUrl)
  const pairs = new Set<[Socket, Socket]>()
  let isOpen = true
  let jammed = false
  const server = createServer((inside) => {
    if (!isOpen) return inside.destroy()
    const outside = connect(Number(real.port), real.hostname)
    const pair: [Socket, Socket] = [inside, outside]
    pairs.add(pair)
    inside.pipe(outside).pipe(inside)
    if (jammed) for (const socket of pair) socket.pause()
    for (const socket of pair) {
      socket.on('error', () => undefined)
      socket.on('close', () => {
        for (const each of pair) each.destroy()
        pairs.delete(pair)
      })
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const shut = (): void => {
    isOpen = false
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }
  onTestFinished(() => {
    shut()
    server.close()
  })
  return {
    url: `redis://127.0.0.1:${address.port}`,
    shut,
    open: (): void => {
      isOpen = true
    },
    jam: (): void => {
      jammed = true
      for (const pair of pairs) for (const socket of pair) socket.pause()
    },
    free: (): void => {
      jammed = false
      for (const pair of pairs) for (const socket of pair) socket.resume()
    },
  }
}
