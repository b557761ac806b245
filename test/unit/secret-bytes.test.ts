import { describe, expect, it } from 'vitest'
import { release, secretBytes } from '../../src/core/shared/secret-bytes.ts'

describe('bytes that nobody uses any more', () => {
  it('give their memory back at once, where it is all theirs', () => {
    const before = process.memoryUsage().arrayBuffers
    const bytes = secretBytes(8 * 1024 * 1024)
    expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(7 * 1024 * 1024)
    release(bytes)
    expect(bytes.length).toBe(0)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024)
    release(bytes)
  })

  it('are zeroed and stay, where others lie in the same memory', () => {
    const block = Buffer.alloc(16, 7)
    const slice = block.subarray(4, 8)
    release(slice)
    expect([...block]).toEqual([7, 7, 7, 7, 0, 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7])
  })
})
