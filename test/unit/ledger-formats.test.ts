import { createHash, generateKeyPairSync } from 'node:crypto'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  openNote,
  originOf,
  readNote,
  readVerifierKey,
  signNote,
  toVerifierKey,
} from '../../src/core/ledger/checkpoint-note.ts'
import { type ExportLine, toExportLine } from '../../src/core/ledger/export-line.ts'
import {
  canonicalLeaf,
  commitment,
  commitTo,
  committedFields,
  fieldSalt,
  type Leaf,
  leafHash,
} from '../../src/core/ledger/leaf.ts'
import {
  consistencyPath,
  continues,
  emptyRoot,
  hashBytes,
  includes,
  inclusionPath,
  rootOf,
} from '../../src/core/ledger/merkle.ts'

const sha256 = (...parts: (string | Uint8Array)[]): Buffer =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part as string))))
    .digest()

const leaf: Leaf = {
  v: 1,
  id: 'ent_1',
  organizationId: 'org_1',
  at: '2026-11-25T00:00:00.000Z',
  recordedAt: '2026-11-25T00:00:00.001Z',
  line: 0,
  operation: 'view',
  functionName: 'マイナンバー閲覧',
  outcome: 'released',
  actor: { type: 'staff', id: 'stf_1' },
  subjectId: 'sub_1',
  requestId: 'r1',
  assurance: 'host',
  commitments: { subjectName: 'c' },
}

describe('a leaf', () => {
  it('is written by RFC 8785: members in order, nothing between them', () => {
    expect(canonicalLeaf(leaf)).toBe(
      '{"actor":{"id":"stf_1","type":"staff"},"assurance":"host","at":"2026-11-25T00:00:00.000Z",' +
        '"commitments":{"subjectName":"c"},"functionName":"マイナンバー閲覧","id":"ent_1","line":0,' +
        '"operation":"view","organizationId":"org_1","outcome":"released","recordedAt":"2026-11-25T00:00:00.001Z",' +
        '"requestId":"r1","subjectId":"sub_1","v":1}',
    )
  })

  it('is hashed with the prefix that tells a leaf from a node (RFC 6962 § 2.1)', () => {
    const text = canonicalLeaf(leaf)
    expect(leafHash(text)).toEqual(sha256(Buffer.from([0]), text))
  })

  it.each([
    ['undefined', { jobId: undefined }],
    ['null', { jobId: null }],
    ['NaN', { line: Number.NaN }],
    ['an infinite number', { line: Number.POSITIVE_INFINITY }],
    ['a fraction', { line: 0.5 }],
    ['half of a surrogate pair', { place: '\ud842' }],
    ['a Map', { commitments: new Map() }],
    ['a Date', { at: new Date(0) }],
    ['a list', { actor: ['staff'] }],
    ['false', { tampered: false }],
  ])('is refused with %s, which canonical JSON would drop or bend', (_what, fault) => {
    expect(() => canonicalLeaf({ ...leaf, ...fault } as unknown as Leaf)).toThrow('cannot be written down')
  })
})

/** Any text that UTF-8 can hold, rich in what JSON escapes and in what lies beyond the first plane. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      '\0',
      '\b',
      '\t',
      '\n',
      '\u001f',
      '"',
      '\\',
      '/',
      '\u007f',
      '\u2028',
      '\ufeff',
      '\ufffd',
      '𠮷',
      '😀',
    ),
  ),
  maxLength: 12,
})
const halves = fc.constantFrom('\ud842', '\udfb7')
const anyLeaf = fc.record(
  {
    v: fc.constant(1 as const),
    id: anyText,
    organizationId: anyText,
    at: anyText,
    recordedAt: anyText,
    line: fc.maxSafeInteger(),
    operation: anyText,
    functionName: anyText,
    outcome: anyText,
    actor: fc.record({ type: anyText, id: anyText }, { requiredKeys: ['type'], noNullPrototype: true }),
    subjectId: anyText,
    companyId: anyText,
    purpose: anyText,
    use: anyText,
    refusal: anyText,
    requestId: anyText,
    clientId: anyText,
    network: anyText,
    place: anyText,
    assurance: anyText,
    jobId: anyText,
    tampered: fc.constant(true as const),
    commitments: fc.record(Object.fromEntries(committedFields.map((field) => [field, anyText])), {
      requiredKeys: [],
      noNullPrototype: true,
    }),
  },
  {
    noNullPrototype: true,
    requiredKeys: [
      'v',
      ...['id', 'organizationId', 'at', 'recordedAt', 'line', 'operation', 'functionName', 'outcome', 'actor'],
      ...['requestId', 'assurance', 'commitments'],
    ] as never,
  },
)
/** The same members, in another order. */
const shuffled = <T extends object>(of: T): fc.Arbitrary<T> => {
  const members = Object.entries(of)
  return fc
    .shuffledSubarray(members, { minLength: members.length })
    .map((some) => Object.fromEntries(some) as unknown as T)
}

