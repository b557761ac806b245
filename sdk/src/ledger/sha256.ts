/**
 * SHA-256 (FIPS 180-4), at once and in every runtime. WebCrypto's answers only later: at a dozen small hashes an entry, a
 * ledger of a million would wait for twelve million promises.
 */
const primes = (count: number): number[] => {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n)
  return found
}
/** The first 32 bits of the fraction. Doubles give cube and square roots of these primes exactly enough: the tests compare. */
const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0
const roundConstants = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)))
const start = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)))

const state = new Int32Array(8)
const words = new Int32Array(64)
const tail = new Uint8Array(128)
const tailView = new DataView(tail.buffer)

/** Sixty-four bytes of the message. Typed arrays of fixed size: no index below is ever outside. */
const compress = (bytes: Uint8Array, from: number): void => {
  for (let i = 0, at = from; i < 16; i++, at += 4)
    words[i] =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)
  for (let i = 16; i < 64; i++) {
    const [x, y] = [words[i - 15] as number, words[i - 2] as number]
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    words[i] = ((words[i - 16] as number) + s0 + (words[i - 7] as number) + s1) | 0
  }
  let a = state[0] as number
  let b = state[1] as number
  let c = state[2] as number
  let d = state[3] as number
  let e = state[4] as number
  let f = state[5] as number
  let g = state[6] as number
  let h = state[7] as number
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (roundConstants[i] as number) + (words[i] as number)) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] = (state[0] as number) + a
  state[1] = (state[1] as number) + b
  state[2] = (state[2] as number) + c
  state[3] = (state[3] as number) + d
  state[4] = (state[4] as number) + e
  state[5] = (state[5] as number) + f
  state[6] = (state[6] as number) + g
  state[7] = (state[7] as number) + h
}

export const sha256 = (message: Uint8Array): Uint8Array<ArrayBuffer> => {
  const { length } = message
  state.set(start)
  const whole = length - (length % 64)
  for (let at = 0; at < whole; at += 64) compress(message, at)
  const rest = length - whole
  const end = rest < 56 ? 64 : 128
  tail.fill(0)
  for (let i = 0; i < rest; i++) tail[i] = message[whole + i] as number
  tail[rest] = 0x80
  tailView.setUint32(end - 8, Math.floor(length / 2 ** 29))
  tailView.setUint32(end - 4, (length << 3) >>> 0)
  compress(tail, 0)
  if (end === 128) compress(tail, 64)
  const digest = new Uint8Array(32)
  for (let i = 0; i < 32; i++) digest[i] = (state[i >> 2] as number) >>> (24 - (i & 3) * 8)
  return digest
}
