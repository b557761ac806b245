import type { Erasure, ShownEpoch } from '../../../core/erasure/erasure.ts'
import { defined } from '../../../core/shared/defined.ts'
import { accepted, type Context, callerOf, created, type Handler, ok, on, platformOf } from '../operation.ts'
import { iso, maybeIso, pageOf, toList } from './paging.ts'

const toEpoch = (epoch: ShownEpoch) => ({
  id: epoch._id,
  state: epoch.state,
  progress: { done: epoch.progress.done, ...defined({ total: epoch.progress.total }) },
  alarms: [...epoch.alarms],
  startedBy: epoch.startedBy,
  startedAt: iso(epoch.startedAt),
  notBefore: iso(epoch.notBefore),
  ...defined({
    certificates: epoch.certificates,
    rewrappedAt: maybeIso(epoch.rewrappedAt),
    backup:
      epoch.backup === undefined
        ? undefined
        : { takenAt: iso(epoch.backup.takenAt), confirmedAt: iso(epoch.backup.confirmedAt), by: epoch.backup.by },
    destroyedAt: maybeIso(epoch.destroyedAt),
    erasableAt: maybeIso(epoch.erasableAt),
    finishedAt: maybeIso(epoch.finishedAt),
  }),
})

const asksForAll = ({ asker }: Context): boolean => asker.kind === 'platform'

export const erasureHandlers = ({ erasure }: { erasure: Erasure }) => ({
  listErasureEpochs: (async (context, { query }) => {
    const page = pageOf(query)
    const epochs = asksForAll(context) ? await erasure.list(page) : await erasure.listOwn(callerOf(context), page)
    return ok(toList(epochs, toEpoch))
  }) satisfies Handler<'listErasureEpochs'>,

  createErasureEpoch: on<'createErasureEpoch', ShownEpoch>(
    (context) => erasure.start(platformOf(context)),
    (epoch) => accepted(toEpoch(epoch)),
  ),

  getErasureEpoch: (async (context, { path }) => {
    const epoch = asksForAll(context) ? await erasure.get(path.id) : await erasure.getOwn(callerOf(context), path.id)
    return ok(toEpoch(epoch))
  }) satisfies Handler<'getErasureEpoch'>,

  createBackupConfirmation: on<'createBackupConfirmation', ShownEpoch>(
    (context, { path, body }) =>
      erasure.confirmBackup(platformOf(context), path.id, { takenAt: new Date(body.backupTakenAt) }),
    (epoch) => created(toEpoch(epoch)),
  ),
})
