// Generated from openapi.yaml by npm run generate.
// @ts-nocheck

import { client } from './client.gen.ts';
import { type Client, type ClientMeta, type Options as Options2, type RequestResult, type TDataShape, urlSearchParamsBodySerializer } from './client/index.ts';
import type { CreateAppointmentData, CreateAppointmentErrors, CreateAppointmentResponses, CreateBackupConfirmationData, CreateBackupConfirmationErrors, CreateBackupConfirmationResponses, CreateCampaignCancellationData, CreateCampaignCancellationErrors, CreateCampaignCancellationResponses, CreateCampaignClosureData, CreateCampaignClosureErrors, CreateCampaignClosureResponses, CreateCampaignData, CreateCampaignErrors, CreateCampaignResponses, CreateCheckpointData, CreateCheckpointErrors, CreateCheckpointResponses, CreateClientData, CreateClientErrors, CreateClientKeyData, CreateClientKeyErrors, CreateClientKeyResponses, CreateClientResponses, CreateClientSecretData, CreateClientSecretErrors, CreateClientSecretResponses, CreateCompanyData, CreateCompanyErrors, CreateCompanyResponses, CreateConsentData, CreateConsentErrors, CreateConsentResponses, CreateConsentWithdrawalData, CreateConsentWithdrawalErrors, CreateConsentWithdrawalResponses, CreateContactData, CreateContactErrors, CreateContactResponses, CreateDepartmentData, CreateDepartmentErrors, CreateDepartmentResponses, CreateDependentData, CreateDependentErrors, CreateDependentResponses, CreateDismissalData, CreateDismissalErrors, CreateDismissalResponses, CreateDisposalData, CreateDisposalErrors, CreateDisposalResponses, CreateEmploymentEventData, CreateEmploymentEventErrors, CreateEmploymentEventResponses, CreateErasureEpochData, CreateErasureEpochErrors, CreateErasureEpochResponses, CreateExportData, CreateExportErrors, CreateExportResponses, CreateFilingData, CreateFilingErrors, CreateFilingResponses, CreateImportApplicationData, CreateImportApplicationErrors, CreateImportApplicationResponses, CreateImportData, CreateImportErrors, CreateImportResponses, CreateLedgerExportData, CreateLedgerExportErrors, CreateLedgerExportResponses, CreateNonceData, CreateNonceErrors, CreateNonceResponses, CreateNoticeData, CreateNoticeErrors, CreateNoticeGivenData, CreateNoticeGivenErrors, CreateNoticeGivenResponses, CreateNoticeResponses, CreateNumberCheckData, CreateNumberCheckErrors, CreateNumberCheckResponses, CreateNumberCorrectionData, CreateNumberCorrectionErrors, CreateNumberCorrectionResponses, CreateNumberReissueData, CreateNumberReissueErrors, CreateNumberReissueResponses, CreateOrganizationData, CreateOrganizationErrors, CreateOrganizationResponses, CreatePaymentData, CreatePaymentErrors, CreatePaymentResponses, CreatePledgeData, CreatePledgeErrors, CreatePledgeResponses, CreateRecipientData, CreateRecipientErrors, CreateRecipientResponses, CreateRequestAcceptanceData, CreateRequestAcceptanceErrors, CreateRequestAcceptanceResponses, CreateRequestCancellationData, CreateRequestCancellationErrors, CreateRequestCancellationResponses, CreateRequestData, CreateRequestErrors, CreateRequestLinkData, CreateRequestLinkErrors, CreateRequestLinkResponses, CreateRequestRefusalData, CreateRequestRefusalErrors, CreateRequestRefusalResponses, CreateRequestResponses, CreateRequestReturnData, CreateRequestReturnErrors, CreateRequestReturnResponses, CreateRevealData, CreateRevealErrors, CreateRevealResponses, CreateSessionCheckData, CreateSessionCheckErrors, CreateSessionCheckResponses, CreateSessionConsentData, CreateSessionConsentErrors, CreateSessionConsentResponses, CreateSessionData, CreateSessionDependentEndingData, CreateSessionDependentEndingErrors, CreateSessionDependentEndingResponses, CreateSessionErrors, CreateSessionEvidenceData, CreateSessionEvidenceErrors, CreateSessionEvidenceResponses, CreateSessionFactorData, CreateSessionFactorErrors, CreateSessionFactorResponses, CreateSessionPostponementData, CreateSessionPostponementErrors, CreateSessionPostponementResponses, CreateSessionRefusalData, CreateSessionRefusalErrors, CreateSessionRefusalResponses, CreateSessionResponses, CreateSessionRevealData, CreateSessionRevealErrors, CreateSessionRevealResponses, CreateSessionSubmissionData, CreateSessionSubmissionErrors, CreateSessionSubmissionResponses, CreateStaffData, CreateStaffErrors, CreateStaffResponses, CreateSubjectData, CreateSubjectErrors, CreateSubjectLinkData, CreateSubjectLinkErrors, CreateSubjectLinkResponses, CreateSubjectResponses, CreateTestEventData, CreateTestEventErrors, CreateTestEventResponses, CreateTrainingData, CreateTrainingErrors, CreateTrainingResponses, CreateWebhookEndpointData, CreateWebhookEndpointErrors, CreateWebhookEndpointResponses, CreateWebhookSecretData, CreateWebhookSecretErrors, CreateWebhookSecretResponses, DeleteClientData, DeleteClientErrors, DeleteClientKeyData, DeleteClientKeyErrors, DeleteClientKeyResponses, DeleteClientResponses, DeleteClientSecretData, DeleteClientSecretErrors, DeleteClientSecretResponses, DeleteWebhookEndpointData, DeleteWebhookEndpointErrors, DeleteWebhookEndpointResponses, GetAuthorizationServerData, GetAuthorizationServerErrors, GetAuthorizationServerResponses, GetCampaignData, GetCampaignErrors, GetCampaignProgressData, GetCampaignProgressErrors, GetCampaignProgressResponses, GetCampaignResponses, GetCertificateData, GetCertificateErrors, GetCertificateResponses, GetClientData, GetClientErrors, GetClientResponses, GetCompanyData, GetCompanyErrors, GetCompanyResponses, GetConsentData, GetConsentErrors, GetConsentResponses, GetConsistencyProofData, GetConsistencyProofErrors, GetConsistencyProofResponses, GetDepartmentData, GetDepartmentErrors, GetDepartmentResponses, GetDisposalData, GetDisposalErrors, GetDisposalResponses, GetErasureEpochData, GetErasureEpochErrors, GetErasureEpochResponses, GetExportContentData, GetExportContentErrors, GetExportContentResponses, GetExportData, GetExportErrors, GetExportResponses, GetFilingData, GetFilingErrors, GetFilingPackageData, GetFilingPackageErrors, GetFilingPackageResponses, GetFilingResponses, GetHandlingStatementData, GetHandlingStatementErrors, GetHandlingStatementResponses, GetHealthData, GetHealthErrors, GetHealthResponses, GetIdentityProviderData, GetIdentityProviderErrors, GetIdentityProviderResponses, GetImportData, GetImportErrors, GetImportResponses, GetInclusionProofData, GetInclusionProofErrors, GetInclusionProofResponses, GetJobData, GetJobErrors, GetJobResponses, GetJwksData, GetJwksErrors, GetJwksResponses, GetLedgerExportContentData, GetLedgerExportContentErrors, GetLedgerExportContentResponses, GetLedgerExportData, GetLedgerExportErrors, GetLedgerExportResponses, GetMetricsData, GetMetricsErrors, GetMetricsResponses, GetNoticeData, GetNoticeErrors, GetNoticeResponses, GetOpenapiData, GetOpenapiErrors, GetOpenapiResponses, GetOrganizationData, GetOrganizationErrors, GetOrganizationResponses, GetPayeeCopyData, GetPayeeCopyErrors, GetPayeeCopyResponses, GetPaymentData, GetPaymentErrors, GetPaymentRecordData, GetPaymentRecordErrors, GetPaymentRecordResponses, GetPaymentResponses, GetPlannedDisposalData, GetPlannedDisposalErrors, GetPlannedDisposalResponses, GetReadinessData, GetReadinessErrors, GetReadinessResponses, GetRecipientData, GetRecipientErrors, GetRecipientResponses, GetRequestData, GetRequestErrors, GetRequestHistoryData, GetRequestHistoryErrors, GetRequestHistoryResponses, GetRequestResponses, GetSessionData, GetSessionErrors, GetSessionReceiptData, GetSessionReceiptErrors, GetSessionReceiptResponses, GetSessionResponses, GetSessionStatusData, GetSessionStatusErrors, GetSessionStatusResponses, GetSettingsData, GetSettingsErrors, GetSettingsResponses, GetStaffData, GetStaffErrors, GetStaffResponses, GetSubjectData, GetSubjectErrors, GetSubjectNumberData, GetSubjectNumberErrors, GetSubjectNumberResponses, GetSubjectResponses, GetTestClockData, GetTestClockErrors, GetTestClockResponses, GetVaultJwksData, GetVaultJwksErrors, GetVaultJwksResponses, GetWebhookEndpointData, GetWebhookEndpointErrors, GetWebhookEndpointResponses, IssueTokenData, IssueTokenErrors, IssueTokenResponses, ListCampaignsData, ListCampaignsErrors, ListCampaignsResponses, ListCertificatesData, ListCertificatesErrors, ListCertificatesResponses, ListCheckpointsData, ListCheckpointsErrors, ListCheckpointsResponses, ListClaimsData, ListClaimsErrors, ListClaimsResponses, ListClientKeysData, ListClientKeysErrors, ListClientKeysResponses, ListClientsData, ListClientSecretsData, ListClientSecretsErrors, ListClientSecretsResponses, ListClientsErrors, ListClientsResponses, ListCompaniesData, ListCompaniesErrors, ListCompaniesResponses, ListConsentsData, ListConsentsErrors, ListConsentsResponses, ListConsentTextsData, ListConsentTextsErrors, ListConsentTextsResponses, ListContactsData, ListContactsErrors, ListContactsResponses, ListDepartmentsData, ListDepartmentsErrors, ListDepartmentsResponses, ListDependentsData, ListDependentsErrors, ListDependentsResponses, ListDisposalScheduleData, ListDisposalScheduleErrors, ListDisposalScheduleResponses, ListDisposalsData, ListDisposalsErrors, ListDisposalsResponses, ListDuplicatesData, ListDuplicatesErrors, ListDuplicatesResponses, ListEmploymentEventsData, ListEmploymentEventsErrors, ListEmploymentEventsResponses, ListErasureEpochsData, ListErasureEpochsErrors, ListErasureEpochsResponses, ListExportsData, ListExportsErrors, ListExportsResponses, ListFileFormatsData, ListFileFormatsErrors, ListFileFormatsResponses, ListFilingsData, ListFilingsErrors, ListFilingsResponses, ListImportProblemsData, ListImportProblemsErrors, ListImportProblemsResponses, ListImportsData, ListImportsErrors, ListImportsResponses, ListLedgerEntriesData, ListLedgerEntriesErrors, ListLedgerEntriesResponses, ListLedgerExportsData, ListLedgerExportsErrors, ListLedgerExportsResponses, ListLedgerPublicKeysData, ListLedgerPublicKeysErrors, ListLedgerPublicKeysResponses, ListNoticesData, ListNoticesErrors, ListNoticesGivenData, ListNoticesGivenErrors, ListNoticesGivenResponses, ListNoticesResponses, ListNoticeTemplatesData, ListNoticeTemplatesErrors, ListNoticeTemplatesResponses, ListNumbersData, ListNumbersErrors, ListNumbersResponses, ListOrganizationsData, ListOrganizationsErrors, ListOrganizationsResponses, ListPaymentRecordsData, ListPaymentRecordsErrors, ListPaymentRecordsResponses, ListPaymentsData, ListPaymentsErrors, ListPaymentsResponses, ListPledgesData, ListPledgesErrors, ListPledgesResponses, ListPurposesData, ListPurposesErrors, ListPurposesResponses, ListRecipientsData, ListRecipientsErrors, ListRecipientsResponses, ListRequestsData, ListRequestsErrors, ListRequestsResponses, ListRetentionRulesData, ListRetentionRulesErrors, ListRetentionRulesResponses, ListSessionEvidenceData, ListSessionEvidenceErrors, ListSessionEvidenceResponses, ListStaffData, ListStaffErrors, ListStaffResponses, ListSubjectsData, ListSubjectsErrors, ListSubjectsResponses, ListTrainingsData, ListTrainingsErrors, ListTrainingsResponses, ListWebhookDeliveriesData, ListWebhookDeliveriesErrors, ListWebhookDeliveriesResponses, ListWebhookEndpointsData, ListWebhookEndpointsErrors, ListWebhookEndpointsResponses, RegisterNumberData, RegisterNumberErrors, RegisterNumberResponses, RemoveIdentityProviderData, RemoveIdentityProviderErrors, RemoveIdentityProviderResponses, RemoveNumberAbsenceData, RemoveNumberAbsenceErrors, RemoveNumberAbsenceResponses, RemovePlannedDisposalData, RemovePlannedDisposalErrors, RemovePlannedDisposalResponses, RemoveRequestRefusalData, RemoveRequestRefusalErrors, RemoveRequestRefusalResponses, RemoveSessionDependentData, RemoveSessionDependentEndingData, RemoveSessionDependentEndingErrors, RemoveSessionDependentEndingResponses, RemoveSessionDependentErrors, RemoveSessionDependentResponses, RemoveSessionEvidenceData, RemoveSessionEvidenceErrors, RemoveSessionEvidenceResponses, RemoveSessionRefusalData, RemoveSessionRefusalErrors, RemoveSessionRefusalResponses, SetIdentityProviderData, SetIdentityProviderErrors, SetIdentityProviderResponses, SetNumberAbsenceData, SetNumberAbsenceErrors, SetNumberAbsenceResponses, SetPlannedDisposalData, SetPlannedDisposalErrors, SetPlannedDisposalResponses, SetSessionDependentData, SetSessionDependentErrors, SetSessionDependentResponses, SetSessionNumberData, SetSessionNumberErrors, SetSessionNumberResponses, SetTestClockData, SetTestClockErrors, SetTestClockResponses, UpdateCompanyData, UpdateCompanyErrors, UpdateCompanyResponses, UpdateRequestData, UpdateRequestErrors, UpdateRequestResponses, UpdateSessionPersonData, UpdateSessionPersonErrors, UpdateSessionPersonResponses, UpdateSettingsData, UpdateSettingsErrors, UpdateSettingsResponses, UpdateStaffData, UpdateStaffErrors, UpdateStaffResponses, UpdateSubjectData, UpdateSubjectErrors, UpdateSubjectResponses, UpsertSubjectData, UpsertSubjectErrors, UpsertSubjectResponses } from './types.gen.ts';