describe('a leaf of whatever text and members', () => {
  it('has the bytes that another writer of RFC 8785 gives, in whatever order its members come', () => {
    const cases = anyLeaf.chain((whole) =>
      fc.tuple(fc.constant(whole), shuffled(whole), shuffled(whole.commitments), shuffled(whole.actor)),
    )
    fc.assert(
      fc.property(cases, ([whole, mixed, commitments, actor]) => {
        const expected = canonicalize(whole)
        const sorted = JSON.parse(expected ?? '') as Leaf
        for (const one of [whole, mixed, { ...sorted, commitments }, { ...sorted, actor }, sorted])
          expect(canonicalLeaf(one as Leaf)).toBe(expected)
        expect(sorted).toEqual(whole)
      }),
    )
  })

  it('is refused with half of a surrogate pair anywhere: in a text or a name', () => {
    fc.assert(
      fc.property(anyLeaf, anyText, halves, anyText, (whole, before, half, after) => {
        // A high half before a low one would be a pair.
        const broken = `${before} ${half} ${after}`
        for (const fault of [
          { place: broken },
          { actor: { type: broken } },
          { commitments: { subjectName: broken } },
          { commitments: { [broken]: 'c' } },
          { [broken]: 'c' },
        ])
          expect(() => canonicalLeaf({ ...whole, ...fault } as unknown as Leaf)).toThrow('cannot be written down')
      }),
    )
  })
})

describe('a commitment', () => {
  const salt = Buffer.alloc(32, 7)
  it('is the hash of salt and value, with a salt of its own for each field', () => {
    const own = fieldSalt(salt, 'subjectName')
    expect(own).toHaveLength(16)
    expect(commitTo(salt, { subjectName: '東野二郎', subjectKana: '東野二郎' })).toEqual({
      subjectName: sha256(own, '東野二郎').toString('base64url'),
      subjectKana: commitment(fieldSalt(salt, 'subjectKana'), '東野二郎'),
    })
    expect(fieldSalt(salt, 'subjectKana')).not.toEqual(own)
  })

  it('can be checked with what an export shows, and opens no other', () => {
    const values = { subjectName: '東野二郎', subjectCode: 'J0013' }
    const text = canonicalLeaf({ ...leaf, commitments: commitTo(salt, values) })
    const line = JSON.parse(
      toExportLine({ index: 4, leaf: text, leafHash: leafHash(text), opened: { salt, values } }),
    ) as ExportLine
    expect(Object.keys(line)).toEqual(['index', 'leaf', 'leafHash', 'values'])
    expect(line).toMatchObject({ index: 4, leaf: text, leafHash: leafHash(text).toString('base64url') })
    const { commitments } = JSON.parse(line.leaf) as Leaf
    for (const [field, shown] of Object.entries(line.values))
      expect(sha256(Buffer.from(shown.salt, 'base64url'), shown.value).toString('base64url')).toBe(
        commitments[field as keyof typeof commitments],
      )
    expect(JSON.parse(toExportLine({ leaf: text, leafHash: leafHash(text) }))).toMatchObject({
      index: null,
      values: {},
    })
  })
})

const leaves = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, i) => sha256(Buffer.from([0]), `leaf ${i}`)))
const upTo = (all: Buffer, size: number): Buffer => rootOf(all.subarray(0, size * hashBytes))
const subtreeOf = (all: Buffer) => async (from: number, to: number) =>
  rootOf(all.subarray(from * hashBytes, to * hashBytes))

