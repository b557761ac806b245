import { invalidField } from '../shared/errors.ts'

/** Of links and the page on which people hand in their numbers. */
export type CollectionSettings = {
  /** How long a link can be opened, from sending. */
  linkDays: number
  /** After how long without a call a session ends. */
  sessionMinutes: number
  /** Who may embed the page. */
  allowedOrigins: string[]
  /** Where a link may lead back to. */
  redirectUrls: string[]
  /** Whom people can ask. */
  contact?: string
}
export type CollectionChange = Partial<Omit<CollectionSettings, 'contact'>> & { contact?: string | null }

const defaults = { linkDays: 30, sessionMinutes: 60, allowedOrigins: [], redirectUrls: [] } as const

/** In force: what was not set has its default. */
export const collectionSettingsOf = (stored: Partial<CollectionSettings> | undefined): CollectionSettings => ({
  linkDays: stored?.linkDays ?? defaults.linkDays,
  sessionMinutes: stored?.sessionMinutes ?? defaults.sessionMinutes,
  allowedOrigins: stored?.allowedOrigins ?? [...defaults.allowedOrigins],
  redirectUrls: stored?.redirectUrls ?? [...defaults.redirectUrls],
  ...(stored?.contact === undefined ? {} : { contact: stored.contact }),
})

export const changedCollection = (
  stored: Partial<CollectionSettings> | undefined,
  { contact, ...change }: CollectionChange,
): Partial<CollectionSettings> => {
  const { contact: before, ...kept } = stored ?? {}
  const next = contact === undefined ? before : (contact ?? undefined)
  return { ...kept, ...change, ...(next === undefined ? {} : { contact: next }) }
}

/**
 * What stands in a header as it is: a `;` or a `,` would begin another directive or policy, and a `*` would mean everybody. All
 * three may stand in a host of the URL standard; none is in a name of the DNS.
 */
const isHost = ({ hostname }: URL): boolean => /^[a-z0-9._-]+$|^\[[0-9a-f:.]+\]$/.test(hostname)

/** Over TLS; a developer's own machine (RFC 6761) only where no real number can be. */
const isSafe = (url: URL, mode: 'test' | 'live'): boolean =>
  (url.protocol === 'https:' && isHost(url)) ||
  (mode === 'test' && url.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname))

/** An origin as a browser says it: it goes into a header, so nothing else may stand in it. */
const isOrigin = (text: string, mode: 'test' | 'live'): boolean =>
  URL.canParse(text) && new URL(text).origin === text && isSafe(new URL(text), mode)

const isAddress = (text: string, mode: 'test' | 'live'): boolean => {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return isSafe(url, mode) && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}

const lists = {
  allowedOrigins: { fits: isOrigin, wanted: 'An origin, as https://hr.example.co.jp: no path, no slash at the end.' },
  redirectUrls: { fits: isAddress, wanted: 'An https:// address without user, query and fragment.' },
} as const

export const mustBeAddresses = (change: CollectionChange, mode: 'test' | 'live'): void => {
  for (const name of ['allowedOrigins', 'redirectUrls'] as const) {
    const { fits, wanted } = lists[name]
    const wrong = (change[name] ?? []).findIndex((text) => !fits(text, mode))
    if (wrong >= 0) throw invalidField(`/collection/${name}/${wrong}`, 'url_not_allowed', wanted)
  }
}
