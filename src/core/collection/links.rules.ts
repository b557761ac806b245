import type { CollectionSettings } from '../organizations/organizations.ts'
import type { Day } from '../shared/dates.ts'

export const sessionKinds = ['collect', 'change', 'status'] as const
export type SessionKind = (typeof sessionKinds)[number]

/** 二要素. `host`: the host has the person signed in at this moment, and says so. */
export const factors = ['none', 'passcode', 'birth_date', 'host'] as const
export type Factor = (typeof factors)[number]

/** So many wrong answers lock the link: six digits are then guessed by one in 200,000. */
export const mostTries = 5

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** It is for somebody who sits before the screen now. */
const hostLinkMs = 15 * minuteMs
export const longestLinkMs = 366 * dayMs
/** 状況: what was submitted is shown for a year. */
export const receiptMs = 366 * dayMs

/** The first moment after a day in Japan. */
const endOf = (day: Day): Date => new Date(Date.parse(`${day}T00:00:00+09:00`) + dayMs)

/** How long a link can be opened, from sending: some days, and while the request can be answered, but no longer than any link. */
export const linkEnd = (
  now: Date,
  { factor, linkDays, dueOn }: { factor: Factor; linkDays: number; dueOn?: Day | undefined },
): Date => {
  if (factor === 'host') return new Date(now.getTime() + hostLinkMs)
  const usual = new Date(now.getTime() + linkDays * dayMs)
  const last = dueOn === undefined ? usual : endOf(dueOn)
  return new Date(Math.min(Math.max(usual.getTime(), last.getTime()), now.getTime() + longestLinkMs))
}

/** By origin and path: what a host adds as a query is its own affair. */
export const mayLeadTo = (url: string, { redirectUrls }: Pick<CollectionSettings, 'redirectUrls'>): boolean => {
  if (!URL.canParse(url)) return false
  const { origin, pathname, username, password, hash } = new URL(url)
  if (username !== '' || password !== '' || hash !== '') return false
  return redirectUrls.some((allowed) => {
    const known = new URL(allowed)
    return known.origin === origin && known.pathname === pathname
  })
}
