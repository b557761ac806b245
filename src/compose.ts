import type { Server } from 'node:http'
import type { Logger } from 'pino'
import { createAnchorStore } from './adapters/anchors/choose.ts'
import { zipArchive } from './adapters/archive/zip.ts'
import { createGridFsBlobs } from './adapters/blobs/gridfs.ts'
import { authorizationHandlers } from './adapters/http/handlers/authorization.ts'
import { collectionHandlers } from './adapters/http/handlers/collection.ts'
import { erasureHandlers } from './adapters/http/handlers/erasure.ts'
import { filesHandlers } from './adapters/http/handlers/files.ts'
import { identityProviderHandlers } from './adapters/http/handlers/identity-provider.ts'
import { jobsHandlers } from './adapters/http/handlers/jobs.ts'
import { ledgerHandlers } from './adapters/http/handlers/ledger.ts'
import { noticesHandlers } from './adapters/http/handlers/notices.ts'
import { numbersHandlers } from './adapters/http/handlers/numbers.ts'
import { organizationHandlers } from './adapters/http/handlers/organization.ts'
import { oversightHandlers } from './adapters/http/handlers/oversight.ts'
import { paymentsHandlers } from './adapters/http/handlers/payments.ts'
import { platformHandlers } from './adapters/http/handlers/platform.ts'
import { retentionHandlers } from './adapters/http/handlers/retention.ts'
import { serviceHandlers } from './adapters/http/handlers/service.ts'
import { sessionHandlers } from './adapters/http/handlers/session.ts'
import { settingsHandlers } from './adapters/http/handlers/settings.ts'
import { staffHandlers } from './adapters/http/handlers/staff.ts'
import { subjectsHandlers } from './adapters/http/handlers/subjects.ts'
import { webhooksHandlers } from './adapters/http/handlers/webhooks.ts'
import { createMetrics } from './adapters/http/metrics.ts'
import { createAddressOf, isWithin } from './adapters/http/networks.ts'
import { addReference } from './adapters/http/reference.ts'
import { createRequestLog, describeError } from './adapters/http/request-log.ts'
import { createHttpServer } from './adapters/http/server.ts'
import { createKekProvider } from './adapters/kms/choose.ts'
import { createAttemptCounts } from './adapters/limits/attempt-counts.ts'
import { createLimits } from './adapters/limits/limits.ts'
import { createSmtpMailer } from './adapters/mail/smtp.ts'
import { createIssuerKeys } from './adapters/oidc/issuer-keys.ts'
import { createPage } from './adapters/page/page.ts'
import { exportFormats } from './adapters/payroll/export-formats.ts'
import { rosterFormat } from './adapters/payroll/roster-format.ts'
import { createPdfCleaning } from './adapters/pdf/cleaning.ts'
import { renderHandlingStatement } from './adapters/pdf/handling-statement.ts'
import { ledgerPdf } from './adapters/pdf/ledger-pdf.ts'
import { renderPersonReceipt } from './adapters/pdf/person-receipt.ts'
import { renderRequestHistory } from './adapters/pdf/request-history.ts'
import { payeeCopyRenderer, slipRenderer } from './adapters/pdf/slip-renderer.ts'
import { qrCodeOf } from './adapters/qr/qr-code.ts'
import {
  changesLane,
  createQueue,
  deliveriesLane,
  deliverySource,
  eventsLane,
  jobsLane,
  outboxSource,
} from './adapters/queue/queue.ts'
import { ledgerCsv } from './adapters/spreadsheet/ledger-csv.ts'
import { slipWriter } from './adapters/tax/slip-writer.ts'
import { createTimeStamper } from './adapters/tsa/time-stamps.ts'
import type { Config } from './config.ts'
import { createAccess, createBudgets, createGuard, permissions } from './core/access/access.ts'
import { createAnchors } from './core/anchors/anchors.ts'
import { createCollection } from './core/collection/collection.ts'
import { createErasure, type EpochAlarm } from './core/erasure/erasure.ts'
import { createExports } from './core/exports/exports.ts'
import { createFiles } from './core/files/files.ts'
import { createImports } from './core/imports/imports.ts'
import { createJobRunner, createJobs, type JobKind } from './core/jobs/jobs.ts'
import { createKeys, type FindReferenced } from './core/keys/keys.ts'
import { createLedger, createSealing, createVerification } from './core/ledger/ledger.ts'
import { createNotices } from './core/notices/notices.ts'
import { createOrganizations } from './core/organizations/organizations.ts'
import { createOutbox, type OutboxRow } from './core/outbox/outbox.ts'
import { createOversight } from './core/oversight/oversight.ts'
import { createPayments } from './core/payments/payments.ts'
import { createReading } from './core/reading/reading.ts'
import { createReceipts } from './core/receipts/receipts.ts'
import { createRenewal } from './core/renewal/renewal.ts'
import { createRetention } from './core/retention/retention.ts'
import { systemCaller } from './core/shared/caller.ts'
import { type Clock, systemClock } from './core/shared/clock.ts'
import { createDatabase, type Database } from './core/shared/database.ts'
import { AppError } from './core/shared/errors.ts'
import type { Role } from './core/shared/words.ts'
import { createSubjects } from './core/subjects/subjects.ts'
import { createUse } from './core/use/use.ts'
import { createVault } from './core/vault/vault.ts'
import { createWitnesses, witnessKinds } from './core/witnesses/witnesses.ts'
import { startMaintenance, type Task } from './maintenance.ts'
import { StartError } from './start-error.ts'
import { createWebhooks } from './webhooks/webhooks.ts'

