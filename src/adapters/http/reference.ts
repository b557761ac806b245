import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import express, { type Express } from 'express'

/** The reference at /docs/reference: Swagger UI, its assets served from here, nothing inline and nothing from elsewhere. */
const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const html = `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Azukari 預かり — API reference</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" href="/docs/assets/favicon-32x32.png">
</head>
<body>
<div id="reference"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/reference.js"></script>
</body>
</html>
`

// "Try it out" is off: the page is for reading, and a browser is no place for a client secret.
const script = `SwaggerUIBundle({
  url: '/openapi.yaml',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: [],
  validatorUrl: null,
  plugins: [() => ({ wrapComponents: { authorizeBtn: () => () => null, ServersContainer: () => () => null } })],
})
`

export const addReference = (app: Express): void => {
  const serve = (path: string, mediaType: string, text: string): void => {
    app.get(path, (_request, response) => {
      response.locals.route = path
      response.setHeader('Content-Security-Policy', policy)
      response.setHeader('Cache-Control', 'public, max-age=300')
      response.setHeader('Content-Type', mediaType)
      response.end(text)
    })
  }
  serve('/docs/reference', 'text/html; charset=utf-8', html)
  serve('/docs/reference.js', 'text/javascript; charset=utf-8', script)
  app.get('/docs/', (_request, response) => response.redirect(302, '/docs/reference'))
  const files = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']
  app.use(
    '/docs/assets',
    (request, response, next) => {
      if (!files.includes(request.path.slice(1))) return next('router')
      response.locals.route = '/docs/assets'
      response.setHeader('Cache-Control', 'public, max-age=86400')
      next()
    },
    express.static(assets, { index: false, fallthrough: true, cacheControl: false }),
  )
}
