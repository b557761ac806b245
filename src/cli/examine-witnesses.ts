import { createSmtpMailer } from '../adapters/mail/smtp.ts'
import { createTimeStamper } from '../adapters/tsa/time-stamps.ts'
import type { Config } from '../config.ts'
import { causeOf, type Finding, failure, ok, skew, warning } from './finding.ts'

/** SMTP_URL: as a mail would go out, up to the login; nothing is sent. */
const mailFindings = async ({ smtp }: Config): Promise<Finding[]> => {
  if (smtp === undefined)
    return [
      warning(
        'SMTP_URL',
        'not set',
        'Officers get no checkpoint by mail: set it, or keep checkpoints elsewhere by webhook or at ANCHOR_URL.',
      ),
    ]
  try {
    await createSmtpMailer(smtp).check()
  } catch (error) {
    return [
      failure(
        'SMTP_URL: reachable',
        causeOf(error),
        'See SMTP_URL, SMTP_PASSWORD and the certificate of the server (NODE_EXTRA_CA_CERTS): checkpoints wait to be mailed.',
      ),
    ]
  }
  return [
    ok('SMTP_URL: reachable', smtp.login === undefined ? 'it answers' : 'it takes the login'),
    smtp.implicitTls || smtp.mustEncrypt
      ? ok('SMTP_URL: TLS', 'on')
      : warning('SMTP_URL: TLS', 'not demanded', 'Without it only loopback or a trusted network will do.'),
  ]
}

/** TSA_URL: a stamp for nothing, whose time is held against ours. */
const timeStampFindings = async ({ tsaUrl }: Config): Promise<Finding[]> => {
  if (tsaUrl === undefined) return [ok('TSA_URL', 'not set: checkpoints get no time stamp')]
  try {
    const { at } = await createTimeStamper({ url: tsaUrl }).stamp(Buffer.from('azukari doctor', 'latin1'))
    return [ok('TSA_URL: reachable', 'it stamps'), skew('TSA_URL', at)]
  } catch (error) {
    return [
      failure(
        'TSA_URL: reachable',
        causeOf(error),
        'See TSA_URL and whether the authority takes SHA-256: checkpoints wait for their time stamp.',
      ),
    ]
  }
}

/** What takes checkpoints away, so that somebody outside could notice a ledger that was built anew. */
export const witnessFindings = async (config: Config): Promise<Finding[]> =>
  (await Promise.all([mailFindings(config), timeStampFindings(config)])).flat()