export type Options<TData extends TDataShape = TDataShape, ThrowOnError extends boolean = boolean, TResponse = unknown> = Options2<TData, ThrowOnError, TResponse> & {
    /**
     * You can provide a client instance returned by `createClient()` instead of
     * individual options. This might be also useful if you want to implement a
     * custom client.
     */
    client?: Client;
    /**
     * You can pass arbitrary values through the `meta` object. This can be
     * used to access values that aren't defined as part of the SDK function.
     */
    meta?: keyof ClientMeta extends never ? Record<string, unknown> : ClientMeta;
};

/**
 * Get an access token
 *
 * The client authenticates by HTTP Basic or by `private_key_jwt` (RFC 7523). Client credentials give a token with the assurance `host`; a token exchange (RFC 8693) of an ID token of the organization's own OIDC issuer gives one with `idp`. After repeated failures from one address the answer is 429 with `Retry-After`.
 */
export const issueToken = <ThrowOnError extends boolean = false>(options: Options<IssueTokenData, ThrowOnError>): RequestResult<IssueTokenResponses, IssueTokenErrors, ThrowOnError> => (options.client ?? client).post<IssueTokenResponses, IssueTokenErrors, ThrowOnError>({
    ...urlSearchParamsBodySerializer,
    security: [{ scheme: 'basic', type: 'http' }],
    url: '/oauth/token',
    ...options,
    headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...options.headers
    }
});

/**
 * Get a nonce for a sign-in at the organization’s own OIDC issuer
 *
 * Valid for ten minutes and one token exchange, for this client and organization. Pass it as `nonce` of the authentication request.
 */
export const createNonce = <ThrowOnError extends boolean = false>(options: Options<CreateNonceData, ThrowOnError>): RequestResult<CreateNonceResponses, CreateNonceErrors, ThrowOnError> => (options.client ?? client).post<CreateNonceResponses, CreateNonceErrors, ThrowOnError>({
    ...urlSearchParamsBodySerializer,
    security: [{ scheme: 'basic', type: 'http' }],
    url: '/oauth/nonces',
    ...options,
    headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...options.headers
    }
});

/**
 * Authorization server metadata (RFC 8414)
 */
export const getAuthorizationServer = <ThrowOnError extends boolean = false>(options?: Options<GetAuthorizationServerData, ThrowOnError>): RequestResult<GetAuthorizationServerResponses, GetAuthorizationServerErrors, ThrowOnError> => (options?.client ?? client).get<GetAuthorizationServerResponses, GetAuthorizationServerErrors, ThrowOnError>({ url: '/.well-known/oauth-authorization-server', ...options });

/**
 * Public keys of tokens and certificates
 */
export const getJwks = <ThrowOnError extends boolean = false>(options?: Options<GetJwksData, ThrowOnError>): RequestResult<GetJwksResponses, GetJwksErrors, ThrowOnError> => (options?.client ?? client).get<GetJwksResponses, GetJwksErrors, ThrowOnError>({ url: '/.well-known/jwks.json', ...options });

/**
 * List organizations
 */
export const listOrganizations = <ThrowOnError extends boolean = false>(options?: Options<ListOrganizationsData, ThrowOnError>): RequestResult<ListOrganizationsResponses, ListOrganizationsErrors, ThrowOnError> => (options?.client ?? client).get<ListOrganizationsResponses, ListOrganizationsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/organizations',
    ...options
});

/**
 * Create an organization
 */
export const createOrganization = <ThrowOnError extends boolean = false>(options: Options<CreateOrganizationData, ThrowOnError>): RequestResult<CreateOrganizationResponses, CreateOrganizationErrors, ThrowOnError> => (options.client ?? client).post<CreateOrganizationResponses, CreateOrganizationErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/organizations',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get an organization
 */
export const getOrganization = <ThrowOnError extends boolean = false>(options: Options<GetOrganizationData, ThrowOnError>): RequestResult<GetOrganizationResponses, GetOrganizationErrors, ThrowOnError> => (options.client ?? client).get<GetOrganizationResponses, GetOrganizationErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/organizations/{id}',
    ...options
});

/**
 * List clients
 */
export const listClients = <ThrowOnError extends boolean = false>(options?: Options<ListClientsData, ThrowOnError>): RequestResult<ListClientsResponses, ListClientsErrors, ThrowOnError> => (options?.client ?? client).get<ListClientsResponses, ListClientsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/clients',
    ...options
});

/**
 * Create a client; its secret is shown once
 */
export const createClient = <ThrowOnError extends boolean = false>(options: Options<CreateClientData, ThrowOnError>): RequestResult<CreateClientResponses, CreateClientErrors, ThrowOnError> => (options.client ?? client).post<CreateClientResponses, CreateClientErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/clients',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Revoke a client
 *
 * Its secrets, keys and tokens end: at once where they are asked for, in every process within 5 seconds.
 */
export const deleteClient = <ThrowOnError extends boolean = false>(options: Options<DeleteClientData, ThrowOnError>): RequestResult<DeleteClientResponses, DeleteClientErrors, ThrowOnError> => (options.client ?? client).delete<DeleteClientResponses, DeleteClientErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/clients/{id}',
    ...options
});

/**
 * Get a client
 */
export const getClient = <ThrowOnError extends boolean = false>(options: Options<GetClientData, ThrowOnError>): RequestResult<GetClientResponses, GetClientErrors, ThrowOnError> => (options.client ?? client).get<GetClientResponses, GetClientErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/clients/{id}',
    ...options
});

/**
 * List the secrets of a client, without the secrets
 */
export const listClientSecrets = <ThrowOnError extends boolean = false>(options: Options<ListClientSecretsData, ThrowOnError>): RequestResult<ListClientSecretsResponses, ListClientSecretsErrors, ThrowOnError> => (options.client ?? client).get<ListClientSecretsResponses, ListClientSecretsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/clients/{id}/secrets',
    ...options
});

/**
 * Rotate the secret; the new one is shown once
 *
 * The secrets before it end at `previousEndsAt`: at most 7 days ahead, 24 hours where it is absent.
 */
export const createClientSecret = <ThrowOnError extends boolean = false>(options: Options<CreateClientSecretData, ThrowOnError>): RequestResult<CreateClientSecretResponses, CreateClientSecretErrors, ThrowOnError> => (options.client ?? client).post<CreateClientSecretResponses, CreateClientSecretErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/clients/{id}/secrets',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * End a secret at once
 */
export const deleteClientSecret = <ThrowOnError extends boolean = false>(options: Options<DeleteClientSecretData, ThrowOnError>): RequestResult<DeleteClientSecretResponses, DeleteClientSecretErrors, ThrowOnError> => (options.client ?? client).delete<DeleteClientSecretResponses, DeleteClientSecretErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/clients/{id}/secrets/{secretId}',
    ...options
});

/**
 * List the public keys of a client
 */
export const listClientKeys = <ThrowOnError extends boolean = false>(options: Options<ListClientKeysData, ThrowOnError>): RequestResult<ListClientKeysResponses, ListClientKeysErrors, ThrowOnError> => (options.client ?? client).get<ListClientKeysResponses, ListClientKeysErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/clients/{id}/keys',
    ...options
});

/**
 * Register a public key of a client
 *
 * `sig`: the client signs its assertions with it (`private_key_jwt`). `enc`: answers with numbers are encrypted to the newest of these. The answer’s `id` is the `kid`. To rotate: register another, change over, then remove this one. At most ten of each use.
 */
export const createClientKey = <ThrowOnError extends boolean = false>(options: Options<CreateClientKeyData, ThrowOnError>): RequestResult<CreateClientKeyResponses, CreateClientKeyErrors, ThrowOnError> => (options.client ?? client).post<CreateClientKeyResponses, CreateClientKeyErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/clients/{id}/keys',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Remove a public key of a client
 */