describe('the tree of RFC 6962', () => {
  it('has the roots that the RFC’s reference implementation gives', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    const all = Buffer.concat(inputs.map((input) => sha256(Buffer.from([0]), Buffer.from(input, 'hex'))))
    expect(emptyRoot.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    const roots = [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]
    expect(roots.map((_, i) => upTo(all, i + 1).toString('hex'))).toEqual(roots)
  })

  it('proves each leaf in each tree, and no other leaf or place', async () => {
    const all = leaves(70)
    for (let size = 1; size <= 70; size++)
      for (let index = 0; index < size; index++) {
        const own = all.subarray(index * hashBytes, (index + 1) * hashBytes)
        const path = await inclusionPath(subtreeOf(all), index, size)
        const root = upTo(all, size)
        expect(includes(own, index, size, path, root)).toBe(true)
        expect(includes(sha256('else'), index, size, path, root)).toBe(false)
        expect(includes(own, index, size, [...path, sha256('more')], root)).toBe(false)
        if (path.length > 0) expect(includes(own, index, size, path.slice(1), root)).toBe(false)
        if (size > 1) expect(includes(own, (index + 1) % size, size, path, root)).toBe(false)
      }
  })

  it('proves that each tree continues each older one, and no other', async () => {
    const all = leaves(70)
    for (let size = 1; size <= 70; size++)
      for (let old = 1; old <= size; old++) {
        const path = await consistencyPath(subtreeOf(all), old, size)
        const [before, after] = [
          { size: old, root: upTo(all, old) },
          { size, root: upTo(all, size) },
        ]
        expect(continues(before, after, path)).toBe(true)
        expect(continues({ ...before, root: sha256('else') }, after, path)).toBe(false)
        expect(continues(before, { ...after, root: sha256('else') }, path)).toBe(false)
        expect(continues(before, after, [...path, sha256('more')])).toBe(false)
        if (path.length > 0) expect(continues(before, after, path.slice(1))).toBe(false)
      }
  })
})

describe('a checkpoint', () => {
  const keyPair = () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    return { privateKey, publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url') }
  }
  const name = originOf('org_1')
  const signer = { name, ...keyPair() }
  const checkpoint = { origin: name, size: 3, root: sha256('root') }
  const verifierOf = (key: { name: string; publicKey: Buffer }) => {
    const verifier = readVerifierKey(toVerifierKey(key.name, key.publicKey))
    if (verifier === undefined) throw new Error('no key')
    return verifier
  }

  it('is a signed note of origin, size and root', () => {
    const note = signNote(checkpoint, signer)
    expect(note).toMatch(/^azukari\/org_1\n3\n[A-Za-z0-9+/]{43}=\n\n— azukari\/org_1 [A-Za-z0-9+/=]+\n$/)
    expect(readNote(note)).toMatchObject(checkpoint)
    expect(openNote(note, [verifierOf(signer)])).toEqual({ ...checkpoint, keyId: verifierOf(signer).keyId })
  })

  it('opens under the key that signed it alone', () => {
    const note = signNote(checkpoint, signer)
    const other = { name, ...keyPair() }
    expect(openNote(note, [verifierOf(other)])).toBeUndefined()
    expect(openNote(note, [verifierOf({ ...signer, name: 'azukari/org_2' })])).toBeUndefined()
    expect(openNote(note, [verifierOf(other), verifierOf(signer)])).toMatchObject(checkpoint)
  })

  it('does not open with a character changed anywhere', () => {
    const note = signNote(checkpoint, signer)
    fc.assert(
      fc.property(fc.nat(note.length - 2), fc.constantFrom('A', '1', '\n', ' '), (place, character) => {
        const bent = note.slice(0, place) + character + note.slice(place + 1)
        // The last bits of base64 can be written in more ways than one.
        if (bent !== note && place < note.indexOf('—')) expect(openNote(bent, [verifierOf(signer)])).toBeUndefined()
      }),
    )
  })

  it.each(['', 'azukari/org_1', 'azukari/org_1+00000000+AAAA', `${toVerifierKey('a', Buffer.alloc(32, 1))}A`])(
    'has no key %j',
    (line) => {
      expect(readVerifierKey(line)).toBeUndefined()
    },
  )
})
