import nock from 'nock'
import { afterAll, vi } from 'vitest'

/** The network is closed but for loopback: a test that needs a foreign host would pass here and fail elsewhere. */
if (!nock.isActive()) nock.activate()
nock.disableNetConnect()
nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[?::1\]?)(:\d+)?$/)

/** A worker runs many files: what one puts into the environment is gone before the next. */
afterAll(() => void vi.unstubAllEnvs())