export const deleteClientKey = <ThrowOnError extends boolean = false>(options: Options<DeleteClientKeyData, ThrowOnError>): RequestResult<DeleteClientKeyResponses, DeleteClientKeyErrors, ThrowOnError> => (options.client ?? client).delete<DeleteClientKeyResponses, DeleteClientKeyErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/clients/{id}/keys/{keyId}',
    ...options
});

/**
 * List companies (会社)
 */
export const listCompanies = <ThrowOnError extends boolean = false>(options?: Options<ListCompaniesData, ThrowOnError>): RequestResult<ListCompaniesResponses, ListCompaniesErrors, ThrowOnError> => (options?.client ?? client).get<ListCompaniesResponses, ListCompaniesErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/companies',
    ...options
});

/**
 * Create a company
 */
export const createCompany = <ThrowOnError extends boolean = false>(options: Options<CreateCompanyData, ThrowOnError>): RequestResult<CreateCompanyResponses, CreateCompanyErrors, ThrowOnError> => (options.client ?? client).post<CreateCompanyResponses, CreateCompanyErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/companies',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a company
 */
export const getCompany = <ThrowOnError extends boolean = false>(options: Options<GetCompanyData, ThrowOnError>): RequestResult<GetCompanyResponses, GetCompanyErrors, ThrowOnError> => (options.client ?? client).get<GetCompanyResponses, GetCompanyErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/companies/{id}',
    ...options
});

/**
 * Change a company's name, address, telephone or external id
 *
 * Kind and 法人番号 stay as they are. What a sole proprietor's own subject says is changed there.
 */
export const updateCompany = <ThrowOnError extends boolean = false>(options: Options<UpdateCompanyData, ThrowOnError>): RequestResult<UpdateCompanyResponses, UpdateCompanyErrors, ThrowOnError> => (options.client ?? client).patch<UpdateCompanyResponses, UpdateCompanyErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/companies/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List departments (部門)
 */
export const listDepartments = <ThrowOnError extends boolean = false>(options?: Options<ListDepartmentsData, ThrowOnError>): RequestResult<ListDepartmentsResponses, ListDepartmentsErrors, ThrowOnError> => (options?.client ?? client).get<ListDepartmentsResponses, ListDepartmentsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/departments',
    ...options
});

/**
 * Create a department
 */
export const createDepartment = <ThrowOnError extends boolean = false>(options: Options<CreateDepartmentData, ThrowOnError>): RequestResult<CreateDepartmentResponses, CreateDepartmentErrors, ThrowOnError> => (options.client ?? client).post<CreateDepartmentResponses, CreateDepartmentErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/departments',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a department
 */
export const getDepartment = <ThrowOnError extends boolean = false>(options: Options<GetDepartmentData, ThrowOnError>): RequestResult<GetDepartmentResponses, GetDepartmentErrors, ThrowOnError> => (options.client ?? client).get<GetDepartmentResponses, GetDepartmentErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/departments/{id}',
    ...options
});

/**
 * List staff (担当者)
 */
export const listStaff = <ThrowOnError extends boolean = false>(options?: Options<ListStaffData, ThrowOnError>): RequestResult<ListStaffResponses, ListStaffErrors, ThrowOnError> => (options?.client ?? client).get<ListStaffResponses, ListStaffErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/staff',
    ...options
});

/**
 * Appoint a new staff member
 */
export const createStaff = <ThrowOnError extends boolean = false>(options: Options<CreateStaffData, ThrowOnError>): RequestResult<CreateStaffResponses, CreateStaffErrors, ThrowOnError> => (options.client ?? client).post<CreateStaffResponses, CreateStaffErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/staff',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a staff member
 */
export const getStaff = <ThrowOnError extends boolean = false>(options: Options<GetStaffData, ThrowOnError>): RequestResult<GetStaffResponses, GetStaffErrors, ThrowOnError> => (options.client ?? client).get<GetStaffResponses, GetStaffErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/staff/{id}',
    ...options
});

/**
 * Change the e-mail address of a staff member
 */
export const updateStaff = <ThrowOnError extends boolean = false>(options: Options<UpdateStaffData, ThrowOnError>): RequestResult<UpdateStaffResponses, UpdateStaffErrors, ThrowOnError> => (options.client ?? client).patch<UpdateStaffResponses, UpdateStaffErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/staff/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Add an appointment (任命)
 */
export const createAppointment = <ThrowOnError extends boolean = false>(options: Options<CreateAppointmentData, ThrowOnError>): RequestResult<CreateAppointmentResponses, CreateAppointmentErrors, ThrowOnError> => (options.client ?? client).post<CreateAppointmentResponses, CreateAppointmentErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/staff/{id}/appointments',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * End an appointment (解任)
 *
 * By an officer. The appointment stays in the history, with its last day, when it was ended and why.
 */
export const createDismissal = <ThrowOnError extends boolean = false>(options: Options<CreateDismissalData, ThrowOnError>): RequestResult<CreateDismissalResponses, CreateDismissalErrors, ThrowOnError> => (options.client ?? client).post<CreateDismissalResponses, CreateDismissalErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/staff/{id}/dismissals',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List trainings (研修)
 */
export const listTrainings = <ThrowOnError extends boolean = false>(options: Options<ListTrainingsData, ThrowOnError>): RequestResult<ListTrainingsResponses, ListTrainingsErrors, ThrowOnError> => (options.client ?? client).get<ListTrainingsResponses, ListTrainingsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/staff/{id}/trainings',
    ...options
});

/**
 * Record a training (研修)
 *
 * By an officer. With `trainingRequired` digits leave only for staff trained in the last 12 months.
 */
export const createTraining = <ThrowOnError extends boolean = false>(options: Options<CreateTrainingData, ThrowOnError>): RequestResult<CreateTrainingResponses, CreateTrainingErrors, ThrowOnError> => (options.client ?? client).post<CreateTrainingResponses, CreateTrainingErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/staff/{id}/trainings',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List pledges (誓約書)
 */
export const listPledges = <ThrowOnError extends boolean = false>(options: Options<ListPledgesData, ThrowOnError>): RequestResult<ListPledgesResponses, ListPledgesErrors, ThrowOnError> => (options.client ?? client).get<ListPledgesResponses, ListPledgesErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/staff/{id}/pledges',
    ...options
});

/**
 * Record a pledge (誓約書)
 *
 * By an officer.
 */
export const createPledge = <ThrowOnError extends boolean = false>(options: Options<CreatePledgeData, ThrowOnError>): RequestResult<CreatePledgeResponses, CreatePledgeErrors, ThrowOnError> => (options.client ?? client).post<CreatePledgeResponses, CreatePledgeErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/staff/{id}/pledges',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get the settings
 */
export const getSettings = <ThrowOnError extends boolean = false>(options?: Options<GetSettingsData, ThrowOnError>): RequestResult<GetSettingsResponses, GetSettingsErrors, ThrowOnError> => (options?.client ?? client).get<GetSettingsResponses, GetSettingsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/settings',
    ...options
});

/**
 * Change the settings
 *
 * What guards the numbers (`trainingRequired`, `handlingAreas`, `dailyBudgets`, and `jweInputRequired` or `jweAnswersRequired` where they are lifted) is changed by an officer: the token must carry one, and `If-Match` must name the ETag that was read (428 without).
 */
export const updateSettings = <ThrowOnError extends boolean = false>(options: Options<UpdateSettingsData, ThrowOnError>): RequestResult<UpdateSettingsResponses, UpdateSettingsErrors, ThrowOnError> => (options.client ?? client).patch<UpdateSettingsResponses, UpdateSettingsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/settings',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Remove the organization’s own OIDC issuer
 *
 * 👤 officer; with the assurance `idp` while demands are in force.
 */
export const removeIdentityProvider = <ThrowOnError extends boolean = false>(options?: Options<RemoveIdentityProviderData, ThrowOnError>): RequestResult<RemoveIdentityProviderResponses, RemoveIdentityProviderErrors, ThrowOnError> => (options?.client ?? client).delete<RemoveIdentityProviderResponses, RemoveIdentityProviderErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/identity-provider',
    ...options
});

/**
 * Get the organization’s own OIDC issuer
 */
export const getIdentityProvider = <ThrowOnError extends boolean = false>(options?: Options<GetIdentityProviderData, ThrowOnError>): RequestResult<GetIdentityProviderResponses, GetIdentityProviderErrors, ThrowOnError> => (options?.client ?? client).get<GetIdentityProviderResponses, GetIdentityProviderErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/identity-provider',
    ...options
});

/**
 * Register the organization’s own OIDC issuer, and what needs a sign-in there
 *
 * 👤 officer. While `demands` are in force, or to put some in force, the officer’s token itself must have the assurance `idp`: so a host cannot lift them, and an issuer that does not work locks nobody out.
 */
export const setIdentityProvider = <ThrowOnError extends boolean = false>(options: Options<SetIdentityProviderData, ThrowOnError>): RequestResult<SetIdentityProviderResponses, SetIdentityProviderErrors, ThrowOnError> => (options.client ?? client).put<SetIdentityProviderResponses, SetIdentityProviderErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/identity-provider',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get the test clock
 */
export const getTestClock = <ThrowOnError extends boolean = false>(options?: Options<GetTestClockData, ThrowOnError>): RequestResult<GetTestClockResponses, GetTestClockErrors, ThrowOnError> => (options?.client ?? client).get<GetTestClockResponses, GetTestClockErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/test-clock',
    ...options
});

/**
 * Move the test clock forward
 *
 * Only in a `test` organization.
 */
export const setTestClock = <ThrowOnError extends boolean = false>(options: Options<SetTestClockData, ThrowOnError>): RequestResult<SetTestClockResponses, SetTestClockErrors, ThrowOnError> => (options.client ?? client).put<SetTestClockResponses, SetTestClockErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/test-clock',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List subjects (対象者)
 */
export const listSubjects = <ThrowOnError extends boolean = false>(options?: Options<ListSubjectsData, ThrowOnError>): RequestResult<ListSubjectsResponses, ListSubjectsErrors, ThrowOnError> => (options?.client ?? client).get<ListSubjectsResponses, ListSubjectsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects',
    ...options
});

/**
 * Create an employee or payee
 */
export const createSubject = <ThrowOnError extends boolean = false>(options: Options<CreateSubjectData, ThrowOnError>): RequestResult<CreateSubjectResponses, CreateSubjectErrors, ThrowOnError> => (options.client ?? client).post<CreateSubjectResponses, CreateSubjectErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a subject
 */
export const getSubject = <ThrowOnError extends boolean = false>(options: Options<GetSubjectData, ThrowOnError>): RequestResult<GetSubjectResponses, GetSubjectErrors, ThrowOnError> => (options.client ?? client).get<GetSubjectResponses, GetSubjectErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}',
    ...options
});

/**
 * Change a subject
 */
export const updateSubject = <ThrowOnError extends boolean = false>(options: Options<UpdateSubjectData, ThrowOnError>): RequestResult<UpdateSubjectResponses, UpdateSubjectErrors, ThrowOnError> => (options.client ?? client).patch<UpdateSubjectResponses, UpdateSubjectErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Create or replace by the host's id
 *
 * The kind comes from the body. 200 for both; repeating it changes nothing.
 */
