/** What the host around the frame hears: that something happened, and ids. Never a name, never a digit. */
export type Told = 'opened' | 'submitted' | 'refused' | 'later'
export type Ids = { sessionId?: string; requestId?: string }

type Deps = {
  frame: Pick<Window, 'parent' | 'location'> & { readonly document: Document }
  embedders: readonly string[]
}

export const createHost = ({ frame, embedders }: Deps) => {
  const framed = (frame.parent as unknown) !== frame
  const post = (message: Record<string, unknown>): void => {
    if (!framed) return
    // A message to an origin that is not the parent's is dropped by the browser.
    for (const origin of targets()) frame.parent.postMessage(message, origin)
  }
  const targets = (): readonly string[] => {
    const [parent] = frame.location.ancestorOrigins ?? []
    return parent === undefined ? embedders : embedders.filter((origin) => origin === parent)
  }
  return {
    framed,
    tell: (what: Told, ids: Ids): void => post({ type: `azukari:${what}`, ...ids }),
    /** So that the host can make the frame as high as its content. */
    watchHeight: (): void => {
      if (!framed) return
      const { body } = frame.document
      let last = 0
      new ResizeObserver(() => {
        const height = Math.ceil(body.getBoundingClientRect().height)
        if (height !== last) post({ type: 'azukari:height', height })
        last = height
      }).observe(body)
    },
  }
}
export type Host = ReturnType<typeof createHost>
