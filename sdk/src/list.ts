export type Page = { data: readonly Record<string, unknown>[]; next?: string }

/** `await` it for one page; `for await` over it for all rows, page after page. Nothing is asked before either. */
export type List<P extends Page> = Promise<P> & {
  [Symbol.asyncIterator](): AsyncGenerator<P['data'][number], void, undefined>
  /** All rows up to a limit that you name, so that memory has one. */
  toArray(most: { limit: number }): Promise<P['data'][number][]>
}

export const createList = <P extends Page>(load: (after?: string) => Promise<P>): List<P> => {
  let asked: Promise<P> | undefined
  // Asked for at once, a page that nobody reads would fail with nobody to catch it.
  const first = (): Promise<P> => {
    asked ??= load()
    return asked
  }

  const rows = async function* (): AsyncGenerator<P['data'][number], void, undefined> {
    let page = await first()
    for (;;) {
      yield* page.data
      const { next } = page
      if (next === undefined) return
      page = await load(next)
      if (page.next === next) throw new Error('The service gave the same cursor twice: the list would never end.')
    }
  }

  const toArray = async ({ limit }: { limit: number }): Promise<P['data'][number][]> => {
    if (!Number.isInteger(limit) || limit < 0) throw new TypeError('toArray needs a limit: a whole number of rows')
    const found: P['data'][number][] = []
    if (limit === 0) return found
    for await (const row of rows()) {
      found.push(row)
      if (found.length >= limit) break
    }
    return found
  }

  return {
    // biome-ignore lint/suspicious/noThenProperty: it is a promise, made when somebody waits for it.
    then: (done, failed) => first().then(done, failed),
    catch: (failed) => first().catch(failed),
    finally: (ended) => first().finally(ended),
    [Symbol.toStringTag]: 'Promise',
    [Symbol.asyncIterator]: rows,
    toArray,
  }
}