export const upsertSubject = <ThrowOnError extends boolean = false>(options: Options<UpsertSubjectData, ThrowOnError>): RequestResult<UpsertSubjectResponses, UpsertSubjectErrors, ThrowOnError> => (options.client ?? client).put<UpsertSubjectResponses, UpsertSubjectErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/by-external-id/{externalId}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List dependents (扶養親族)
 */
export const listDependents = <ThrowOnError extends boolean = false>(options: Options<ListDependentsData, ThrowOnError>): RequestResult<ListDependentsResponses, ListDependentsErrors, ThrowOnError> => (options.client ?? client).get<ListDependentsResponses, ListDependentsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/dependents',
    ...options
});

/**
 * Add a dependent
 */
export const createDependent = <ThrowOnError extends boolean = false>(options: Options<CreateDependentData, ThrowOnError>): RequestResult<CreateDependentResponses, CreateDependentErrors, ThrowOnError> => (options.client ?? client).post<CreateDependentResponses, CreateDependentErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/dependents',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List employment events
 */
export const listEmploymentEvents = <ThrowOnError extends boolean = false>(options: Options<ListEmploymentEventsData, ThrowOnError>): RequestResult<ListEmploymentEventsResponses, ListEmploymentEventsErrors, ThrowOnError> => (options.client ?? client).get<ListEmploymentEventsResponses, ListEmploymentEventsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/employment-events',
    ...options
});

/**
 * Record 入社, 退職, 喪失, 転籍, 契約終了
 */
export const createEmploymentEvent = <ThrowOnError extends boolean = false>(options: Options<CreateEmploymentEventData, ThrowOnError>): RequestResult<CreateEmploymentEventResponses, CreateEmploymentEventErrors, ThrowOnError> => (options.client ?? client).post<CreateEmploymentEventResponses, CreateEmploymentEventErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/employment-events',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Take it back: the subject may be asked again
 */
export const removeNumberAbsence = <ThrowOnError extends boolean = false>(options: Options<RemoveNumberAbsenceData, ThrowOnError>): RequestResult<RemoveNumberAbsenceResponses, RemoveNumberAbsenceErrors, ThrowOnError> => (options.client ?? client).delete<RemoveNumberAbsenceResponses, RemoveNumberAbsenceErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/number-absence',
    ...options
});

/**
 * Record that the subject has no number (番号なし)
 *
 * 海外赴任・非居住, 出生直後 or 未登録. An open request is cancelled, nobody is chased, and slips stay blank with this reason.
 */
export const setNumberAbsence = <ThrowOnError extends boolean = false>(options: Options<SetNumberAbsenceData, ThrowOnError>): RequestResult<SetNumberAbsenceResponses, SetNumberAbsenceErrors, ThrowOnError> => (options.client ?? client).put<SetNumberAbsenceResponses, SetNumberAbsenceErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/number-absence',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * The admin list, masked, in the customers' order
 */
export const listNumbers = <ThrowOnError extends boolean = false>(options?: Options<ListNumbersData, ThrowOnError>): RequestResult<ListNumbersResponses, ListNumbersErrors, ThrowOnError> => (options?.client ?? client).get<ListNumbersResponses, ListNumbersErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/numbers',
    ...options
});

/**
 * 重複確認: one number under several subjects
 *
 * 👤 Needs a token that carries a staff member. Candidates are confirmed inside the vault; each subject compared gets a ledger entry (重複確認). Never digits.
 */
export const listDuplicates = <ThrowOnError extends boolean = false>(options?: Options<ListDuplicatesData, ThrowOnError>): RequestResult<ListDuplicatesResponses, ListDuplicatesErrors, ThrowOnError> => (options?.client ?? client).get<ListDuplicatesResponses, ListDuplicatesErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/duplicates',
    ...options
});

/**
 * Get the number of a subject, masked
 */
export const getSubjectNumber = <ThrowOnError extends boolean = false>(options: Options<GetSubjectNumberData, ThrowOnError>): RequestResult<GetSubjectNumberResponses, GetSubjectNumberErrors, ThrowOnError> => (options.client ?? client).get<GetSubjectNumberResponses, GetSubjectNumberErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/number',
    ...options
});

/**
 * 代理登録: register a number
 *
 * 👤 Needs a token that carries a staff member.
 */
export const registerNumber = <ThrowOnError extends boolean = false>(options: Options<RegisterNumberData, ThrowOnError>): RequestResult<RegisterNumberResponses, RegisterNumberErrors, ThrowOnError> => (options.client ?? client).post<RegisterNumberResponses, RegisterNumberErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/number',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * 修正: correct a wrong entry
 *
 * 👤 Needs a token that carries a staff member.
 */
export const createNumberCorrection = <ThrowOnError extends boolean = false>(options: Options<CreateNumberCorrectionData, ThrowOnError>): RequestResult<CreateNumberCorrectionResponses, CreateNumberCorrectionErrors, ThrowOnError> => (options.client ?? client).post<CreateNumberCorrectionResponses, CreateNumberCorrectionErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/number/corrections',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * 再発行: a new number was issued
 *
 * 👤 Needs a token that carries a staff member.
 */
export const createNumberReissue = <ThrowOnError extends boolean = false>(options: Options<CreateNumberReissueData, ThrowOnError>): RequestResult<CreateNumberReissueResponses, CreateNumberReissueErrors, ThrowOnError> => (options.client ?? client).post<CreateNumberReissueResponses, CreateNumberReissueErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/number/reissues',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * 番号確認: the staff check
 *
 * 👤 Needs a token that carries a staff member.
 */
export const createNumberCheck = <ThrowOnError extends boolean = false>(options: Options<CreateNumberCheckData, ThrowOnError>): RequestResult<CreateNumberCheckResponses, CreateNumberCheckErrors, ThrowOnError> => (options.client ?? client).post<CreateNumberCheckResponses, CreateNumberCheckErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/number/checks',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * 閲覧・印刷: reveal numbers for a purpose
 *
 * 👤 Needs a token that carries a staff member.
 */
export const createReveal = <ThrowOnError extends boolean = false>(options: Options<CreateRevealData, ThrowOnError>): RequestResult<CreateRevealResponses, CreateRevealErrors, ThrowOnError> => (options.client ?? client).post<CreateRevealResponses, CreateRevealErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/reveals',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * The public keys to which numbers are encrypted
 *
 * Public, and the same for every organization. May be kept for an hour; a key that is replaced is accepted for two days more.
 */
export const getVaultJwks = <ThrowOnError extends boolean = false>(options?: Options<GetVaultJwksData, ThrowOnError>): RequestResult<GetVaultJwksResponses, GetVaultJwksErrors, ThrowOnError> => (options?.client ?? client).get<GetVaultJwksResponses, GetVaultJwksErrors, ThrowOnError>({ url: '/v1/vault/jwks', ...options });

/**
 * List the purposes (利用目的)
 */
export const listPurposes = <ThrowOnError extends boolean = false>(options?: Options<ListPurposesData, ThrowOnError>): RequestResult<ListPurposesResponses, ListPurposesErrors, ThrowOnError> => (options?.client ?? client).get<ListPurposesResponses, ListPurposesErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/purposes',
    ...options
});

/**
 * List notices
 */
export const listNotices = <ThrowOnError extends boolean = false>(options?: Options<ListNoticesData, ThrowOnError>): RequestResult<ListNoticesResponses, ListNoticesErrors, ThrowOnError> => (options?.client ?? client).get<ListNoticesResponses, ListNoticesErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/notices',
    ...options
});

/**
 * Create a notice
 */
export const createNotice = <ThrowOnError extends boolean = false>(options: Options<CreateNoticeData, ThrowOnError>): RequestResult<CreateNoticeResponses, CreateNoticeErrors, ThrowOnError> => (options.client ?? client).post<CreateNoticeResponses, CreateNoticeErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/notices',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a notice
 */
export const getNotice = <ThrowOnError extends boolean = false>(options: Options<GetNoticeData, ThrowOnError>): RequestResult<GetNoticeResponses, GetNoticeErrors, ThrowOnError> => (options.client ?? client).get<GetNoticeResponses, GetNoticeErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/notices/{id}',
    ...options
});

/**
 * List the ready-made notices
 *
 * One for each audience in Japanese and in English. `POST /v1/notices` with `audience` and `language` makes it a notice of the organization, a new version of it each time.
 */
export const listNoticeTemplates = <ThrowOnError extends boolean = false>(options?: Options<ListNoticeTemplatesData, ThrowOnError>): RequestResult<ListNoticeTemplatesResponses, ListNoticeTemplatesErrors, ThrowOnError> => (options?.client ?? client).get<ListNoticeTemplatesResponses, ListNoticeTemplatesErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/notice-templates',
    ...options
});

/**
 * List notices given
 */
export const listNoticesGiven = <ThrowOnError extends boolean = false>(options?: Options<ListNoticesGivenData, ThrowOnError>): RequestResult<ListNoticesGivenResponses, ListNoticesGivenErrors, ThrowOnError> => (options?.client ?? client).get<ListNoticesGivenResponses, ListNoticesGivenErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/notices-given',
    ...options
});

/**
 * Record a notice given
 */
export const createNoticeGiven = <ThrowOnError extends boolean = false>(options: Options<CreateNoticeGivenData, ThrowOnError>): RequestResult<CreateNoticeGivenResponses, CreateNoticeGivenErrors, ThrowOnError> => (options.client ?? client).post<CreateNoticeGivenResponses, CreateNoticeGivenErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/notices-given',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List the ready-made texts of consents
 */
export const listConsentTexts = <ThrowOnError extends boolean = false>(options?: Options<ListConsentTextsData, ThrowOnError>): RequestResult<ListConsentTextsResponses, ListConsentTextsErrors, ThrowOnError> => (options?.client ?? client).get<ListConsentTextsResponses, ListConsentTextsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/consent-texts',
    ...options
});

/**
 * List consents (同意・委任・委託)
 */
export const listConsents = <ThrowOnError extends boolean = false>(options?: Options<ListConsentsData, ThrowOnError>): RequestResult<ListConsentsResponses, ListConsentsErrors, ThrowOnError> => (options?.client ?? client).get<ListConsentsResponses, ListConsentsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/consents',
    ...options
});

/**
 * Record a consent
 *
 * By staff, from paper or by word. The person gives theirs in the session. Without `text` the ready-made one of the kind and language stands.
 */
export const createConsent = <ThrowOnError extends boolean = false>(options: Options<CreateConsentData, ThrowOnError>): RequestResult<CreateConsentResponses, CreateConsentErrors, ThrowOnError> => (options.client ?? client).post<CreateConsentResponses, CreateConsentErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/consents',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a consent
 */
export const getConsent = <ThrowOnError extends boolean = false>(options: Options<GetConsentData, ThrowOnError>): RequestResult<GetConsentResponses, GetConsentErrors, ThrowOnError> => (options.client ?? client).get<GetConsentResponses, GetConsentErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/consents/{id}',
    ...options
});

/**
 * Record that a consent was taken back
 */
export const createConsentWithdrawal = <ThrowOnError extends boolean = false>(options: Options<CreateConsentWithdrawalData, ThrowOnError>): RequestResult<CreateConsentWithdrawalResponses, CreateConsentWithdrawalErrors, ThrowOnError> => (options.client ?? client).post<CreateConsentWithdrawalResponses, CreateConsentWithdrawalErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/consents/{id}/withdrawal',
    ...options
});

/**
 * List campaigns (収集)
 */
