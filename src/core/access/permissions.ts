import type { Role } from '../shared/words.ts'
import type { Scope } from './scopes.ts'

/**
 * Operation × scope × role, in one place. An operation of the contract without a row does not compile (adapters/http).
 *
 * - `scope`: what the client needs; `public`, `client` (HTTP Basic at the token endpoint) or `session` (the person's own).
 * - `roles`: the operation touches numbers or decides, so the token must carry a staff member (👤) appointed to one of
 *   them on the day it is executed. 番号法12条, ガイドライン別添1 C a: the handlers are named, and the auditor sees no digits.
 * - `once`: what an Idempotency-Key does. `stored`: the answer is kept (encrypted) and given again; `sealed`: likewise, and it
 *   holds a secret; `repeat`: done again and recorded again; `none`: nothing to repeat.
 */
export type Permission = {
  scope: Scope | 'public' | 'client' | 'session'
  roles?: readonly Role[]
  once: 'stored' | 'sealed' | 'repeat' | 'none'
  /** It has a budget, which is counted in Redis: without Redis it answers 503, while registering, checking and disposing go on. */
  budget?: true
}

const read = (scope: Permission['scope']): Permission => ({ scope, once: 'none' })
const write = (scope: Permission['scope'], roles?: readonly Role[]): Permission =>
  roles === undefined ? { scope, once: 'stored' } : { scope, roles, once: 'stored' }
const sealed = (scope: Permission['scope']): Permission => ({ scope, once: 'sealed' })

const handling = ['officer', 'handler'] as const
const checking = ['officer', 'handler', 'reviewer'] as const
const deciding = ['officer'] as const

export const permissions = {
  issueToken: read('client'),
  getAuthorizationServer: read('public'),
  getJwks: read('public'),
  listOrganizations: read('platform:read'),
  createOrganization: write('platform:write'),
  getOrganization: read('platform:read'),
  listClients: read('platform:read'),
  createClient: sealed('platform:write'),
  getClient: read('platform:read'),
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
  registerNumber: write('numbers:register', handling),
  createNumberCorrection: write('numbers:register', handling),
  createNumberReissue: write('numbers:register', handling),
  createNumberCheck: write('numbers:check', checking),
  createReveal: { scope: 'numbers:reveal', roles: handling, once: 'repeat', budget: true },
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
  createRequestAcceptance: write('collection:write', checking),
  createSession: { scope: 'public', once: 'none' },
  getSession: read('session'),
  createSessionConsent: write('session'),
  setSessionNumber: read('session'),
  setSessionDependent: read('session'),
  createSessionCheck: write('session'),
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
  createImportApplication: write('files:import', handling),
  listExports: read('files:export'),
  createExport: { scope: 'files:export', roles: handling, once: 'stored', budget: true },
  getExport: read('files:export'),
  getExportContent: { scope: 'files:export', roles: handling, once: 'repeat' },
  listPayments: read('payments:read'),
  createPayment: write('payments:write'),
  getPayment: read('payments:read'),
  listPaymentRecords: read('payments:read'),
  getPaymentRecord: read('payments:read'),
  getPayeeCopy: read('payments:read'),
  listFilings: read('payments:read'),
  createFiling: { scope: 'filings:write', roles: handling, once: 'stored', budget: true },
  getFiling: read('payments:read'),
  getFilingPackage: { scope: 'filings:write', roles: handling, once: 'repeat' },
  listRetentionRules: read('disposal:read'),
  listClaims: read('disposal:read'),
  listDisposalSchedule: read('disposal:read'),
  getPlannedDisposal: read('disposal:read'),
  setPlannedDisposal: { scope: 'disposal:write', roles: deciding, once: 'none' },
  removePlannedDisposal: { scope: 'disposal:write', roles: deciding, once: 'none' },
  listDisposals: read('disposal:read'),
  createDisposal: write('disposal:write', deciding),
  getDisposal: read('disposal:read'),
  listCertificates: read('disposal:read'),
  getCertificate: read('disposal:read'),
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