/** A job is done in the name of whoever asked: the role is judged again when it runs. */
const rolesOfJob = {
  import_check: undefined,
  import_apply: permissions.createImportApplication.roles,
  export: permissions.createExport.roles,
  filing: permissions.createFiling.roles,
  // Decided when it was asked for: what has begun is finished, whoever has left since.
  disposal: undefined,
  // Judged by the job itself: 監査者 and whoever is not limited.
  ledger_export: undefined,
  // Judged when it was asked for; whoever has left since, people are asked all the same.
  campaign: undefined,
  campaign_cancellation: undefined,
} as const satisfies Record<JobKind, readonly Role[] | undefined>

/** For the operator's log. */
const erasureWarnings = {
  backup_late: 'it waits for a backup of the key database: take one, then `azukari epoch confirm`',
  erasure_late: 'a disposal is not erased after 35 days',
} as const satisfies Record<EpochAlarm, string>

/** Milliseconds that requests under way get when the service stops. */
const drainMs = 10_000
/** Milliseconds that the port stays closed for a comparison that is soon over. */
const graceMs = 2000

const connect = async (db: Database, what: string): Promise<void> => {
  try {
    await db.connect()
    if (await db.isReplicaSet()) return
  } catch (error) {
    throw new StartError(
      `${what} cannot be reached or is not a replica set (${error instanceof Error ? error.name : 'unknown'}): see its URL, or let \`npm run dev\` provide one.`,
    )
  }
  throw new StartError(`${what} is not a replica set: transactions need one; start mongod with --replSet.`)
}

/** What a part refuses at start is the operator's to put right, and its cause names the setting. */
const atStart = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    const told = error instanceof AppError && error.cause instanceof Error ? error.cause : error
    throw new StartError(`${what} cannot be used. ${told instanceof Error ? told.message : 'unknown'}`, {
      cause: error,
    })
  }
}

