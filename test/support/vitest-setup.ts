import nock from 'nock'

/** The network is closed but for loopback: a test that needs a foreign host would pass here and fail elsewhere. */
nock.disableNetConnect()
nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[?::1\]?)(:\d+)?$/)
