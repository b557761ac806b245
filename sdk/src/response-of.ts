export type ResponseDetails = {
  status: number
  /** Pass it as `ifMatch` to change only what you have read. */
  etag: string | undefined
  requestId: string | undefined
  headers: Headers
}

const details = new WeakMap<object, ResponseDetails>()

export const remember = (result: unknown, response: Response): void => {
  if (typeof result !== 'object' || result === null) return
  const { headers, status } = response
  details.set(result, {
    status,
    etag: headers.get('etag') ?? undefined,
    requestId: headers.get('x-request-id') ?? undefined,
    headers,
  })
}

/** What came with a result, beside the body: `responseOf(subject)?.etag`. Only for the very object that was returned. */
export const responseOf = (result: object): ResponseDetails | undefined => details.get(result)
