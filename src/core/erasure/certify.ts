import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { CertificateRow, Retention } from '../retention/retention.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { AppError } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import type { Shares } from './shares.ts'

type Deps = {
  db: Database
  ledger: Ledger
  outbox: Outbox
  organizations: Organizations
  subjects: Pick<Subjects, 'shown'>
  vault: Pick<Vault, 'markErased'>
  retention: Pick<Retention, 'erasure'>
  shares: Shares
  clock: Clock
  chunkSize: number
  onError: (error: unknown) => void
}

const functionName = 'マイナンバー消去'

/** The certificates of an epoch become *erased*: certificate, number version, ledger (消去) and events commit together. */
export const createCertifyErased = (deps: Deps) => {
  const { db, ledger, outbox, organizations, subjects, vault, retention, shares, clock, chunkSize } = deps

  return async (organizationId: string, epochId: string, erasedAt: Date, step: () => Promise<void>): Promise<void> => {
    const caller = await shares.callerFor(organizationId)
    if (caller === undefined) return
    /** One that does not verify stays as it is, for the operator; the others go on. */
    const signAll = async (rows: readonly CertificateRow[]): Promise<CertificateRow[]> => {
      const businessAt = await organizations.now(caller)
      const signed: CertificateRow[] = []
      for (const row of rows)
        try {
          signed.push(await retention.erasure.sign(row, { erasedAt, businessAt, signedAt: clock.now() }))
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'internal') throw error
          deps.onError(error)
        }
      return signed
    }

    let line = 0
    for (let after = ''; ; ) {
      const rows = await retention.erasure.ofEpoch(organizationId, epochId, after, chunkSize)
      const last = rows.at(-1)
      if (last === undefined) return
      const signed = await signAll(rows)
      const shown = await subjects.shown(
        organizationId,
        signed.map(({ subjectId }) => subjectId),
      )
      const touches = signed.flatMap(({ subjectId }) => {
        const subject = shown.get(subjectId)
        return [
          {
            ...{ operation: 'erase' as const, functionName, outcome: 'done' as const, jobId: epochId },
            ...(subject === undefined ? {} : { subject }),
          },
        ]
      })
      const entries = await ledger.prepare(caller, touches, line)
      if (signed.length > 0)
        await db.inTransaction(async () => {
          if ((await retention.erasure.erase(organizationId, signed)) < signed.length)
            throw new AppError('conflict', 'Another worker has this epoch.')
          await vault.markErased(
            organizationId,
            signed.flatMap(({ versionIds }) => versionIds),
          )
          await ledger.append(entries)
          await outbox.events(
            caller,
            signed.flatMap(({ _id: certificateId, subjectId, disposalId, versionIds }) => [
              ...versionIds.map((versionId) => ({
                type: 'number.erased' as const,
                data: { subjectId, versionId, disposalId },
              })),
              { type: 'certificate.final' as const, data: { certificateId, subjectId, disposalId } },
            ]),
          )
          await shares.addCertificates(organizationId, epochId, signed.length)
        })
      await step()
      line += signed.length
      after = last._id
    }
  }
}
export type CertifyErased = ReturnType<typeof createCertifyErased>
