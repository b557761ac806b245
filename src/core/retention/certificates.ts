import { compactVerify, SignJWT } from 'jose'
import type { Keys } from '../keys/keys.ts'
import type { Caller } from '../shared/caller.ts'
import { defined } from '../shared/defined.ts'
import { AppError, notFound } from '../shared/errors.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { CertificateRow, CertificatesStore } from './certificates.store.ts'
import type { DisposalRow } from './disposals.store.ts'

export const certificateType = 'azukari-certificate+jwt'

/** 番号法20条 forbids keeping on; 別添1 E d wants a record of the deletion, and C c wants it without the number. */
const law = '番号法20条, 特定個人情報ガイドライン（事業者編）第4-3-(3)B・別添1 E d'
/** What step 2 and step 3 of a disposal take away. Copies of the wrapped key are the erasure epoch's matter. */
const removed = ['wrapped_key', 'ciphertext', 'mask'] as const

export type Deleted = {
  subjectId: string
  versionIds: string[]
  /** Real clock, taken after the keys were gone. */
  deletedAt: Date
  /** The business clock: the organization's test clock, else the same. */
  businessAt: Date
  /** The one that the list of disposals has for it. */
  certificateId: string
  /** Only of a disposal that was repeated after a restore: when the list first took it. */
  listedAt?: Date
}
/** What a certificate says of its disposal. */
export type CertifiedDisposal = Pick<DisposalRow, '_id' | 'organizationId' | 'items' | 'staffId' | 'roles'>

/** 廃棄証明書: a compact JWS (RFC 7515, EdDSA by RFC 8037) of ids only: no digits, not even the masked ones, and no names. */
export const createCertificates = ({
  keys,
  store,
  issuer,
}: {
  keys: Keys
  store: CertificatesStore
  issuer: string
}) => {
  const sign = async (disposal: CertifiedDisposal, deleted: Deleted): Promise<CertificateRow> => {
    const { certificateId: id, listedAt } = deleted
    const { organizationId } = disposal
    const item = disposal.items.find(({ subjectId }) => subjectId === deleted.subjectId)
    const key = await keys.signing.key('certificate')
    const claims = {
      certificateId: id,
      organizationId,
      subjectId: deleted.subjectId,
      versionIds: deleted.versionIds,
      disposalId: disposal._id,
      removed: [...removed],
      status: 'deleted',
      deletedAt: deleted.deletedAt.toISOString(),
      businessAt: deleted.businessAt.toISOString(),
      decidedBy: defined({ staffId: disposal.staffId, roles: disposal.roles }),
      basis: defined({ law, ruleIds: item?.ruleIds, plannedOn: item?.plannedOn }),
      ...(listedAt === undefined ? {} : { repeatedAfterRestore: { listedAt: listedAt.toISOString() } }),
    }
    const jws = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: certificateType })
      .setIssuer(issuer)
      .setSubject(deleted.subjectId)
      .setJti(id)
      .setIssuedAt(Math.floor(deleted.deletedAt.getTime() / 1000))
      .sign(key.privateKey)
    return {
      _id: id,
      organizationId,
      disposalId: disposal._id,
      subjectId: deleted.subjectId,
      versionIds: deleted.versionIds,
      status: 'deleted',
      deletedAt: deleted.deletedAt,
      jws,
    }
  }

  /** Of our own making, or it is not signed again. */
  const claimsOf = async ({ _id, jws }: CertificateRow): Promise<Record<string, unknown>> => {
    try {
      const { payload } = await compactVerify(jws, async ({ kid = '' }) => {
        const key = await keys.signing.publicKey('certificate', kid)
        if (key === undefined) throw new Error('no such key')
        return key
      })
      return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>
    } catch (cause) {
      throw new AppError('internal', undefined, { cause: new Error(`Certificate ${_id} does not verify`, { cause }) })
    }
  }

  /** The same certificate, now final: every copy of the wrapped keys was under a KMS version that is destroyed. */
  const signErased = async (
    row: CertificateRow,
    { erasedAt, businessAt, signedAt }: { erasedAt: Date; businessAt: Date; signedAt: Date },
  ): Promise<CertificateRow> => {
    const key = await keys.signing.key('certificate')
    const claims = {
      ...(await claimsOf(row)),
      removed: [...removed, 'copies_of_wrapped_key'],
      status: 'erased',
      erasedAt: erasedAt.toISOString(),
      erasedBusinessAt: businessAt.toISOString(),
    }
    const jws = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: certificateType })
      .setIssuedAt(Math.floor(signedAt.getTime() / 1000))
      .sign(key.privateKey)
    return { ...row, status: 'erased', erasedAt, jws }
  }

  const get = async (caller: Caller, id: string): Promise<CertificateRow> => {
    const row = await store.find(caller.organizationId, id)
    if (row === null) throw notFound('certificate')
    return row
  }

  const list = async (caller: Caller, query: PageRequest & { subjectId?: string }): Promise<Page<CertificateRow>> => {
    const { organizationId } = caller
    const rows = await store.list(organizationId, query.subjectId, readCursor(query.after, ['string']), query.limit + 1)
    return {
      ...cutPage(rows, query.limit, (row) => [row._id]),
      ...(query.total === true ? { total: shownTotal(await store.count(organizationId, query.subjectId)) } : {}),
    }
  }

  return { sign, signErased, get, list, insertMany: store.insertMany, certifiedIn: store.certifiedIn }
}
export type Certificates = ReturnType<typeof createCertificates>
