import type { Files } from '../files/files.ts'
import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { CleanPdf } from './collection.rules.ts'
import { type EvidenceKind, evidenceTable } from './evidence.rules.ts'
import { type EvidencePlace, type EvidenceRow, type EvidenceStore, toEvidence } from './evidence.store.ts'
import { evidenceFile } from './evidence-file.ts'
import type { RequestRow } from './requests.store.ts'
import { keyOf, selfKey, subjectOfKey } from './session-keys.ts'
import type { SeenEvidence, Views } from './session-view.ts'
import type { Visit } from './visit.ts'
import { factorRequired, type Writing } from './writing.ts'

const mostFiles = 40
const tooMany = (): AppError => new AppError('conflict', `At most ${mostFiles} files: take one back first.`)

type Deps = {
  db: Database
  store: EvidenceStore
  files: Pick<Files, 'write' | 'attach' | 'discard' | 'markLive' | 'doom' | 'destroy'>
  cleanPdf: CleanPdf
  keys: Pick<Keys, 'fingerprintCandidates'>
  ledger: Ledger
  subjects: Subjects
  clock: Clock
  views: Pick<Views, 'requestOf'>
  writing: Writing
}

/** 確認書類: uploaded by the person, taken back before the submission. The picture is sealed under a key of its own. */
export const createEvidence = ({ db, store, files, cleanPdf, keys, ledger, subjects, clock, views, writing }: Deps) => {
  const entriesOf = async (visit: Visit, subjectId: string, functionName: string) => {
    const subject = (await subjects.shown(visit.organizationId, [subjectId])).get(subjectId)
    return ledger.prepare(visit, [{ operation: 'evidence', functionName, outcome: 'done', ...defined({ subject }) }])
  }

  const whose = async ({ organizationId, session }: Visit, key: string, request: Parameters<typeof keyOf>[0]) => {
    const family = (await subjects.rows.findDependents(organizationId, [session.subjectId])).map(({ _id }) => _id)
    const subjectId = subjectOfKey(request, key, session.subjectId, family)
    if (subjectId !== undefined) return subjectId
    throw new AppError('not_found', 'Add the dependent first.', {
      places: [{ parameter: 'subjectKey', code: 'not_found' }],
    })
  }

  const toSeen = (visit: Visit, request: RequestRow, row: EvidenceRow): SeenEvidence => {
    const { subjectId, ...seen } = toEvidence(row)
    return { ...seen, subjectKey: keyOf(request, subjectId, visit.session.subjectId) }
  }

  /** Read to its end and kept nowhere. */
  const drain = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const _ of bytes);
  }

  /**
   * The same bytes of the same document of the same person are one upload, however often they come: an answer was lost, a button
   * tapped twice. So this needs no Idempotency-Key, which would not know the bytes before they were read.
   */
  const add = async (
    visit: Visit,
    { kind, subjectKey = selfKey }: { kind: EvidenceKind; subjectKey?: string },
    source: AsyncIterable<Uint8Array>,
  ): Promise<SeenEvidence> => {
    const { organizationId } = visit
    const request = await writing.mustBeTold(visit)
    const subjectId = await whose(visit, subjectKey, request)
    const place: EvidencePlace = { organizationId, requestId: request._id, subjectId, kind }
    const looked = evidenceFile(source, cleanPdf)
    const mark = async () => {
      const { digest, ...found } = looked.found()
      const fingerprints = await keys.fingerprintCandidates(organizationId, `evidence ${digest}`)
      const [fingerprint = ''] = fingerprints
      return { found, fingerprint, earlier: () => store.same(place, fingerprints) }
    }
    if ((await store.countOf(organizationId, request._id)) >= mostFiles) {
      await drain(looked.bytes)
      const earlier = await (await mark()).earlier()
      if (earlier !== null) return toSeen(visit, request, earlier)
      throw tooMany()
    }
    // Whose number it shows: their disposal takes it along.
    const file = await files.write(organizationId, { kind: 'evidence', subjectIds: [subjectId] }, looked.bytes)
    const { found, fingerprint, earlier } = await mark()
    const before = await earlier()
    if (before !== null) {
      await files.discard(file)
      return toSeen(visit, request, before)
    }
    const row: EvidenceRow = {
      ...{ _id: newId('evidence'), ...place, fileId: file._id, fingerprint },
      ...found,
      createdAt: clock.now(),
    }
    try {
      const entries = await entriesOf(visit, subjectId, `確認書類の提出（${evidenceTable[kind].ja}）`)
      const { once: _, ...caller } = visit
      await commit(db, caller, async () => {
        await writing.mark(visit, { entries: ledger.refsOf(entries), set: { touched: true } })
        // The mark makes those that come at once come one after the other.
        if ((await store.countOf(organizationId, request._id)) >= mostFiles) throw tooMany()
        await files.attach([file])
        await store.insert(row)
        await ledger.append(entries)
      })
    } catch (error) {
      await files.discard(file)
      // Both came at once, and the other one was first.
      const first = isDuplicateKey(error) ? await earlier() : null
      if (first === null) throw error
      return toSeen(visit, request, first)
    }
    await files.markLive(file)
    return toSeen(visit, request, row)
  }

  /** At once and for good: its key goes. */
  const remove = async (visit: Visit, id: string): Promise<void> => {
    const { organizationId } = visit
    const request = await writing.mustWrite(visit)
    const row = await store.find(organizationId, request._id, id)
    if (row === null) throw notFound('upload')
    const entries = await entriesOf(visit, row.subjectId, `確認書類の取消（${evidenceTable[row.kind].ja}）`)
    const { once: _, ...caller } = visit
    await commit(db, caller, async () => {
      await writing.mark(visit, {})
      if (!(await store.remove(organizationId, id))) throw notFound('upload')
      await files.doom(organizationId, [row.fileId])
      await ledger.append(entries)
    })
    await files.destroy(organizationId, [row.fileId])
  }

  const list = async (visit: Visit): Promise<SeenEvidence[]> => {
    const { organizationId, session } = visit
    const request = await views.requestOf(visit)
    if (!session.factor.passed) throw factorRequired()
    return (await store.ofRequest(organizationId, request._id)).map(({ subjectId, ...row }) => ({
      ...row,
      subjectKey: keyOf(request, subjectId, session.subjectId),
    }))
  }

  return { add, list, remove }
}
export type EvidenceSteps = ReturnType<typeof createEvidence>
