/** 受取: a file for one person, once. */
export type DownloadState = 'preparing' | 'ready' | 'used_up' | 'expired' | 'failed'
/** Whose download it became, and since when: nobody else's from then on. */
export type DownloadTries = { by: string; firstAt: Date; tries: number }

/** What can be downloaded once, whatever else it is. */
export type Downloadable = {
  _id: string
  organizationId: string
  jobId: string
  state: DownloadState
  fileId?: string
  expiresAt?: Date
  download?: DownloadTries
}

/** How long a broken download may be repeated by the same person, counted from its first try. */
export const repeatMs = 15 * 60 * 1000

/** The state as of now: time passes without anybody writing it down. */
export const stateNow = (
  { state, expiresAt, download }: Pick<Downloadable, 'state' | 'expiresAt' | 'download'>,
  now: Date,
): DownloadState => {
  if (state !== 'ready') return state
  if (download !== undefined && download.firstAt.getTime() + repeatMs <= now.getTime()) return 'used_up'
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'ready'
}