export const listCampaigns = <ThrowOnError extends boolean = false>(options?: Options<ListCampaignsData, ThrowOnError>): RequestResult<ListCampaignsResponses, ListCampaignsErrors, ThrowOnError> => (options?.client ?? client).get<ListCampaignsResponses, ListCampaignsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/campaigns',
    ...options
});

/**
 * Begin a campaign: a request to everybody in the target who has no number yet
 *
 * A job makes the requests. Nobody is asked for what is held, who has no number, or who has an open request: `passedOver` counts them. With `joins` a subject that is made later and fits is asked by itself.
 */
export const createCampaign = <ThrowOnError extends boolean = false>(options: Options<CreateCampaignData, ThrowOnError>): RequestResult<CreateCampaignResponses, CreateCampaignErrors, ThrowOnError> => (options.client ?? client).post<CreateCampaignResponses, CreateCampaignErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/campaigns',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a campaign
 */
export const getCampaign = <ThrowOnError extends boolean = false>(options: Options<GetCampaignData, ThrowOnError>): RequestResult<GetCampaignResponses, GetCampaignErrors, ThrowOnError> => (options.client ?? client).get<GetCampaignResponses, GetCampaignErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/campaigns/{id}',
    ...options
});

/**
 * Close a campaign
 *
 * Nobody joins any more. Its requests go on.
 */
export const createCampaignClosure = <ThrowOnError extends boolean = false>(options: Options<CreateCampaignClosureData, ThrowOnError>): RequestResult<CreateCampaignClosureResponses, CreateCampaignClosureErrors, ThrowOnError> => (options.client ?? client).post<CreateCampaignClosureResponses, CreateCampaignClosureErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/campaigns/{id}/closure',
    ...options
});

/**
 * Cancel a campaign and its open requests
 *
 * A job cancels the requests that are open. What was submitted and not accepted yet is kept.
 */
export const createCampaignCancellation = <ThrowOnError extends boolean = false>(options: Options<CreateCampaignCancellationData, ThrowOnError>): RequestResult<CreateCampaignCancellationResponses, CreateCampaignCancellationErrors, ThrowOnError> => (options.client ?? client).post<CreateCampaignCancellationResponses, CreateCampaignCancellationErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/campaigns/{id}/cancellation',
    ...options
});

/**
 * How far a campaign is, by company and department
 *
 * Counters, kept a moment behind: `asOf` says of when they are. Staff who are appointed to a part of the people get the rows of the companies and departments that they cover in full, and `overall` is what those come to.
 */
export const getCampaignProgress = <ThrowOnError extends boolean = false>(options: Options<GetCampaignProgressData, ThrowOnError>): RequestResult<GetCampaignProgressResponses, GetCampaignProgressErrors, ThrowOnError> => (options.client ?? client).get<GetCampaignProgressResponses, GetCampaignProgressErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/campaigns/{id}/progress',
    ...options
});

/**
 * List requests (依頼)
 */
export const listRequests = <ThrowOnError extends boolean = false>(options?: Options<ListRequestsData, ThrowOnError>): RequestResult<ListRequestsResponses, ListRequestsErrors, ThrowOnError> => (options?.client ?? client).get<ListRequestsResponses, ListRequestsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests',
    ...options
});

/**
 * Create a request
 */
export const createRequest = <ThrowOnError extends boolean = false>(options: Options<CreateRequestData, ThrowOnError>): RequestResult<CreateRequestResponses, CreateRequestErrors, ThrowOnError> => (options.client ?? client).post<CreateRequestResponses, CreateRequestErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a request
 */
export const getRequest = <ThrowOnError extends boolean = false>(options: Options<GetRequestData, ThrowOnError>): RequestResult<GetRequestResponses, GetRequestErrors, ThrowOnError> => (options.client ?? client).get<GetRequestResponses, GetRequestErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests/{id}',
    ...options
});

/**
 * Change deadline or priority of an open request
 */
export const updateRequest = <ThrowOnError extends boolean = false>(options: Options<UpdateRequestData, ThrowOnError>): RequestResult<UpdateRequestResponses, UpdateRequestErrors, ThrowOnError> => (options.client ?? client).patch<UpdateRequestResponses, UpdateRequestErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Make a link for the person
 *
 * A new link ends the earlier one, and lifts its lock.
 */
export const createRequestLink = <ThrowOnError extends boolean = false>(options: Options<CreateRequestLinkData, ThrowOnError>): RequestResult<CreateRequestLinkResponses, CreateRequestLinkErrors, ThrowOnError> => (options.client ?? client).post<CreateRequestLinkResponses, CreateRequestLinkErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests/{id}/links',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Accept what was submitted
 *
 * 👤 Needs a token that carries a staff member.
 */
export const createRequestAcceptance = <ThrowOnError extends boolean = false>(options: Options<CreateRequestAcceptanceData, ThrowOnError>): RequestResult<CreateRequestAcceptanceResponses, CreateRequestAcceptanceErrors, ThrowOnError> => (options.client ?? client).post<CreateRequestAcceptanceResponses, CreateRequestAcceptanceErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests/{id}/acceptance',
    ...options
});

/**
 * Return what was submitted (差戻し)
 *
 * 👤 Needs a token that carries a staff member. The person sees the reasons, corrects, and submits again by the same link or a new one.
 */
export const createRequestReturn = <ThrowOnError extends boolean = false>(options: Options<CreateRequestReturnData, ThrowOnError>): RequestResult<CreateRequestReturnResponses, CreateRequestReturnErrors, ThrowOnError> => (options.client ?? client).post<CreateRequestReturnResponses, CreateRequestReturnErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests/{id}/returns',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Withdraw a refusal: the request stands again as sent
 */
export const removeRequestRefusal = <ThrowOnError extends boolean = false>(options: Options<RemoveRequestRefusalData, ThrowOnError>): RequestResult<RemoveRequestRefusalResponses, RemoveRequestRefusalErrors, ThrowOnError> => (options.client ?? client).delete<RemoveRequestRefusalResponses, RemoveRequestRefusalErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests/{id}/refusal',
    ...options
});

/**
 * Record that the person refuses (不同意)
 */
export const createRequestRefusal = <ThrowOnError extends boolean = false>(options: Options<CreateRequestRefusalData, ThrowOnError>): RequestResult<CreateRequestRefusalResponses, CreateRequestRefusalErrors, ThrowOnError> => (options.client ?? client).post<CreateRequestRefusalResponses, CreateRequestRefusalErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests/{id}/refusal',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Cancel a request
 *
 * From every state but `accepted`. A number that was registered stays.
 */
export const createRequestCancellation = <ThrowOnError extends boolean = false>(options: Options<CreateRequestCancellationData, ThrowOnError>): RequestResult<CreateRequestCancellationResponses, CreateRequestCancellationErrors, ThrowOnError> => (options.client ?? client).post<CreateRequestCancellationResponses, CreateRequestCancellationErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests/{id}/cancellation',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List the contacts (対応記録) of a request
 */
export const listContacts = <ThrowOnError extends boolean = false>(options: Options<ListContactsData, ThrowOnError>): RequestResult<ListContactsResponses, ListContactsErrors, ThrowOnError> => (options.client ?? client).get<ListContactsResponses, ListContactsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests/{id}/contacts',
    ...options
});

/**
 * Record an attempt to reach the person
 *
 * By telephone, visit, letter, chat, mail, fax or post. `received` says what came and what was done with it.
 */
export const createContact = <ThrowOnError extends boolean = false>(options: Options<CreateContactData, ThrowOnError>): RequestResult<CreateContactResponses, CreateContactErrors, ThrowOnError> => (options.client ?? client).post<CreateContactResponses, CreateContactErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests/{id}/contacts',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * 経過記録: what was done to get the number, for the tax office
 *
 * The employer did its part: notices, requests, attempts, and what the person said; and the reason where a slip is filed blank. No digits. Each is on record. `Accept` says whether it comes as JSON or as a PDF.
 */
export const getRequestHistory = <ThrowOnError extends boolean = false>(options: Options<GetRequestHistoryData, ThrowOnError>): RequestResult<GetRequestHistoryResponses, GetRequestHistoryErrors, ThrowOnError> => (options.client ?? client).get<GetRequestHistoryResponses, GetRequestHistoryErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/requests/{id}/history',
    ...options
});

/**
 * Make a link for somebody who comes back
 *
 * `change`: to correct or renew numbers, dependents and address, and submit them anew. `status`: to see what is held, for what and who used it. A new link of a kind ends the earlier one.
 */
export const createSubjectLink = <ThrowOnError extends boolean = false>(options: Options<CreateSubjectLinkData, ThrowOnError>): RequestResult<CreateSubjectLinkResponses, CreateSubjectLinkErrors, ThrowOnError> => (options.client ?? client).post<CreateSubjectLinkResponses, CreateSubjectLinkErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/links',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Exchange a link for a session
 *
 * Until the submission it may be done again, on another device: the earlier session ends (`session_replaced`). Afterwards the session shows the receipt and the status only.
 */
export const createSession = <ThrowOnError extends boolean = false>(options: Options<CreateSessionData, ThrowOnError>): RequestResult<CreateSessionResponses, CreateSessionErrors, ThrowOnError> => (options.client ?? client).post<CreateSessionResponses, CreateSessionErrors, ThrowOnError>({
    url: '/v1/sessions',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * What the page shows
 */
export const getSession = <ThrowOnError extends boolean = false>(options?: Options<GetSessionData, ThrowOnError>): RequestResult<GetSessionResponses, GetSessionErrors, ThrowOnError> => (options?.client ?? client).get<GetSessionResponses, GetSessionErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session',
    ...options
});

/**
 * The second factor
 *
 * `factor_wrong` when it is not right; the fifth wrong one locks the link (`link_locked`): only a new link helps.
 */
export const createSessionFactor = <ThrowOnError extends boolean = false>(options: Options<CreateSessionFactorData, ThrowOnError>): RequestResult<CreateSessionFactorResponses, CreateSessionFactorErrors, ThrowOnError> => (options.client ?? client).post<CreateSessionFactorResponses, CreateSessionFactorErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/factor',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * The person read the notice, or gave a consent
 *
 * The notice is that of the session as it was shown, in the language of `Accept-Language`: the organization's own text, else the ready-made one with the same purposes. The record of the notice given names the text that was shown, its version and its language.
 */
export const createSessionConsent = <ThrowOnError extends boolean = false>(options: Options<CreateSessionConsentData, ThrowOnError>): RequestResult<CreateSessionConsentResponses, CreateSessionConsentErrors, ThrowOnError> => (options.client ?? client).post<CreateSessionConsentResponses, CreateSessionConsentErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/consents',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Name, address and the like, corrected by the person
 */
export const updateSessionPerson = <ThrowOnError extends boolean = false>(options: Options<UpdateSessionPersonData, ThrowOnError>): RequestResult<UpdateSessionPersonResponses, UpdateSessionPersonErrors, ThrowOnError> => (options.client ?? client).patch<UpdateSessionPersonResponses, UpdateSessionPersonErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/person',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * 登録: the own number
 *
 * Before the submission it may be entered again: a 修正, unless `change` says 再発行.
 */
