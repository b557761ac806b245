/** Who may import whom. A rule carries a comment that tells the offender why, and where the thing belongs instead. */

const error = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to })

const feature = '^src/core/([^/]+)/'
/** Libraries that core may use, beside node:*. Whoever adds one says here which feature needs it, and for what. */
const coreLibraries = [
  'mongoose', // stores, beside the feature that owns the data
  'mongodb', // its types
  'jose', // JWE of a number, JWS of a certificate and of tokens
  'ulid', // ids
  'canonicalize', // RFC 8785: what is signed and what is hashed
  '@holiday-jp/holiday_jp', // 営業日
  'temporal-polyfill', // 和暦, dates
]
const inNodeModules = (names) => `(^|/)node_modules/(@types/)?(${names.join('|')})(/|$)`

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    error(
      'no-cycles',
      'A cycle means that two files are one idea, or that a type lives on the wrong side. Move what both need to the lower one.',
      { pathNot: '^sdk/src/gen/' }, // the generator's own client has one
      { circular: true },
    ),
    error(
      'resolvable',
      'This import leads nowhere: a typo, a missing .ts ending, or a package that package.json does not name.',
      {},
      { couldNotResolve: true },
    ),
    error(
      'nobody-imports-test',
      'Tests use the product, never the other way round: what ships must not hold test code.',
      { pathNot: '^(test/|vitest)' },
      { path: '^test/' },
    ),
    error(
      'product-imports-no-tools',
      'src runs without scripts, bench and examples: they are not in the package that is deployed.',
      { path: '^(src|sdk)/' },
      { path: '^(scripts|bench|examples)/' },
    ),
    error(
      'nobody-imports-main',
      'main and cli start things, compose wires them: they are at the top, and nothing in src may lean on them.',
      { path: '^src/(core|adapters|webhooks)/' },
      { path: '^src/(main|cli|compose|config)(\\.ts$|/)' },
    ),
    error(
      'adapters-are-strangers',
      'Adapters speak different tongues and never import each other: what two of them share is a type of core, handed in by compose.',
      { path: '^src/adapters/([^/]+)/' },
      { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    ),
    error(
      'adapters-do-not-know-webhooks',
      'webhooks stands apart: it is wired by compose, not called by an adapter.',
      { path: '^src/adapters/' },
      { path: '^src/webhooks/' },
    ),
    error(
      'adapters-by-the-front-door',
      "An adapter uses a feature by its front door, core/g/g.ts (pure types and tables of core/g/g.rules.ts too): stores and inner files are the feature's own.",
      { path: '^src/(adapters|webhooks)/' },
      { path: feature, pathNot: ['^src/core/shared/', '^src/core/([^/]+)/\\1(\\.rules)?\\.ts$'] },
    ),
    error(
      'contract-only-in-http',
      'Generated types stop at the border: adapters/http maps them, naming every field, to the types of core. The page in the browser is a client of the contract.',
      { pathNot: '^(src/adapters/http/|src/adapters/page/client/|src/contract\\.gen\\.ts$|test/|scripts/generate)' },
      { path: '^src/contract\\.gen\\.ts$' },
    ),
    error(
      'core-is-the-centre',
      'core knows no adapter, no webhook and no contract. It declares the type it needs; compose hands in what fits.',
      { path: '^src/core/' },
      { path: '^src/', pathNot: '^src/core/' },
    ),
    error(
      'core-by-the-front-door',
      "A feature uses another by its front door, core/g/g.ts, or core/shared: its rules and store are the other feature's own.",
      { path: feature },
      { path: feature, pathNot: ['^src/core/$1/', '^src/core/shared/', '^src/core/([^/]+)/\\1\\.ts$'] },
    ),
    error(
      'shared-is-the-ground',
      'core/shared is what every feature stands on, so it stands on none.',
      { path: '^src/core/shared/' },
      { path: '^src/core/', pathNot: '^src/core/shared/' },
    ),
    error(
      'keys-know-no-feature',
      'core/keys (KEKs, DEKs, field cipher, segments, grams) serves the other features and knows none of them.',
      { path: '^src/core/keys/' },
      { path: '^src/core/', pathNot: '^src/core/(keys|shared)/' },
    ),
    error(
      'core-libraries',
      'core knows no HTTP, queue, CSV, PDF or KMS product: put it in an adapter. A library that a feature really needs goes on the list in .dependency-cruiser.cjs, with its reason.',
      { path: '^src/core/' },
      { path: '(^|/)node_modules/', pathNot: inNodeModules(coreLibraries) },
    ),
    error(
      'core-has-no-network',
      'core talks to nobody but MongoDB: what speaks over a socket is an adapter.',
      { path: '^src/core/' },
      { dependencyTypes: ['core'], path: '^(node:)?(http|https|http2|net|tls|dns|dgram)(/|$)' },
    ),
    // bench/seed.ts makes rows as the vault would, bench/cipher-side.ts times the ciphers themselves; src cannot import either.
    error(
      'number-cipher-stays-in-the-vault',
      'The number cipher and the number index open digits: only core/vault uses them, so that its one way out can check everything (promise 4: no purpose, no digits).',
      { pathNot: '^(src/core/vault/|test/|bench/(seed|cipher-side)\\.ts$)' },
      { path: '^src/core/vault/number-(cipher|index)' },
    ),
    error(
      'payee-copy-never-reaches-the-vault',
      "The payee's copy of a 支払調書 carries no 個人番号 (所得税法施行規則 forms; 番号法19条): the code that draws it has no path to the vault, however long.",
      { path: '(^src/adapters/pdf/|payee-copy)', pathNot: '^test/' },
      { path: '^src/core/vault/', reachable: true },
    ),
    error(
      'webhooks-stand-apart',
      'webhooks talks to addresses that customers chose. It reads the outbox and may use core/outbox, keys, ledger, access, organizations and shared: nothing that leads to a number.',
      { path: '^src/webhooks/' },
      { path: '^src/', pathNot: '^src/(webhooks/|outbound/|core/(outbox|keys|ledger|access|organizations|shared)/)' },
    ),
    error(
      'outbound-is-ground',
      'outbound guards every request to an address that a customer chose: webhooks and adapters stand on it, and it knows core/shared alone.',
      { path: '^src/outbound/' },
      { path: '^src/', pathNot: '^src/(outbound/|core/shared/)' },
    ),
    error(
      'sdk-stands-alone',
      'The SDK is a package of its own: it imports nothing of ours, and nothing from npm.',
      { path: '^sdk/src/' },
      { path: '^(src|test|scripts|bench|examples)/|node_modules', pathNot: '^sdk/' },
    ),
    error(
      'service-does-not-use-its-sdk',
      'The SDK calls the service, not the other way round. Only the command of `azukari ledger verify` runs its verifier, as anybody else would.',
      { path: '^src/', pathNot: '^src/cli/verify-export\\.ts$' },
      { path: '^sdk/|node_modules/@azukari/sdk' },
    ),
    error(
      'examples-use-the-sdk',
      'Examples show what a customer can do: through the SDK only.',
      { path: '^examples/' },
      { path: '^(src|test|scripts|bench)/|^sdk/src/gen/' },
    ),
    error(
      'page-client-is-a-client',
      'What runs in the browser sees the published contract and the pure digit check of core/shared/number-shape.ts: nothing else of the service, so that no server code is ever bundled.',
      { path: '^src/adapters/page/client/' },
      {
        path: '^src/',
        pathNot: ['^src/adapters/page/client/', '^src/core/shared/number-shape\\.ts$', '^src/contract\\.gen\\.ts$'],
      },
    ),
    error(
      'page-client-libraries',
      'The page is to be small and to run in a browser: preact draws, jose encrypts, zxing-wasm reads QR codes, and there is no Node.',
      { path: '^src/adapters/page/client/' },
      { path: '(^|/)node_modules/|^node:', pathNot: inNodeModules(['preact', 'jose', 'zxing-wasm']) },
    ),
    error(
      'scanner-is-a-document-of-its-own',
      "The scanner's WebAssembly needs a weaker policy than the form may have: the form never loads it, and the two talk by messages.",
      { path: '^src/adapters/page/client/', pathNot: '^src/adapters/page/client/scanner/' },
      { path: '(^|/)node_modules/zxing-wasm/|^src/adapters/page/client/scanner/' },
    ),
    error(
      'server-does-not-run-the-page',
      'The page in the browser is bundled, by its path: no code of the service imports it.',
      { path: '^src/', pathNot: '^src/adapters/page/client/' },
      { path: '^src/adapters/page/client/' },
    ),
    error(
      'only-stores-know-mongoose',
      'Only *.store.ts names a collection (and core/shared opens the database): ask the store of the feature that owns the data.',
      { path: '^src/', pathNot: '(\\.store\\.ts$|^src/core/shared/|^src/(compose|main|cli)|^src/adapters/blobs/)' },
      { path: inNodeModules(['mongoose', 'mongodb']) },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Imports of types count: a type that comes from the wrong side is a dependency all the same.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['development', 'import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
}
