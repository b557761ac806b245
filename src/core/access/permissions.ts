import type { LedgerOperation } from '../ledger/ledger.ts'
import type { Role } from '../shared/words.ts'
import type { Scope } from './scopes.ts'

/**
 * Operation × scope × role, in one place. An operation of the contract without a row does not compile (adapters/http).
 *
 * - `scope`: what the client needs; `public`, `client` (its own authentication, at the token endpoint) or `session` (the person's own).
 * - `roles`: the operation touches numbers or decides, so the token must carry a staff member (👤) appointed to one of
 *   them on the day it is executed. 番号法12条, ガイドライン別添1 C a: the handlers are named, and the auditor sees no digits.
 * - `once`: what an Idempotency-Key does. `stored`: the answer is kept (encrypted) and given again; `sealed`: likewise, and it
 *   holds a secret; `repeat`: done again and recorded again; `none`: nothing to repeat.
 * - `limited`: what a staff member gets whose appointments cover only some companies, departments or kinds of subject.
 *   `filtered`: lists show, and use cases take, only what is covered; `named`: the request names subjects, and all of them
 *   must be covered; `open`: it tells of no subject; `auditor`: an auditor reads the whole ledger, other limited staff none
 *   of it. Absent: refused.
 * - `leaves`: digits leave by it, so the network must be in a 取扱区域, a training on record where the settings ask for
 *   one, and the day's budget not used up.
 * - `untilOfficer`: while the organization has had no officer a client may do it too, so that there can be a first one.
 */
export type Permission = {
  scope: Scope | 'public' | 'client' | 'session'
  /** What a token without an organization needs instead, where it may ask too. */
  platformScope?: Scope
  once: 'stored' | 'sealed' | 'repeat' | 'none'
  /** It has a budget, which is counted in Redis: without Redis it answers 503, while registering, checking and disposing go on. */
  budget?: true
  limited?: Limited
  leaves?: 'reveals' | 'exports' | 'filings' | 'downloads'
  untilOfficer?: true
  /** What it would have been in the 取扱記録, where whoever may not do it leaves a trace. */
  act?: LedgerOperation
} & (ForRoles | { roles?: never })
export type Limited = 'filtered' | 'named' | 'open' | 'auditor'
export type ForRoles = { roles: readonly Role[]; act: LedgerOperation }

const withLimit = (limited: Limited | undefined) => (limited === undefined ? {} : { limited })
const read = (scope: Permission['scope'], limited?: Limited) =>
  ({ scope, once: 'none', ...withLimit(limited) }) as const
const write = (scope: Permission['scope'], limited?: Limited) =>
  ({ scope, once: 'stored', ...withLimit(limited) }) as const
const sealed = (scope: Permission['scope'], limited?: Limited) =>
  ({ scope, once: 'sealed', ...withLimit(limited) }) as const

const handling = ['officer', 'handler'] as const
const checking = ['officer', 'handler', 'reviewer'] as const
const deciding = ['officer'] as const

