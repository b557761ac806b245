import * as operation from './gen/sdk.gen.ts'
import { createWait } from './jobs.ts'
import { createOperations } from './operations.ts'
import type { Send } from './send.ts'

/** Every operation of openapi.yaml under the name a host would look for. `open` sends what needs no token. */
export const createSurface = (send: Send, open: Send) => {
  const { at, writeAt, queryAt, write, plain, download, upload, list, listAt, all, allAt } = createOperations(send)
  const { plain: openPlain, text: openText } = createOperations(open)
  const getJob = at(operation.getJob)

  return {
    organizations: {
      list: list(operation.listOrganizations),
      create: write(operation.createOrganization),
      get: at(operation.getOrganization),
    },
    clients: {
      list: list(operation.listClients),
      create: write(operation.createClient),
      get: at(operation.getClient),
    },
    companies: {
      list: list(operation.listCompanies),
      create: write(operation.createCompany),
      get: at(operation.getCompany),
    },
    departments: {
      list: list(operation.listDepartments),
      create: write(operation.createDepartment),
      get: at(operation.getDepartment),
    },
    staff: {
      list: list(operation.listStaff),
      create: write(operation.createStaff),
      get: at(operation.getStaff),
      appoint: writeAt(operation.createAppointment),
      dismiss: writeAt(operation.createDismissal),
      listTrainings: listAt(operation.listTrainings),
      recordTraining: writeAt(operation.createTraining),
      listPledges: listAt(operation.listPledges),
      recordPledge: writeAt(operation.createPledge),
    },
    settings: { get: plain(operation.getSettings), update: write(operation.updateSettings) },
    testClock: { get: plain(operation.getTestClock), set: write(operation.setTestClock) },
    subjects: {
      list: list(operation.listSubjects),
      create: write(operation.createSubject),
      get: at(operation.getSubject),
      update: writeAt(operation.updateSubject),
      upsert: writeAt(operation.upsertSubject, 'externalId'),
      listDependents: listAt(operation.listDependents),
      createDependent: writeAt(operation.createDependent),
      listEmploymentEvents: listAt(operation.listEmploymentEvents),
      createEmploymentEvent: writeAt(operation.createEmploymentEvent),
    },
    numbers: {
      list: list(operation.listNumbers),
      get: at(operation.getSubjectNumber),
      register: writeAt(operation.registerNumber),
      correct: writeAt(operation.createNumberCorrection),
      reissue: writeAt(operation.createNumberReissue),
      check: writeAt(operation.createNumberCheck),
    },
    reveals: { create: write(operation.createReveal) },
    purposes: { list: all(operation.listPurposes) },
    notices: {
      list: list(operation.listNotices),
      create: write(operation.createNotice),
      get: at(operation.getNotice),
    },
    noticesGiven: { list: list(operation.listNoticesGiven), create: write(operation.createNoticeGiven) },
    requests: {
      list: list(operation.listRequests),
      create: write(operation.createRequest),
      get: at(operation.getRequest),
      createLink: at(operation.createRequestLink),
      accept: at(operation.createRequestAcceptance),
    },
    fileFormats: { list: all(operation.listFileFormats) },
    recipients: {
      list: list(operation.listRecipients),
      create: write(operation.createRecipient),
      get: at(operation.getRecipient),
    },
    imports: {
      list: list(operation.listImports),
      create: upload(operation.createImport),
      get: at(operation.getImport),
      listProblems: listAt(operation.listImportProblems),
      apply: at(operation.createImportApplication),
    },
    exports: {
      list: list(operation.listExports),
      create: write(operation.createExport),
      get: at(operation.getExport),
      download: download(operation.getExportContent),
    },
    payments: {
      list: list(operation.listPayments),
      create: write(operation.createPayment),
      get: at(operation.getPayment),
    },
    paymentRecords: {
      list: list(operation.listPaymentRecords),
      get: at(operation.getPaymentRecord),
      downloadPayeeCopy: download(operation.getPayeeCopy),
    },
    filings: {
      list: list(operation.listFilings),
      create: write(operation.createFiling),
      get: at(operation.getFiling),
      downloadPackage: download(operation.getFilingPackage),
    },
    retentionRules: { list: all(operation.listRetentionRules) },
    claims: { list: allAt(operation.listClaims) },
    disposalSchedule: { list: list(operation.listDisposalSchedule) },
    plannedDisposals: {
      get: at(operation.getPlannedDisposal),
      set: writeAt(operation.setPlannedDisposal),
      remove: queryAt(operation.removePlannedDisposal),
    },
    disposals: {
      list: list(operation.listDisposals),
      create: write(operation.createDisposal),
      get: at(operation.getDisposal),
    },
    certificates: { list: list(operation.listCertificates), get: at(operation.getCertificate) },
    ledger: { listEntries: list(operation.listLedgerEntries) },
    jobs: { get: getJob, wait: createWait(getJob) },
    webhookEndpoints: {
      list: list(operation.listWebhookEndpoints),
      create: write(operation.createWebhookEndpoint),
      get: at(operation.getWebhookEndpoint),
      delete: at(operation.deleteWebhookEndpoint),
      createSecret: at(operation.createWebhookSecret),
      createTestEvent: at(operation.createTestEvent),
    },
    webhookDeliveries: { list: list(operation.listWebhookDeliveries) },
    authorization: { metadata: openPlain(operation.getAuthorizationServer), jwks: openPlain(operation.getJwks) },
    operation: {
      health: openPlain(operation.getHealth),
      readiness: openPlain(operation.getReadiness),
      metrics: openText(operation.getMetrics),
      contract: openText(operation.getOpenapi),
    },
  }
}

export type Surface = ReturnType<typeof createSurface>