export const setSessionNumber = <ThrowOnError extends boolean = false>(options: Options<SetSessionNumberData, ThrowOnError>): RequestResult<SetSessionNumberResponses, SetSessionNumberErrors, ThrowOnError> => (options.client ?? client).put<SetSessionNumberResponses, SetSessionNumberErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/number',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Take out a dependent that was added here
 *
 * Until the submission. A number that was entered for them is destroyed at once, and with it their documents. Whom the company knew before (`addedHere: false`) one cannot take out: see `…/ending`.
 */
export const removeSessionDependent = <ThrowOnError extends boolean = false>(options: Options<RemoveSessionDependentData, ThrowOnError>): RequestResult<RemoveSessionDependentResponses, RemoveSessionDependentErrors, ThrowOnError> => (options.client ?? client).delete<RemoveSessionDependentResponses, RemoveSessionDependentErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/dependents/{key}',
    ...options
});

/**
 * A dependent, with the number where known
 */
export const setSessionDependent = <ThrowOnError extends boolean = false>(options: Options<SetSessionDependentData, ThrowOnError>): RequestResult<SetSessionDependentResponses, SetSessionDependentErrors, ThrowOnError> => (options.client ?? client).put<SetSessionDependentResponses, SetSessionDependentErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/dependents/{key}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Take the ending back
 *
 * They are a dependent after all.
 */
export const removeSessionDependentEnding = <ThrowOnError extends boolean = false>(options: Options<RemoveSessionDependentEndingData, ThrowOnError>): RequestResult<RemoveSessionDependentEndingResponses, RemoveSessionDependentEndingErrors, ThrowOnError> => (options.client ?? client).delete<RemoveSessionDependentEndingResponses, RemoveSessionDependentEndingErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/dependents/{key}/ending',
    ...options
});

/**
 * 扶養から外れた: somebody is no dependent any more
 *
 * Nothing is deleted: staff see it as `dependentEndings` of the request, and it takes effect (an employment event `dependency_ended`) when they accept it.
 */
export const createSessionDependentEnding = <ThrowOnError extends boolean = false>(options: Options<CreateSessionDependentEndingData, ThrowOnError>): RequestResult<CreateSessionDependentEndingResponses, CreateSessionDependentEndingErrors, ThrowOnError> => (options.client ?? client).post<CreateSessionDependentEndingResponses, CreateSessionDependentEndingErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/dependents/{key}/ending',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * What was uploaded
 */
export const listSessionEvidence = <ThrowOnError extends boolean = false>(options?: Options<ListSessionEvidenceData, ThrowOnError>): RequestResult<ListSessionEvidenceResponses, ListSessionEvidenceErrors, ThrowOnError> => (options?.client ?? client).get<ListSessionEvidenceResponses, ListSessionEvidenceErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/evidence',
    ...options
});

/**
 * Upload 確認書類
 *
 * JPEG, PNG or PDF, told by its content; at most 8 MB, 40 megapixels and 40 files. Stored encrypted.
 */
export const createSessionEvidence = <ThrowOnError extends boolean = false>(options: Options<CreateSessionEvidenceData, ThrowOnError>): RequestResult<CreateSessionEvidenceResponses, CreateSessionEvidenceErrors, ThrowOnError> => (options.client ?? client).post<CreateSessionEvidenceResponses, CreateSessionEvidenceErrors, ThrowOnError>({
    bodySerializer: null,
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/evidence',
    ...options,
    headers: {
        'Content-Type': 'application/octet-stream',
        ...options.headers
    }
});

/**
 * Take an upload back, before the submission
 */
export const removeSessionEvidence = <ThrowOnError extends boolean = false>(options: Options<RemoveSessionEvidenceData, ThrowOnError>): RequestResult<RemoveSessionEvidenceResponses, RemoveSessionEvidenceErrors, ThrowOnError> => (options.client ?? client).delete<RemoveSessionEvidenceResponses, RemoveSessionEvidenceErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/evidence/{id}',
    ...options
});

/**
 * 番号確認: the self check of what was entered
 */
export const createSessionCheck = <ThrowOnError extends boolean = false>(options?: Options<CreateSessionCheckData, ThrowOnError>): RequestResult<CreateSessionCheckResponses, CreateSessionCheckErrors, ThrowOnError> => (options?.client ?? client).post<CreateSessionCheckResponses, CreateSessionCheckErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/checks',
    ...options
});

/**
 * The person’s own numbers, to look at them
 *
 * After the second factor, or of what was entered in this very session; else `factor_required`. Each is on record (閲覧).
 */
export const createSessionReveal = <ThrowOnError extends boolean = false>(options: Options<CreateSessionRevealData, ThrowOnError>): RequestResult<CreateSessionRevealResponses, CreateSessionRevealErrors, ThrowOnError> => (options.client ?? client).post<CreateSessionRevealResponses, CreateSessionRevealErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/reveals',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Submit
 *
 * Refused with `required` while `missingDocuments` of the session has something, and with `consent_required` while a demanded one of its `consents` is not given: `errors[].pointer` points into the session (`/missingDocuments/0`, `/consents/1`).
 */
export const createSessionSubmission = <ThrowOnError extends boolean = false>(options?: Options<CreateSessionSubmissionData, ThrowOnError>): RequestResult<CreateSessionSubmissionResponses, CreateSessionSubmissionErrors, ThrowOnError> => (options?.client ?? client).post<CreateSessionSubmissionResponses, CreateSessionSubmissionErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/submission',
    ...options
});

/**
 * Take the refusal back, and go on
 */
export const removeSessionRefusal = <ThrowOnError extends boolean = false>(options?: Options<RemoveSessionRefusalData, ThrowOnError>): RequestResult<RemoveSessionRefusalResponses, RemoveSessionRefusalErrors, ThrowOnError> => (options?.client ?? client).delete<RemoveSessionRefusalResponses, RemoveSessionRefusalErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/refusal',
    ...options
});

/**
 * 提供拒否（不同意）, by the person
 */
export const createSessionRefusal = <ThrowOnError extends boolean = false>(options: Options<CreateSessionRefusalData, ThrowOnError>): RequestResult<CreateSessionRefusalResponses, CreateSessionRefusalErrors, ThrowOnError> => (options.client ?? client).post<CreateSessionRefusalResponses, CreateSessionRefusalErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/refusal',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * あとで: end the session, keep what was entered
 */
export const createSessionPostponement = <ThrowOnError extends boolean = false>(options?: Options<CreateSessionPostponementData, ThrowOnError>): RequestResult<CreateSessionPostponementResponses, CreateSessionPostponementErrors, ThrowOnError> => (options?.client ?? client).post<CreateSessionPostponementResponses, CreateSessionPostponementErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/postponement',
    ...options
});

/**
 * The receipt (受領証)
 *
 * `Accept` says whether it comes as JSON or as a PDF.
 */
export const getSessionReceipt = <ThrowOnError extends boolean = false>(options?: Options<GetSessionReceiptData, ThrowOnError>): RequestResult<GetSessionReceiptResponses, GetSessionReceiptErrors, ThrowOnError> => (options?.client ?? client).get<GetSessionReceiptResponses, GetSessionReceiptErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/receipt',
    ...options
});

/**
 * 状況: what is held, for what, and who used it
 *
 * For a year after the submission, after the second factor. Never the number. Each look is on record (開示).
 */
export const getSessionStatus = <ThrowOnError extends boolean = false>(options?: Options<GetSessionStatusData, ThrowOnError>): RequestResult<GetSessionStatusResponses, GetSessionStatusErrors, ThrowOnError> => (options?.client ?? client).get<GetSessionStatusResponses, GetSessionStatusErrors, ThrowOnError>({
    security: [{
            key: 'personSession',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/session/status',
    ...options
});

/**
 * List file formats
 */
export const listFileFormats = <ThrowOnError extends boolean = false>(options?: Options<ListFileFormatsData, ThrowOnError>): RequestResult<ListFileFormatsResponses, ListFileFormatsErrors, ThrowOnError> => (options?.client ?? client).get<ListFileFormatsResponses, ListFileFormatsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/file-formats',
    ...options
});

/**
 * List recipients
 */
export const listRecipients = <ThrowOnError extends boolean = false>(options?: Options<ListRecipientsData, ThrowOnError>): RequestResult<ListRecipientsResponses, ListRecipientsErrors, ThrowOnError> => (options?.client ?? client).get<ListRecipientsResponses, ListRecipientsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/recipients',
    ...options
});

/**
 * Create a recipient
 */
export const createRecipient = <ThrowOnError extends boolean = false>(options: Options<CreateRecipientData, ThrowOnError>): RequestResult<CreateRecipientResponses, CreateRecipientErrors, ThrowOnError> => (options.client ?? client).post<CreateRecipientResponses, CreateRecipientErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/recipients',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a recipient
 */
export const getRecipient = <ThrowOnError extends boolean = false>(options: Options<GetRecipientData, ThrowOnError>): RequestResult<GetRecipientResponses, GetRecipientErrors, ThrowOnError> => (options.client ?? client).get<GetRecipientResponses, GetRecipientErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/recipients/{id}',
    ...options
});

/**
 * List imports
 */
export const listImports = <ThrowOnError extends boolean = false>(options?: Options<ListImportsData, ThrowOnError>): RequestResult<ListImportsResponses, ListImportsErrors, ThrowOnError> => (options?.client ?? client).get<ListImportsResponses, ListImportsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/imports',
    ...options
});

/**
 * Upload a file: the dry run
 */
export const createImport = <ThrowOnError extends boolean = false>(options: Options<CreateImportData, ThrowOnError>): RequestResult<CreateImportResponses, CreateImportErrors, ThrowOnError> => (options.client ?? client).post<CreateImportResponses, CreateImportErrors, ThrowOnError>({
    bodySerializer: null,
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/imports',
    ...options,
    headers: {
        'Content-Type': 'text/csv',
        ...options.headers
    }
});

/**
 * Get an import
 */
export const getImport = <ThrowOnError extends boolean = false>(options: Options<GetImportData, ThrowOnError>): RequestResult<GetImportResponses, GetImportErrors, ThrowOnError> => (options.client ?? client).get<GetImportResponses, GetImportErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/imports/{id}',
    ...options
});

/**
 * Every bad row, by line and column
 */
export const listImportProblems = <ThrowOnError extends boolean = false>(options: Options<ListImportProblemsData, ThrowOnError>): RequestResult<ListImportProblemsResponses, ListImportProblemsErrors, ThrowOnError> => (options.client ?? client).get<ListImportProblemsResponses, ListImportProblemsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/imports/{id}/problems',
    ...options
});

/**
 * Apply what the dry run showed
 *
 * 👤 Needs a token that carries a staff member.
 */
export const createImportApplication = <ThrowOnError extends boolean = false>(options: Options<CreateImportApplicationData, ThrowOnError>): RequestResult<CreateImportApplicationResponses, CreateImportApplicationErrors, ThrowOnError> => (options.client ?? client).post<CreateImportApplicationResponses, CreateImportApplicationErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/imports/{id}/application',
    ...options
});

/**
 * List exports (CSV出力)
 */
export const listExports = <ThrowOnError extends boolean = false>(options?: Options<ListExportsData, ThrowOnError>): RequestResult<ListExportsResponses, ListExportsErrors, ThrowOnError> => (options?.client ?? client).get<ListExportsResponses, ListExportsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/exports',
    ...options
});

/**
 * Start an export
 *
 * 👤 Needs a token that carries a staff member.
 */
