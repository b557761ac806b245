import { describe, expect, it } from 'vitest'
import { type Frame, readFrames, writeFrames } from '../../src/core/payments/filing-parts.ts'
import type { Slip } from '../../src/core/payments/payments.rules.ts'

const slip = (key: string): Slip => ({
  key,
  companyAddress: '東京都',
  companyName: '株式会社',
  year: 2026,
  payee: { address: '横浜市', abroad: false, name: '山田　花子' },
  lines: [{ kind: '原稿料', detail: '', amount: 1, unpaid: 0, withheld: 0, withheldUnpaid: 0 }],
  remarks: '',
  correction: false,
})

const cut = async function* (bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Uint8Array.from(bytes.subarray(at, at + size))
}

describe('the parts of a filing', () => {
  it.each([1, 7, 64, 100_000])(
    'are read back frame by frame, however the bytes are cut (%i at a time)',
    async (size) => {
      const digits = Uint8Array.from([0x31, 0x32, 0x33])
      const frames: Frame[] = [{ digits }, { slip: slip('a'), digits }, { slip: slip('b'), digits: undefined }]
      const found: Frame[] = []
      for await (const frame of readFrames(cut(writeFrames(frames), size)))
        found.push(frame.digits === undefined ? frame : { ...frame, digits: Uint8Array.from(frame.digits) })
      expect(found).toEqual(frames)
    },
  )
})
