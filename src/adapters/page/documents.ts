import type { Asset, PageAssets } from './assets.ts'

/** The two documents, and what each may do. A policy names every thing that is allowed; the rest is not. */
const policyOf = (directives: Record<string, string>): string =>
  Object.entries({
    'default-src': "'none'",
    'style-src': "'self'",
    'img-src': "'self'",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
    ...directives,
  })
    .map(([name, value]) => `${name} ${value}`)
    .join('; ')

export const pagePolicy = (embedders: readonly string[]): string =>
  policyOf({
    'script-src': "'self'",
    'frame-src': "'self'",
    'frame-ancestors': embedders.length === 0 ? "'none'" : embedders.join(' '),
  })

/** Reading a QR code is WebAssembly, which the form must not be able to run: hence a document of its own. */
export const scannerPolicy = policyOf({ 'script-src': "'self' 'wasm-unsafe-eval'", 'frame-ancestors': "'self'" })

/** The scanner's camera and nothing else that a device has. */
export const permissionsPolicy = [
  'camera=(self)',
  ...[
    'accelerometer',
    'autoplay',
    'browsing-topics',
    'clipboard-read',
    'display-capture',
    'fullscreen',
    'geolocation',
    'gyroscope',
    'hid',
    'identity-credentials-get',
    'idle-detection',
    'local-fonts',
    'magnetometer',
    'microphone',
    'midi',
    'otp-credentials',
    'payment',
    'publickey-credentials-get',
    'screen-wake-lock',
    'serial',
    'storage-access',
    'usb',
    'xr-spatial-tracking',
  ].map((name) => `${name}=()`),
].join(', ')

const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

/** Addresses are relative, so that the service can lie below a path of its host. */
const headOf = ({ style, icon }: PageAssets, script: Asset, base: string, meta: Record<string, string>): string =>
  [
    ...Object.entries(meta).map(([name, content]) => `<meta name="azukari-${name}" content="${attribute(content)}">`),
    `<link rel="icon" type="image/svg+xml" href="${base}assets/${icon.name}">`,
    `<link rel="stylesheet" href="${base}assets/${style.name}" integrity="${style.integrity}">`,
    `<script type="module" src="${base}assets/${script.name}" integrity="${script.integrity}"></script>`,
  ].join('\n')

const documentOf = (title: string, head: string, body: string): string => `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
<title>${title}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`

type Around = { base: string; organizationId?: string; embedders?: readonly string[] }

/** Nothing of the person is in it: the token is in the fragment, which no server ever sees. */
export const pageDocument = (assets: PageAssets, { base, organizationId = '', embedders = [] }: Around): string =>
  documentOf(
    'マイナンバーの登録',
    headOf(assets, assets.page, base, { organization: organizationId, embedders: embedders.join(' ') }),
    `<div id="page"></div>
<noscript><p class="plain">このページを使うには、ブラウザの JavaScript を有効にしてください。<br>Please turn on JavaScript to use this page.</p></noscript>`,
  )

export const scannerDocument = (assets: PageAssets): string =>
  documentOf(
    'QRコードの読み取り',
    headOf(assets, assets.scanner, '', { wasm: assets.zxing.name }),
    '<div id="scanner"></div>',
  )
