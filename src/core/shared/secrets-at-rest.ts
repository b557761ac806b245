/**
 * Everything secret that is stored anywhere, in both databases, and how. A test walks every schema: a field of bytes, or with a
 * name that says secret, without a row here fails it; and after a life of the service it looks at what really lies there.
 *
 * - `dek`: AES-256-GCM under a key of its own, which is deleted with it.
 * - `field_key`: AES-256-GCM under the organization's field key, bound to organization, record and field.
 * - `wrapped`: AES-256-KW under the KEK, or wrapped by the KMS.
 * - `hash`: SHA-256 of 192 random bits or more: nothing to guess, so no slow hash and no key.
 * - `mark`: SHA-256 of something that is taken once, to know it again: nobody is let in by knowing it.
 * - `keyed_hash`: HMAC-SHA-256 under a key of the organization's own.
 * - `commitment`: SHA-256 of the value after 128 random bits, which are sealed in the same row and go with the value.
 * - `public`: made to be shown to everybody; it is here because its name or type looks otherwise.
 */
export const protections = [
  'dek',
  'field_key',
  'wrapped',
  'hash',
  'mark',
  'keyed_hash',
  'commitment',
  'public',
] as const
export type Protection = (typeof protections)[number]

export type SecretAtRest = {
  database: 'data' | 'keys'
  /** Of mongoose, or `blobs`, the files' bucket. */
  model: string
  field: string
  protection: Protection
  what: string
  /** Of `field_key`: the field's name in what the record is bound to; that of an element of a list comes from its id. */
  boundName?: string | ((elementId: string) => string)
}

const inData = <const T extends Omit<SecretAtRest, 'database'>>(row: T) => ({ database: 'data', ...row }) as const
const inKeys = <const T extends Omit<SecretAtRest, 'database'>>(row: T) => ({ database: 'keys', ...row }) as const
const sealed = <const M extends string, const F extends string>(
  model: M,
  field: F,
  what: string,
  boundName: NonNullable<SecretAtRest['boundName']> = field,
) => inData({ model, field, protection: 'field_key', what, boundName })

