import { decryptedReveal, type Encryption } from './encrypted-numbers.ts'
import * as operation from './gen/sdk.gen.ts'
import type { RevealRequest } from './gen/types.gen.ts'
import { createWait } from './jobs.ts'
import { createOperations } from './operations.ts'
import type { CallOptions, Send } from './send.ts'

/**
 * Every operation of openapi.yaml under the name a host would look for. `open` sends what needs no token, `asClient` what the client
 * asks in its own name.
 */
export const createSurface = (send: Send, open: Send, asClient: Send, encryption: Encryption = {}) => {
  const operations = createOperations(send, encryption)
  const { at, atTwo, writeAt, maybeWriteAt, numberAt, query, queryAt, readAt, write, plain, list, listAt, all, allAt } =
    operations
  const { sealedDownload, download, downloadAs, upload } = operations
  const { plain: openPlain, text: openText } = createOperations(open)
  const getJob = at(operation.getJob)
  const { decryptionKeys = [] } = encryption
  const createReveal = write(operation.createReveal)
  /** With keys to decrypt with, numbers are asked for encrypted and come as digits all the same. */
  const reveal = async (body: RevealRequest, options?: CallOptions) =>
    decryptionKeys.length === 0
      ? createReveal(body, options)
      : decryptedReveal(decryptionKeys, await createReveal({ encrypted: true, ...body }, options))

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
      delete: at(operation.deleteClient),
    },
    clientSecrets: {
      list: allAt(operation.listClientSecrets),
      create: writeAt(operation.createClientSecret),
      delete: atTwo(operation.deleteClientSecret, 'secretId'),
    },
    clientKeys: {
      list: allAt(operation.listClientKeys),
      create: writeAt(operation.createClientKey),
      delete: atTwo(operation.deleteClientKey, 'keyId'),
    },
    companies: {
      list: list(operation.listCompanies),
      create: write(operation.createCompany),
      get: at(operation.getCompany),
      update: writeAt(operation.updateCompany),
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
      update: writeAt(operation.updateStaff),
      appoint: writeAt(operation.createAppointment),
      dismiss: writeAt(operation.createDismissal),
      listTrainings: listAt(operation.listTrainings),
      recordTraining: writeAt(operation.createTraining),
      listPledges: listAt(operation.listPledges),
      recordPledge: writeAt(operation.createPledge),
    },
    settings: { get: plain(operation.getSettings), update: write(operation.updateSettings) },
    identityProvider: {
      get: plain(operation.getIdentityProvider),
      set: write(operation.setIdentityProvider),
      remove: plain(operation.removeIdentityProvider),
    },
    testClock: { get: plain(operation.getTestClock), set: write(operation.setTestClock) },
    subjects: {
      list: list(operation.listSubjects),
      create: write(operation.createSubject),
      get: at(operation.getSubject),
      update: writeAt(operation.updateSubject),
      upsert: writeAt(operation.upsertSubject, 'externalId'),
      listDependents: listAt(operation.listDependents),
      createDependent: writeAt(operation.createDependent),
      setNumberAbsence: writeAt(operation.setNumberAbsence),
      removeNumberAbsence: at(operation.removeNumberAbsence),
      listEmploymentEvents: listAt(operation.listEmploymentEvents),
      createEmploymentEvent: writeAt(operation.createEmploymentEvent),
      createLink: writeAt(operation.createSubjectLink),
    },
    numbers: {
      list: list(operation.listNumbers),
      get: at(operation.getSubjectNumber),
      register: numberAt(operation.registerNumber),
      correct: numberAt(operation.createNumberCorrection),
      reissue: numberAt(operation.createNumberReissue),
      check: writeAt(operation.createNumberCheck),
    },
    duplicates: { list: list(operation.listDuplicates) },
    reveals: { create: reveal },
    vault: { jwks: openPlain(operation.getVaultJwks) },
    purposes: { list: all(operation.listPurposes) },
    notices: {
      list: list(operation.listNotices),
      create: write(operation.createNotice),
      get: at(operation.getNotice),
    },
    noticeTemplates: { list: all(operation.listNoticeTemplates) },
    consentTexts: { list: all(operation.listConsentTexts) },
    consents: {
      list: list(operation.listConsents),
      create: write(operation.createConsent),
      get: at(operation.getConsent),
      withdraw: at(operation.createConsentWithdrawal),
    },
    noticesGiven: { list: list(operation.listNoticesGiven), create: write(operation.createNoticeGiven) },
    campaigns: {
      list: list(operation.listCampaigns),
      create: write(operation.createCampaign),
      get: at(operation.getCampaign),
      close: at(operation.createCampaignClosure),
      cancel: at(operation.createCampaignCancellation),
      progress: listAt(operation.getCampaignProgress),
    },
    requests: {
      list: list(operation.listRequests),
      create: write(operation.createRequest),
      get: at(operation.getRequest),
      update: writeAt(operation.updateRequest),
      return: writeAt(operation.createRequestReturn),
      refuse: writeAt(operation.createRequestRefusal),
      withdrawRefusal: at(operation.removeRequestRefusal),
      cancel: writeAt(operation.createRequestCancellation),
      listContacts: listAt(operation.listContacts),
      createContact: writeAt(operation.createContact),
      history: readAt(operation.getRequestHistory),
      downloadHistory: downloadAs(operation.getRequestHistory, 'application/pdf'),
      createLink: maybeWriteAt(operation.createRequestLink),
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
      download: sealedDownload(operation.getExportContent),
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
    erasureEpochs: {
      list: list(operation.listErasureEpochs),
      create: plain(operation.createErasureEpoch),
      get: at(operation.getErasureEpoch),
      confirmBackup: writeAt(operation.createBackupConfirmation),
    },
    ledger: {
      listEntries: list(operation.listLedgerEntries),
      listCheckpoints: list(operation.listCheckpoints),
      createCheckpoint: plain(operation.createCheckpoint),
      listPublicKeys: all(operation.listLedgerPublicKeys),
      getInclusionProof: query(operation.getInclusionProof),
      getConsistencyProof: query(operation.getConsistencyProof),
    },
    handlingStatements: {
      get: readAt(operation.getHandlingStatement),
      download: downloadAs(operation.getHandlingStatement, 'application/pdf'),
    },
    ledgerExports: {
      list: list(operation.listLedgerExports),
      create: write(operation.createLedgerExport),
      get: at(operation.getLedgerExport),
      download: download(operation.getLedgerExportContent),
    },
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
    signIns: { createNonce: createOperations(asClient).write(operation.createNonce) },
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
