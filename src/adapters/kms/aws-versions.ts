import { refused, versionGone } from './failures.ts'

/**
 * A version is the key's whole ARN, so that another account or region is refused rather than taken for "already gone".
 * The account's number is written in base 36: it has twelve digits as a 個人番号 has, and would be found by every scan of
 * databases and logs for such numbers.
 *
 *   arn:aws:kms:ap-northeast-1:<account>:key/<id>   ↔   aws:ap-northeast-1:<account in base 36>:<id>
 */
const arnPattern = /^arn:(aws[a-z-]*):kms:([a-z0-9-]+):(\d{12}):key\/([A-Za-z0-9-]+)$/
const versionPattern = /^(aws[a-z-]*):([a-z0-9-]+):([0-9a-z]{1,8}):([A-Za-z0-9-]+)$/

export const versionOf = (arn: string): string => {
  const [, partition, region, account, id] = arnPattern.exec(arn) ?? []
  if (account === undefined) throw refused('AWS_KMS_ENDPOINT', 'what answers there is not AWS KMS')
  return [partition, region, Number(account).toString(36), id].join(':')
}

export const arnOf = (version: string, configuredRegion: string): string => {
  const [, partition, region, account, id] = versionPattern.exec(version) ?? []
  if (account === undefined) throw versionGone('(not an id of ours)')
  if (region !== configuredRegion)
    throw refused('AWS_REGION', `keys are wrapped in ${region}, but ${configuredRegion} is configured`)
  return `arn:${partition}:kms:${region}:${Number.parseInt(account, 36).toString().padStart(12, '0')}:key/${id}`
}
