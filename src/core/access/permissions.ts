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
 */
export type Permission = {
  scope: Scope | 'public' | 'client' | 'session'
  /** What a token without an organization needs instead, where it may ask too. */
  platformScope?: Scope
  once: 'stored' | 'sealed' | 'repeat' | 'none'
  /** It has a budget, which is counted in Redis: without Redis it answers 503, while registering, checking and disposing go on. */
  budget?: true
} & (ForRoles | { roles?: never; act?: never })
/** `act`: what it would have been in the 取扱記録, where whoever lacks the role leaves a trace. */
export type ForRoles = { roles: readonly Role[]; act: LedgerOperation }

const read = (scope: Permission['scope']) => ({ scope, once: 'none' }) as const
const write = (scope: Permission['scope']) => ({ scope, once: 'stored' }) as const
const sealed = (scope: Permission['scope']) => ({ scope, once: 'sealed' }) as const

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
  listCompanies: read('organization:read'),
  createCompany: write('organization:write'),
  getCompany: read('organization:read'),
  listDepartments: read('organization:read'),
  createDepartment: write('organization:write'),
  getDepartment: read('organization:read'),
  listStaff: read('staff:read'),
  createStaff: write('staff:write'),
  getStaff: read('staff:read'),
  createAppointment: write('staff:write'),
  getSettings: read('settings:read'),
  updateSettings: read('settings:write'),
  getIdentityProvider: read('settings:read'),
  setIdentityProvider: { scope: 'settings:write', roles: deciding, act: 'settings', once: 'none' },
  removeIdentityProvider: { scope: 'settings:write', roles: deciding, act: 'settings', once: 'none' },
  getTestClock: read('settings:read'),
  setTestClock: read('settings:write'),
  listSubjects: read('subjects:read'),
  createSubject: write('subjects:write'),
  getSubject: read('subjects:read'),
  updateSubject: read('subjects:write'),
  upsertSubject: read('subjects:write'),
  listDependents: read('subjects:read'),
  createDependent: write('subjects:write'),
  listEmploymentEvents: read('subjects:read'),
  createEmploymentEvent: write('subjects:write'),
  listNumbers: read('numbers:read'),
  getSubjectNumber: read('numbers:read'),
  registerNumber: { scope: 'numbers:register', roles: handling, act: 'register_by_proxy', once: 'stored' },
  createNumberCorrection: { scope: 'numbers:register', roles: handling, act: 'correct', once: 'stored' },
  createNumberReissue: { scope: 'numbers:register', roles: handling, act: 'reissue', once: 'stored' },
  createNumberCheck: { scope: 'numbers:check', roles: checking, act: 'check', once: 'stored' },
  createReveal: { scope: 'numbers:reveal', roles: handling, act: 'view', once: 'repeat', budget: true },
  // Who may know that two records have one number is who may see both numbers.
  listDuplicates: { scope: 'numbers:read', roles: handling, act: 'compare', once: 'none' },
  getVaultJwks: read('public'),
  listPurposes: read('notices:read'),
  listNotices: read('notices:read'),
  createNotice: write('notices:write'),
  getNotice: read('notices:read'),
  listNoticesGiven: read('notices:read'),
  createNoticeGiven: write('notices:write'),
  listRequests: read('collection:read'),
  createRequest: write('collection:write'),
  getRequest: read('collection:read'),
  createRequestLink: sealed('collection:write'),
  createRequestAcceptance: { scope: 'collection:write', roles: checking, act: 'request', once: 'stored' },
  createSession: { scope: 'public', once: 'none' },
  getSession: read('session'),
  // A session's view shows masks, and doing it again changes nothing: nothing is kept.
  createSessionConsent: read('session'),
  setSessionNumber: read('session'),
  setSessionDependent: read('session'),
  createSessionCheck: read('session'),
  createSessionSubmission: write('session'),
  getSessionReceipt: read('session'),
  listFileFormats: read('organization:read'),
  listRecipients: read('organization:read'),
  createRecipient: write('organization:write'),
  getRecipient: read('organization:read'),
  listImports: read('files:import'),
  createImport: { scope: 'files:import', once: 'none' },
  getImport: read('files:import'),
  listImportProblems: read('files:import'),
  createImportApplication: { scope: 'files:import', roles: handling, act: 'import', once: 'stored' },
  listExports: read('files:export'),
  createExport: { scope: 'files:export', roles: handling, act: 'export', once: 'stored', budget: true },
  getExport: read('files:export'),
  getExportContent: { scope: 'files:export', roles: handling, act: 'download', once: 'repeat' },
  listPayments: read('payments:read'),
  createPayment: write('payments:write'),
  getPayment: read('payments:read'),
  listPaymentRecords: read('payments:read'),
  getPaymentRecord: read('payments:read'),
  getPayeeCopy: read('payments:read'),
  listFilings: read('payments:read'),
  createFiling: { scope: 'filings:write', roles: handling, act: 'file', once: 'stored', budget: true },
  getFiling: read('payments:read'),
  getFilingPackage: { scope: 'filings:write', roles: handling, act: 'download', once: 'repeat' },
  listRetentionRules: read('disposal:read'),
  listClaims: read('disposal:read'),
  listDisposalSchedule: read('disposal:read'),
  getPlannedDisposal: read('disposal:read'),
  setPlannedDisposal: { scope: 'disposal:write', roles: deciding, act: 'plan_disposal', once: 'none' },
  removePlannedDisposal: { scope: 'disposal:write', roles: deciding, act: 'cancel_disposal_plan', once: 'none' },
  listDisposals: read('disposal:read'),
  createDisposal: { scope: 'disposal:write', roles: deciding, act: 'delete', once: 'stored' },
  getDisposal: read('disposal:read'),
  listCertificates: read('disposal:read'),
  getCertificate: read('disposal:read'),
  listErasureEpochs: { ...read('vault:read'), platformScope: 'platform:read' },
  createErasureEpoch: write('platform:write'),
  getErasureEpoch: { ...read('vault:read'), platformScope: 'platform:read' },
  createBackupConfirmation: write('platform:write'),
  listLedgerEntries: read('ledger:read'),
  getJob: read('jobs:read'),
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
