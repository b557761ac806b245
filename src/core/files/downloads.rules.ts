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
  /** By the organization's clock: of a `test` one it may be the test clock. */
  expiresAt?: Date
  /** By the real clock: when the file itself goes, whatever a test clock says. */
  fileEndsAt?: Date
  download?: DownloadTries
}

/** Both clocks of one moment: the real one, and the organization's. */
export type BothClocks = { at: Date; businessAt: Date }

/** How long a broken download may be repeated by the same person, counted from its first try. */
export const repeatMs = 15 * 60 * 1000

/** The state as of now: time passes without anybody writing it down. */
export const stateNow = (
  { state, expiresAt, fileEndsAt, download }: Pick<Downloadable, 'state' | 'expiresAt' | 'fileEndsAt' | 'download'>,
  { at, businessAt }: BothClocks,
): DownloadState => {
  if (state !== 'ready') return state
  if (download !== undefined && download.firstAt.getTime() + repeatMs <= at.getTime()) return 'used_up'
  const over = (expiresAt !== undefined && expiresAt <= businessAt) || (fileEndsAt !== undefined && fileEndsAt <= at)
  return over ? 'expired' : 'ready'
}

/** Its life by the real clock, which bounds it, and by the organization's, which may end it sooner. */
export const endsOf = (file: { expiresAt: Date }, { at, businessAt }: BothClocks) => ({
  fileEndsAt: file.expiresAt,
  expiresAt: new Date(file.expiresAt.getTime() + businessAt.getTime() - at.getTime()),
})