/** The whole object graph, top to bottom, one line per part. */
export const compose = async (config: Config, logger: Logger, clock: Clock = systemClock) => {
  const onError = (error: unknown): void => logger.error(describeError(error), 'background work failed')

  const onTampered = (organizationId: string, entryIds: readonly string[]): void =>
    logger.error({ organizationId, entryIds }, 'the ledger was tampered with: entries do not fit their MAC')

  const db = createDatabase({ url: config.mongodbUrl, name: config.databaseName, joinsTransactions: true })
  const keysDb = createDatabase({
    url: config.mongodbKeysUrl,
    name: `${config.databaseName}_keys`,
    joinsTransactions: false,
  })
  const provider = await atStart('The KMS', () => createKekProvider(config.kms))

  const keys = createKeys({ db: keysDb, provider, clock, cacheSeconds: config.keyCacheSeconds, onError })
  const anchors = createAnchors({ store: await createAnchorStore(config.anchors), db, keysDb, keys, clock })
  const ledger = createLedger({ db, keys, clock })
  const receipts = createReceipts({ keys, issuer: config.publicUrl })
  const leaseMs = config.leaseSeconds * 1000
  const outbox = createOutbox({ db, clock, leaseMs })
  const sealing = createSealing({
    db,
    keys,
    ledger,
    outbox,
    anchors,
    clock,
    onError,
    onTampered,
    leaseMs,
    onAnchored: (checkpoint) => witnesses.onAnchored(checkpoint),
  })
  const verification = createVerification({ db, keys, anchors, publicKeys: sealing.checkpoints.publicKeys })
  const jobs = createJobs({ db, outbox, clock })
  const organizations = createOrganizations({ db, keys, ledger, clock })
  const attempts = createAttemptCounts({ redisUrl: config.redisUrl, prefix: config.redisPrefix })
  const issuers = createIssuerKeys({ allowLoopback: config.webhooksAllowLoopback })
  const access = createAccess({
    db,
    keys,
    ledger,
    organizations,
    clock,
    issuer: config.publicUrl,
    issuerKeys: issuers.issuerKeys,
    attemptCounts: attempts.counts,
    firstOfficerBy: config.firstOfficerBy,
  })
  const witnesses = createWitnesses({
    db,
    organizations,
    staff: access.staff,
    timeStamps: sealing.timeStamps,
    verifierKeys: async (organizationId) =>
      (await sealing.checkpoints.publicKeys(organizationId)).map(({ verifierKey }) => verifierKey),
    ...(config.smtp === undefined ? {} : { mailer: createSmtpMailer(config.smtp) }),
    ...(config.tsaUrl === undefined ? {} : { timeStamper: createTimeStamper({ url: config.tsaUrl }) }),
    clock,
    publicUrl: config.publicUrl,
    onError,
  })
  const subjects = createSubjects({ db, keys, ledger, outbox, organizations, clock })
  const notices = createNotices({ db, keys, ledger, organizations, subjects, clock })
  const files = createFiles({ db, keys, blobs: createGridFsBlobs(db), clock })
  const vault = createVault({ db, keys, ledger, outbox, organizations, subjects, notices, files, anchors, onError })
  const use = createUse({ vault, subjects, organizations, access })
  const oversight = createOversight({
    ledger,
    access,
    organizations,
    subjects,
    clock,
    renderer: renderHandlingStatement,
  })
  const collection = createCollection({
    db,
    keys,
    ledger,
    jobs,
    outbox,
    organizations,
    subjects,
    notices,
    vault,
    files,
    access,
    oversight,
    clock,
    publicUrl: config.publicUrl,
    renderHistory: renderRequestHistory,
    renderReceipt: renderPersonReceipt,
    cleanPdf: createPdfCleaning(),
    drawQrCode: qrCodeOf,
  })
  const imports = createImports({
    db,
    keys,
    ledger,
    outbox,
    jobs,
    organizations,
    subjects,
    files,
    clock,
    roster: rosterFormat,
  })
  const exports = createExports({
    db,
    keys,
    ledger,
    outbox,
    jobs,
    organizations,
    subjects,
    vault,
    files,
    clock,
    formats: exportFormats,
    access,
    onError,
  })
  const payments = createPayments({
    db,
    keys,
    ledger,
    outbox,
    jobs,
    organizations,
    subjects,
    vault,
    files,
    clock,
    writer: slipWriter,
    renderer: slipRenderer,
    payeeCopy: payeeCopyRenderer,
    archive: zipArchive,
    whyBlank: collection.whyBlank,
  })
  const retention = createRetention({
    db,
    keys,
    ledger,
    outbox,
    jobs,
    organizations,
    access,
    subjects,
    notices,
    vault,
    files,
    anchors,
    answers: {
      forget: async (organizationId, subjectIds) => {
        await access.once.forget(organizationId, subjectIds)
        await collection.forget(organizationId, subjectIds)
      },
    },
    clock,
    issuer: config.publicUrl,
    lastPaymentYears: payments.lastYears,
  })
  const reading = createReading({
    db,
    keys,
    ledger,
    jobs,
    organizations,
    subjects,
    files,
    clock,
    formats: { csv: ledgerCsv, pdf: ledgerPdf },
    log: sealing.log,
    onError,
  })
  const renewal = createRenewal({ db, keys, vault, clock, onError })
  const erasure = createErasure({
    db,
    keysDb,
    keys,
    ledger,
    outbox,
    organizations,
    subjects,
    vault,
    files,
    retention,
    clock,
    onError,
    leaseMs,
    everyDays: config.erasure.everyDays,
    keepOldKeysSeconds: config.erasure.keepOldKeysSeconds,
    confirmsByItself: config.erasure.backups === 'test',
    ...(config.erasure.platformId === undefined ? {} : { platformId: config.erasure.platformId }),
  })
  const webhooks = createWebhooks({
    db,
    keys,
    ledger,
    outbox,
    organizations,
    clock,
    leaseMs,
    allowLoopback: config.webhooksAllowLoopback,
  })

  // All three are there before anything is written.
  await connect(db, 'MongoDB (MONGODB_URL)')
  await connect(keysDb, 'MongoDB for keys (MONGODB_KEYS_URL)')
  const queue = createQueue({ redisUrl: config.redisUrl, prefix: config.redisPrefix, log: logger })
  try {
    await queue.ping()
  } catch {
    await Promise.all([queue.close(), db.close(), keysDb.close()])
    throw new StartError('Redis (REDIS_URL) cannot be reached: start it, or let `npm run dev` provide one.')
  }
  await attempts.connect()
  const limits = createLimits({
    redisUrl: config.redisUrl,
    prefix: config.redisPrefix,
    clientPerMinute: config.rateLimitPerMinute,
  })
  const guard = createGuard({
    ledger,
    organizations,
    subjects,
    records: access.records,
    budgets: createBudgets({ counter: limits.counter, ledger, clock }),
    isWithin,
  })
  await db.prepare()
  await keysDb.prepare()
  await atStart('The KMS', keys.prepare)

  const recovery = anchors.recovery({ replay: retention.replays, log: logger })

  const runner = createJobRunner({
    db,
    jobs,
    outbox,
    clock,
    onError,
    systemCallerOf: async (organizationId) => systemCaller(await organizations.own({ organizationId }), clock.now()),
    callerOf: async (job) => {
      const caller = await access.callerOfJob(({ kind }) => rolesOfJob[kind])(job)
      if (job.kind === 'export' || job.kind === 'filing') await guard.mustStillBeTrained(caller)
      return caller
    },
    handlers: {
      import_check: imports.checkHandler,
      import_apply: imports.applyHandler,
      export: exports.handler,
      filing: payments.filings.handler,
      disposal: retention.disposalHandler,
      ledger_export: reading.exports.handler,
      campaign: collection.jobs.begin,
      campaign_cancellation: collection.jobs.takeBack,
    },
  })

  const metrics = createMetrics({
    kmsCalls: () => keys.kmsCalls().total,
    erasureAlarms: erasure.alarms,
    ledger: sealing.state,
    witnesses: witnesses.counts,
  })
  const requestLog = createRequestLog(logger)
  const log = Object.assign(
    (...[request, response]: Parameters<typeof requestLog>): void => {
      metrics.observe(request, response)
      requestLog(request, response)
    },
    { error: requestLog.error, refused: requestLog.refused },
  )
  let made: Server | undefined
  /** Made when it is first needed: a worker and the operator's command answer no requests, and read no contract. */
  const server = (): Server => {
    made ??= createHttpServer({
      access,
      guard,
      takeOne: limits.take,
      addressOf: createAddressOf(config.trustedProxies),
      authenticateSession: collection.authenticate,
      budgetsMustCount: () =>
        queue.mustAnswer().catch((cause) => {
          throw new AppError('unavailable', 'Redis cannot be reached, so that budgets cannot be counted: try again.', {
            cause,
          })
        }),
      receiveNumber: vault.receive,
      ownFilters: {
        companyId: organizations.getCompany,
        departmentId: organizations.getDepartment,
        subjectId: subjects.get,
        campaignId: collection.campaigns.get,
        filingId: payments.filings.get,
        endpointId: webhooks.endpoints.get,
      },
      clock,
      log,
      receipts,
      closed: recovery.refusal,
      validateResponses: config.validateResponses,
      pages: (app) => {
        addReference(app)
        createPage({ framedBy: collection.framedBy })(app)
      },
      handlers: {
        ...authorizationHandlers({ access, publicUrl: config.publicUrl }),
        ...platformHandlers({ organizations, access }),
        ...identityProviderHandlers({ access }),
        ...organizationHandlers({ organizations, subjects }),
        ...staffHandlers({ access }),
        ...settingsHandlers({ organizations, notices, now: clock.now }),
        ...subjectsHandlers({ subjects }),
        ...numbersHandlers({ vault, use }),
        ...noticesHandlers({ notices }),
        ...collectionHandlers({ collection }),
        ...sessionHandlers({ collection }),
        ...filesHandlers({ imports, exports }),
        ...jobsHandlers({ jobs, receipts }),
        ...paymentsHandlers({ payments }),
        ...retentionHandlers({ retention }),
        ...erasureHandlers({ erasure }),
        ...ledgerHandlers({ reading, sealing }),
        ...oversightHandlers({ oversight }),
        ...webhooksHandlers({ webhooks }),
        ...serviceHandlers({
          parts: { mongodb: db.ping, keys: keysDb.ping, redis: queue.ping, anchors: anchors.check },
          anchors: recovery.state,
          ledger: sealing.state,
          metrics: metrics.text,
        }),
      },
    }).server
    return made
  }

  const referenced: FindReferenced = async (organizationId, references) => {
    const deksOf = (wanted: 'number' | 'file'): string[] =>
      references.flatMap(({ purpose, dekId }) => (purpose === wanted ? [dekId] : []))
    const [numbers, kept] = await Promise.all([
      vault.referencedDeks(organizationId, deksOf('number')),
      files.referencedDeks(organizationId, deksOf('file')),
    ])
    return new Set([...numbers, ...kept])
  }
  const tasks: Task[] = [
    { name: 'finish corrections', everySeconds: 30, run: vault.finishCorrections },
    { name: 'heartbeat', everySeconds: 60, run: retention.heartbeat },
    { name: 'finish disposals', everySeconds: 30, run: () => retention.finishDisposals() },
    { name: 'used-up exports', everySeconds: 60, run: () => exports.sweep() },
    { name: 'used-up filings', everySeconds: 60, run: () => payments.filings.sweep() },
    { name: 'list of disposals', everySeconds: 600, run: recovery.again },
    { name: 'files', everySeconds: 300, run: () => files.sweep() },
    { name: 'older formats', everySeconds: 600, run: renewal.run },
    { name: 'transport keys', everySeconds: 3600, run: () => keys.transport.tidy() },
    { name: 'number index', everySeconds: 600, run: vault.placeNumbers },
    { name: 'data keys', everySeconds: 600, run: () => keys.deks.sweepOrphans({ isReferenced: referenced }) },
  ]

  // Each by itself: a server that does not answer keeps its own waiting, and nothing else may wait with it.
  const witnessTasks = witnessKinds.map((kind): Task[] => [
    { name: `witnesses: ${kind}`, everySeconds: 10, run: () => witnesses.run(kind) },
  ])

  const warnOfErasure = async (): Promise<void> => {
    for (const alarm of await erasure.alarms()) logger.warn({ alarm }, `erasure epoch: ${erasureWarnings[alarm]}`)
  }
  // By itself: it has hours of work, for which nothing else may wait.
  const epochTasks: Task[] = [
    { name: 'erasure epoch', everySeconds: 2, run: erasure.advance },
    { name: 'erasure alarms', everySeconds: 3600, run: warnOfErasure },
  ]

  // By itself too: the end of a year can end very many at once.
  const deadlineTasks: Task[] = [{ name: 'deadlines of requests', everySeconds: 3, run: collection.deadlines.sweep }]

  /** What happened, for the service's own features first: the fan-out settles the row. */
  const onEvent = async (row: OutboxRow): Promise<void> => {
    await collection.changes.onEvent(row)
    await webhooks.fanOut(row)
  }

  let maintenance: { stop: () => Promise<void> }[] = []
  const closing = Promise.withResolvers<void>()
  let isClosing = false
  let recovering: Promise<void> | undefined
  /** Begins the comparison with the list of disposals, and waits a moment: mostly there is nothing to repeat. */
  const recover = (): Promise<void> => {
    recovering ??= (async () => {
      await atStart('The list of disposals', recovery.prepare)
      recovery.start()
      await Promise.race([recovery.open(), new Promise((resolve) => setTimeout(resolve, graceMs).unref())])
    })()
    return recovering
  }

  /** When nothing is left to repeat: a worker would use numbers that have gone. */
  const startWorker = async (): Promise<void> => {
    await recover()
    await Promise.race([recovery.open(), closing.promise])
    if (isClosing) return
    queue.workers([
      jobsLane(outbox, runner, config.workerConcurrency),
      eventsLane(outbox, onEvent),
      changesLane(outbox, collection.changes.answer),
      deliveriesLane(webhooks.deliver),
    ])
    const { nudge } = queue.relay([outboxSource(outbox), deliverySource(webhooks.deliver)])
    outbox.onRow(nudge)
    maintenance = [
      ...[tasks, epochTasks, deadlineTasks, ...witnessTasks].map((own) =>
        startMaintenance({ tasks: own, clock, onError }),
      ),
      sealing.start(),
    ]
  }

  /** It answers 503 while disposals are repeated. */
  const listen = async (): Promise<number> => {
    await recover()
    const listening = server()
    return new Promise((resolve, reject) => {
      listening.once('error', (error: NodeJS.ErrnoException) =>
        reject(new StartError(`Port ${config.port} on ${config.host} cannot be used (${error.code ?? error.name}).`)),
      )
      listening.listen(config.port, config.host, () => {
        const address = listening.address()
        resolve(typeof address === 'object' && address !== null ? address.port : config.port)
      })
    })
  }

  const close = async (): Promise<void> => {
    isClosing = true
    closing.resolve()
    if (made?.listening) {
      const listening = made
      const closed = new Promise<void>((resolve) => listening.close(() => resolve()))
      listening.closeIdleConnections()
      const timer = setTimeout(() => listening.closeAllConnections(), drainMs)
      await closed
      clearTimeout(timer)
    }
    erasure.stop()
    await recovery.stop()
    await Promise.all(maintenance.map(({ stop }) => stop()))
    await queue.close()
    limits.close()
    await vault.flush()
    await webhooks.close()
    attempts.close()
    await issuers.close()
    keys.close()
    await Promise.all([db.close(), keysDb.close()])
  }

  return {
    core: {
      keys,
      ledger,
      sealing,
      verification,
      witnesses,
      outbox,
      jobs,
      organizations,
      access,
      subjects,
      notices,
      vault,
      use,
      collection,
      files,
      imports,
      exports,
      payments,
      retention,
      reading,
      renewal,
      erasure,
      oversight,
      webhooks,
    },
    /** For tests that look at what is stored. */
    databases: { data: db, keys: keysDb },
    server,
    listen,
    startWorker,
    close,
  }
}
export type AzukariService = Awaited<ReturnType<typeof compose>>