export const createExport = <ThrowOnError extends boolean = false>(options: Options<CreateExportData, ThrowOnError>): RequestResult<CreateExportResponses, CreateExportErrors, ThrowOnError> => (options.client ?? client).post<CreateExportResponses, CreateExportErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/exports',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get an export
 */
export const getExport = <ThrowOnError extends boolean = false>(options: Options<GetExportData, ThrowOnError>): RequestResult<GetExportResponses, GetExportErrors, ThrowOnError> => (options.client ?? client).get<GetExportResponses, GetExportErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/exports/{id}',
    ...options
});

/**
 * Download the file, once
 *
 * 👤 Needs a token that carries a staff member.
 */
export const getExportContent = <ThrowOnError extends boolean = false>(options: Options<GetExportContentData, ThrowOnError>): RequestResult<GetExportContentResponses, GetExportContentErrors, ThrowOnError> => (options.client ?? client).get<GetExportContentResponses, GetExportContentErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/exports/{id}/content',
    ...options
});

/**
 * List payments (支払)
 */
export const listPayments = <ThrowOnError extends boolean = false>(options?: Options<ListPaymentsData, ThrowOnError>): RequestResult<ListPaymentsResponses, ListPaymentsErrors, ThrowOnError> => (options?.client ?? client).get<ListPaymentsResponses, ListPaymentsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/payments',
    ...options
});

/**
 * Record a payment
 */
export const createPayment = <ThrowOnError extends boolean = false>(options: Options<CreatePaymentData, ThrowOnError>): RequestResult<CreatePaymentResponses, CreatePaymentErrors, ThrowOnError> => (options.client ?? client).post<CreatePaymentResponses, CreatePaymentErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/payments',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a payment
 */
export const getPayment = <ThrowOnError extends boolean = false>(options: Options<GetPaymentData, ThrowOnError>): RequestResult<GetPaymentResponses, GetPaymentErrors, ThrowOnError> => (options.client ?? client).get<GetPaymentResponses, GetPaymentErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/payments/{id}',
    ...options
});

/**
 * List payment records (支払調書)
 */
export const listPaymentRecords = <ThrowOnError extends boolean = false>(options?: Options<ListPaymentRecordsData, ThrowOnError>): RequestResult<ListPaymentRecordsResponses, ListPaymentRecordsErrors, ThrowOnError> => (options?.client ?? client).get<ListPaymentRecordsResponses, ListPaymentRecordsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/payment-records',
    ...options
});

/**
 * Get a payment record
 */
export const getPaymentRecord = <ThrowOnError extends boolean = false>(options: Options<GetPaymentRecordData, ThrowOnError>): RequestResult<GetPaymentRecordResponses, GetPaymentRecordErrors, ThrowOnError> => (options.client ?? client).get<GetPaymentRecordResponses, GetPaymentRecordErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/payment-records/{id}',
    ...options
});

/**
 * The payee's copy: a PDF without any number
 */
export const getPayeeCopy = <ThrowOnError extends boolean = false>(options: Options<GetPayeeCopyData, ThrowOnError>): RequestResult<GetPayeeCopyResponses, GetPayeeCopyErrors, ThrowOnError> => (options.client ?? client).get<GetPayeeCopyResponses, GetPayeeCopyErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/payment-records/{id}/payee-copy',
    ...options
});

/**
 * List filings (提出)
 */
export const listFilings = <ThrowOnError extends boolean = false>(options?: Options<ListFilingsData, ThrowOnError>): RequestResult<ListFilingsResponses, ListFilingsErrors, ThrowOnError> => (options?.client ?? client).get<ListFilingsResponses, ListFilingsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/filings',
    ...options
});

/**
 * Render the filing copies
 *
 * 👤 Needs a token that carries a staff member.
 */
export const createFiling = <ThrowOnError extends boolean = false>(options: Options<CreateFilingData, ThrowOnError>): RequestResult<CreateFilingResponses, CreateFilingErrors, ThrowOnError> => (options.client ?? client).post<CreateFilingResponses, CreateFilingErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/filings',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a filing
 */
export const getFiling = <ThrowOnError extends boolean = false>(options: Options<GetFilingData, ThrowOnError>): RequestResult<GetFilingResponses, GetFilingErrors, ThrowOnError> => (options.client ?? client).get<GetFilingResponses, GetFilingErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/filings/{id}',
    ...options
});

/**
 * Download the package, once: ZIP of CSV and PDF
 *
 * 👤 Needs a token that carries a staff member.
 */
export const getFilingPackage = <ThrowOnError extends boolean = false>(options: Options<GetFilingPackageData, ThrowOnError>): RequestResult<GetFilingPackageResponses, GetFilingPackageErrors, ThrowOnError> => (options.client ?? client).get<GetFilingPackageResponses, GetFilingPackageErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/filings/{id}/package',
    ...options
});

/**
 * List the retention rules
 */
export const listRetentionRules = <ThrowOnError extends boolean = false>(options?: Options<ListRetentionRulesData, ThrowOnError>): RequestResult<ListRetentionRulesResponses, ListRetentionRulesErrors, ThrowOnError> => (options?.client ?? client).get<ListRetentionRulesResponses, ListRetentionRulesErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/retention-rules',
    ...options
});

/**
 * Why a number must still be kept
 */
export const listClaims = <ThrowOnError extends boolean = false>(options: Options<ListClaimsData, ThrowOnError>): RequestResult<ListClaimsResponses, ListClaimsErrors, ThrowOnError> => (options.client ?? client).get<ListClaimsResponses, ListClaimsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/claims',
    ...options
});

/**
 * The deletion list
 */
export const listDisposalSchedule = <ThrowOnError extends boolean = false>(options?: Options<ListDisposalScheduleData, ThrowOnError>): RequestResult<ListDisposalScheduleResponses, ListDisposalScheduleErrors, ThrowOnError> => (options?.client ?? client).get<ListDisposalScheduleResponses, ListDisposalScheduleErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/disposal-schedule',
    ...options
});

/**
 * 予定解除: take it out of the queue
 *
 * 👤 Needs a token that carries a staff member.
 */
export const removePlannedDisposal = <ThrowOnError extends boolean = false>(options: Options<RemovePlannedDisposalData, ThrowOnError>): RequestResult<RemovePlannedDisposalResponses, RemovePlannedDisposalErrors, ThrowOnError> => (options.client ?? client).delete<RemovePlannedDisposalResponses, RemovePlannedDisposalErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/planned-disposal',
    ...options
});

/**
 * Get the planned disposal
 */
export const getPlannedDisposal = <ThrowOnError extends boolean = false>(options: Options<GetPlannedDisposalData, ThrowOnError>): RequestResult<GetPlannedDisposalResponses, GetPlannedDisposalErrors, ThrowOnError> => (options.client ?? client).get<GetPlannedDisposalResponses, GetPlannedDisposalErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/planned-disposal',
    ...options
});

/**
 * 削除予定日: set a later date
 *
 * 👤 Needs a token that carries a staff member.
 */
export const setPlannedDisposal = <ThrowOnError extends boolean = false>(options: Options<SetPlannedDisposalData, ThrowOnError>): RequestResult<SetPlannedDisposalResponses, SetPlannedDisposalErrors, ThrowOnError> => (options.client ?? client).put<SetPlannedDisposalResponses, SetPlannedDisposalErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/planned-disposal',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List disposals (廃棄)
 */
export const listDisposals = <ThrowOnError extends boolean = false>(options?: Options<ListDisposalsData, ThrowOnError>): RequestResult<ListDisposalsResponses, ListDisposalsErrors, ThrowOnError> => (options?.client ?? client).get<ListDisposalsResponses, ListDisposalsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/disposals',
    ...options
});

/**
 * Dispose of numbers
 *
 * 👤 Needs a token that carries a staff member.
 */
export const createDisposal = <ThrowOnError extends boolean = false>(options: Options<CreateDisposalData, ThrowOnError>): RequestResult<CreateDisposalResponses, CreateDisposalErrors, ThrowOnError> => (options.client ?? client).post<CreateDisposalResponses, CreateDisposalErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/disposals',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a disposal
 */
export const getDisposal = <ThrowOnError extends boolean = false>(options: Options<GetDisposalData, ThrowOnError>): RequestResult<GetDisposalResponses, GetDisposalErrors, ThrowOnError> => (options.client ?? client).get<GetDisposalResponses, GetDisposalErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/disposals/{id}',
    ...options
});

/**
 * List certificates (廃棄証明書)
 */
export const listCertificates = <ThrowOnError extends boolean = false>(options?: Options<ListCertificatesData, ThrowOnError>): RequestResult<ListCertificatesResponses, ListCertificatesErrors, ThrowOnError> => (options?.client ?? client).get<ListCertificatesResponses, ListCertificatesErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/certificates',
    ...options
});

/**
 * Get a certificate
 */
export const getCertificate = <ThrowOnError extends boolean = false>(options: Options<GetCertificateData, ThrowOnError>): RequestResult<GetCertificateResponses, GetCertificateErrors, ThrowOnError> => (options.client ?? client).get<GetCertificateResponses, GetCertificateErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/certificates/{id}',
    ...options
});

/**
 * 鍵の世代交代の一覧
 *
 * Erasure epochs, newest first. A platform token (`platform:read`) sees the whole service; a token for an organization (`vault:read`) sees where each epoch stands that its own keys took part in, and its own progress.
 */
export const listErasureEpochs = <ThrowOnError extends boolean = false>(options?: Options<ListErasureEpochsData, ThrowOnError>): RequestResult<ListErasureEpochsResponses, ListErasureEpochsErrors, ThrowOnError> => (options?.client ?? client).get<ListErasureEpochsResponses, ListErasureEpochsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/erasure-epochs',
    ...options
});

/**
 * 鍵の世代交代を始める
 *
 * Begins an erasure epoch now; one begins by itself every 21 days by default. One at a time: `conflict` while another is under way. It concerns every platform, so where there are several, only the clients of the one that the operator named (`ERASURE_PLATFORM_ID`) may: others get `not_permitted`.
 */
export const createErasureEpoch = <ThrowOnError extends boolean = false>(options?: Options<CreateErasureEpochData, ThrowOnError>): RequestResult<CreateErasureEpochResponses, CreateErasureEpochErrors, ThrowOnError> => (options?.client ?? client).post<CreateErasureEpochResponses, CreateErasureEpochErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/erasure-epochs',
    ...options
});

/**
 * 鍵の世代交代の状態
 */
export const getErasureEpoch = <ThrowOnError extends boolean = false>(options: Options<GetErasureEpochData, ThrowOnError>): RequestResult<GetErasureEpochResponses, GetErasureEpochErrors, ThrowOnError> => (options.client ?? client).get<GetErasureEpochResponses, GetErasureEpochErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/erasure-epochs/{id}',
    ...options
});

/**
 * 鍵データベースのバックアップを確認する
 *
 * Says that a backup of the key database, begun after `rewrappedAt`, is complete and can be restored. Only then is the old KMS version destroyed, since every older backup is unreadable from then on. A backup begun before that is refused (`too_early`). As with beginning one, where there are several platforms only the one that the operator named may.
 */