export const permissions = {
  issueToken: read('client'),
  createNonce: read('client'),
  getAuthorizationServer: read('public'),
  getJwks: read('public'),
  listOrganizations: read('platform:read'),
  createOrganization: write('platform:write'),
  getOrganization: read('platform:read'),
  listClients: read('platform:read'),
  createClient: sealed('platform:write'),
  getClient: read('platform:read'),
  deleteClient: read('platform:write'),
  listClientSecrets: read('platform:read'),
  createClientSecret: sealed('platform:write'),
  deleteClientSecret: read('platform:write'),
  listClientKeys: read('platform:read'),
  createClientKey: write('platform:write'),
  deleteClientKey: read('platform:write'),
  listCompanies: read('organization:read', 'open'),
  createCompany: write('organization:write'),
  getCompany: read('organization:read', 'open'),
  updateCompany: { ...write('organization:write'), once: 'none' },
  listDepartments: read('organization:read', 'open'),
  createDepartment: write('organization:write'),
  getDepartment: read('organization:read', 'open'),
  listStaff: read('staff:read', 'open'),
  createStaff: {
    scope: 'staff:write',
    roles: deciding,
    act: 'staff',
    once: 'stored',
    limited: 'filtered',
    untilOfficer: true,
  },
  getStaff: read('staff:read', 'open'),
  updateStaff: { scope: 'staff:write', roles: deciding, act: 'staff', once: 'none' },
  createAppointment: {
    scope: 'staff:write',
    roles: deciding,
    act: 'staff',
    once: 'stored',
    limited: 'filtered',
    untilOfficer: true,
  },
  createDismissal: { scope: 'staff:write', roles: deciding, act: 'staff', once: 'stored', limited: 'filtered' },
  listTrainings: read('staff:read', 'open'),
  createTraining: { scope: 'staff:write', roles: deciding, act: 'staff', once: 'stored', limited: 'open' },
  listPledges: read('staff:read', 'open'),
  createPledge: { scope: 'staff:write', roles: deciding, act: 'staff', once: 'stored', limited: 'open' },
  getSettings: read('settings:read', 'open'),
  updateSettings: read('settings:write'),
  getIdentityProvider: read('settings:read', 'open'),
  setIdentityProvider: { scope: 'settings:write', roles: deciding, act: 'settings', once: 'none' },
  removeIdentityProvider: { scope: 'settings:write', roles: deciding, act: 'settings', once: 'none' },
  getTestClock: read('settings:read', 'open'),
  setTestClock: read('settings:write'),
  listSubjects: read('subjects:read', 'filtered'),
  createSubject: write('subjects:write', 'filtered'),
  getSubject: read('subjects:read', 'named'),
  updateSubject: read('subjects:write', 'named'),
  upsertSubject: read('subjects:write', 'filtered'),
  listDependents: read('subjects:read', 'named'),
  createDependent: write('subjects:write', 'named'),
  setNumberAbsence: read('subjects:write', 'named'),
  removeNumberAbsence: read('subjects:write', 'named'),
  listEmploymentEvents: read('subjects:read', 'named'),
  createEmploymentEvent: write('subjects:write', 'named'),
  listNumbers: read('numbers:read', 'filtered'),
  getSubjectNumber: read('numbers:read', 'named'),
  registerNumber: {
    scope: 'numbers:register',
    roles: handling,
    act: 'register_by_proxy',
    once: 'stored',
    limited: 'named',
  },
  createNumberCorrection: {
    scope: 'numbers:register',
    roles: handling,
    act: 'correct',
    once: 'stored',
    limited: 'named',
  },
  createNumberReissue: { scope: 'numbers:register', roles: handling, act: 'reissue', once: 'stored', limited: 'named' },
  createNumberCheck: { scope: 'numbers:check', roles: checking, act: 'check', once: 'stored', limited: 'named' },
  createReveal: {
    scope: 'numbers:reveal',
    roles: handling,
    act: 'view',
    once: 'repeat',
    budget: true,
    limited: 'named',
    leaves: 'reveals',
  },
  // Who may know that two records have one number is who may see both numbers.
  listDuplicates: { scope: 'numbers:read', roles: handling, act: 'compare', once: 'none' },
  getVaultJwks: read('public'),
  listPurposes: read('notices:read', 'open'),
  listNotices: read('notices:read', 'open'),
  createNotice: write('notices:write'),
  getNotice: read('notices:read', 'open'),
  listNoticeTemplates: read('notices:read', 'open'),
  listNoticesGiven: read('notices:read', 'named'),
  createNoticeGiven: write('notices:write', 'named'),
  listConsentTexts: read('notices:read', 'open'),
  listConsents: read('notices:read', 'filtered'),
  createConsent: write('notices:write', 'named'),
  getConsent: read('notices:read', 'filtered'),
  createConsentWithdrawal: write('notices:write', 'filtered'),
  listCampaigns: read('collection:read', 'open'),
  // Whoever begins one must cover all of its target.
  createCampaign: write('collection:write', 'filtered'),
  getCampaign: read('collection:read', 'open'),
  createCampaignClosure: write('collection:write', 'filtered'),
  createCampaignCancellation: write('collection:write', 'filtered'),
  getCampaignProgress: read('collection:read', 'filtered'),
  listRequests: read('collection:read', 'filtered'),
  createRequest: write('collection:write', 'named'),
  getRequest: read('collection:read', 'filtered'),
  updateRequest: read('collection:write', 'filtered'),
  createRequestLink: sealed('collection:write', 'filtered'),
  createRequestAcceptance: {
    scope: 'collection:write',
    roles: checking,
    act: 'request',
    once: 'stored',
    limited: 'filtered',
  },
  createRequestReturn: {
    scope: 'collection:write',
    roles: checking,
    act: 'request',
    once: 'stored',
    limited: 'filtered',
  },
  createRequestRefusal: write('collection:write', 'filtered'),
  removeRequestRefusal: read('collection:write', 'filtered'),
  createRequestCancellation: write('collection:write', 'filtered'),
  listContacts: read('collection:read', 'filtered'),
  createContact: write('collection:write', 'filtered'),
  // Each is on record: never for a mere look (HEAD).
  getRequestHistory: { scope: 'collection:read', once: 'repeat', limited: 'filtered' },
  createSubjectLink: sealed('collection:write', 'named'),
  createSession: { scope: 'public', once: 'none' },
  getSession: read('session'),
  createSessionFactor: read('session'),
  // A session's view shows masks, and doing it again changes nothing: nothing is kept.
  createSessionConsent: read('session'),
  setSessionNumber: read('session'),
  setSessionDependent: read('session'),
  removeSessionDependent: read('session'),
  createSessionDependentEnding: read('session'),
  removeSessionDependentEnding: read('session'),
  updateSessionPerson: read('session'),
  listSessionEvidence: read('session'),
  createSessionEvidence: read('session'),
  removeSessionEvidence: read('session'),
  createSessionCheck: read('session'),
  createSessionReveal: { scope: 'session', once: 'repeat' },
  createSessionSubmission: write('session'),
  createSessionRefusal: read('session'),
  removeSessionRefusal: read('session'),
  createSessionPostponement: read('session'),
  getSessionReceipt: read('session'),
  // Each look at who used the number is a disclosure, on record: never for a mere HEAD.
  getSessionStatus: { scope: 'session', once: 'repeat' },
  listFileFormats: read('organization:read', 'open'),
  listRecipients: read('organization:read', 'open'),
  createRecipient: write('organization:write'),
  getRecipient: read('organization:read', 'open'),
  listImports: read('files:import'),
  createImport: { scope: 'files:import', once: 'none', limited: 'filtered' },
  getImport: read('files:import', 'filtered'),
  listImportProblems: read('files:import', 'filtered'),
  createImportApplication: {
    scope: 'files:import',
    roles: handling,
    act: 'import',
    once: 'stored',
    limited: 'filtered',
  },
  listExports: read('files:export', 'filtered'),
  createExport: {
    scope: 'files:export',
    roles: handling,
    act: 'export',
    once: 'stored',
    budget: true,
    limited: 'filtered',
    leaves: 'exports',
  },
  getExport: read('files:export', 'filtered'),
  getExportContent: {
    scope: 'files:export',
    roles: handling,
    act: 'download',
    once: 'repeat',
    limited: 'filtered',
    leaves: 'downloads',
  },
  listPayments: read('payments:read', 'filtered'),
  createPayment: write('payments:write', 'named'),
  getPayment: read('payments:read', 'filtered'),
  listPaymentRecords: read('payments:read', 'filtered'),
  getPaymentRecord: read('payments:read', 'filtered'),
  getPayeeCopy: { scope: 'payments:read', once: 'repeat', limited: 'filtered' },
  listFilings: read('payments:read', 'filtered'),
  createFiling: {
    scope: 'filings:write',
    roles: handling,
    act: 'file',
    once: 'stored',
    budget: true,
    limited: 'filtered',
    leaves: 'filings',
  },
  getFiling: read('payments:read', 'filtered'),
  getFilingPackage: {
    scope: 'filings:write',
    roles: handling,
    act: 'download',
    once: 'repeat',
    limited: 'filtered',
    leaves: 'downloads',
  },
  listRetentionRules: read('disposal:read', 'open'),
  listClaims: read('disposal:read', 'named'),
  listDisposalSchedule: read('disposal:read', 'filtered'),
  getPlannedDisposal: read('disposal:read', 'named'),
  setPlannedDisposal: {
    scope: 'disposal:write',
    roles: deciding,
    act: 'plan_disposal',
    once: 'none',
    limited: 'named',
  },
  removePlannedDisposal: {
    scope: 'disposal:write',
    roles: deciding,
    act: 'cancel_disposal_plan',
    once: 'none',
    limited: 'named',
  },
  listDisposals: read('disposal:read'),
  createDisposal: { scope: 'disposal:write', roles: deciding, act: 'delete', once: 'stored', limited: 'named' },
  getDisposal: read('disposal:read'),
  listCertificates: read('disposal:read'),
  getCertificate: read('disposal:read'),
  listErasureEpochs: { ...read('vault:read', 'open'), platformScope: 'platform:read' },
  createErasureEpoch: write('platform:write'),
  getErasureEpoch: { ...read('vault:read', 'open'), platformScope: 'platform:read' },
  createBackupConfirmation: write('platform:write'),
  listLedgerEntries: { ...read('ledger:read', 'auditor'), act: 'read_ledger' },
  listLedgerExports: read('ledger:read', 'auditor'),
  createLedgerExport: { ...write('ledger:read', 'auditor'), act: 'export_ledger' },
  getLedgerExport: read('ledger:read', 'auditor'),
  getLedgerExportContent: { scope: 'ledger:read', once: 'repeat', limited: 'auditor', act: 'download' },
  listCheckpoints: read('ledger:read', 'open'),
  // It changes nothing but when: who may read the record may have it sealed and signed now.
  createCheckpoint: write('ledger:read', 'open'),
  listLedgerPublicKeys: read('ledger:read', 'open'),
  getInclusionProof: read('ledger:read', 'auditor'),
  getConsistencyProof: read('ledger:read', 'open'),
  // Each is a disclosure of its own, on record.
  getHandlingStatement: { scope: 'ledger:read', once: 'repeat', limited: 'named' },
  getJob: read('jobs:read', 'open'),
  listWebhookEndpoints: read('webhooks:read'),
  createWebhookEndpoint: sealed('webhooks:write'),
  getWebhookEndpoint: read('webhooks:read'),
  deleteWebhookEndpoint: read('webhooks:write'),
  createWebhookSecret: sealed('webhooks:write'),
  createTestEvent: write('webhooks:write'),
  listWebhookDeliveries: read('webhooks:read'),
  getHealth: read('public'),
  getReadiness: read('public'),
  getMetrics: read('public'),
  getOpenapi: read('public'),
} as const satisfies Record<string, Permission>

export type Operation = keyof typeof permissions