export const secretsAtRest: readonly SecretAtRest[] = [
  inData({ model: 'NumberVersion', field: 'sealed', protection: 'dek', what: '個人番号' }),
  inData({
    model: 'blobs',
    field: 'data',
    protection: 'dek',
    what: 'files: rosters, exports, filings, the ledger, in segments',
  }),

  sealed('NumberVersion', 'reason', 'why a number was corrected or reissued'),
  sealed('Subject', 'personal', 'name, kana, birth date, address, e-mail, telephone, relationship'),
  sealed('Staff', 'personal', 'name', 'name'),
  sealed('Staff', 'email', 'e-mail address'),
  sealed('Company', 'personal', 'name, address, telephone: of a sole proprietor, a person’s'),
  sealed('Recipient', 'name', 'name'),
  sealed(
    'LedgerEntry',
    'names',
    'names of subject, department and actor as of then, and the salt of their commitments',
  ),
  sealed('CollectionRequest', 'returnRemarks', 'what staff wrote of a return'),
  sealed('CollectionRequest', 'refusalRemark', 'what the person said of a refusal'),
  sealed('CollectionRequest', 'cancellationRemark', 'why a request was cancelled'),
  sealed('RequestHistory', 'detail', 'who acted, by the name of then, and what was written'),
  sealed('Consent', 'text', 'what was agreed to, word by word: it can name people'),
  sealed('DisposalPlan', 'reason', 'why a disposal was planned or put off', 'disposal_reason'),
  sealed('Import', 'fileName', 'name of an uploaded file'),
  sealed('Payment', 'remarks', '摘要, which can name other persons'),
  sealed('PaymentRecord', 'slip', 'names and addresses on a 支払調書'),
  sealed('CollectionLink', 'passcode', 'a slow hash of the passcode that was agreed with a person'),
  sealed('OnceRow', 'answer', 'answers kept for a day, with secrets that were shown once'),
  sealed('LedgerExport', 'name', 'the name that an export of the ledger searched for'),
  sealed('WebhookEndpoint', 'secrets.sealed', 'signing secrets', (id) => `secret ${id}`),

  inData({ model: 'Client', field: 'secrets.hash', protection: 'hash', what: 'client secrets' }),
  inData({ model: 'Nonce', field: '_id', protection: 'hash', what: 'nonces for sign-ins at an own issuer' }),
  inData({ model: 'CollectionLink', field: 'tokenHash', protection: 'hash', what: 'tokens of links' }),
  inData({ model: 'CollectionSession', field: 'tokenHash', protection: 'hash', what: 'tokens of sessions' }),
  inData({ model: 'Assertion', field: '_id', protection: 'mark', what: 'client and `jti` of an assertion' }),
  inData({ model: 'SignIn', field: 'mark', protection: 'mark', what: 'client, person and time of a login on record' }),
  inData({ model: 'SpentJwe', field: 'digest', protection: 'mark', what: '`jti` of a number that came as JWE' }),
  inData({ model: 'OnceRow', field: 'handles', protection: 'keyed_hash', what: 'Idempotency-Keys and who used them' }),
  inData({ model: 'OnceRow', field: 'fingerprint', protection: 'keyed_hash', what: 'a request’s body' }),
  inData({ model: 'Subject', field: 'grams', protection: 'keyed_hash', what: 'parts of names, cut to 22 bits' }),
  inData({ model: 'LedgerEntry', field: 'grams', protection: 'keyed_hash', what: 'parts of names, cut to 22 bits' }),
  inData({ model: 'LedgerEntry', field: 'mac.digest', protection: 'keyed_hash', what: 'that an entry is ours' }),
  inData({ model: 'LedgerEntry', field: 'commitments', protection: 'commitment', what: 'names and codes in the leaf' }),
  inData({ model: 'LedgerEntry', field: 'leafHash', protection: 'public', what: 'hash of a leaf, shown in proofs' }),
  inData({ model: 'LedgerHead', field: 'tails', protection: 'public', what: 'hashes of the tree, shown in proofs' }),
  inData({
    model: 'LedgerHead',
    field: 'placing.leafHashes',
    protection: 'public',
    what: 'hashes of leaves, shown in proofs',
  }),
  inData({ model: 'LedgerTile', field: 'hashes', protection: 'public', what: 'hashes of the tree, shown in proofs' }),
  inData({ model: 'Certificate', field: 'jws', protection: 'public', what: 'signed certificate: ids and instants' }),
  inData({
    model: 'AnchorMark',
    field: 'jws',
    protection: 'public',
    what: 'signed record of a disposal: ids, instants',
  }),
  inData({
    model: 'LedgerCheckpoint',
    field: 'timeStamp.response',
    protection: 'public',
    what: 'an authority’s signed time stamp of a checkpoint',
  }),
  inData({
    model: 'CollectionRequest',
    field: 'entries.leafHash',
    protection: 'public',
    what: 'hashes of ledger entries, for a receipt',
  }),
  inData({ model: 'ClientKey', field: 'jwk', protection: 'public', what: 'public keys of clients' }),

  inKeys({ model: 'Dek', field: 'wrapped', protection: 'wrapped', what: 'data keys, by the KEK' }),
  inKeys({ model: 'Dek', field: 'index', protection: 'keyed_hash', what: 'the number index, cut to 20 bits' }),
  inKeys({
    model: 'OrganizationKey',
    field: 'wrapped',
    protection: 'wrapped',
    what: 'KEKs by the KMS, others by the KEK',
  }),
  inKeys({
    model: 'PlatformKey',
    field: 'wrapped',
    protection: 'wrapped',
    what: 'signing and transport keys, by the KMS',
  }),
  inKeys({ model: 'PlatformKey', field: 'publicJwk', protection: 'public', what: 'public half of such a key' }),
  inKeys({
    model: 'AnchorMark',
    field: 'jws',
    protection: 'public',
    what: 'signed record of a disposal: ids, instants',
  }),
]
