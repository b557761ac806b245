import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { encryptAnswer, encryptAnswerStream } from '../../src/core/keys/answer-jwe.ts'
import { type CurveName, curveNames, curves, thumbprintOf } from '../../src/core/keys/transport-curves.ts'

const newKey = (curve: CurveName) => {
  const { privateKey, publicKey } = curves[curve].generate()
  const jwk = curves[curve].members(publicKey.export({ format: 'jwk' }))
  if (jwk === undefined) throw new Error('no key')
  return { privateKey, key: { kid: thumbprintOf(jwk), jwk } }
}

describe.each(curveNames)('an answer to a key of %s', (curve) => {
  const { privateKey, key } = newKey(curve)

  it('is a compact JWE that jose opens, and so is a file however it is cut; the chunks that went in are wiped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 }), async (cut) => {
        const whole = Buffer.concat(cut)
        const chunks = cut.filter(({ length }) => length > 0).map((part) => Buffer.from(part))
        const file = await text(Readable.from(chunks).pipe(encryptAnswerStream(key, 'text/csv')))
        for (const jwe of [encryptAnswer(key, whole), file]) {
          const { plaintext, protectedHeader } = await compactDecrypt(jwe, privateKey)
          expect(Buffer.from(plaintext).equals(whole)).toBe(true)
          expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: key.kid })
        }
        expect(chunks.every((chunk) => chunk.every((byte) => byte === 0))).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('differs each time', () => {
    expect(encryptAnswer(key, Buffer.from('x'))).not.toBe(encryptAnswer(key, Buffer.from('x')))
  })
})
