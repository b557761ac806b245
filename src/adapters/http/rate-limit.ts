import type { Response } from 'express'
import { AppError } from '../../core/shared/errors.ts'
import type { Asker } from './operation.ts'

/** What counts requests: declared here, implemented by adapters/limits, handed in by compose. */
export type TakeOne = (
  kind: 'client' | 'address',
  key: string,
) => Promise<{
  policy: string
  quota: number
  windowSeconds: number
  remaining: number
  resetSeconds: number
  exceeded: boolean
}>

/** Whose requests are counted together. Behind a token it is the client or the person's session, else the address. */
const keyOf = (asker: Asker | undefined, network: string | undefined): ['client' | 'address', string] => {
  switch (asker?.kind) {
    case 'organization':
      return ['client', asker.caller.clientId ?? asker.caller.organizationId]
    case 'platform':
      return ['client', asker.platform.clientId ?? asker.platform.platformId]
    case 'person':
      return ['address', asker.session.id]
    default:
      return ['address', network ?? '-']
  }
}

/** RateLimit and RateLimit-Policy (IETF draft-ietf-httpapi-ratelimit-headers); over the quota 429 with Retry-After. */
export const limitRate = async (
  take: TakeOne,
  response: Response,
  asker: Asker | undefined,
  network: string | undefined,
): Promise<void> => {
  const { policy, quota, windowSeconds, remaining, resetSeconds, exceeded } = await take(...keyOf(asker, network))
  response.setHeader('RateLimit-Policy', `"${policy}";q=${quota};w=${windowSeconds}`)
  response.setHeader('RateLimit', `"${policy}";r=${remaining};t=${resetSeconds}`)
  if (exceeded)
    throw new AppError('rate_limited', `No more than ${quota} requests in ${windowSeconds} seconds.`, {
      retryAfterSeconds: Math.max(1, resetSeconds),
    })
}
