import type { Express, Response } from 'express'
import { loadAssets } from './assets.ts'
import { pageDocument, pagePolicy, permissionsPolicy, scannerDocument, scannerPolicy } from './documents.ts'

type Deps = {
  /** Origins that may show the page of this organization in a frame of theirs; nobody where there is no such one. */
  framedBy: (organizationId: string) => Promise<readonly string[]>
}

const aYear = 365 * 24 * 60 * 60
const headersOfDocument = {
  'Content-Type': 'text/html; charset=utf-8',
  'Permissions-Policy': permissionsPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
}

type Document = { policy: string; text: string; framed?: boolean }
const send = (response: Response, { policy, text, framed = false }: Document): void => {
  for (const [name, value] of Object.entries(headersOfDocument)) response.setHeader(name, value)
  response.setHeader('Content-Security-Policy', policy)
  // A host that isolates itself (COEP) can frame only what says that it may.
  response.setHeader('Cross-Origin-Resource-Policy', framed ? 'cross-origin' : 'same-origin')
  response.end(text)
}

/** じぶんで登録: the page behind a link `…/c#<token>`, the scanner beside it, and what both load. */
export const createPage =
  ({ framedBy }: Deps) =>
  (app: Express): void => {
    // GET does nothing: a mail scanner that follows the link burns no token and opens no session.
    app.get('/c', async (_request, response) => {
      response.locals.route = '/c'
      send(response, { policy: pagePolicy([]), text: pageDocument(await loadAssets(), { base: 'c/' }) })
    })
    app.get('/c/scan', async (_request, response) => {
      response.locals.route = '/c/scan'
      send(response, { policy: scannerPolicy, text: scannerDocument(await loadAssets()) })
    })
    // The same page for a frame: whose it is stands in the path, because the token in the fragment is seen by no server.
    app.get('/c/:organizationId', async (request, response, next) => {
      const { organizationId } = request.params
      if (!/^org_[0-9A-HJKMNP-TV-Z]{26}$/.test(organizationId)) return next()
      response.locals.route = '/c/{organizationId}'
      const embedders = await framedBy(organizationId)
      const text = pageDocument(await loadAssets(), { base: '', organizationId, embedders })
      send(response, { policy: pagePolicy(embedders), text, framed: embedders.length > 0 })
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