export const createBackupConfirmation = <ThrowOnError extends boolean = false>(options: Options<CreateBackupConfirmationData, ThrowOnError>): RequestResult<CreateBackupConfirmationResponses, CreateBackupConfirmationErrors, ThrowOnError> => (options.client ?? client).post<CreateBackupConfirmationResponses, CreateBackupConfirmationErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/erasure-epochs/{id}/backup-confirmations',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Who touched this person's number, when and why: for the person (取扱状況のお知らせ)
 *
 * In plain Japanese and English, with the name, role and post of whoever acted as of then, and no other person's data. At most 5,000 lines; name a shorter period beyond. Each is on record, also in itself. `Accept` says whether it comes as JSON or as a PDF.
 */
export const getHandlingStatement = <ThrowOnError extends boolean = false>(options: Options<GetHandlingStatementData, ThrowOnError>): RequestResult<GetHandlingStatementResponses, GetHandlingStatementErrors, ThrowOnError> => (options.client ?? client).get<GetHandlingStatementResponses, GetHandlingStatementErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/subjects/{id}/handling-statement',
    ...options
});

/**
 * 検証点の一覧
 *
 * Signed roots of the organization's ledger, newest first. Keep one elsewhere, and nobody can rewrite what it covers unseen.
 */
export const listCheckpoints = <ThrowOnError extends boolean = false>(options?: Options<ListCheckpointsData, ThrowOnError>): RequestResult<ListCheckpointsResponses, ListCheckpointsErrors, ThrowOnError> => (options?.client ?? client).get<ListCheckpointsResponses, ListCheckpointsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/ledger/checkpoints',
    ...options
});

/**
 * 検証点を作る
 *
 * Seals everything that is on record now, signs the root, enters it in the list outside the databases and announces it (`ledger.checkpoint`). `not_ready` while nothing is on record; `unavailable` while another process is sealing.
 */
export const createCheckpoint = <ThrowOnError extends boolean = false>(options?: Options<CreateCheckpointData, ThrowOnError>): RequestResult<CreateCheckpointResponses, CreateCheckpointErrors, ThrowOnError> => (options?.client ?? client).post<CreateCheckpointResponses, CreateCheckpointErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/ledger/checkpoints',
    ...options
});

/**
 * 検証点の公開鍵
 *
 * Every key that has signed a checkpoint of this organization, newest first, as C2SP signed notes have them. Keep them with the checkpoints; one line of a key file each.
 */
export const listLedgerPublicKeys = <ThrowOnError extends boolean = false>(options?: Options<ListLedgerPublicKeysData, ThrowOnError>): RequestResult<ListLedgerPublicKeysResponses, ListLedgerPublicKeysErrors, ThrowOnError> => (options?.client ?? client).get<ListLedgerPublicKeysResponses, ListLedgerPublicKeysErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/ledger/public-keys',
    ...options
});

/**
 * 記録が木に含まれることの証明
 *
 * That an entry is in the tree of a checkpoint (RFC 6962 § 2.1.1). The leaf is the entry in canonical JSON (RFC 8785), with names and codes as salted commitments. `not_ready` while no checkpoint covers the entry.
 */
export const getInclusionProof = <ThrowOnError extends boolean = false>(options: Options<GetInclusionProofData, ThrowOnError>): RequestResult<GetInclusionProofResponses, GetInclusionProofErrors, ThrowOnError> => (options.client ?? client).get<GetInclusionProofResponses, GetInclusionProofErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/ledger/inclusion-proofs',
    ...options
});

/**
 * 木が続いていることの証明
 *
 * That the tree of one size begins with the tree of an older one (RFC 6962 § 2.1.2), so that nothing under it was changed, removed or put in.
 */
export const getConsistencyProof = <ThrowOnError extends boolean = false>(options: Options<GetConsistencyProofData, ThrowOnError>): RequestResult<GetConsistencyProofResponses, GetConsistencyProofErrors, ThrowOnError> => (options.client ?? client).get<GetConsistencyProofResponses, GetConsistencyProofErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/ledger/consistency-proofs',
    ...options
});

/**
 * The handling log (取扱記録)
 *
 * In the order of time. Reading it is on record itself (記録の閲覧), once for a query and not for each page; a cursor serves the query and the reader that it was given to, for an hour. The period is at most ten years.
 */
export const listLedgerEntries = <ThrowOnError extends boolean = false>(options?: Options<ListLedgerEntriesData, ThrowOnError>): RequestResult<ListLedgerEntriesResponses, ListLedgerEntriesErrors, ThrowOnError> => (options?.client ?? client).get<ListLedgerEntriesResponses, ListLedgerEntriesErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/ledger/entries',
    ...options
});

/**
 * Exports of the handling log (取扱記録の出力)
 */
export const listLedgerExports = <ThrowOnError extends boolean = false>(options?: Options<ListLedgerExportsData, ThrowOnError>): RequestResult<ListLedgerExportsResponses, ListLedgerExportsErrors, ThrowOnError> => (options?.client ?? client).get<ListLedgerExportsResponses, ListLedgerExportsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/ledger/exports',
    ...options
});

/**
 * Export the handling log (記録の出力)
 *
 * Runs as a job, over the same filters as the list. `csv` has the nine columns of the log (UTF-8 with BOM, for a spreadsheet), `pdf` is that page for page, `jsonl` is for offline verification: without any filter or period it holds every sealed entry in the order of the log, and shows that none is missing. For csv and pdf, and for jsonl with a filter, the period is that of the list.
 */
export const createLedgerExport = <ThrowOnError extends boolean = false>(options: Options<CreateLedgerExportData, ThrowOnError>): RequestResult<CreateLedgerExportResponses, CreateLedgerExportErrors, ThrowOnError> => (options.client ?? client).post<CreateLedgerExportResponses, CreateLedgerExportErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/ledger/exports',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * An export of the handling log
 */
export const getLedgerExport = <ThrowOnError extends boolean = false>(options: Options<GetLedgerExportData, ThrowOnError>): RequestResult<GetLedgerExportResponses, GetLedgerExportErrors, ThrowOnError> => (options.client ?? client).get<GetLedgerExportResponses, GetLedgerExportErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/ledger/exports/{id}',
    ...options
});

/**
 * Download an export of the handling log
 *
 * As often as needed until it expires, since it holds no digits; each download is on record.
 */
export const getLedgerExportContent = <ThrowOnError extends boolean = false>(options: Options<GetLedgerExportContentData, ThrowOnError>): RequestResult<GetLedgerExportContentResponses, GetLedgerExportContentErrors, ThrowOnError> => (options.client ?? client).get<GetLedgerExportContentResponses, GetLedgerExportContentErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/ledger/exports/{id}/content',
    ...options
});

/**
 * Get a job
 */
export const getJob = <ThrowOnError extends boolean = false>(options: Options<GetJobData, ThrowOnError>): RequestResult<GetJobResponses, GetJobErrors, ThrowOnError> => (options.client ?? client).get<GetJobResponses, GetJobErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/jobs/{id}',
    ...options
});

/**
 * List endpoints
 */
export const listWebhookEndpoints = <ThrowOnError extends boolean = false>(options?: Options<ListWebhookEndpointsData, ThrowOnError>): RequestResult<ListWebhookEndpointsResponses, ListWebhookEndpointsErrors, ThrowOnError> => (options?.client ?? client).get<ListWebhookEndpointsResponses, ListWebhookEndpointsErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/webhook-endpoints',
    ...options
});

/**
 * Create an endpoint; its secret is shown once
 */
export const createWebhookEndpoint = <ThrowOnError extends boolean = false>(options: Options<CreateWebhookEndpointData, ThrowOnError>): RequestResult<CreateWebhookEndpointResponses, CreateWebhookEndpointErrors, ThrowOnError> => (options.client ?? client).post<CreateWebhookEndpointResponses, CreateWebhookEndpointErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/webhook-endpoints',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Delete an endpoint
 */
export const deleteWebhookEndpoint = <ThrowOnError extends boolean = false>(options: Options<DeleteWebhookEndpointData, ThrowOnError>): RequestResult<DeleteWebhookEndpointResponses, DeleteWebhookEndpointErrors, ThrowOnError> => (options.client ?? client).delete<DeleteWebhookEndpointResponses, DeleteWebhookEndpointErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/webhook-endpoints/{id}',
    ...options
});

/**
 * Get an endpoint
 */
export const getWebhookEndpoint = <ThrowOnError extends boolean = false>(options: Options<GetWebhookEndpointData, ThrowOnError>): RequestResult<GetWebhookEndpointResponses, GetWebhookEndpointErrors, ThrowOnError> => (options.client ?? client).get<GetWebhookEndpointResponses, GetWebhookEndpointErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/webhook-endpoints/{id}',
    ...options
});

/**
 * Rotate the secret
 */
export const createWebhookSecret = <ThrowOnError extends boolean = false>(options: Options<CreateWebhookSecretData, ThrowOnError>): RequestResult<CreateWebhookSecretResponses, CreateWebhookSecretErrors, ThrowOnError> => (options.client ?? client).post<CreateWebhookSecretResponses, CreateWebhookSecretErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/webhook-endpoints/{id}/secrets',
    ...options
});

/**
 * Send a test event
 */
export const createTestEvent = <ThrowOnError extends boolean = false>(options: Options<CreateTestEventData, ThrowOnError>): RequestResult<CreateTestEventResponses, CreateTestEventErrors, ThrowOnError> => (options.client ?? client).post<CreateTestEventResponses, CreateTestEventErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/webhook-endpoints/{id}/test-events',
    ...options
});

/**
 * List deliveries
 */
export const listWebhookDeliveries = <ThrowOnError extends boolean = false>(options?: Options<ListWebhookDeliveriesData, ThrowOnError>): RequestResult<ListWebhookDeliveriesResponses, ListWebhookDeliveriesErrors, ThrowOnError> => (options?.client ?? client).get<ListWebhookDeliveriesResponses, ListWebhookDeliveriesErrors, ThrowOnError>({
    security: [{
            key: 'oauth',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/v1/webhook-deliveries',
    ...options
});

/**
 * Alive
 */
export const getHealth = <ThrowOnError extends boolean = false>(options?: Options<GetHealthData, ThrowOnError>): RequestResult<GetHealthResponses, GetHealthErrors, ThrowOnError> => (options?.client ?? client).get<GetHealthResponses, GetHealthErrors, ThrowOnError>({ url: '/healthz', ...options });

/**
 * Ready
 */
export const getReadiness = <ThrowOnError extends boolean = false>(options?: Options<GetReadinessData, ThrowOnError>): RequestResult<GetReadinessResponses, GetReadinessErrors, ThrowOnError> => (options?.client ?? client).get<GetReadinessResponses, GetReadinessErrors, ThrowOnError>({ url: '/readyz', ...options });

/**
 * Prometheus metrics
 */
export const getMetrics = <ThrowOnError extends boolean = false>(options?: Options<GetMetricsData, ThrowOnError>): RequestResult<GetMetricsResponses, GetMetricsErrors, ThrowOnError> => (options?.client ?? client).get<GetMetricsResponses, GetMetricsErrors, ThrowOnError>({ url: '/metrics', ...options });

/**
 * This contract
 */
export const getOpenapi = <ThrowOnError extends boolean = false>(options?: Options<GetOpenapiData, ThrowOnError>): RequestResult<GetOpenapiResponses, GetOpenapiErrors, ThrowOnError> => (options?.client ?? client).get<GetOpenapiResponses, GetOpenapiErrors, ThrowOnError>({ url: '/openapi.yaml', ...options });
