import type { Express, Request, Response } from 'express'
import { loadAssets } from './assets.ts'
import { pageDocument, pagePolicy, permissionsPolicy, scannerDocument, scannerPolicy } from './documents.ts'

type Deps = {
  /** Origins that may show the page in a frame of theirs; nobody, as a rule. */
  embeddersOf: (request: Request) => Promise<readonly string[]>
}

const aYear = 365 * 24 * 60 * 60
const html = 'text/html; charset=utf-8'

const headersOfDocument = {
  'Permissions-Policy': permissionsPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
}

const send = (response: Response, policy: string, text: string): void => {
  response.setHeader('Content-Type', html)
  response.setHeader('Content-Security-Policy', policy)
  for (const [name, value] of Object.entries(headersOfDocument)) response.setHeader(name, value)
  response.end(text)
}

/** じぶんで登録: the page behind a link `…/c#<token>`, the scanner beside it, and what both load. */
export const createPage =
  ({ embeddersOf }: Deps) =>
  (app: Express): void => {
    // GET does nothing: a mail scanner that follows the link burns no token and opens no session.
    app.get('/c', async (request, response) => {
      response.locals.route = '/c'
      const [assets, embedders] = await Promise.all([loadAssets(), embeddersOf(request)])
      send(response, pagePolicy(embedders), pageDocument(assets, embedders))
    })
    app.get('/c/scan', async (_request, response) => {
      response.locals.route = '/c/scan'
      send(response, scannerPolicy, scannerDocument(await loadAssets()))
    })
    app.get('/c/assets/:name', async (request, response, next) => {
      const asset = (await loadAssets()).byName.get(request.params.name)
      if (asset === undefined) return next()
      response.locals.route = '/c/assets'
      // Asked for together, the order of a browser's header would decide: gzip comes first there.
      const encoding = (['br', 'gzip'] as const).find((each) => request.acceptsEncodings(each) === each)
      response.setHeader('Content-Type', asset.mediaType)
      response.setHeader('Cache-Control', `public, max-age=${aYear}, immutable`)
      response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
      response.setHeader('Vary', 'Accept-Encoding')
      if (encoding === undefined) {
        response.end(asset.bytes)
        return
      }
      response.setHeader('Content-Encoding', encoding)
      response.end(await asset.as(encoding))
    })
  }
