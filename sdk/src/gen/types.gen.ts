// Generated from openapi.yaml by npm run generate.
// @ts-nocheck

export type ClientOptions = {
    baseUrl: `${string}://${string}` | (string & {});
};

export type Webhooks = ReceiveEventWebhookRequest;

/**
 * 利用目的. The closed list of legal purposes; `GET /v1/purposes` has the law behind each.
 */
export type PurposeCode = 'withholding_tax' | 'resident_tax' | 'health_pension' | 'employment_insurance' | 'workers_accident' | 'national_pension_3' | 'payment_record_fee' | 'payment_record_rent' | 'payment_record_transfer' | 'payment_record_brokerage' | 'shareholding' | 'property_savings';

/**
 * employee 社員, dependent 扶養親族, payee 支払先, proprietor 個人事業主
 */
export type SubjectKind = 'employee' | 'dependent' | 'payee' | 'proprietor';

/**
 * Where a subject stands. `checked` = staff-checked, plus self-checked where the settings ask for it.
 */
export type NumberState = 'none' | 'no_number' | 'requested' | 'registered' | 'checked' | 'disposed';

export type VersionState = 'registered' | 'superseded' | 'disposing' | 'deleted' | 'erased';

/**
 * officer 事務取扱責任者, handler 事務取扱担当者, reviewer 確認者, receiver 番号受取のみ, auditor 監査者
 */
export type Role = 'officer' | 'handler' | 'reviewer' | 'receiver' | 'auditor';

export type Scope = 'subjects:read' | 'subjects:write' | 'numbers:read' | 'numbers:register' | 'numbers:check' | 'numbers:reveal' | 'notices:read' | 'notices:write' | 'collection:read' | 'collection:write' | 'verification:read' | 'verification:decide' | 'files:import' | 'files:export' | 'payments:read' | 'payments:write' | 'filings:write' | 'disposal:read' | 'disposal:write' | 'ledger:read' | 'oversight:read' | 'oversight:write' | 'staff:read' | 'staff:write' | 'settings:read' | 'settings:write' | 'organization:read' | 'organization:write' | 'vault:read' | 'vault:write' | 'events:read' | 'jobs:read' | 'webhooks:read' | 'webhooks:write' | 'usage:read' | 'platform:read' | 'platform:write';

/**
 * Stable. New codes may be added.
 */
export type ErrorCode = 'invalid_request' | 'invalid_json' | 'unsupported_media_type' | 'not_acceptable' | 'payload_too_large' | 'unauthenticated' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type' | 'invalid_subject_token' | 'invalid_scope' | 'insufficient_user_authentication' | 'not_permitted' | 'staff_required' | 'not_found' | 'method_not_allowed' | 'conflict' | 'already_exists' | 'precondition_failed' | 'precondition_required' | 'idempotency_mismatch' | 'idempotency_busy' | 'rate_limited' | 'check_digit' | 'number_format' | 'number_not_accepted' | 'sample_number' | 'jwe_required' | 'client_key_required' | 'number_missing' | 'notice_required' | 'consent_required' | 'purpose_not_permitted' | 'disposal_too_early' | 'on_hold' | 'too_early' | 'used_up' | 'expired' | 'session_replaced' | 'factor_required' | 'factor_wrong' | 'link_locked' | 'not_ready' | 'unmappable_character' | 'invalid_file' | 'missing_column' | 'unknown_column' | 'duplicate_column' | 'required' | 'too_long' | 'invalid_value' | 'duplicate_row' | 'employee_missing' | 'name_differs' | 'url_not_allowed' | 'training_required' | 'place_not_allowed' | 'budget_exhausted' | 'clock_untrusted' | 'unavailable' | 'internal';

/**
 * One place of the request that is wrong. Never the value.
 */
export type ProblemPlace = {
    /**
     * JSON Pointer into the body
     */
    pointer?: string;
    /**
     * Name of the query, path or header parameter
     */
    parameter?: string;
    /**
     * Line of a file, from 1
     */
    line?: number;
    /**
     * Column of a file
     */
    column?: string;
    code: ErrorCode;
    detail?: string;
};

/**
 * RFC 9457 problem details.
 */
export type Problem = {
    type: string;
    title: string;
    status: number;
    detail?: string;
    /**
     * The X-Request-Id
     */
    instance?: string;
    code: ErrorCode;
    errors?: Array<ProblemPlace>;
};

/**
 * RFC 6749 § 5.2 error, with the members of a problem beside it.
 */
export type TokenError = {
    error: 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unauthorized_client' | 'unsupported_grant_type' | 'invalid_scope' | 'temporarily_unavailable';
    error_description?: string;
    type?: string;
    title: string;
    status: number;
    code: ErrorCode;
    detail?: string;
    instance?: string;
};

/**
 * RFC 6749 client credentials, or an RFC 8693 token exchange with `subject_token`.
 */
export type TokenRequest = {
    grant_type: string;
    /**
     * The organization that the token is for; without it a platform token.
     */
    organization?: string;
    /**
     * The staff member (担当者) in whose name the host acts.
     */
    staff?: string;
    /**
     * When that person signed in at the host: seconds since the epoch.
     */
    auth_time?: string;
    /**
     * Fewer scopes than the client's, separated by spaces.
     */
    scope?: string;
    /**
     * An ID token of the organization's own OIDC issuer, with a nonce of `POST /oauth/nonces`.
     */
    subject_token?: string;
    subject_token_type?: 'urn:ietf:params:oauth:token-type:id_token';
    requested_token_type?: 'urn:ietf:params:oauth:token-type:access_token';
    client_assertion_type?: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    /**
     * RFC 7523 § 2.2: `iss` and `sub` the client, `aud` the issuer or the token endpoint, `exp` at most 5 minutes ahead, `jti` used once; signed by a registered key (EdDSA, Ed25519 or ES256).
     */
    client_assertion?: string;
    /**
     * Not needed; where present it must be the client that authenticates.
     */
    client_id?: string;
};

/**
 * An EdDSA access token.
 */
export type Token = {
    access_token: string;
    token_type: 'Bearer';
    expires_in: number;
    scope: string;
    /**
     * Of a token exchange (RFC 8693 § 2.2.1).
     */
    issued_token_type?: 'urn:ietf:params:oauth:token-type:access_token';
};

/**
 * The organization whose staff member is about to sign in.
 */
export type NonceRequest = {
    organization: string;
    client_assertion_type?: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    /**
     * RFC 7523 § 2.2: `iss` and `sub` the client, `aud` the issuer or the token endpoint, `exp` at most 5 minutes ahead, `jti` used once; signed by a registered key (EdDSA, Ed25519 or ES256).
     */
    client_assertion?: string;
    /**
     * Not needed; where present it must be the client that authenticates.
     */
    client_id?: string;
};

/**
 * A nonce for one sign-in.
 */
export type Nonce = {
    nonce: string;
    expires_in: number;
};

/**
 * RFC 8414 metadata.
 */
export type AuthorizationServer = {
    issuer: string;
    token_endpoint: string;
    jwks_uri: string;
    grant_types_supported: Array<string>;
    token_endpoint_auth_methods_supported: Array<string>;
    token_endpoint_auth_signing_alg_values_supported?: Array<string>;
    scopes_supported: Array<Scope>;
    response_types_supported: Array<string>;
};

/**
 * Public keys: tokens, certificates, receipts.
 */
export type Jwks = {
    keys: Array<{
        kty: string;
        crv?: string;
        x?: string;
        kid: string;
        alg?: string;
        use?: string;
    }>;
};

/**
 * 契約法人・グループ: the boundary of keys, ledger and data.
 */
export type Organization = {
    id: string;
    name: string;
    /**
     * A `test` organization takes only fixture numbers and has a test clock.
     */
    mode: 'test' | 'live';
    /**
     * The host's own id; unique per organization and kind.
     */
    externalId?: string;
    createdAt: string;
};

/**
 * A new organization.
 */
export type OrganizationRequest = {
    name: string;
    mode: 'test' | 'live';
    /**
     * The host's own id; unique per organization and kind.
     */
    externalId?: string;
};

/**
 * A page of organizations.
 */
export type OrganizationList = {
    data: Array<Organization>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * An API client.
 */
export type Client = {
    id: string;
    name: string;
    organizationId?: string;
    scopes: Array<Scope>;
    createdAt: string;
    /**
     * Only in the answer that created it.
     */
    secret?: string;
};

/**
 * A secret of a client, without the secret.
 */
export type ClientSecret = {
    id: string;
    createdAt: string;
    /**
     * When it stops working; absent while nothing replaced it.
     */
    endsAt?: string;
};

/**
 * The secrets of a client, the newest first.
 */
export type ClientSecretList = {
    data: Array<ClientSecret>;
};

/**
 * A further secret.
 */
export type ClientSecretRequest = {
    /**
     * When the secrets before it end; at most 7 days ahead, 24 hours where it is absent.
     */
    previousEndsAt?: string;
};

/**
 * A further secret, shown this once.
 */
export type NewClientSecret = {
    id: string;
    secret: string;
    createdAt: string;
    previousEndsAt: string;
};

/**
 * A public key of a client.
 */
export type ClientKey = {
    /**
     * The `kid`: of assertions that it verifies, and of what is encrypted to it.
     */
    id: string;
    use: 'sig' | 'enc';
    /**
     * The public part.
     */
    jwk: {
        kty: 'OKP' | 'EC';
        crv: 'Ed25519' | 'X25519' | 'P-256';
        x: string;
        y?: string;
    };
    /**
     * The last day (JST) on which it is used.
     */
    expiresOn?: string;
    createdAt: string;
};

/**
 * The public keys of a client, the newest first.
 */
export type ClientKeyList = {
    data: Array<ClientKey>;
};

/**
 * A public key.
 */
export type ClientKeyRequest = {
    use: 'sig' | 'enc';
    /**
     * The public part only (RFC 7517). `sig`: Ed25519, or P-256 for ES256. `enc`: X25519 or P-256.
     */
    jwk: {
        kty: 'OKP' | 'EC';
        crv: 'Ed25519' | 'X25519' | 'P-256';
        x: string;
        y?: string;
        /**
         * Not used: the answer's `id` is the kid.
         */
        kid?: string;
        alg?: 'EdDSA' | 'Ed25519' | 'ES256' | 'ECDH-ES+A256KW';
        use?: 'sig' | 'enc';
        key_ops?: Array<'verify'>;
        ext?: boolean;
    };
    /**
     * The last day (JST) on which it is used.
     */
    expiresOn?: string;
};

/**
 * A new client; with `organizationId` it can get tokens for that organization only.
 */
export type ClientRequest = {
    name: string;
    organizationId?: string;
    scopes: Array<Scope>;
};

/**
 * A page of clients.
 */
export type ClientList = {
    data: Array<Client>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 会社(グループ会社): a legal entity, or a sole proprietor (個人事業主).
 */
export type Company = {
    id: string;
    /**
     * 氏名又は名称
     */
    name: string;
    kind: 'corporation' | 'sole_proprietor';
    /**
     * 法人番号: 13 digits with its check digit. Public.
     */
    corporateNumber?: string;
    /**
     * 住所（居所）又は所在地
     */
    address?: string;
    phone?: string;
    /**
     * The host's own id; unique per organization and kind.
     */
    externalId?: string;
    proprietorId?: string;
    createdAt: string;
};

/**
 * A new company. A corporation needs its 法人番号; a sole proprietor gets a subject of kind `proprietor` for the number that stands on slips.
 */
export type CompanyRequest = {
    /**
     * 氏名又は名称
     */
    name: string;
    kind: 'corporation' | 'sole_proprietor';
    /**
     * 法人番号: 13 digits with its check digit. Public.
     */
    corporateNumber?: string;
    /**
     * 住所（居所）又は所在地
     */
    address?: string;
    /**
     * With its country: + and up to 15 digits. Without: at most 11, so that it cannot be a 個人番号.
     */
    phone?: string;
    /**
     * The host's own id; unique per organization and kind.
     */
    externalId?: string;
};

/**
 * What changes; the rest stays.
 */
export type CompanyUpdate = {
    /**
     * 氏名又は名称
     */
    name?: string;
    /**
     * 住所（居所）又は所在地. null takes it away.
     */
    address?: string | null;
    /**
     * null takes it away.
     */
    phone?: string | null;
    /**
     * The host's own id; unique per organization. null takes it away.
     */
    externalId?: string | null;
};

/**
 * A page of companies.
 */
export type CompanyList = {
    data: Array<Company>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 部門
 */
export type Department = {
    id: string;
    companyId: string;
    code: string;
    name: string;
    createdAt: string;
};

/**
 * A new department; its code is unique in the company.
 */
export type DepartmentRequest = {
    companyId: string;
    code: string;
    name: string;
};

/**
 * A page of departments.
 */
export type DepartmentList = {
    data: Array<Department>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 任命: a role with its term.
 */
export type Appointment = {
    id: string;
    role: Role;
    companyId?: string;
    departmentId?: string;
    /**
     * First day of the appointment (任命)
     */
    fromOn: string;
    /**
     * Last day; absent = until further notice
     */
    toOn?: string;
    /**
     * 任命の根拠
     */
    basis?: string;
    /**
     * 役職
     */
    post?: string;
    /**
     * Only these kinds of subject (取扱範囲): an accounting handler has `payee`; absent = all
     */
    subjectKinds?: Array<SubjectKind>;
    /**
     * When it was ended (解任)
     */
    dismissedAt?: string;
    dismissalBasis?: string;
};

/**
 * A role from a day on, for the whole organization, one company, one department or some kinds of subject. Several appointments add up.
 */
export type AppointmentRequest = {
    role: Role;
    companyId?: string;
    departmentId?: string;
    /**
     * First day of the appointment (任命)
     */
    fromOn: string;
    /**
     * Last day; absent = until further notice
     */
    toOn?: string;
    basis?: string;
    /**
     * 役職
     */
    post?: string;
    /**
     * Only these kinds of subject (取扱範囲): an accounting handler has `payee`; absent = all
     */
    subjectKinds?: Array<SubjectKind>;
};

/**
 * 担当者: a person who handles numbers.
 */
export type Staff = {
    id: string;
    name: string;
    /**
     * The host's user id (ユーザID); unique in the organization.
     */
    userId: string;
    /**
     * Where checkpoints of the 取扱記録 are mailed to, while this is an officer (事務取扱責任者).
     */
    email?: string;
    appointments: Array<Appointment>;
    createdAt: string;
};

/**
 * A new staff member with a first appointment.
 */
export type StaffRequest = {
    name: string;
    userId: string;
    email?: string;
    appointment: AppointmentRequest;
};

/**
 * What changes; the rest stays.
 */
export type StaffUpdate = {
    /**
     * null takes it away.
     */
    email?: string | null;
};

/**
 * A page of staff.
 */
export type StaffList = {
    data: Array<Staff>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * The organization's own OIDC issuer, and what needs a sign-in there.
 */
export type IdentityProvider = {
    /**
     * The `iss` of its ID tokens, to the letter.
     */
    issuer: string;
    /**
     * The `aud` of its ID tokens.
     */
    clientId: string;
    /**
     * Where its keys are: https, at a public address.
     */
    jwksUri: string;
    /**
     * The claim that holds the staff member's `userId`; `sub` where it is absent.
     */
    userIdClaim: string;
    /**
     * Operations that need the assurance `idp`.
     */
    demands: Array<{
        /**
         * An operationId of an operation that needs a token for an organization.
         */
        operation: string;
        /**
         * How long ago the person may have signed in, by `auth_time`.
         */
        maxAgeSeconds?: number;
        /**
         * One of these must be the `acr` of the sign-in.
         */
        acrValues?: Array<string>;
    }>;
    changedAt: string;
};

/**
 * The organization's own OIDC issuer.
 */
export type IdentityProviderRequest = {
    /**
     * The `iss` of its ID tokens, to the letter.
     */
    issuer: string;
    /**
     * The `aud` of its ID tokens.
     */
    clientId: string;
    /**
     * Where its keys are: https, at a public address.
     */
    jwksUri: string;
    /**
     * The claim that holds the staff member's `userId`; `sub` where it is absent.
     */
    userIdClaim?: string;
    /**
     * Operations that need the assurance `idp`.
     */
    demands?: Array<{
        /**
         * An operationId of an operation that needs a token for an organization.
         */
        operation: string;
        /**
         * How long ago the person may have signed in, by `auth_time`.
         */
        maxAgeSeconds?: number;
        /**
         * One of these must be the `acr` of the sign-in.
         */
        acrValues?: Array<string>;
    }>;
};

/**
 * 解任: the last day of an appointment.
 */
export type DismissalRequest = {
    appointmentId: string;
    /**
     * The last day; yesterday ends it at once
     */
    lastOn: string;
    /**
     * 解任の根拠
     */
    basis: string;
};

/**
 * 研修, as it was held.
 */
export type TrainingRequest = {
    /**
     * What it was about
     */
    subject: string;
    /**
     * When
     */
    trainedOn: string;
    /**
     * 理解度テストの点
     */
    score?: number;
};

/**
 * A training on record.
 */
export type Training = {
    id: string;
    staffId: string;
    /**
     * What it was about
     */
    subject: string;
    /**
     * When
     */
    trainedOn: string;
    /**
     * 理解度テストの点
     */
    score?: number;
    recordedAt: string;
};

/**
 * A page.
 */
export type TrainingList = {
    data: Array<Training>;
    next?: string;
    total?: string;
};

/**
 * 誓約書, as it was signed.
 */
export type PledgeRequest = {
    /**
     * Which text, with its version
     */
    document: string;
    /**
     * When it was signed
     */
    pledgedOn: string;
};

/**
 * A pledge on record.
 */
export type Pledge = {
    id: string;
    staffId: string;
    /**
     * Which text
     */
    document: string;
    /**
     * When it was signed
     */
    pledgedOn: string;
    recordedAt: string;
};

/**
 * A page.
 */
export type PledgeList = {
    data: Array<Pledge>;
    next?: string;
    total?: string;
};

/**
 * Settings of the organization.
 */
export type Settings = {
    standingNoticeId?: string;
    selfCheckRequired: boolean;
    jweInputRequired: boolean;
    jweAnswersRequired: boolean;
    /**
     * Whether digits leave only for staff trained in the last 12 months
     */
    trainingRequired: boolean;
    /**
     * Empty: from everywhere
     */
    handlingAreas: Array<HandlingArea>;
    dailyBudgets: DailyBudgets;
    collection: CollectionSettings;
};

/**
 * What is absent stays as it is.
 */
export type SettingsRequest = {
    /**
     * The notice that everybody was given (就業規則, 社内掲示): used when a registration names none.
     */
    standingNoticeId?: string | null;
    /**
     * Whether `checked` also needs the self check.
     */
    selfCheckRequired?: boolean;
    /**
     * Whether a number comes in as `numberJwe` only; a plain `number` is then `jwe_required`.
     */
    jweInputRequired?: boolean;
    /**
     * Whether reveals and export files leave as JWE only, to the newest key that the asking client registered; without one they are `client_key_required`.
     */
    jweAnswersRequired?: boolean;
    /**
     * Whether digits leave only for staff with a training on record in the last 12 months (安全管理措置: 教育).
     */
    trainingRequired?: boolean;
    /**
     * 取扱区域, replaced whole. Once there is one, digits leave only towards a network of one of them.
     */
    handlingAreas?: Array<HandlingAreaRequest>;
    dailyBudgets?: DailyBudgetsRequest;
    collection?: CollectionSettingsRequest;
};

/**
 * 取扱区域: a place from which digits may be asked for.
 */
export type HandlingArea = {
    /**
     * As it stands in the ledger
     */
    label: string;
    /**
     * Addresses or CIDR ranges
     */
    networks: Array<string>;
    /**
     * Only these clients; absent = every client
     */
    clientIds?: Array<string>;
    /**
     * Only staff of these roles; absent = every role
     */
    roles?: Array<Role>;
};

/**
 * 取扱区域: a place from which digits may be asked for.
 */
export type HandlingAreaRequest = {
    /**
     * As it stands in the ledger
     */
    label: string;
    /**
     * Addresses or CIDR ranges
     */
    networks: Array<string>;
    /**
     * Only these clients; absent = every client
     */
    clientIds?: Array<string>;
    /**
     * Only staff of these roles; absent = every role
     */
    roles?: Array<Role>;
};

/**
 * How much one staff member may take out of the vault in a day (JST).
 */
export type DailyBudgets = {
    /**
     * Numbers shown or printed
     */
    reveals: number;
    /**
     * Files
     */
    exports: number;
    /**
     * Packages
     */
    filings: number;
};

/**
 * How much one staff member may take out of the vault in a day (JST).
 */
export type DailyBudgetsRequest = {
    /**
     * Numbers shown or printed
     */
    reveals?: number;
    /**
     * Files
     */
    exports?: number;
    /**
     * Packages
     */
    filings?: number;
};

/**
 * The test clock: an input to retention, reminders, deadlines and expiries only.
 */
export type TestClock = {
    now: string;
    moved: boolean;
};

/**
 * Forward only, until the end of 2199.
 */
export type TestClockRequest = {
    now: string;
};

/**
 * 対象者: a person (or corporate payee) whose number is collected.
 */
export type Subject = {
    id: string;
    kind: SubjectKind;
    companyId: string;
    departmentId?: string;
    /**
     * 社員コード / 支払先コード, unique in the company and kind. A string: `001` stays `001`.
     */
    code?: string;
    /**
     * The host's own id; unique per organization and kind.
     */
    externalId?: string;
    /**
     * Up to 20 strings of the host. Never a 個人番号.
     */
    metadata?: {
        [key: string]: string;
    };
    /**
     * 氏名. Stored encrypted, returned untouched.
     */
    name: string;
    kana?: string;
    birthOn?: string;
    address?: string;
    email?: string;
    phone?: string;
    /**
     * Payees only.
     */
    payeeKind?: 'individual' | 'corporation';
    /**
     * 法人番号: 13 digits with its check digit. Public.
     */
    corporateNumber?: string;
    /**
     * Payees only: a landlord or seller of real estate, who is asked by the notice for such (所得税法225条1項9号).
     */
    landlord?: boolean;
    employeeId?: string;
    /**
     * 扶養No
     */
    dependentNo?: number;
    /**
     * 続柄
     */
    relationship?: string;
    numberState: NumberState;
    noNumber?: NumberAbsence;
    createdAt: string;
    updatedAt: string;
};

/**
 * A new employee or payee. Dependents: `POST /v1/subjects/{id}/dependents`.
 */
export type SubjectRequest = {
    kind: 'employee' | 'payee';
    companyId: string;
    departmentId?: string;
    /**
     * 社員コード / 支払先コード, unique in the company and kind. A string: `001` stays `001`.
     */
    code?: string;
    /**
     * The host's own id; unique per organization and kind.
     */
    externalId?: string;
    /**
     * Up to 20 strings of the host. Never a 個人番号.
     */
    metadata?: {
        [key: string]: string;
    };
    /**
     * 氏名. Stored encrypted, returned untouched.
     */
    name: string;
    kana?: string;
    birthOn?: string;
    address?: string;
    email?: string;
    /**
     * With its country: + and up to 15 digits. Without: at most 11, so that it cannot be a 個人番号.
     */
    phone?: string;
    /**
     * Payees only.
     */
    payeeKind?: 'individual' | 'corporation';
    /**
     * 法人番号: 13 digits with its check digit. Public. Where it is not known, the payee is asked for it by link.
     */
    corporateNumber?: string;
    /**
     * Payees only: a landlord or seller of real estate, who is asked by the notice for such (所得税法225条1項9号).
     */
    landlord?: boolean;
};

/**
 * What is absent stays; null removes.
 */
export type SubjectChange = {
    /**
     * 氏名. Stored encrypted, returned untouched.
     */
    name?: string;
    kana?: string | null;
    birthOn?: string | null;
    address?: string | null;
    email?: string | null;
    /**
     * With its country: + and up to 15 digits. Without: at most 11, so that it cannot be a 個人番号.
     */
    phone?: string | null;
    departmentId?: string | null;
    /**
     * 社員コード / 支払先コード, unique in the company and kind. A string: `001` stays `001`.
     */
    code?: string | null;
    /**
     * Up to 20 strings of the host. Never a 個人番号.
     */
    metadata?: {
        [key: string]: string;
    };
    /**
     * 法人番号: Corporate payees only: 13 digits with its check digit. Public.
     */
    corporateNumber?: string;
    /**
     * Payees only: a landlord or seller of real estate, who is asked by the notice for such (所得税法225条1項9号).
     */
    landlord?: boolean;
};

/**
 * A page of subjects.
 */
export type SubjectList = {
    data: Array<Subject>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * A dependent (扶養親族) of this employee.
 */
export type DependentRequest = {
    /**
     * 扶養No
     */
    dependentNo: number;
    /**
     * 続柄
     */
    relationship: string;
    /**
     * 氏名. Stored encrypted, returned untouched.
     */
    name: string;
    kana?: string;
    birthOn?: string;
    address?: string;
    email?: string;
    /**
     * With its country: + and up to 15 digits. Without: at most 11, so that it cannot be a 個人番号.
     */
    phone?: string;
    /**
     * The host's own id; unique per organization and kind.
     */
    externalId?: string;
    /**
     * Up to 20 strings of the host. Never a 個人番号.
     */
    metadata?: {
        [key: string]: string;
    };
};

/**
 * What starts or ends a retention period.
 */
export type EmploymentEvent = {
    id: string;
    subjectId: string;
    kind: 'hired' | 'retired' | 'insurance_lost' | 'transferred' | 'contract_ended' | 'dependency_ended';
    on: string;
    recordedAt: string;
};

/**
 * hired 入社, retired 退職, insurance_lost 喪失, transferred 転籍, contract_ended 契約終了, dependency_ended 扶養終了 (of a dependent)
 */
export type EmploymentEventRequest = {
    kind: 'hired' | 'retired' | 'insurance_lost' | 'transferred' | 'contract_ended' | 'dependency_ended';
    on: string;
};

/**
 * Events, in the order in which they were recorded.
 */
export type EmploymentEventList = {
    data: Array<EmploymentEvent>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * One version of a number, masked.
 */
export type NumberVersion = {
    id: string;
    version: number;
    state: VersionState;
    /**
     * `*****` and the last two digits.
     */
    masked?: string;
    issuedOn?: string;
    registeredAt: string;
    registeredBy: 'staff' | 'subject' | 'client' | 'operator' | 'system';
    selfCheckedAt?: string;
    staffCheckedAt?: string;
    reason?: string;
};

/**
 * The number of a subject: state, current version and the earlier ones. Masked.
 */
export type SubjectNumber = {
    subjectId: string;
    state: NumberState;
    current?: NumberVersion;
    versions: Array<NumberVersion>;
    /**
     * Only in the answer that registered, corrected or reissued it, and only where others have the same number, no more than 20 of them; `GET /v1/duplicates` lists them later.
     */
    duplicates?: Array<HeldElsewhere>;
    receipt?: LedgerReceipt;
};

/**
 * 受領証: the signed promise that this act is in the 取扱記録 and will be in its tree. A compact JWS (EdDSA, `typ` `azukari-receipt+jws`, key in `/.well-known/jwks.json`) of `{ iss, organizationId, iat, entries: [{ id, leafHash }] }`; of a job `{ iss, organizationId, iat, jobId, operation, count, root }`, where `root` is the Merkle root (RFC 6962) over the leaf hashes of the job's entries of that operation in the order of their `line`. Only in the answer to the act itself; an answer that is repeated for an Idempotency-Key has the same one, signed anew; `iat` is when the last of the entries was made. Keep it: it shows later that an entry was taken away.
 */
export type LedgerReceipt = string;

/**
 * `same_person`: name and birth date agree, so it is one person with several records (an employee who is also a payee). `conflict`: one number under two people; one of the entries is wrong.
 */
export type DuplicateKind = 'same_person' | 'conflict';

/**
 * Another subject who has the same number.
 */
export type HeldElsewhere = {
    subjectId: string;
    versionId: string;
    kind: DuplicateKind;
};

/**
 * One of the versions that have the same number.
 */
export type DuplicateNumber = {
    subjectId: string;
    subjectKind: SubjectKind;
    companyId: string;
    versionId: string;
    state: VersionState;
};

/**
 * One number under several subjects.
 */
export type Duplicate = {
    kind: DuplicateKind;
    numbers: Array<DuplicateNumber>;
    /**
     * More people have it than are named here.
     */
    more: boolean;
};

/**
 * A page of duplicates.
 */
export type DuplicateList = {
    data: Array<Duplicate>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * False while an erasure epoch renews the index. What was found is right; ask again later for what it had not reached.
     */
    complete: boolean;
};

/**
 * The notice by which this person was told the purposes.
 */
export type NoticeGivenInline = {
    noticeId: string;
    channel: NoticeChannel;
    givenAt?: string;
};

export type NoticeChannel = 'paper' | 'mail' | 'intranet' | 'page' | 'contract' | 'work_rules' | 'standing' | 'other';

/**
 * 個人番号 as a compact JWE (RFC 7516) to a key of `GET /v1/vault/jwks`, in place of `number`. Header `alg: ECDH-ES+A256KW`, `enc: A256GCM`, `kid`, `epk`; plaintext the JSON object `{ number, aud, sub, iat, jti }` and nothing else: `aud` the organization's id; `sub` the subject's id, in a session for a dependent the session's id + `/` + the key; `iat` now, within ten minutes; `jti` of your own, used once. Repeated under its Idempotency-Key, a new JWE of the same number is the same request. A wrong check digit is `check_digit`, a published sample that staff did not confirm `sample_number`; all else is `number_not_accepted`, without a reason.
 */
export type NumberJwe = string;

/**
 * A live organization answers `sample_number` to a number that manuals print as a sample (`123456789018` …). With `true` staff say that they looked again and mean it; the 取扱記録 says so. Of no effect on any other number.
 */
export type SampleConfirmed = boolean;

export type NumberRequest = unknown & {
    /**
     * 発行日
     */
    issuedOn?: string;
    noticeGivenId?: string;
    notice?: NoticeGivenInline;
    sampleConfirmed?: SampleConfirmed;
};

export type NumberCorrectionRequest = unknown & {
    issuedOn?: string;
    reason: string;
    sampleConfirmed?: SampleConfirmed;
};

export type NumberReissueRequest = unknown & {
    issuedOn: string;
    reason?: string;
    sampleConfirmed?: SampleConfirmed;
};

/**
 * 管理者番号確認: confirms the current version. An older one of this person answers 409 `conflict`; one of another person or of nobody, and one that was corrected since and is there no more, 404 `not_found` at `/versionId`.
 */
export type NumberCheckRequest = {
    versionId: string;
};

/**
 * Department code and name.
 */
export type DepartmentAsShown = {
    code: string;
    name: string;
};

/**
 * A row of the admin list, in the order of the customers: 部門コード, 社員コード number-aware, the employee before the dependents, 扶養No.
 */
export type NumberRow = {
    subjectId: string;
    companyId: string;
    kind: SubjectKind;
    department?: DepartmentAsShown;
    code?: string;
    name: string;
    employeeName?: string;
    dependentNo?: number;
    relationship?: string;
    numberState: NumberState;
    versionId?: string;
    /**
     * `*****` and the last two digits.
     */
    masked?: string;
    issuedOn?: string;
    selfCheckedAt?: string;
    staffCheckedAt?: string;
};

/**
 * A page of the admin list.
 */
export type NumberRowList = {
    data: Array<NumberRow>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 閲覧・印刷. Without a purpose it is refused, and the refusal is on record.
 */
export type RevealRequest = {
    subjectIds: Array<string>;
    purpose?: PurposeCode;
    intent?: 'view' | 'print';
    /**
     * Each number as a JWE to the newest key that this client registered. Always so where the settings say `jweAnswersRequired`.
     */
    encrypted?: boolean;
};

/**
 * The digits, for the one purpose named. One ledger entry per subject was written before they left.
 */
export type Reveal = {
    purpose: PurposeCode;
    intent: 'view' | 'print';
    at: string;
    numbers: Array<{
        subjectId: string;
        versionId: string;
        /**
         * 12 digits; absent where there is a `numberJwe`
         */
        number?: string;
        /**
         * Compact JWE (`ECDH-ES+A256KW`, `A256GCM`) to the client's key; plaintext `{ number, aud, sub, iat, jti }`: `aud` the client's id, `sub` the subject's, `jti` the ledger entry's.
         */
        numberJwe?: string;
        issuedOn?: string;
        entryId: string;
    }>;
    receipt: LedgerReceipt;
};

/**
 * Public keys of the vault: one for P-256, one for X25519. Choose either.
 */
export type VaultJwks = {
    keys: Array<{
        kty: 'EC' | 'OKP';
        crv: 'P-256' | 'X25519';
        x: string;
        /**
         * Of P-256.
         */
        y?: string;
        kid: string;
        alg: 'ECDH-ES+A256KW';
        use: 'enc';
    }>;
};

/**
 * 利用目的 with the law behind it.
 */
export type Purpose = {
    code: PurposeCode;
    name: string;
    nameEn?: string;
    law: string;
    subjectKinds: Array<SubjectKind>;
    retentionRuleId: string;
    /**
     * Where the row was read.
     */
    source: string;
    confidence: 'primary' | 'secondary' | 'uncertain';
    /**
     * A use before this day (JST) is refused.
     */
    fromOn: string;
    /**
     * The last day of use; absent while no end is known.
     */
    toOn?: string;
};

/**
 * The closed list.
 */
export type PurposeList = {
    data: Array<Purpose>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 利用目的の通知: a versioned text. A changed text is a new version.
 */
export type Notice = {
    id: string;
    version: number;
    title: string;
    text: string;
    purposes: Array<PurposeCode>;
    audience?: NoticeAudience;
    language?: Language;
    createdAt: string;
};

/**
 * A new notice. With `audience`, what is left out is taken from the ready-made one in `language` (`ja` where none is named).
 */
export type NoticeRequest = {
    title?: string;
    text?: string;
    purposes?: Array<PurposeCode>;
    audience?: NoticeAudience;
    language?: Language;
};

/**
 * A page of notices.
 */
export type NoticeList = {
    data: Array<Notice>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 通知の記録: which version, to whom, when, by which channel.
 */
export type NoticeGiven = {
    id: string;
    subjectId: string;
    noticeId: string;
    noticeVersion: number;
    language?: Language;
    purposes: Array<PurposeCode>;
    channel: NoticeChannel;
    givenAt: string;
    recordedAt: string;
};

/**
 * Records that a notice was given.
 */
export type NoticeGivenRequest = {
    subjectId: string;
    noticeId: string;
    channel: NoticeChannel;
    givenAt?: string;
};

/**
 * Notices given.
 */
export type NoticeGivenList = {
    data: Array<NoticeGiven>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

export type RequestState = 'created' | 'sent' | 'opened' | 'submitted' | 'accepted' | 'returned' | 'refused' | 'expired' | 'cancelled';

/**
 * 依頼 to one subject.
 */
export type Request = {
    id: string;
    subjectId: string;
    noticeId: string;
    campaignId?: string;
    state: RequestState;
    priority: RequestPriority;
    documents: Array<RequestDocument>;
    /**
     * The last day; on the next one it has expired
     */
    dueOn?: string;
    createdAt: string;
    sentAt?: string;
    openedAt?: string;
    submittedAt?: string;
    acceptedAt?: string;
    returnedAt?: string;
    refusedAt?: string;
    expiredAt?: string;
    cancelledAt?: string;
    /**
     * 変更: begun by a link for somebody who comes back, and not asked for
     */
    change?: boolean;
    /**
     * When wrong answers to the second factor locked its link: a new link helps
     */
    linkLockedAt?: string;
    /**
     * Dependents of whom the person says that they are none any more. They are accepted with the request.
     */
    dependentEndings?: Array<RequestDependentEnding>;
    return?: RequestReturn;
    refusal?: RequestRefusal;
    cancellation?: RequestCancellation;
};

/**
 * A request to one subject; the notice defaults to the newest for such a person, or the standing one.
 */
export type RequestRequest = {
    subjectId: string;
    noticeId?: string;
    dueOn?: string;
    priority?: RequestPriority;
    documents?: Array<RequestDocument>;
};

/**
 * A page of requests.
 */
export type RequestList = {
    data: Array<Request>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 社員, 扶養親族, 個人の支払先, 不動産の貸主・売主, 法人の支払先
 */
export type NoticeAudience = 'employee' | 'dependent' | 'payee_individual' | 'landlord' | 'payee_corporation';

export type Language = 'ja' | 'en';

/**
 * A ready-made notice.
 */
export type NoticeTemplate = {
    audience: NoticeAudience;
    language: Language;
    title: string;
    text: string;
    purposes: Array<PurposeCode>;
};

/**
 * The closed list.
 */
export type NoticeTemplateList = {
    data: Array<NoticeTemplate>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 国民年金第3号の届出で、配偶者が社員を代理人とする（委任状） / 会社が社員に配偶者の本人確認を委託する（委託の合意） / 社員が扶養親族の本人確認を行う
 */
export type ConsentKind = 'category_3_agent' | 'category_3_entrusted' | 'family_check_entrusted';

/**
 * A ready-made text.
 */
export type ConsentText = {
    kind: ConsentKind;
    language: Language;
    title: string;
    text: string;
};

/**
 * The closed list.
 */
export type ConsentTextList = {
    data: Array<ConsentText>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 同意・委任・委託: what was agreed, word by word, when and how.
 */
export type Consent = {
    id: string;
    /**
     * Who gave it: for `category_3_agent` the spouse, else the employee
     */
    subjectId: string;
    /**
     * Whom it is about, where that is another: the agent, or the dependent whose identity is checked
     */
    concernsId?: string;
    kind: ConsentKind;
    language: Language;
    text: string;
    channel: ConsentChannel;
    requestId?: string;
    givenAt: string;
    recordedBy: 'subject' | 'staff' | 'host';
    recordedAt: string;
    withdrawnAt?: string;
};

export type ConsentChannel = 'page' | 'paper' | 'word' | 'mail' | 'contract';

/**
 * A consent given.
 */
export type ConsentRequest = {
    subjectId: string;
    concernsId?: string;
    kind: ConsentKind;
    language?: Language;
    text?: string;
    channel: 'paper' | 'word' | 'mail' | 'contract';
    givenAt?: string;
};

/**
 * A page of consents.
 */
export type ConsentList = {
    data: Array<Consent>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 海外赴任・非居住, 出生直後, 未登録（住民票なし等）
 */
export type NoNumberReason = 'overseas' | 'newborn' | 'unregistered';

/**
 * 番号なし
 */
export type NumberAbsence = {
    reason: NoNumberReason;
    sinceOn?: string;
};

/**
 * Why there is no number.
 */
export type NumberAbsenceRequest = {
    reason: NoNumberReason;
    sinceOn?: string;
};

/**
 * How often `request.reminder_due` comes before the deadline
 */
export type RequestPriority = 'low' | 'normal' | 'high';

/**
 * 番号確認書類, 身元確認書類, 委任状
 */
export type RequestDocument = 'number_proof' | 'identity_proof' | 'delegation';

/**
 * 番号が書類と異なる, 書類がない, 読み取れない, 期限切れ, 種類が違う, 氏名・生年月日・住所・続柄・発行日が異なる, 扶養親族の漏れ, 扶養の対象でない, その他（remarkに書く）
 */
export type ReturnReason = 'number_differs' | 'document_missing' | 'document_unreadable' | 'document_expired' | 'document_wrong' | 'name_differs' | 'birth_date_differs' | 'address_differs' | 'relationship_differs' | 'issue_date_differs' | 'dependent_missing' | 'dependent_not_covered' | 'other';

/**
 * One thing to put right.
 */
export type RequestReturnItem = {
    subjectId: string;
    reason: ReturnReason;
    remark?: string;
};

/**
 * 差戻し
 */
export type RequestReturn = {
    items: Array<RequestReturnItem>;
    remark?: string;
};

/**
 * What to put right, item by item.
 */
export type RequestReturnRequest = {
    items: Array<{
        subjectId: string;
        reason: ReturnReason;
        remark?: string;
    }>;
    remark?: string;
};

/**
 * 提供に同意しない, 個人情報の取扱いが不安, 安全管理が不安, 書類がない, 番号がわからない, 理由の申出なし, その他
 */
export type RefusalReason = 'no_consent' | 'privacy_concern' | 'safety_concern' | 'no_documents' | 'number_unknown' | 'no_reason_given' | 'other';

/**
 * 提供拒否（不同意）
 */
export type RequestRefusal = {
    reason: RefusalReason;
    remark?: string;
    /**
     * Who entered it
     */
    by: 'subject' | 'staff' | 'host';
    refusedOn: string;
};

/**
 * What the person said.
 */
export type RequestRefusalRequest = {
    reason: RefusalReason;
    remark?: string;
    /**
     * Default: today
     */
    refusedOn?: string;
};

export type CancellationReason = 'not_needed' | 'asked_by_mistake' | 'already_held' | 'no_number' | 'campaign_cancelled' | 'other';

/**
 * 取消
 */
export type RequestCancellation = {
    reason: CancellationReason;
    remark?: string;
};

/**
 * Why it is cancelled.
 */
export type RequestCancellationRequest = {
    reason: 'not_needed' | 'asked_by_mistake' | 'other';
    remark?: string;
};

/**
 * Deadline and priority of an open request.
 */
export type RequestChange = {
    dueOn?: string | null;
    priority?: RequestPriority;
};

export type ContactChannel = 'telephone' | 'visit' | 'letter' | 'chat' | 'mail' | 'fax' | 'post';

/**
 * 話した, 不在, 伝言した, 送った, 届かなかった, 提出すると約束, 提出しないとの返事, 届いた
 */
export type ContactOutcome = 'reached' | 'no_answer' | 'message_left' | 'sent' | 'undeliverable' | 'promised' | 'refused' | 'received';

/**
 * 番号確認書類の写し, 身元確認書類の写し, 個人番号カードの原本, 通知カードの原本, 提出書, その他
 */
export type ReceivedItem = 'number_document_copy' | 'identity_document_copy' | 'card_original' | 'notification_card_original' | 'form' | 'other';

/**
 * 登録後に廃棄, 廃棄, 手渡しで返却, 書留で返送, 施錠保管, 担当者へ引継ぎ, 未処理
 */
export type ReceivedHandling = 'registered_and_destroyed' | 'destroyed' | 'returned_by_hand' | 'returned_by_registered_mail' | 'kept_locked' | 'passed_on' | 'pending';

/**
 * What came, and what was done with it.
 */
export type Received = {
    item: ReceivedItem;
    handling: ReceivedHandling;
    handledOn?: string;
};

/**
 * 対応記録: one attempt to reach the person.
 */
export type Contact = {
    id: string;
    requestId: string;
    subjectId: string;
    channel: ContactChannel;
    outcome: ContactOutcome;
    at: string;
    by: HistoryActor;
    remark?: string;
    received?: Received;
    recordedAt: string;
};

/**
 * One attempt.
 */
export type ContactRequest = {
    channel: ContactChannel;
    outcome: ContactOutcome;
    /**
     * Default: now
     */
    at?: string;
    remark?: string;
    /**
     * Of what was `received`.
     */
    received?: {
        item: ReceivedItem;
        handling: ReceivedHandling;
        handledOn?: string;
    };
};

/**
 * A page of contacts.
 */
export type ContactList = {
    data: Array<Contact>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * Who did it, by the name of then.
 */
export type HistoryActor = {
    kind: 'staff' | 'subject' | 'host' | 'system';
    name?: string;
};

export type HistoryKind = 'notice_given' | 'created' | 'sent' | 'opened' | 'submitted' | 'accepted' | 'returned' | 'refused' | 'refusal_withdrawn' | 'expired' | 'cancelled' | 'changed' | 'reminder_due' | 'contact';

/**
 * One line of the 経過記録.
 */
export type HistoryLine = {
    at: string;
    kind: HistoryKind;
    what: StatementSentence;
    by: HistoryActor;
    channel?: string;
    outcome?: string;
    reason?: string;
    /**
     * In words.
     */
    detail?: {
        ja: string;
        en: string;
    };
    remark?: string;
};

/**
 * 経過記録. The oldest line first.
 */
export type RequestHistory = {
    requestId: string;
    state: RequestState;
    /**
     * Who was asked.
     */
    subject: {
        id: string;
        name: string;
    };
    organizationName: string;
    companyName: string;
    dueOn?: string;
    madeAt: string;
    lines: Array<HistoryLine>;
    /**
     * Why a slip is filed without the number; absent where one is held.
     */
    blank?: {
        reason: 'refused' | 'overseas' | 'newborn' | 'unregistered' | 'not_provided';
        ja: string;
        en: string;
    };
};

export type CampaignState = 'preparing' | 'running' | 'closed' | 'cancelled';

/**
 * Whom it asks. What is named narrows it.
 */
export type CampaignTarget = {
    companyId?: string;
    departmentId?: string;
    kinds?: Array<SubjectKind>;
    /**
     * How many a list names
     */
    subjects?: number;
    /**
     * Everybody without a number
     */
    everyone?: true;
};

/**
 * Whom to ask: by company, department, kind, a list of subjects, or everyone without a number. What is named narrows it. Without `kinds` it asks employees and payees (of corporate payees those whose 法人番号 is not known; the others are asked to confirm it, once, where `subjectIds` names them), and dependents through their employee, who hands in the family's numbers in the same session; a dependent gets a request of their own where the employee's number is held already (or the employee has none), where `kinds` names dependents, or where a list names this one. A proprietor is asked only where named.
 */
export type CampaignTargetRequest = {
    companyId?: string;
    departmentId?: string;
    kinds?: Array<SubjectKind>;
    subjectIds?: Array<string>;
    /**
     * Everybody without a number
     */
    everyone?: true;
};

/**
 * 収集: a collection drive.
 */
export type Campaign = {
    id: string;
    name: string;
    state: CampaignState;
    target: CampaignTarget;
    joins: boolean;
    noticeId?: string;
    priority: RequestPriority;
    documents: Array<RequestDocument>;
    dueOn?: string;
    /**
     * Requests that its job and its rule made
     */
    asked: number;
    /**
     * Subjects in the target whom its job did not ask; a dependent who is asked through the employee is not among them
     */
    passedOver: number;
    jobId: string;
    createdAt: string;
    closedAt?: string;
};

/**
 * A new campaign. Without `noticeId` everybody is shown the newest notice for such people, or the standing one.
 */
export type CampaignRequest = {
    name: string;
    target: CampaignTargetRequest;
    /**
     * Whether a subject that is made later and fits is asked by itself
     */
    joins?: boolean;
    noticeId?: string;
    dueOn?: string;
    priority?: RequestPriority;
    documents?: Array<RequestDocument>;
};

/**
 * A page of campaigns.
 */
export type CampaignList = {
    data: Array<Campaign>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * Requests by state.
 */
export type RequestCounts = {
    created: number;
    sent: number;
    opened: number;
    submitted: number;
    accepted: number;
    returned: number;
    refused: number;
    expired: number;
    cancelled: number;
};

/**
 * All of them, and by state.
 */
export type ProgressCount = {
    total: number;
    counts: RequestCounts;
};

/**
 * Of one company, or of one department (absent: those in none).
 */
export type ProgressRow = {
    companyId: string;
    departmentId?: string;
    total: number;
    counts: RequestCounts;
};

/**
 * How far a campaign is.
 */
export type CampaignProgress = {
    campaignId: string;
    asOf: string;
    overall: ProgressCount;
    data: Array<ProgressRow>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
};

/**
 * 二要素: なし, 事前に取り決めた合言葉, 生年月日, 連携先で本人がログイン中 (`host`: the host has just signed the person in; such a link is short-lived, and ends with its submission)
 */
export type LinkFactor = 'none' | 'passcode' | 'birth_date' | 'host';

/**
 * 提出, 変更（修正・再発行・扶養・住所）, 状況の確認
 */
export type SessionKind = 'collect' | 'change' | 'status';

/**
 * The link as a QR code (JIS X 0510), to be printed or shown. Treat it as the link itself.
 */
export type QrCode = {
    svg: string;
    /**
     * Base64
     */
    png: string;
};

/**
 * The link for the person. Shown once: only a hash of its token is stored.
 */
export type Link = {
    id: string;
    kind: SessionKind;
    requestId: string;
    subjectId?: string;
    /**
     * `https://…/c#<token>`: the token is in the fragment, which browsers send to nobody.
     */
    url: string;
    /**
     * The same page for an iframe of one of `collection.allowedOrigins`; absent while there are none.
     */
    embedUrl?: string;
    factor: LinkFactor;
    qrCode: QrCode;
    redirectUrl?: string;
    expiresAt: string;
};

/**
 * A link for somebody who comes back. Shown once: only a hash of its token is stored.
 */
export type SubjectLink = {
    id: string;
    kind: SessionKind;
    subjectId: string;
    /**
     * Of `change`: the request under which the changes are submitted.
     */
    requestId?: string;
    /**
     * `https://…/c#<token>`: the token is in the fragment, which browsers send to nobody.
     */
    url: string;
    /**
     * The same page for an iframe of one of `collection.allowedOrigins`; absent while there are none.
     */
    embedUrl?: string;
    factor: LinkFactor;
    qrCode: QrCode;
    redirectUrl?: string;
    expiresAt: string;
};

/**
 * How the link of a request is opened.
 */
export type RequestLinkRequest = {
    factor?: LinkFactor;
    /**
     * With `factor` `passcode`: what was agreed with the person beforehand. Kept as a sealed hash.
     */
    passcode?: string;
    /**
     * At most 366 days ahead. Default: 30 days from now (`collection.linkDays` of the settings), or the end of the last day of the request where that is later; with `factor` `host`, 15 minutes.
     */
    expiresAt?: string;
    /**
     * Where the page leads when the person is done: its origin and path must be in `collection.redirectUrls` of the settings.
     */
    redirectUrl?: string;
};

/**
 * A link for a person whose request is over.
 */
export type SubjectLinkRequest = {
    kind: 'change' | 'status';
    /**
     * Of `change`: default the standing one.
     */
    noticeId?: string;
    factor?: LinkFactor;
    /**
     * With `factor` `passcode`: what was agreed with the person beforehand. Kept as a sealed hash.
     */
    passcode?: string;
    /**
     * At most 366 days ahead. Default: 30 days from now (`collection.linkDays` of the settings), or the end of the last day of the request where that is later; with `factor` `host`, 15 minutes.
     */
    expiresAt?: string;
    /**
     * Where the page leads when the person is done: its origin and path must be in `collection.redirectUrls` of the settings.
     */
    redirectUrl?: string;
};

/**
 * Exchanges the token of a link for a session.
 */
export type SessionRequest = {
    token: string;
};

/**
 * 二要素.
 */
export type SessionFactor = {
    kind: LinkFactor;
    /**
     * Until then names, addresses, dependents and numbers stay hidden, and nothing can be entered.
     */
    passed: boolean;
};

/**
 * A session of the person.
 */
export type OpenedSession = {
    id: string;
    kind: SessionKind;
    /**
     * With `subjectId`: what a number sent as JWE names.
     */
    organizationId: string;
    subjectId: string;
    /**
     * Bearer token of the session; kept in memory.
     */
    accessToken: string;
    factor: SessionFactor;
    /**
     * Moves on with each call (60 minutes by default, `collection.sessionMinutes`), for twelve hours at most.
     */
    expiresAt: string;
};

export type SessionFactorRequest = unknown & {
    passcode?: string;
    birthOn?: string;
};

/**
 * A number as the person sees it.
 */
export type SessionNumber = {
    /**
     * `*****` and the last two digits.
     */
    masked: string;
    issuedOn?: string;
    selfCheckedAt?: string;
    /**
     * Whether `POST /v1/session/reveals` shows it: after the second factor, or where it was entered in this very session.
     */
    readable: boolean;
};

/**
 * 就職・収入の増加, 結婚, 離婚, 死亡, 他の人の扶養に入った, もともと扶養していない, その他, in this order
 */
export type DependentEndingReason = 'employed' | 'married' | 'divorced' | 'died' | 'other_supporter' | 'not_dependent' | 'other';

/**
 * 扶養から外れた, as the person says: staff have not accepted it yet.
 */
export type SessionDependentEnding = {
    reason: DependentEndingReason;
    endedOn?: string;
};

/**
 * Why, and since when.
 */
export type SessionDependentEndingRequest = {
    reason: DependentEndingReason;
    /**
     * Where it is not known, the day on which staff accept it stands.
     */
    endedOn?: string;
};

/**
 * 扶養から外れた, as the person says: accepted with the request.
 */
export type RequestDependentEnding = {
    subjectId: string;
    reason: DependentEndingReason;
    endedOn?: string;
};

/**
 * A dependent in the session.
 */
export type SessionDependent = {
    key: string;
    subjectId?: string;
    dependentNo: number;
    name: string;
    kana?: string;
    relationship: string;
    birthOn?: string;
    /**
     * Added by the person and not submitted yet, so that it can be taken out again.
     */
    addedHere: boolean;
    ending?: SessionDependentEnding;
    number?: SessionNumber;
};

/**
 * What is known of the person, filled in beforehand; only after the second factor.
 */
export type SessionPerson = {
    name: string;
    kana?: string;
    birthOn?: string;
    address?: string;
    email?: string;
    phone?: string;
    /**
     * 法人番号 of a corporate payee
     */
    corporateNumber?: string;
};

/**
 * Whom the person can ask.
 */
export type SessionContact = {
    /**
     * As the organization says it (`collection.contact` of the settings)
     */
    text?: string;
    phone?: string;
    address?: string;
};

/**
 * 同意・委任・委託 that fits this person: word by word.
 */
export type SessionConsent = {
    kind: ConsentKind;
    /**
     * The dependent whom it is about
     */
    dependentKey?: string;
    /**
     * One of those that are demanded of the same dependent is needed before the submission: for 国民年金第3号 the employee is the spouse’s agent (委任状) or is entrusted with the identity check. Else the submission is refused with `consent_required`.
     */
    demanded: boolean;
    language: Language;
    title: string;
    text: string;
    givenAt?: string;
};

/**
 * One thing to put right.
 */
export type SessionReturnItem = {
    /**
     * `self`, or the key of a dependent
     */
    key: string;
    reason: ReturnReason;
    remark?: string;
};

/**
 * 差戻し: why it came back.
 */
export type SessionReturn = {
    returnedAt: string;
    items: Array<SessionReturnItem>;
    remark?: string;
};

/**
 * 提供拒否（不同意）, as recorded.
 */
export type SessionRefusal = {
    reason: RefusalReason;
    refusedOn: string;
};

/**
 * 個人番号カード（表）, 個人番号カード（裏）, 通知カード（記載が住民票と一致するもの）, 住民票の写し・住民票記載事項証明書（個人番号あり）, 運転免許証, 運転経歴証明書, 旅券, 身体障害者手帳, 精神障害者保健福祉手帳, 療育手帳, 在留カード, 特別永住者証明書, 資格確認書, 年金手帳, 児童扶養手当証書, 特別児童扶養手当証書, 委任状, その他, in this order
 */
export type EvidenceKind = 'card_front' | 'card_back' | 'notification_card' | 'residence_certificate' | 'driving_licence' | 'driving_history_certificate' | 'passport' | 'disability_certificate' | 'mental_disability_certificate' | 'rehabilitation_certificate' | 'residence_card' | 'special_permanent_resident_certificate' | 'qualification_certificate' | 'pension_book' | 'child_support_certificate' | 'special_child_support_certificate' | 'power_of_attorney' | 'other';

/**
 * 確認書類 that the person uploaded. Its content is not shown here.
 */
export type SessionEvidence = {
    id: string;
    kind: EvidenceKind;
    /**
     * Whose: `self`, or the key of a dependent
     */
    subjectKey: string;
    /**
     * What it can prove
     */
    proves: Array<RequestDocument>;
    mediaType: 'image/jpeg' | 'image/png' | 'application/pdf';
    bytes: number;
    createdAt: string;
};

/**
 * A document that is still to come.
 */
export type MissingDocument = {
    document: RequestDocument;
    /**
     * Whose: `self`, or the key of a dependent
     */
    subjectKey: string;
};

/**
 * What was uploaded through this request.
 */
export type SessionEvidenceList = {
    data: Array<SessionEvidence>;
};

/**
 * What the page needs: who asks, why, and how far it got.
 */
export type Session = {
    id: string;
    kind: SessionKind;
    factor: SessionFactor;
    /**
     * Whether this session may enter and submit now; else it shows what is there.
     */
    canWrite: boolean;
    requestState?: RequestState;
    organizationName: string;
    companyName: string;
    contact: SessionContact;
    notice: Notice;
    noticeAccepted: boolean;
    subjectKind?: 'employee' | 'dependent' | 'payee_individual' | 'payee_corporation' | 'proprietor';
    /**
     * After the second factor
     */
    subjectName?: string;
    person?: SessionPerson;
    number?: SessionNumber;
    dependents: Array<SessionDependent>;
    /**
     * What must be there before the submission
     */
    documents: Array<RequestDocument>;
    /**
     * What of it is still to come, and whose: by an upload, or on paper, once staff recorded that (`received` of a contact)
     */
    missingDocuments: Array<MissingDocument>;
    evidence: Array<SessionEvidence>;
    consents: Array<SessionConsent>;
    return?: SessionReturn;
    refusal?: SessionRefusal;
    dueOn?: string;
    submittedAt?: string;
    redirectUrl?: string;
    expiresAt: string;
};

export type SessionConsentRequest = unknown & {
    noticeId?: string;
    kind?: ConsentKind;
    dependentKey?: string;
    language?: Language;
};

/**
 * 修正（誤りを直す: 以前の番号はただちに破棄）, 再発行（番号が変わった）
 */
export type NumberChange = 'correction' | 'reissue';

export type SessionNumberRequest = unknown & {
    issuedOn?: string;
    change?: NumberChange;
    /**
     * Why it is changed
     */
    reason?: string;
};

/**
 * A dependent, added or corrected by the person, with the number where known.
 */
export type SessionDependentRequest = {
    name: string;
    kana?: string;
    relationship: string;
    birthOn?: string;
    issuedOn?: string;
    change?: NumberChange;
    reason?: string;
};

/**
 * What is absent stays.
 */
export type SessionPersonRequest = {
    name?: string;
    kana?: string;
    birthOn?: string;
    address?: string;
    email?: string;
    phone?: string;
    /**
     * 法人番号 of a corporate payee, with its check digit
     */
    corporateNumber?: string;
};

/**
 * The person’s own numbers, each as a JWE to the key that was sent: no proxy and no log in between holds digits.
 */
export type SessionReveal = {
    at: string;
    numbers: Array<SessionRevealedNumber>;
    receipt: LedgerReceipt;
};

/**
 * One number.
 */
export type SessionRevealedNumber = {
    /**
     * `self`, or the key of a dependent
     */
    key: string;
    subjectId: string;
    issuedOn?: string;
    /**
     * `ECDH-ES+A256KW`, `A256GCM`; plaintext `{ number, aud, sub, iat, jti }` with `aud` the session’s id, `sub` the subject’s
     */
    numberJwe: string;
    entryId: string;
};

/**
 * A public key that the page made for this look: the private half never leaves it.
 */
export type SessionRevealRequest = {
    /**
     * P-256 or X25519, the public part only (RFC 7517)
     */
    jwk: {
        kty: 'OKP' | 'EC';
        crv: 'X25519' | 'P-256';
        x: string;
        y?: string;
        ext?: boolean;
        key_ops?: Array<'deriveBits'>;
    };
    /**
     * Of whom: `self` and keys of dependents. Default: everybody whose number is readable.
     */
    keys?: Array<string>;
};

/**
 * The person does not provide the number.
 */
export type SessionRefusalRequest = {
    reason: RefusalReason;
    remark?: string;
};

/**
 * あとで: what was entered is kept, and the session has ended. The same link opens it again.
 */
export type SessionPostponement = {
    postponedAt: string;
    linkExpiresAt: string;
};

/**
 * 受領証 of the submission, in words and without digits.
 */
export type SessionReceipt = {
    requestId: string;
    kind: 'collect' | 'change';
    submittedAt: string;
    organizationName: string;
    companyName: string;
    noticeTitle?: string;
    purposes?: Array<PurposeCode>;
    /**
     * What was recorded, in its order
     */
    lines: Array<SessionReceiptLine>;
    entryIds: Array<string>;
    receipt: LedgerReceipt;
};

/**
 * One entry of the 取扱記録.
 */
export type SessionReceiptLine = {
    entryId: string;
    at: string;
    operation: LedgerOperation;
    operationLabel: string;
    functionName: string;
    /**
     * Of whom; after the second factor
     */
    name?: string;
};

/**
 * What is held of one person: never the number.
 */
export type SessionHeldNumber = {
    key: string;
    kind: 'employee' | 'dependent' | 'payee' | 'proprietor';
    name?: string;
    state: 'none' | 'no_number' | 'requested' | 'registered' | 'checked' | 'disposed';
    registeredAt?: string;
    issuedOn?: string;
    selfCheckedAt?: string;
    staffCheckedAt?: string;
    /**
     * What the person was told it is for
     */
    purposes?: Array<PurposeCode>;
};

/**
 * 状況: what is held, for what, who used it, and how to ask.
 */
export type SessionStatus = {
    organizationName: string;
    companyName: string;
    contact: SessionContact;
    requestState?: RequestState;
    submittedAt?: string;
    held: Array<SessionHeldNumber>;
    /**
     * The newest last
     */
    uses: Array<HandlingLine>;
    /**
     * Whether there are older ones: ask for a 取扱状況のお知らせ
     */
    more: boolean;
    madeAt: string;
};

/**
 * 収集: links and the page.
 */
export type CollectionSettings = {
    linkDays: number;
    sessionMinutes: number;
    /**
     * Who may embed the page in an iframe (`frame-ancestors`)
     */
    allowedOrigins: Array<string>;
    redirectUrls: Array<string>;
    contact?: string;
};

/**
 * What is absent stays.
 */
export type CollectionSettingsRequest = {
    /**
     * How long a link can be opened, from sending; default 30.
     */
    linkDays?: number;
    /**
     * After how long without a call a session ends; default 60.
     */
    sessionMinutes?: number;
    /**
     * Origins as `https://hr.example.co.jp`, that may embed the page; replaced whole.
     */
    allowedOrigins?: Array<string>;
    /**
     * Addresses that a link may lead back to, by origin and path; replaced whole.
     */
    redirectUrls?: Array<string>;
    /**
     * Whom people can ask, in words; null removes.
     */
    contact?: string | null;
};

/**
 * A file format, as data.
 */
export type FileFormat = {
    id: string;
    name: string;
    direction: 'import' | 'export';
    encoding: 'utf-8' | 'utf-8-bom' | 'cp932' | 'jis0208';
    lineEnd: 'crlf' | 'lf';
    columns: Array<string>;
};

/**
 * Formats.
 */
export type FileFormatList = {
    data: Array<FileFormat>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 提供先・委託先: who gets a file.
 */
export type Recipient = {
    id: string;
    name: string;
    kind: 'own_payroll' | 'tax_accountant' | 'labor_consultant' | 'tax_office' | 'other';
    createdAt: string;
};

/**
 * A new recipient.
 */
export type RecipientRequest = {
    name: string;
    kind: 'own_payroll' | 'tax_accountant' | 'labor_consultant' | 'tax_office' | 'other';
};

/**
 * A page of recipients.
 */
export type RecipientList = {
    data: Array<Recipient>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 取込, in two steps: the dry run reports and writes nothing; the application applies what was shown.
 */
export type Import = {
    id: string;
    kind: 'roster';
    companyId: string;
    state: 'checking' | 'checked' | 'applying' | 'applied' | 'failed';
    jobId: string;
    fileName?: string;
    encoding?: 'utf-8' | 'utf-8-bom' | 'cp932';
    /**
     * Persons by what the file does to them.
     */
    counts?: {
        rows: number;
        added: number;
        changed: number;
        unchanged: number;
        errors: number;
    };
    createdAt: string;
    appliedAt?: string;
};

/**
 * A page of imports.
 */
export type ImportList = {
    data: Array<Import>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * A page of what is wrong in the file.
 */
export type FileProblemList = {
    data: Array<ProblemPlace>;
    next?: string;
};

/**
 * What the file holds.
 */
export type ExportCounts = {
    subjects: number;
    numbers: number;
    skipped: number;
};

/**
 * CSV出力: a file for a named recipient, downloaded once.
 */
export type Export = {
    id: string;
    format: string;
    purpose: PurposeCode;
    companyId: string;
    recipientId: string;
    state: 'preparing' | 'ready' | 'used_up' | 'expired' | 'failed';
    jobId: string;
    counts?: ExportCounts;
    fileName?: string;
    createdAt: string;
    readyAt?: string;
    expiresAt?: string;
    usedUpAt?: string;
};

/**
 * An export runs as a job.
 */
export type ExportRequest = {
    companyId: string;
    format: string;
    purpose: PurposeCode;
    recipientId: string;
    departmentId?: string;
};

/**
 * A page of exports.
 */
export type ExportList = {
    data: Array<Export>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 所得税法204条1項 1号 to 8号, in this order
 */
export type PaymentCategory = 'manuscript' | 'professional' | 'medical' | 'sports_and_sales' | 'performance' | 'hostess' | 'contract_money' | 'prize';

/**
 * 支払
 */
export type Payment = {
    id: string;
    companyId: string;
    subjectId: string;
    category: PaymentCategory;
    /**
     * 区分
     */
    kind: string;
    /**
     * 細目
     */
    detail?: string;
    /**
     * 支払金額: gross, in yen
     */
    amount: number;
    /**
     * 源泉徴収税額; part of `amount`
     */
    withheld: number;
    /**
     * 未払金額; part of `amount`
     */
    unpaid: number;
    /**
     * 未徴収税額; part of `withheld`
     */
    withheldUnpaid: number;
    /**
     * 支払の確定した日
     */
    dueOn: string;
    paidOn?: string;
    /**
     * 摘要
     */
    remarks?: string;
    /**
     * The host's own id; unique per organization and kind.
     */
    externalId?: string;
    createdAt: string;
};

/**
 * A payment to a payee.
 */
export type PaymentRequest = {
    companyId: string;
    subjectId: string;
    category: PaymentCategory;
    /**
     * 区分
     */
    kind: string;
    /**
     * 細目
     */
    detail?: string;
    /**
     * 支払金額: gross, in yen
     */
    amount: number;
    /**
     * 源泉徴収税額; part of `amount`
     */
    withheld: number;
    /**
     * 未払金額; part of `amount`
     */
    unpaid?: number;
    /**
     * 未徴収税額; part of `withheld`
     */
    withheldUnpaid?: number;
    /**
     * 支払の確定した日
     */
    dueOn: string;
    paidOn?: string;
    /**
     * 摘要
     */
    remarks?: string;
    /**
     * The host's own id; unique per organization and kind.
     */
    externalId?: string;
};

/**
 * A page of payments.
 */
export type PaymentList = {
    data: Array<Payment>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 支払調書 of one payee and year.
 */
export type PaymentRecord = {
    id: string;
    companyId: string;
    subjectId: string;
    form: '309';
    year: number;
    /**
     * Whether it must be filed
     */
    required: boolean;
    reason: Sentence;
    amount: number;
    withheld: number;
    lines: Array<{
        kind: string;
        detail?: string;
        amount: number;
        withheld: number;
        unpaid: number;
        withheldUnpaid: number;
    }>;
    filingId?: string;
};

/**
 * Japanese and English.
 */
export type Sentence = {
    ja: string;
    en: string;
};

/**
 * A page of payment records.
 */
export type PaymentRecordList = {
    data: Array<PaymentRecord>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 提出: a set of slips for the tax office.
 */
export type Filing = {
    id: string;
    companyId: string;
    form: '309';
    year: number;
    state: 'draft' | 'checked' | 'approved' | 'filed';
    packageState: 'preparing' | 'ready' | 'used_up' | 'expired' | 'failed';
    jobId: string;
    /**
     * Slips.
     */
    counts?: {
        slips: number;
        withoutNumber: number;
    };
    problems?: Array<{
        subjectId: string;
        item?: string;
        code: ErrorCode;
        detail?: string;
    }>;
    /**
     * Slips that are filed without the number of the payee, and why; the first thousand
     */
    blanks?: Array<{
        subjectId: string;
        reason: 'refused' | 'overseas' | 'newborn' | 'unregistered' | 'not_provided' | 'not_asked' | 'not_usable';
    }>;
    createdAt: string;
};

/**
 * Renders the filing copies: CSV by the statutory layout and PDF slips.
 */
export type FilingRequest = {
    companyId: string;
    form: '309';
    year: number;
};

/**
 * A page of filings.
 */
export type FilingList = {
    data: Array<Filing>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * A statutory period, as dated data.
 */
export type RetentionRule = {
    id: string;
    name: string;
    law: string;
    years: number;
    anchor: string;
    purposes: Array<PurposeCode>;
    confidence: 'primary' | 'secondary' | 'uncertain';
    fromOn?: string;
    toOn?: string;
};

/**
 * The rules.
 */
export type RetentionRuleList = {
    data: Array<RetentionRule>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 保存期間の根拠: why the number must still be kept, until when.
 */
export type Claim = {
    ruleId: string;
    purpose: PurposeCode;
    anchorOn?: string;
    /**
     * Last day it must be kept; absent = open, the relation goes on
     */
    untilOn?: string;
    reason: Sentence;
};

/**
 * Claims, longest first.
 */
export type ClaimList = {
    data: Array<Claim>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 削除予定日: the later of the claims and of the staff's date.
 */
export type PlannedDisposal = {
    subjectId: string;
    /**
     * open = a claim has no end yet; withdrawn = 予定解除
     */
    state: 'open' | 'planned' | 'withdrawn';
    claimsUntilOn?: string;
    staffOn?: string;
    /**
     * First day on which it may be disposed of
     */
    plannedOn?: string;
    reason?: string;
    reviewOn?: string;
};

/**
 * A later date of the staff, with its reason. It never shortens a claim.
 */
export type PlannedDisposalRequest = {
    plannedOn: string;
    reason: string;
};

/**
 * A row of the deletion list.
 */
export type DisposalScheduleRow = {
    subjectId: string;
    kind: SubjectKind;
    department?: DepartmentAsShown;
    code?: string;
    name: string;
    employeeName?: string;
    dependentNo?: number;
    issuedOn?: string;
    /**
     * `*****` and the last two digits.
     */
    masked?: string;
    /**
     * 退職日
     */
    retiredOn?: string;
    /**
     * 喪失日
     */
    insuranceLostOn?: string;
    /**
     * 削除予定日
     */
    plannedOn?: string;
    state: 'open' | 'planned' | 'withdrawn';
    /**
     * Whether it may be disposed of today
     */
    due: boolean;
};

/**
 * A page of the deletion list.
 */
export type DisposalScheduleRowList = {
    data: Array<DisposalScheduleRow>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 廃棄. All or nothing at the check: one subject before its planned date refuses the whole.
 */
export type DisposalRequest = {
    subjectIds: Array<string>;
};

/**
 * 廃棄, as a job.
 */
export type Disposal = {
    id: string;
    state: 'running' | 'done' | 'failed';
    jobId: string;
    certificateIds?: Array<string>;
    createdAt: string;
    finishedAt?: string;
    receipt?: LedgerReceipt;
};

/**
 * A page of disposals.
 */
export type DisposalList = {
    data: Array<Disposal>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * Erasure epoch (鍵の世代交代): every key is wrapped anew and the old KMS version destroyed, so that what was disposed of before it becomes *erased*: no old backup, log or freed block can be opened any more.
 */
export type ErasureEpoch = {
    id: string;
    /**
     * In this order: new keys are made known; they become the current ones; everything is re-wrapped; a backup of the key database is waited for; the old keys leave all caches; the old KMS version is destroyed; the KMS's own deletion delay runs; the certificates say *erased*.
     */
    state: 'announcing' | 'promoting' | 'rewrapping' | 'awaiting_backup' | 'retiring' | 'destroying' | 'waiting' | 'finished';
    /**
     * Data keys re-wrapped.
     */
    progress: {
        done: number;
        total?: number;
    };
    /**
     * What the operator must look at. backup_late = no backup was confirmed two days after it could have been; erasure_late = a disposal is not erased after 35 days. For platform tokens.
     */
    alarms: Array<'backup_late' | 'erasure_late'>;
    startedBy: 'schedule' | 'platform' | 'operator';
    startedAt: string;
    /**
     * The next step comes no earlier
     */
    notBefore: string;
    /**
     * How many certificates of this organization became final; for tokens of an organization
     */
    certificates?: number;
    /**
     * Only a backup of the key database begun after this will be of use
     */
    rewrappedAt?: string;
    backup?: {
        takenAt: string;
        confirmedAt: string;
        by: 'platform' | 'operator' | 'test';
    };
    /**
     * When the KMS had destroyed the old version
     */
    destroyedAt?: string;
    /**
     * When the KMS could not have brought it back any more; the `erasedAt` of the certificates
     */
    erasableAt?: string;
    finishedAt?: string;
};

/**
 * A page of erasure epochs.
 */
export type ErasureEpochList = {
    data: Array<ErasureEpoch>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`.
     */
    next?: string;
    total?: string;
};

/**
 * A backup of the key database that was taken after the re-wrap.
 */
export type BackupConfirmationRequest = {
    /**
     * When it was begun
     */
    backupTakenAt: string;
};

/**
 * 廃棄証明書: signed proof of disposal, without digits. It says *deleted*; *erased* only after the key version that could open old copies is destroyed.
 */
export type Certificate = {
    id: string;
    disposalId: string;
    subjectId: string;
    status: 'deleted' | 'erased';
    deletedAt: string;
    erasedAt?: string;
    /**
     * Compact JWS (EdDSA); keys at /.well-known/jwks.json
     */
    jws: string;
};

/**
 * A page of certificates.
 */
export type CertificateList = {
    data: Array<Certificate>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * 登録 代理登録 修正 再発行 番号確認 重複確認 閲覧 印刷 CSV出力 提出 受取 削除開始 削除 消去 ログイン 取込 通知 同意 依頼 確認書類 削除予定 予定解除 担当者 設定 鍵更新 異動 組織 対象者 支払 開示 記録の閲覧 記録の出力, in this order
 */
export type LedgerOperation = 'register' | 'register_by_proxy' | 'correct' | 'reissue' | 'check' | 'compare' | 'view' | 'print' | 'export' | 'file' | 'download' | 'delete_started' | 'delete' | 'erase' | 'login' | 'import' | 'notice' | 'consent' | 'request' | 'evidence' | 'plan_disposal' | 'cancel_disposal_plan' | 'staff' | 'settings' | 'renew_keys' | 'employment' | 'organization' | 'subject' | 'payment' | 'disclose' | 'read_ledger' | 'export_ledger';

/**
 * What the 取扱記録 has of one person, in words for that person. No digits, and nobody else's data but the name of whoever acted.
 */
export type HandlingStatement = {
    subject: {
        id: string;
        name: string;
    };
    organizationName: string;
    companyName: string;
    /**
     * Without `from` it begins with the first entry
     */
    period: {
        from?: string;
        to: string;
    };
    madeAt: string;
    /**
     * The oldest first
     */
    lines: Array<HandlingLine>;
};

/**
 * One entry of the 取扱記録, as the person is told of it.
 */
export type HandlingLine = {
    entryId: string;
    at: string;
    operation: LedgerOperation;
    operationLabel: string;
    /**
     * 機能名
     */
    functionName: string;
    what: StatementSentence;
    by: HandledBy;
    outcome: 'done' | 'released' | 'refused';
    result: StatementSentence;
    /**
     * 利用目的, with the law that allows it
     */
    purpose?: {
        code: PurposeCode;
        ja: string;
        en: string;
        law: string;
    };
    use?: 'view' | 'print' | 'export' | 'filing';
};

/**
 * Who acted. Staff are named, with role, post and departments as of then; a person of the family is not.
 */
export type HandledBy = {
    kind: 'self' | 'family' | 'staff' | 'host' | 'operator' | 'system';
    ja: string;
    en: string;
    name?: string;
    roles: Array<{
        code: Role;
        ja: string;
        en: string;
    }>;
    post?: string;
    departments: Array<string>;
};

export type StatementSentence = {
    ja: string;
    en: string;
};

/**
 * Checkpoint (検証点): the signed root of the ledger's Merkle tree over its first `size` entries.
 */
export type Checkpoint = {
    id: string;
    size: number;
    root: string;
    /**
     * C2SP signed note (Ed25519); golang.org/x/mod/sumdb/note reads it
     */
    note: string;
    /**
     * Of the key that signed it
     */
    keyId: string;
    createdAt: string;
    /**
     * When it was last entered in the list outside the databases, and announced
     */
    anchoredAt?: string;
    /**
     * A time stamp (RFC 3161) of the bytes of `note`, where the operator has set an authority. Check it: `openssl ts -verify -data note -in response.tsr -CAfile …`.
     */
    timeStamp?: {
        /**
         * The time that the authority names
         */
        at: string;
        /**
         * The authority's whole answer (TimeStampResp, DER), base64
         */
        response: string;
    };
};

/**
 * A page of checkpoints, newest first.
 */
export type CheckpointList = {
    data: Array<Checkpoint>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`.
     */
    next?: string;
    total?: string;
};

/**
 * A key that signs checkpoints, or did.
 */
export type LedgerPublicKey = {
    /**
     * `name+keyid+base64`, as C2SP signed notes have it
     */
    verifierKey: string;
    keyId: string;
    /**
     * Whether it signs now
     */
    current: boolean;
    createdAt: string;
};

/**
 * Every key that has signed, newest first.
 */
export type LedgerPublicKeyList = {
    data: Array<LedgerPublicKey>;
};

/**
 * That the entry is in the tree of that size. The leaf's hash is SHA-256(0x00 ‖ leaf).
 */
export type InclusionProof = {
    entryId: string;
    /**
     * The canonical text, as it was hashed
     */
    leaf: string;
    leafHash: string;
    index: number;
    size: number;
    root: string;
    /**
     * From the leaf up
     */
    hashes: Array<string>;
    /**
     * C2SP signed note (Ed25519); golang.org/x/mod/sumdb/note reads it
     */
    checkpoint?: string;
};

/**
 * A tree by its size.
 */
export type ProvenTree = {
    size: number;
    root: string;
    /**
     * C2SP signed note (Ed25519); golang.org/x/mod/sumdb/note reads it
     */
    checkpoint?: string;
};

/**
 * That `to` begins with `from`.
 */
export type ConsistencyProof = {
    from: ProvenTree;
    to: ProvenTree;
    hashes: Array<string>;
};

/**
 * One line of the 取扱記録. No digits.
 */
export type LedgerEntry = {
    id: string;
    /**
     * When the act began; one for a bulk job
     */
    at: string;
    recordedAt: string;
    operation: LedgerOperation;
    operationLabel: string;
    /**
     * 機能名
     */
    functionName: string;
    subjectId?: string;
    department?: DepartmentAsShown;
    code?: string;
    /**
     * As of then; a dependent is `employee > dependent`
     */
    subjectName?: string;
    /**
     * 操作した人
     */
    actor: {
        type: 'staff' | 'subject' | 'client' | 'operator' | 'system';
        id?: string;
        /**
         * ユーザID
         */
        userId?: string;
        /**
         * ユーザ名
         */
        name?: string;
    };
    purpose?: PurposeCode;
    use?: NumberUse;
    outcome: LedgerOutcome;
    refusal?: ErrorCode;
    requestId: string;
    clientId?: string;
    assurance?: Assurance;
    /**
     * 取扱区域, as it was called then
     */
    place?: string;
};

/**
 * A page of the handling log.
 */
export type LedgerEntryList = {
    data: Array<LedgerEntry>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * How digits leave, 閲覧 印刷 CSV出力 提出. The `intent` of a reveal is one of the first two.
 */
export type NumberUse = 'view' | 'print' | 'export' | 'filing';

/**
 * `released`: written before digits left, and never withdrawn
 */
export type LedgerOutcome = 'done' | 'released' | 'refused';

/**
 * Who vouches for the one who acted: the host, the organization's own issuer, a second factor that the person answered (passcode or birth date), or nobody
 */
export type Assurance = 'host' | 'idp' | 'factor' | 'none';

/**
 * Which entries, and as what.
 */
export type LedgerExportRequest = {
    format: LedgerFormat;
    /**
     * Default: three months before `to`
     */
    from?: string;
    /**
     * Default: now
     */
    to?: string;
    /**
     * Default: `desc`; a jsonl of everything is in the order of the log
     */
    order?: 'asc' | 'desc';
    /**
     * 部門コード
     */
    departmentCode?: string;
    /**
     * 社員コード (完全一致)
     */
    code?: string;
    /**
     * 対象者名 (部分一致)
     */
    name?: string;
    operation?: LedgerOperation;
    subjectId?: string;
    purpose?: PurposeCode;
    use?: NumberUse;
    outcome?: LedgerOutcome;
    assurance?: Assurance;
    /**
     * 取扱区域
     */
    place?: string;
    requestId?: string;
    clientId?: string;
    /**
     * 操作した人: an id, or the host's user id
     */
    actor?: string;
};

export type LedgerFormat = 'csv' | 'jsonl' | 'pdf';

/**
 * An export of the handling log, and its file. No digits.
 */
export type LedgerExport = {
    id: string;
    format: LedgerFormat;
    state: 'preparing' | 'ready' | 'expired' | 'failed';
    jobId: string;
    /**
     * Absent in a jsonl of everything
     */
    from?: string;
    to?: string;
    order: 'asc' | 'desc';
    /**
     * As asked for
     */
    filters: {
        /**
         * 部門コード
         */
        departmentCode?: string;
        /**
         * 社員コード (完全一致)
         */
        code?: string;
        /**
         * 対象者名 (部分一致)
         */
        name?: string;
        operation?: LedgerOperation;
        subjectId?: string;
        purpose?: PurposeCode;
        use?: NumberUse;
        outcome?: LedgerOutcome;
        assurance?: Assurance;
        /**
         * 取扱区域
         */
        place?: string;
        requestId?: string;
        clientId?: string;
        /**
         * 操作した人: an id, or the host's user id
         */
        actor?: string;
    };
    /**
     * How many it holds, once it is ready
     */
    entries?: number;
    /**
     * Size of the checkpoint (検証点) that it names; absent where there is none
     */
    checkpointSize?: number;
    fileName: string;
    createdAt: string;
    readyAt?: string;
    /**
     * Seven days after it is ready
     */
    expiresAt?: string;
};

/**
 * A page of exports of the handling log, oldest first.
 */
export type LedgerExportList = {
    data: Array<LedgerExport>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`.
     */
    total?: string;
};

/**
 * Long work.
 */
export type Job = {
    id: string;
    kind: 'import_check' | 'import_apply' | 'export' | 'filing' | 'disposal' | 'ledger_export' | 'campaign' | 'campaign_cancellation';
    state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
    progress: {
        done: number;
        total?: number;
    };
    errors: Array<ProblemPlace>;
    createdAt: string;
    startedAt?: string;
    finishedAt?: string;
    receipt?: LedgerReceipt;
};

export type EventType = 'number.registered' | 'number.corrected' | 'number.reissued' | 'number.checked' | 'number.duplicated' | 'number.deleted' | 'number.erased' | 'request.sent' | 'request.opened' | 'request.submitted' | 'request.returned' | 'request.accepted' | 'request.refused' | 'request.expired' | 'request.reminder_due' | 'link.locked' | 'verification.completed' | 'verification.rejected' | 'import.completed' | 'export.ready' | 'export.downloaded' | 'export.acknowledged' | 'payment_records.ready' | 'filing.filed' | 'disposal.due' | 'certificate.issued' | 'certificate.final' | 'ledger.checkpoint' | 'ledger.tampered' | 'approval.requested' | 'approval.decided' | 'incident.opened' | 'periodic_check.due' | 'security.unusual_use' | 'usage.threshold_reached' | 'webhook_endpoint.disabled' | 'webhook_endpoint.test';

/**
 * An address that gets signed events.
 */
export type WebhookEndpoint = {
    id: string;
    url: string;
    /**
     * Empty = all
     */
    events: Array<EventType>;
    description?: string;
    state: 'enabled' | 'disabled';
    createdAt: string;
    /**
     * Only in the answer that created it.
     */
    secret?: string;
};

/**
 * `https` only; private addresses are refused at connect time.
 */
export type WebhookEndpointRequest = {
    url: string;
    events?: Array<EventType>;
    description?: string;
};

/**
 * A page of endpoints.
 */
export type WebhookEndpointList = {
    data: Array<WebhookEndpoint>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * A further secret; the old one signs beside it for 24 hours.
 */
export type WebhookSecret = {
    secret: string;
    previousUntil: string;
};

/**
 * A test event on its way.
 */
export type TestEvent = {
    eventId: string;
};

/**
 * One delivery of one event to one endpoint.
 */
export type WebhookDelivery = {
    id: string;
    endpointId: string;
    eventId: string;
    type: EventType;
    state: 'waiting' | 'succeeded' | 'failed';
    attempts: number;
    lastStatus?: number;
    lastError?: string;
    nextAt?: string;
    createdAt: string;
    deliveredAt?: string;
};

/**
 * A page of deliveries.
 */
export type WebhookDeliveryList = {
    data: Array<WebhookDelivery>;
    /**
     * Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it.
     */
    next?: string;
    /**
     * Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at.
     */
    total?: string;
};

/**
 * The body of a webhook: ids only.
 */
export type WebhookEvent = {
    type: EventType;
    timestamp: string;
    data: {
        [key: string]: string;
    };
};

/**
 * Alive.
 */
export type Health = {
    status: 'ok';
};

/**
 * Ready to serve, part by part.
 */
export type Readiness = {
    status: 'ready' | 'not_ready';
    /**
     * What the operator should know of the list of disposals
     */
    detail?: string;
    /**
     * Age of the oldest entry of any ledger that is not sealed yet. Over 300, numbers of that organization neither leave nor are disposed of.
     */
    ledgerLagSeconds?: number;
    parts: {
        mongodb: 'up' | 'down';
        keys: 'up' | 'down';
        redis: 'up' | 'down';
        /**
         * The signed list of disposals; down = disposals wait; the last three = nothing is answered yet
         */
        anchors: 'up' | 'down' | 'checking' | 'replaying' | 'blocked';
    };
};

export type NumberRequestWritable = unknown & {
    /**
     * 個人番号: 12 digits; spaces, hyphens and full-width digits are accepted and normalised. Never comes back but by a reveal.
     */
    number?: string;
    numberJwe?: NumberJwe;
    /**
     * 発行日
     */
    issuedOn?: string;
    noticeGivenId?: string;
    notice?: NoticeGivenInline;
    sampleConfirmed?: SampleConfirmed;
};

export type NumberCorrectionRequestWritable = unknown & {
    /**
     * 個人番号: 12 digits; spaces, hyphens and full-width digits are accepted and normalised. Never comes back but by a reveal.
     */
    number?: string;
    numberJwe?: NumberJwe;
    issuedOn?: string;
    reason: string;
    sampleConfirmed?: SampleConfirmed;
};

export type NumberReissueRequestWritable = unknown & {
    /**
     * 個人番号: 12 digits; spaces, hyphens and full-width digits are accepted and normalised. Never comes back but by a reveal.
     */
    number?: string;
    numberJwe?: NumberJwe;
    issuedOn: string;
    reason?: string;
    sampleConfirmed?: SampleConfirmed;
};

export type SessionNumberRequestWritable = unknown & {
    /**
     * 個人番号: 12 digits; spaces, hyphens and full-width digits are accepted and normalised. Never comes back but by a reveal.
     */
    number?: string;
    numberJwe?: NumberJwe;
    issuedOn?: string;
    change?: NumberChange;
    /**
     * Why it is changed
     */
    reason?: string;
};

/**
 * A dependent, added or corrected by the person, with the number where known.
 */
export type SessionDependentRequestWritable = {
    name: string;
    kana?: string;
    relationship: string;
    birthOn?: string;
    /**
     * 個人番号: 12 digits; spaces, hyphens and full-width digits are accepted and normalised. Never comes back but by a reveal.
     */
    number?: string;
    numberJwe?: NumberJwe;
    issuedOn?: string;
    change?: NumberChange;
    reason?: string;
};

/**
 * Rows a page.
 */
export type Limit = number;

/**
 * Cursor: the `next` of the page before.
 */
export type After = string;

/**
 * Whether to count; costs more.
 */
export type Total = boolean;

/**
 * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
 */
export type IdempotencyKey = string;

/**
 * The ETag that was read, or several with commas between; 412 if somebody else changed it.
 */
export type IfMatch = string;

export type IssueTokenData = {
    body: TokenRequest;
    path?: never;
    query?: never;
    url: '/oauth/token';
};

export type IssueTokenErrors = {
    /**
     * RFC 6749 § 5.2
     */
    default: TokenError;
};

export type IssueTokenError = IssueTokenErrors[keyof IssueTokenErrors];

export type IssueTokenResponses = {
    /**
     * OK
     */
    200: Token;
};

export type IssueTokenResponse = IssueTokenResponses[keyof IssueTokenResponses];

export type CreateNonceData = {
    body: NonceRequest;
    path?: never;
    query?: never;
    url: '/oauth/nonces';
};

export type CreateNonceErrors = {
    /**
     * RFC 6749 § 5.2
     */
    default: TokenError;
};

export type CreateNonceError = CreateNonceErrors[keyof CreateNonceErrors];

export type CreateNonceResponses = {
    /**
     * Created
     */
    201: Nonce;
};

export type CreateNonceResponse = CreateNonceResponses[keyof CreateNonceResponses];

export type GetAuthorizationServerData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/.well-known/oauth-authorization-server';
};

export type GetAuthorizationServerErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetAuthorizationServerError = GetAuthorizationServerErrors[keyof GetAuthorizationServerErrors];

export type GetAuthorizationServerResponses = {
    /**
     * OK
     */
    200: AuthorizationServer;
};

export type GetAuthorizationServerResponse = GetAuthorizationServerResponses[keyof GetAuthorizationServerResponses];

export type GetJwksData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/.well-known/jwks.json';
};

export type GetJwksErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetJwksError = GetJwksErrors[keyof GetJwksErrors];

export type GetJwksResponses = {
    /**
     * OK
     */
    200: Jwks;
};

export type GetJwksResponse = GetJwksResponses[keyof GetJwksResponses];

export type ListOrganizationsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/organizations';
};

export type ListOrganizationsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListOrganizationsError = ListOrganizationsErrors[keyof ListOrganizationsErrors];

export type ListOrganizationsResponses = {
    /**
     * OK
     */
    200: OrganizationList;
};

export type ListOrganizationsResponse = ListOrganizationsResponses[keyof ListOrganizationsResponses];

export type CreateOrganizationData = {
    body: OrganizationRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/organizations';
};

export type CreateOrganizationErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateOrganizationError = CreateOrganizationErrors[keyof CreateOrganizationErrors];

export type CreateOrganizationResponses = {
    /**
     * Created
     */
    201: Organization;
};

export type CreateOrganizationResponse = CreateOrganizationResponses[keyof CreateOrganizationResponses];

export type GetOrganizationData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/organizations/{id}';
};

export type GetOrganizationErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetOrganizationError = GetOrganizationErrors[keyof GetOrganizationErrors];

export type GetOrganizationResponses = {
    /**
     * OK
     */
    200: Organization;
};

export type GetOrganizationResponse = GetOrganizationResponses[keyof GetOrganizationResponses];

export type ListClientsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/clients';
};

export type ListClientsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListClientsError = ListClientsErrors[keyof ListClientsErrors];

export type ListClientsResponses = {
    /**
     * OK
     */
    200: ClientList;
};

export type ListClientsResponse = ListClientsResponses[keyof ListClientsResponses];

export type CreateClientData = {
    body: ClientRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/clients';
};

export type CreateClientErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateClientError = CreateClientErrors[keyof CreateClientErrors];

export type CreateClientResponses = {
    /**
     * Created
     */
    201: Client;
};

export type CreateClientResponse = CreateClientResponses[keyof CreateClientResponses];

export type DeleteClientData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/clients/{id}';
};

export type DeleteClientErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type DeleteClientError = DeleteClientErrors[keyof DeleteClientErrors];

export type DeleteClientResponses = {
    /**
     * Done
     */
    204: void;
};

export type DeleteClientResponse = DeleteClientResponses[keyof DeleteClientResponses];

export type GetClientData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/clients/{id}';
};

export type GetClientErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetClientError = GetClientErrors[keyof GetClientErrors];

export type GetClientResponses = {
    /**
     * OK
     */
    200: Client;
};

export type GetClientResponse = GetClientResponses[keyof GetClientResponses];

export type ListClientSecretsData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/clients/{id}/secrets';
};

export type ListClientSecretsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListClientSecretsError = ListClientSecretsErrors[keyof ListClientSecretsErrors];

export type ListClientSecretsResponses = {
    /**
     * OK
     */
    200: ClientSecretList;
};

export type ListClientSecretsResponse = ListClientSecretsResponses[keyof ListClientSecretsResponses];

export type CreateClientSecretData = {
    body: ClientSecretRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/clients/{id}/secrets';
};

export type CreateClientSecretErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateClientSecretError = CreateClientSecretErrors[keyof CreateClientSecretErrors];

export type CreateClientSecretResponses = {
    /**
     * Created
     */
    201: NewClientSecret;
};

export type CreateClientSecretResponse = CreateClientSecretResponses[keyof CreateClientSecretResponses];

export type DeleteClientSecretData = {
    body?: never;
    path: {
        id: string;
        secretId: string;
    };
    query?: never;
    url: '/v1/clients/{id}/secrets/{secretId}';
};

export type DeleteClientSecretErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type DeleteClientSecretError = DeleteClientSecretErrors[keyof DeleteClientSecretErrors];

export type DeleteClientSecretResponses = {
    /**
     * Done
     */
    204: void;
};

export type DeleteClientSecretResponse = DeleteClientSecretResponses[keyof DeleteClientSecretResponses];

export type ListClientKeysData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/clients/{id}/keys';
};

export type ListClientKeysErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListClientKeysError = ListClientKeysErrors[keyof ListClientKeysErrors];

export type ListClientKeysResponses = {
    /**
     * OK
     */
    200: ClientKeyList;
};

export type ListClientKeysResponse = ListClientKeysResponses[keyof ListClientKeysResponses];

export type CreateClientKeyData = {
    body: ClientKeyRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/clients/{id}/keys';
};

export type CreateClientKeyErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateClientKeyError = CreateClientKeyErrors[keyof CreateClientKeyErrors];

export type CreateClientKeyResponses = {
    /**
     * Created
     */
    201: ClientKey;
};

export type CreateClientKeyResponse = CreateClientKeyResponses[keyof CreateClientKeyResponses];

export type DeleteClientKeyData = {
    body?: never;
    path: {
        id: string;
        keyId: string;
    };
    query?: never;
    url: '/v1/clients/{id}/keys/{keyId}';
};

export type DeleteClientKeyErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type DeleteClientKeyError = DeleteClientKeyErrors[keyof DeleteClientKeyErrors];

export type DeleteClientKeyResponses = {
    /**
     * Done
     */
    204: void;
};

export type DeleteClientKeyResponse = DeleteClientKeyResponses[keyof DeleteClientKeyResponses];

export type ListCompaniesData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/companies';
};

export type ListCompaniesErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListCompaniesError = ListCompaniesErrors[keyof ListCompaniesErrors];

export type ListCompaniesResponses = {
    /**
     * OK
     */
    200: CompanyList;
};

export type ListCompaniesResponse = ListCompaniesResponses[keyof ListCompaniesResponses];

export type CreateCompanyData = {
    body: CompanyRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/companies';
};

export type CreateCompanyErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateCompanyError = CreateCompanyErrors[keyof CreateCompanyErrors];

export type CreateCompanyResponses = {
    /**
     * Created
     */
    201: Company;
};

export type CreateCompanyResponse = CreateCompanyResponses[keyof CreateCompanyResponses];

export type GetCompanyData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/companies/{id}';
};

export type GetCompanyErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetCompanyError = GetCompanyErrors[keyof GetCompanyErrors];

export type GetCompanyResponses = {
    /**
     * OK
     */
    200: Company;
};

export type GetCompanyResponse = GetCompanyResponses[keyof GetCompanyResponses];

export type UpdateCompanyData = {
    body: CompanyUpdate;
    headers?: {
        /**
         * The ETag that was read, or several with commas between; 412 if somebody else changed it.
         */
        'If-Match'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/companies/{id}';
};

export type UpdateCompanyErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type UpdateCompanyError = UpdateCompanyErrors[keyof UpdateCompanyErrors];

export type UpdateCompanyResponses = {
    /**
     * OK
     */
    200: Company;
};

export type UpdateCompanyResponse = UpdateCompanyResponses[keyof UpdateCompanyResponses];

export type ListDepartmentsData = {
    body?: never;
    path?: never;
    query?: {
        companyId?: string;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/departments';
};

export type ListDepartmentsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListDepartmentsError = ListDepartmentsErrors[keyof ListDepartmentsErrors];

export type ListDepartmentsResponses = {
    /**
     * OK
     */
    200: DepartmentList;
};

export type ListDepartmentsResponse = ListDepartmentsResponses[keyof ListDepartmentsResponses];

export type CreateDepartmentData = {
    body: DepartmentRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/departments';
};

export type CreateDepartmentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateDepartmentError = CreateDepartmentErrors[keyof CreateDepartmentErrors];

export type CreateDepartmentResponses = {
    /**
     * Created
     */
    201: Department;
};

export type CreateDepartmentResponse = CreateDepartmentResponses[keyof CreateDepartmentResponses];

export type GetDepartmentData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/departments/{id}';
};

export type GetDepartmentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetDepartmentError = GetDepartmentErrors[keyof GetDepartmentErrors];

export type GetDepartmentResponses = {
    /**
     * OK
     */
    200: Department;
};

export type GetDepartmentResponse = GetDepartmentResponses[keyof GetDepartmentResponses];

export type ListStaffData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/staff';
};

export type ListStaffErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListStaffError = ListStaffErrors[keyof ListStaffErrors];

export type ListStaffResponses = {
    /**
     * OK
     */
    200: StaffList;
};

export type ListStaffResponse = ListStaffResponses[keyof ListStaffResponses];

export type CreateStaffData = {
    body: StaffRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/staff';
};

export type CreateStaffErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateStaffError = CreateStaffErrors[keyof CreateStaffErrors];

export type CreateStaffResponses = {
    /**
     * Created
     */
    201: Staff;
};

export type CreateStaffResponse = CreateStaffResponses[keyof CreateStaffResponses];

export type GetStaffData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/staff/{id}';
};

export type GetStaffErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetStaffError = GetStaffErrors[keyof GetStaffErrors];

export type GetStaffResponses = {
    /**
     * OK
     */
    200: Staff;
};

export type GetStaffResponse = GetStaffResponses[keyof GetStaffResponses];

export type UpdateStaffData = {
    body: StaffUpdate;
    headers?: {
        /**
         * The ETag that was read, or several with commas between; 412 if somebody else changed it.
         */
        'If-Match'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/staff/{id}';
};

export type UpdateStaffErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type UpdateStaffError = UpdateStaffErrors[keyof UpdateStaffErrors];

export type UpdateStaffResponses = {
    /**
     * OK
     */
    200: Staff;
};

export type UpdateStaffResponse = UpdateStaffResponses[keyof UpdateStaffResponses];

export type CreateAppointmentData = {
    body: AppointmentRequest;
    headers?: {
        /**
         * The ETag that was read, or several with commas between; 412 if somebody else changed it.
         */
        'If-Match'?: string;
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/staff/{id}/appointments';
};

export type CreateAppointmentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateAppointmentError = CreateAppointmentErrors[keyof CreateAppointmentErrors];

export type CreateAppointmentResponses = {
    /**
     * Created
     */
    201: Staff;
};

export type CreateAppointmentResponse = CreateAppointmentResponses[keyof CreateAppointmentResponses];

export type CreateDismissalData = {
    body: DismissalRequest;
    headers?: {
        /**
         * The ETag that was read, or several with commas between; 412 if somebody else changed it.
         */
        'If-Match'?: string;
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/staff/{id}/dismissals';
};

export type CreateDismissalErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateDismissalError = CreateDismissalErrors[keyof CreateDismissalErrors];

export type CreateDismissalResponses = {
    /**
     * Created
     */
    201: Staff;
};

export type CreateDismissalResponse = CreateDismissalResponses[keyof CreateDismissalResponses];

export type ListTrainingsData = {
    body?: never;
    path: {
        id: string;
    };
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/staff/{id}/trainings';
};

export type ListTrainingsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListTrainingsError = ListTrainingsErrors[keyof ListTrainingsErrors];

export type ListTrainingsResponses = {
    /**
     * OK
     */
    200: TrainingList;
};

export type ListTrainingsResponse = ListTrainingsResponses[keyof ListTrainingsResponses];

export type CreateTrainingData = {
    body: TrainingRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/staff/{id}/trainings';
};

export type CreateTrainingErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateTrainingError = CreateTrainingErrors[keyof CreateTrainingErrors];

export type CreateTrainingResponses = {
    /**
     * Created
     */
    201: Training;
};

export type CreateTrainingResponse = CreateTrainingResponses[keyof CreateTrainingResponses];

export type ListPledgesData = {
    body?: never;
    path: {
        id: string;
    };
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/staff/{id}/pledges';
};

export type ListPledgesErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListPledgesError = ListPledgesErrors[keyof ListPledgesErrors];

export type ListPledgesResponses = {
    /**
     * OK
     */
    200: PledgeList;
};

export type ListPledgesResponse = ListPledgesResponses[keyof ListPledgesResponses];

export type CreatePledgeData = {
    body: PledgeRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/staff/{id}/pledges';
};

export type CreatePledgeErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreatePledgeError = CreatePledgeErrors[keyof CreatePledgeErrors];

export type CreatePledgeResponses = {
    /**
     * Created
     */
    201: Pledge;
};

export type CreatePledgeResponse = CreatePledgeResponses[keyof CreatePledgeResponses];

export type GetSettingsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/settings';
};

export type GetSettingsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetSettingsError = GetSettingsErrors[keyof GetSettingsErrors];

export type GetSettingsResponses = {
    /**
     * OK
     */
    200: Settings;
};

export type GetSettingsResponse = GetSettingsResponses[keyof GetSettingsResponses];

export type UpdateSettingsData = {
    body: SettingsRequest;
    headers?: {
        /**
         * The ETag that was read, or several with commas between; 412 if somebody else changed it.
         */
        'If-Match'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/settings';
};

export type UpdateSettingsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type UpdateSettingsError = UpdateSettingsErrors[keyof UpdateSettingsErrors];

export type UpdateSettingsResponses = {
    /**
     * OK
     */
    200: Settings;
};

export type UpdateSettingsResponse = UpdateSettingsResponses[keyof UpdateSettingsResponses];

export type RemoveIdentityProviderData = {
    body?: never;
    headers?: {
        /**
         * The ETag that was read, or several with commas between; 412 if somebody else changed it.
         */
        'If-Match'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/identity-provider';
};

export type RemoveIdentityProviderErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type RemoveIdentityProviderError = RemoveIdentityProviderErrors[keyof RemoveIdentityProviderErrors];

export type RemoveIdentityProviderResponses = {
    /**
     * Done
     */
    204: void;
};

export type RemoveIdentityProviderResponse = RemoveIdentityProviderResponses[keyof RemoveIdentityProviderResponses];

export type GetIdentityProviderData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/identity-provider';
};

export type GetIdentityProviderErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetIdentityProviderError = GetIdentityProviderErrors[keyof GetIdentityProviderErrors];

export type GetIdentityProviderResponses = {
    /**
     * OK
     */
    200: IdentityProvider;
};

export type GetIdentityProviderResponse = GetIdentityProviderResponses[keyof GetIdentityProviderResponses];

export type SetIdentityProviderData = {
    body: IdentityProviderRequest;
    headers?: {
        /**
         * The ETag that was read, or several with commas between; 412 if somebody else changed it.
         */
        'If-Match'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/identity-provider';
};

export type SetIdentityProviderErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type SetIdentityProviderError = SetIdentityProviderErrors[keyof SetIdentityProviderErrors];

export type SetIdentityProviderResponses = {
    /**
     * OK
     */
    200: IdentityProvider;
};

export type SetIdentityProviderResponse = SetIdentityProviderResponses[keyof SetIdentityProviderResponses];

export type GetTestClockData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/test-clock';
};

export type GetTestClockErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetTestClockError = GetTestClockErrors[keyof GetTestClockErrors];

export type GetTestClockResponses = {
    /**
     * OK
     */
    200: TestClock;
};

export type GetTestClockResponse = GetTestClockResponses[keyof GetTestClockResponses];

export type SetTestClockData = {
    body: TestClockRequest;
    path?: never;
    query?: never;
    url: '/v1/test-clock';
};

export type SetTestClockErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type SetTestClockError = SetTestClockErrors[keyof SetTestClockErrors];

export type SetTestClockResponses = {
    /**
     * OK
     */
    200: TestClock;
};

export type SetTestClockResponse = SetTestClockResponses[keyof SetTestClockResponses];

export type ListSubjectsData = {
    body?: never;
    path?: never;
    query?: {
        kind?: SubjectKind;
        companyId?: string;
        departmentId?: string;
        /**
         * Part of a name (部分一致)
         */
        name?: string;
        /**
         * 完全一致
         */
        code?: string;
        externalId?: string;
        numberState?: NumberState;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/subjects';
};

export type ListSubjectsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListSubjectsError = ListSubjectsErrors[keyof ListSubjectsErrors];

export type ListSubjectsResponses = {
    /**
     * OK
     */
    200: SubjectList;
};

export type ListSubjectsResponse = ListSubjectsResponses[keyof ListSubjectsResponses];

export type CreateSubjectData = {
    body: SubjectRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/subjects';
};

export type CreateSubjectErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSubjectError = CreateSubjectErrors[keyof CreateSubjectErrors];

export type CreateSubjectResponses = {
    /**
     * Created
     */
    201: Subject;
};

export type CreateSubjectResponse = CreateSubjectResponses[keyof CreateSubjectResponses];

export type GetSubjectData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}';
};

export type GetSubjectErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetSubjectError = GetSubjectErrors[keyof GetSubjectErrors];

export type GetSubjectResponses = {
    /**
     * OK
     */
    200: Subject;
};

export type GetSubjectResponse = GetSubjectResponses[keyof GetSubjectResponses];

export type UpdateSubjectData = {
    body: SubjectChange;
    headers?: {
        /**
         * The ETag that was read, or several with commas between; 412 if somebody else changed it.
         */
        'If-Match'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}';
};

export type UpdateSubjectErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type UpdateSubjectError = UpdateSubjectErrors[keyof UpdateSubjectErrors];

export type UpdateSubjectResponses = {
    /**
     * OK
     */
    200: Subject;
};

export type UpdateSubjectResponse = UpdateSubjectResponses[keyof UpdateSubjectResponses];

export type UpsertSubjectData = {
    body: SubjectRequest;
    headers?: {
        /**
         * The ETag that was read, or several with commas between; 412 if somebody else changed it.
         */
        'If-Match'?: string;
    };
    path: {
        externalId: string;
    };
    query?: never;
    url: '/v1/subjects/by-external-id/{externalId}';
};

export type UpsertSubjectErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type UpsertSubjectError = UpsertSubjectErrors[keyof UpsertSubjectErrors];

export type UpsertSubjectResponses = {
    /**
     * OK
     */
    200: Subject;
};

export type UpsertSubjectResponse = UpsertSubjectResponses[keyof UpsertSubjectResponses];

export type ListDependentsData = {
    body?: never;
    path: {
        id: string;
    };
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/subjects/{id}/dependents';
};

export type ListDependentsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListDependentsError = ListDependentsErrors[keyof ListDependentsErrors];

export type ListDependentsResponses = {
    /**
     * OK
     */
    200: SubjectList;
};

export type ListDependentsResponse = ListDependentsResponses[keyof ListDependentsResponses];

export type CreateDependentData = {
    body: DependentRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/dependents';
};

export type CreateDependentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateDependentError = CreateDependentErrors[keyof CreateDependentErrors];

export type CreateDependentResponses = {
    /**
     * Created
     */
    201: Subject;
};

export type CreateDependentResponse = CreateDependentResponses[keyof CreateDependentResponses];

export type ListEmploymentEventsData = {
    body?: never;
    path: {
        id: string;
    };
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/subjects/{id}/employment-events';
};

export type ListEmploymentEventsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListEmploymentEventsError = ListEmploymentEventsErrors[keyof ListEmploymentEventsErrors];

export type ListEmploymentEventsResponses = {
    /**
     * OK
     */
    200: EmploymentEventList;
};

export type ListEmploymentEventsResponse = ListEmploymentEventsResponses[keyof ListEmploymentEventsResponses];

export type CreateEmploymentEventData = {
    body: EmploymentEventRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/employment-events';
};

export type CreateEmploymentEventErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateEmploymentEventError = CreateEmploymentEventErrors[keyof CreateEmploymentEventErrors];

export type CreateEmploymentEventResponses = {
    /**
     * Created
     */
    201: EmploymentEvent;
};

export type CreateEmploymentEventResponse = CreateEmploymentEventResponses[keyof CreateEmploymentEventResponses];

export type RemoveNumberAbsenceData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/number-absence';
};

export type RemoveNumberAbsenceErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type RemoveNumberAbsenceError = RemoveNumberAbsenceErrors[keyof RemoveNumberAbsenceErrors];

export type RemoveNumberAbsenceResponses = {
    /**
     * OK
     */
    200: Subject;
};

export type RemoveNumberAbsenceResponse = RemoveNumberAbsenceResponses[keyof RemoveNumberAbsenceResponses];

export type SetNumberAbsenceData = {
    body: NumberAbsenceRequest;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/number-absence';
};

export type SetNumberAbsenceErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type SetNumberAbsenceError = SetNumberAbsenceErrors[keyof SetNumberAbsenceErrors];

export type SetNumberAbsenceResponses = {
    /**
     * OK
     */
    200: Subject;
};

export type SetNumberAbsenceResponse = SetNumberAbsenceResponses[keyof SetNumberAbsenceResponses];

export type ListNumbersData = {
    body?: never;
    path?: never;
    query?: {
        companyId?: string;
        departmentId?: string;
        kind?: SubjectKind;
        /**
         * Part of a name (部分一致)
         */
        name?: string;
        /**
         * 完全一致
         */
        code?: string;
        numberState?: NumberState;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/numbers';
};

export type ListNumbersErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListNumbersError = ListNumbersErrors[keyof ListNumbersErrors];

export type ListNumbersResponses = {
    /**
     * OK
     */
    200: NumberRowList;
};

export type ListNumbersResponse = ListNumbersResponses[keyof ListNumbersResponses];

export type ListDuplicatesData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Only those of which at least one is held for this company
         */
        companyId?: string;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
    };
    url: '/v1/duplicates';
};

export type ListDuplicatesErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListDuplicatesError = ListDuplicatesErrors[keyof ListDuplicatesErrors];

export type ListDuplicatesResponses = {
    /**
     * OK
     */
    200: DuplicateList;
};

export type ListDuplicatesResponse = ListDuplicatesResponses[keyof ListDuplicatesResponses];

export type GetSubjectNumberData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/number';
};

export type GetSubjectNumberErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetSubjectNumberError = GetSubjectNumberErrors[keyof GetSubjectNumberErrors];

export type GetSubjectNumberResponses = {
    /**
     * OK
     */
    200: SubjectNumber;
};

export type GetSubjectNumberResponse = GetSubjectNumberResponses[keyof GetSubjectNumberResponses];

export type RegisterNumberData = {
    body: NumberRequestWritable;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/number';
};

export type RegisterNumberErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type RegisterNumberError = RegisterNumberErrors[keyof RegisterNumberErrors];

export type RegisterNumberResponses = {
    /**
     * Created
     */
    201: SubjectNumber;
};

export type RegisterNumberResponse = RegisterNumberResponses[keyof RegisterNumberResponses];

export type CreateNumberCorrectionData = {
    body: NumberCorrectionRequestWritable;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/number/corrections';
};

export type CreateNumberCorrectionErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateNumberCorrectionError = CreateNumberCorrectionErrors[keyof CreateNumberCorrectionErrors];

export type CreateNumberCorrectionResponses = {
    /**
     * Created
     */
    201: SubjectNumber;
};

export type CreateNumberCorrectionResponse = CreateNumberCorrectionResponses[keyof CreateNumberCorrectionResponses];

export type CreateNumberReissueData = {
    body: NumberReissueRequestWritable;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/number/reissues';
};

export type CreateNumberReissueErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateNumberReissueError = CreateNumberReissueErrors[keyof CreateNumberReissueErrors];

export type CreateNumberReissueResponses = {
    /**
     * Created
     */
    201: SubjectNumber;
};

export type CreateNumberReissueResponse = CreateNumberReissueResponses[keyof CreateNumberReissueResponses];

export type CreateNumberCheckData = {
    body: NumberCheckRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/number/checks';
};

export type CreateNumberCheckErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateNumberCheckError = CreateNumberCheckErrors[keyof CreateNumberCheckErrors];

export type CreateNumberCheckResponses = {
    /**
     * Created
     */
    201: SubjectNumber;
};

export type CreateNumberCheckResponse = CreateNumberCheckResponses[keyof CreateNumberCheckResponses];

export type CreateRevealData = {
    body: RevealRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/reveals';
};

export type CreateRevealErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateRevealError = CreateRevealErrors[keyof CreateRevealErrors];

export type CreateRevealResponses = {
    /**
     * OK
     */
    200: Reveal;
};

export type CreateRevealResponse = CreateRevealResponses[keyof CreateRevealResponses];

export type GetVaultJwksData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/vault/jwks';
};

export type GetVaultJwksErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetVaultJwksError = GetVaultJwksErrors[keyof GetVaultJwksErrors];

export type GetVaultJwksResponses = {
    /**
     * OK
     */
    200: VaultJwks;
};

export type GetVaultJwksResponse = GetVaultJwksResponses[keyof GetVaultJwksResponses];

export type ListPurposesData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/purposes';
};

export type ListPurposesErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListPurposesError = ListPurposesErrors[keyof ListPurposesErrors];

export type ListPurposesResponses = {
    /**
     * OK
     */
    200: PurposeList;
};

export type ListPurposesResponse = ListPurposesResponses[keyof ListPurposesResponses];

export type ListNoticesData = {
    body?: never;
    path?: never;
    query?: {
        audience?: NoticeAudience;
        language?: Language;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/notices';
};

export type ListNoticesErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListNoticesError = ListNoticesErrors[keyof ListNoticesErrors];

export type ListNoticesResponses = {
    /**
     * OK
     */
    200: NoticeList;
};

export type ListNoticesResponse = ListNoticesResponses[keyof ListNoticesResponses];

export type CreateNoticeData = {
    body: NoticeRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/notices';
};

export type CreateNoticeErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateNoticeError = CreateNoticeErrors[keyof CreateNoticeErrors];

export type CreateNoticeResponses = {
    /**
     * Created
     */
    201: Notice;
};

export type CreateNoticeResponse = CreateNoticeResponses[keyof CreateNoticeResponses];

export type GetNoticeData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/notices/{id}';
};

export type GetNoticeErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetNoticeError = GetNoticeErrors[keyof GetNoticeErrors];

export type GetNoticeResponses = {
    /**
     * OK
     */
    200: Notice;
};

export type GetNoticeResponse = GetNoticeResponses[keyof GetNoticeResponses];

export type ListNoticeTemplatesData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/notice-templates';
};

export type ListNoticeTemplatesErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListNoticeTemplatesError = ListNoticeTemplatesErrors[keyof ListNoticeTemplatesErrors];

export type ListNoticeTemplatesResponses = {
    /**
     * OK
     */
    200: NoticeTemplateList;
};

export type ListNoticeTemplatesResponse = ListNoticeTemplatesResponses[keyof ListNoticeTemplatesResponses];

export type ListNoticesGivenData = {
    body?: never;
    path?: never;
    query?: {
        subjectId?: string;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/notices-given';
};

export type ListNoticesGivenErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListNoticesGivenError = ListNoticesGivenErrors[keyof ListNoticesGivenErrors];

export type ListNoticesGivenResponses = {
    /**
     * OK
     */
    200: NoticeGivenList;
};

export type ListNoticesGivenResponse = ListNoticesGivenResponses[keyof ListNoticesGivenResponses];

export type CreateNoticeGivenData = {
    body: NoticeGivenRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/notices-given';
};

export type CreateNoticeGivenErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateNoticeGivenError = CreateNoticeGivenErrors[keyof CreateNoticeGivenErrors];

export type CreateNoticeGivenResponses = {
    /**
     * Created
     */
    201: NoticeGiven;
};

export type CreateNoticeGivenResponse = CreateNoticeGivenResponses[keyof CreateNoticeGivenResponses];

export type ListConsentTextsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/consent-texts';
};

export type ListConsentTextsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListConsentTextsError = ListConsentTextsErrors[keyof ListConsentTextsErrors];

export type ListConsentTextsResponses = {
    /**
     * OK
     */
    200: ConsentTextList;
};

export type ListConsentTextsResponse = ListConsentTextsResponses[keyof ListConsentTextsResponses];

export type ListConsentsData = {
    body?: never;
    path?: never;
    query?: {
        subjectId?: string;
        kind?: ConsentKind;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/consents';
};

export type ListConsentsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListConsentsError = ListConsentsErrors[keyof ListConsentsErrors];

export type ListConsentsResponses = {
    /**
     * OK
     */
    200: ConsentList;
};

export type ListConsentsResponse = ListConsentsResponses[keyof ListConsentsResponses];

export type CreateConsentData = {
    body: ConsentRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/consents';
};

export type CreateConsentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateConsentError = CreateConsentErrors[keyof CreateConsentErrors];

export type CreateConsentResponses = {
    /**
     * Created
     */
    201: Consent;
};

export type CreateConsentResponse = CreateConsentResponses[keyof CreateConsentResponses];

export type GetConsentData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/consents/{id}';
};

export type GetConsentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetConsentError = GetConsentErrors[keyof GetConsentErrors];

export type GetConsentResponses = {
    /**
     * OK
     */
    200: Consent;
};

export type GetConsentResponse = GetConsentResponses[keyof GetConsentResponses];

export type CreateConsentWithdrawalData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/consents/{id}/withdrawal';
};

export type CreateConsentWithdrawalErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateConsentWithdrawalError = CreateConsentWithdrawalErrors[keyof CreateConsentWithdrawalErrors];

export type CreateConsentWithdrawalResponses = {
    /**
     * Created
     */
    201: Consent;
};

export type CreateConsentWithdrawalResponse = CreateConsentWithdrawalResponses[keyof CreateConsentWithdrawalResponses];

export type ListCampaignsData = {
    body?: never;
    path?: never;
    query?: {
        state?: CampaignState;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/campaigns';
};

export type ListCampaignsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListCampaignsError = ListCampaignsErrors[keyof ListCampaignsErrors];

export type ListCampaignsResponses = {
    /**
     * OK
     */
    200: CampaignList;
};

export type ListCampaignsResponse = ListCampaignsResponses[keyof ListCampaignsResponses];

export type CreateCampaignData = {
    body: CampaignRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/campaigns';
};

export type CreateCampaignErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateCampaignError = CreateCampaignErrors[keyof CreateCampaignErrors];

export type CreateCampaignResponses = {
    /**
     * Accepted: runs as a job
     */
    202: Campaign;
};

export type CreateCampaignResponse = CreateCampaignResponses[keyof CreateCampaignResponses];

export type GetCampaignData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/campaigns/{id}';
};

export type GetCampaignErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetCampaignError = GetCampaignErrors[keyof GetCampaignErrors];

export type GetCampaignResponses = {
    /**
     * OK
     */
    200: Campaign;
};

export type GetCampaignResponse = GetCampaignResponses[keyof GetCampaignResponses];

export type CreateCampaignClosureData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/campaigns/{id}/closure';
};

export type CreateCampaignClosureErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateCampaignClosureError = CreateCampaignClosureErrors[keyof CreateCampaignClosureErrors];

export type CreateCampaignClosureResponses = {
    /**
     * Created
     */
    201: Campaign;
};

export type CreateCampaignClosureResponse = CreateCampaignClosureResponses[keyof CreateCampaignClosureResponses];

export type CreateCampaignCancellationData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/campaigns/{id}/cancellation';
};

export type CreateCampaignCancellationErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateCampaignCancellationError = CreateCampaignCancellationErrors[keyof CreateCampaignCancellationErrors];

export type CreateCampaignCancellationResponses = {
    /**
     * Accepted: runs as a job
     */
    202: Campaign;
};

export type CreateCampaignCancellationResponse = CreateCampaignCancellationResponses[keyof CreateCampaignCancellationResponses];

export type GetCampaignProgressData = {
    body?: never;
    path: {
        id: string;
    };
    query?: {
        by?: 'company' | 'department';
        companyId?: string;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
    };
    url: '/v1/campaigns/{id}/progress';
};

export type GetCampaignProgressErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetCampaignProgressError = GetCampaignProgressErrors[keyof GetCampaignProgressErrors];

export type GetCampaignProgressResponses = {
    /**
     * OK
     */
    200: CampaignProgress;
};

export type GetCampaignProgressResponse = GetCampaignProgressResponses[keyof GetCampaignProgressResponses];

export type ListRequestsData = {
    body?: never;
    path?: never;
    query?: {
        state?: RequestState;
        subjectId?: string;
        campaignId?: string;
        companyId?: string;
        departmentId?: string;
        priority?: RequestPriority;
        /**
         * Only what is due before this day
         */
        dueBefore?: string;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/requests';
};

export type ListRequestsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListRequestsError = ListRequestsErrors[keyof ListRequestsErrors];

export type ListRequestsResponses = {
    /**
     * OK
     */
    200: RequestList;
};

export type ListRequestsResponse = ListRequestsResponses[keyof ListRequestsResponses];

export type CreateRequestData = {
    body: RequestRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/requests';
};

export type CreateRequestErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateRequestError = CreateRequestErrors[keyof CreateRequestErrors];

export type CreateRequestResponses = {
    /**
     * Created
     */
    201: Request;
};

export type CreateRequestResponse = CreateRequestResponses[keyof CreateRequestResponses];

export type GetRequestData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/requests/{id}';
};

export type GetRequestErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetRequestError = GetRequestErrors[keyof GetRequestErrors];

export type GetRequestResponses = {
    /**
     * OK
     */
    200: Request;
};

export type GetRequestResponse = GetRequestResponses[keyof GetRequestResponses];

export type UpdateRequestData = {
    body: RequestChange;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/requests/{id}';
};

export type UpdateRequestErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type UpdateRequestError = UpdateRequestErrors[keyof UpdateRequestErrors];

export type UpdateRequestResponses = {
    /**
     * OK
     */
    200: Request;
};

export type UpdateRequestResponse = UpdateRequestResponses[keyof UpdateRequestResponses];

export type CreateRequestLinkData = {
    body?: RequestLinkRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/requests/{id}/links';
};

export type CreateRequestLinkErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateRequestLinkError = CreateRequestLinkErrors[keyof CreateRequestLinkErrors];

export type CreateRequestLinkResponses = {
    /**
     * Created
     */
    201: Link;
};

export type CreateRequestLinkResponse = CreateRequestLinkResponses[keyof CreateRequestLinkResponses];

export type CreateRequestAcceptanceData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/requests/{id}/acceptance';
};

export type CreateRequestAcceptanceErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateRequestAcceptanceError = CreateRequestAcceptanceErrors[keyof CreateRequestAcceptanceErrors];

export type CreateRequestAcceptanceResponses = {
    /**
     * Created
     */
    201: Request;
};

export type CreateRequestAcceptanceResponse = CreateRequestAcceptanceResponses[keyof CreateRequestAcceptanceResponses];

export type CreateRequestReturnData = {
    body: RequestReturnRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/requests/{id}/returns';
};

export type CreateRequestReturnErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateRequestReturnError = CreateRequestReturnErrors[keyof CreateRequestReturnErrors];

export type CreateRequestReturnResponses = {
    /**
     * Created
     */
    201: Request;
};

export type CreateRequestReturnResponse = CreateRequestReturnResponses[keyof CreateRequestReturnResponses];

export type RemoveRequestRefusalData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/requests/{id}/refusal';
};

export type RemoveRequestRefusalErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type RemoveRequestRefusalError = RemoveRequestRefusalErrors[keyof RemoveRequestRefusalErrors];

export type RemoveRequestRefusalResponses = {
    /**
     * OK
     */
    200: Request;
};

export type RemoveRequestRefusalResponse = RemoveRequestRefusalResponses[keyof RemoveRequestRefusalResponses];

export type CreateRequestRefusalData = {
    body: RequestRefusalRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/requests/{id}/refusal';
};

export type CreateRequestRefusalErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateRequestRefusalError = CreateRequestRefusalErrors[keyof CreateRequestRefusalErrors];

export type CreateRequestRefusalResponses = {
    /**
     * Created
     */
    201: Request;
};

export type CreateRequestRefusalResponse = CreateRequestRefusalResponses[keyof CreateRequestRefusalResponses];

export type CreateRequestCancellationData = {
    body: RequestCancellationRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/requests/{id}/cancellation';
};

export type CreateRequestCancellationErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateRequestCancellationError = CreateRequestCancellationErrors[keyof CreateRequestCancellationErrors];

export type CreateRequestCancellationResponses = {
    /**
     * Created
     */
    201: Request;
};

export type CreateRequestCancellationResponse = CreateRequestCancellationResponses[keyof CreateRequestCancellationResponses];

export type ListContactsData = {
    body?: never;
    path: {
        id: string;
    };
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/requests/{id}/contacts';
};

export type ListContactsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListContactsError = ListContactsErrors[keyof ListContactsErrors];

export type ListContactsResponses = {
    /**
     * OK
     */
    200: ContactList;
};

export type ListContactsResponse = ListContactsResponses[keyof ListContactsResponses];

export type CreateContactData = {
    body: ContactRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/requests/{id}/contacts';
};

export type CreateContactErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateContactError = CreateContactErrors[keyof CreateContactErrors];

export type CreateContactResponses = {
    /**
     * Created
     */
    201: Contact;
};

export type CreateContactResponse = CreateContactResponses[keyof CreateContactResponses];

export type GetRequestHistoryData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/requests/{id}/history';
};

export type GetRequestHistoryErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetRequestHistoryError = GetRequestHistoryErrors[keyof GetRequestHistoryErrors];

export type GetRequestHistoryResponses = {
    /**
     * OK
     */
    200: RequestHistory;
};

export type GetRequestHistoryResponse = GetRequestHistoryResponses[keyof GetRequestHistoryResponses];

export type CreateSubjectLinkData = {
    body: SubjectLinkRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/links';
};

export type CreateSubjectLinkErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSubjectLinkError = CreateSubjectLinkErrors[keyof CreateSubjectLinkErrors];

export type CreateSubjectLinkResponses = {
    /**
     * Created
     */
    201: SubjectLink;
};

export type CreateSubjectLinkResponse = CreateSubjectLinkResponses[keyof CreateSubjectLinkResponses];

export type CreateSessionData = {
    body: SessionRequest;
    path?: never;
    query?: never;
    url: '/v1/sessions';
};

export type CreateSessionErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSessionError = CreateSessionErrors[keyof CreateSessionErrors];

export type CreateSessionResponses = {
    /**
     * Created
     */
    201: OpenedSession;
};

export type CreateSessionResponse = CreateSessionResponses[keyof CreateSessionResponses];

export type GetSessionData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/session';
};

export type GetSessionErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetSessionError = GetSessionErrors[keyof GetSessionErrors];

export type GetSessionResponses = {
    /**
     * OK
     */
    200: Session;
};

export type GetSessionResponse = GetSessionResponses[keyof GetSessionResponses];

export type CreateSessionFactorData = {
    body: SessionFactorRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/session/factor';
};

export type CreateSessionFactorErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSessionFactorError = CreateSessionFactorErrors[keyof CreateSessionFactorErrors];

export type CreateSessionFactorResponses = {
    /**
     * Created
     */
    201: Session;
};

export type CreateSessionFactorResponse = CreateSessionFactorResponses[keyof CreateSessionFactorResponses];

export type CreateSessionConsentData = {
    body: SessionConsentRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/session/consents';
};

export type CreateSessionConsentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSessionConsentError = CreateSessionConsentErrors[keyof CreateSessionConsentErrors];

export type CreateSessionConsentResponses = {
    /**
     * Created
     */
    201: Session;
};

export type CreateSessionConsentResponse = CreateSessionConsentResponses[keyof CreateSessionConsentResponses];

export type UpdateSessionPersonData = {
    body: SessionPersonRequest;
    path?: never;
    query?: never;
    url: '/v1/session/person';
};

export type UpdateSessionPersonErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type UpdateSessionPersonError = UpdateSessionPersonErrors[keyof UpdateSessionPersonErrors];

export type UpdateSessionPersonResponses = {
    /**
     * OK
     */
    200: Session;
};

export type UpdateSessionPersonResponse = UpdateSessionPersonResponses[keyof UpdateSessionPersonResponses];

export type SetSessionNumberData = {
    body: SessionNumberRequestWritable;
    path?: never;
    query?: never;
    url: '/v1/session/number';
};

export type SetSessionNumberErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type SetSessionNumberError = SetSessionNumberErrors[keyof SetSessionNumberErrors];

export type SetSessionNumberResponses = {
    /**
     * OK
     */
    200: Session;
};

export type SetSessionNumberResponse = SetSessionNumberResponses[keyof SetSessionNumberResponses];

export type RemoveSessionDependentData = {
    body?: never;
    path: {
        key: string;
    };
    query?: never;
    url: '/v1/session/dependents/{key}';
};

export type RemoveSessionDependentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type RemoveSessionDependentError = RemoveSessionDependentErrors[keyof RemoveSessionDependentErrors];

export type RemoveSessionDependentResponses = {
    /**
     * OK
     */
    200: Session;
};

export type RemoveSessionDependentResponse = RemoveSessionDependentResponses[keyof RemoveSessionDependentResponses];

export type SetSessionDependentData = {
    body: SessionDependentRequestWritable;
    path: {
        key: string;
    };
    query?: never;
    url: '/v1/session/dependents/{key}';
};

export type SetSessionDependentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type SetSessionDependentError = SetSessionDependentErrors[keyof SetSessionDependentErrors];

export type SetSessionDependentResponses = {
    /**
     * OK
     */
    200: Session;
};

export type SetSessionDependentResponse = SetSessionDependentResponses[keyof SetSessionDependentResponses];

export type RemoveSessionDependentEndingData = {
    body?: never;
    path: {
        key: string;
    };
    query?: never;
    url: '/v1/session/dependents/{key}/ending';
};

export type RemoveSessionDependentEndingErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type RemoveSessionDependentEndingError = RemoveSessionDependentEndingErrors[keyof RemoveSessionDependentEndingErrors];

export type RemoveSessionDependentEndingResponses = {
    /**
     * OK
     */
    200: Session;
};

export type RemoveSessionDependentEndingResponse = RemoveSessionDependentEndingResponses[keyof RemoveSessionDependentEndingResponses];

export type CreateSessionDependentEndingData = {
    body: SessionDependentEndingRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        key: string;
    };
    query?: never;
    url: '/v1/session/dependents/{key}/ending';
};

export type CreateSessionDependentEndingErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSessionDependentEndingError = CreateSessionDependentEndingErrors[keyof CreateSessionDependentEndingErrors];

export type CreateSessionDependentEndingResponses = {
    /**
     * Created
     */
    201: Session;
};

export type CreateSessionDependentEndingResponse = CreateSessionDependentEndingResponses[keyof CreateSessionDependentEndingResponses];

export type ListSessionEvidenceData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/session/evidence';
};

export type ListSessionEvidenceErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListSessionEvidenceError = ListSessionEvidenceErrors[keyof ListSessionEvidenceErrors];

export type ListSessionEvidenceResponses = {
    /**
     * OK
     */
    200: SessionEvidenceList;
};

export type ListSessionEvidenceResponse = ListSessionEvidenceResponses[keyof ListSessionEvidenceResponses];

export type CreateSessionEvidenceData = {
    /**
     * The file as it is; at most 8 MB.
     */
    body: Blob | File;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query: {
        kind: EvidenceKind;
        /**
         * Whose: `self`, the default, or the key of a dependent
         */
        subjectKey?: string;
    };
    url: '/v1/session/evidence';
};

export type CreateSessionEvidenceErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSessionEvidenceError = CreateSessionEvidenceErrors[keyof CreateSessionEvidenceErrors];

export type CreateSessionEvidenceResponses = {
    /**
     * Created
     */
    201: SessionEvidence;
};

export type CreateSessionEvidenceResponse = CreateSessionEvidenceResponses[keyof CreateSessionEvidenceResponses];

export type RemoveSessionEvidenceData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/session/evidence/{id}';
};

export type RemoveSessionEvidenceErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type RemoveSessionEvidenceError = RemoveSessionEvidenceErrors[keyof RemoveSessionEvidenceErrors];

export type RemoveSessionEvidenceResponses = {
    /**
     * Done
     */
    204: void;
};

export type RemoveSessionEvidenceResponse = RemoveSessionEvidenceResponses[keyof RemoveSessionEvidenceResponses];

export type CreateSessionCheckData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/session/checks';
};

export type CreateSessionCheckErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSessionCheckError = CreateSessionCheckErrors[keyof CreateSessionCheckErrors];

export type CreateSessionCheckResponses = {
    /**
     * Created
     */
    201: Session;
};

export type CreateSessionCheckResponse = CreateSessionCheckResponses[keyof CreateSessionCheckResponses];

export type CreateSessionRevealData = {
    body: SessionRevealRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/session/reveals';
};

export type CreateSessionRevealErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSessionRevealError = CreateSessionRevealErrors[keyof CreateSessionRevealErrors];

export type CreateSessionRevealResponses = {
    /**
     * Created
     */
    201: SessionReveal;
};

export type CreateSessionRevealResponse = CreateSessionRevealResponses[keyof CreateSessionRevealResponses];

export type CreateSessionSubmissionData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/session/submission';
};

export type CreateSessionSubmissionErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSessionSubmissionError = CreateSessionSubmissionErrors[keyof CreateSessionSubmissionErrors];

export type CreateSessionSubmissionResponses = {
    /**
     * Created
     */
    201: SessionReceipt;
};

export type CreateSessionSubmissionResponse = CreateSessionSubmissionResponses[keyof CreateSessionSubmissionResponses];

export type RemoveSessionRefusalData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/session/refusal';
};

export type RemoveSessionRefusalErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type RemoveSessionRefusalError = RemoveSessionRefusalErrors[keyof RemoveSessionRefusalErrors];

export type RemoveSessionRefusalResponses = {
    /**
     * OK
     */
    200: Session;
};

export type RemoveSessionRefusalResponse = RemoveSessionRefusalResponses[keyof RemoveSessionRefusalResponses];

export type CreateSessionRefusalData = {
    body: SessionRefusalRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/session/refusal';
};

export type CreateSessionRefusalErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSessionRefusalError = CreateSessionRefusalErrors[keyof CreateSessionRefusalErrors];

export type CreateSessionRefusalResponses = {
    /**
     * Created
     */
    201: Session;
};

export type CreateSessionRefusalResponse = CreateSessionRefusalResponses[keyof CreateSessionRefusalResponses];

export type CreateSessionPostponementData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/session/postponement';
};

export type CreateSessionPostponementErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateSessionPostponementError = CreateSessionPostponementErrors[keyof CreateSessionPostponementErrors];

export type CreateSessionPostponementResponses = {
    /**
     * Created
     */
    201: SessionPostponement;
};

export type CreateSessionPostponementResponse = CreateSessionPostponementResponses[keyof CreateSessionPostponementResponses];

export type GetSessionReceiptData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/session/receipt';
};

export type GetSessionReceiptErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetSessionReceiptError = GetSessionReceiptErrors[keyof GetSessionReceiptErrors];

export type GetSessionReceiptResponses = {
    /**
     * OK
     */
    200: SessionReceipt;
};

export type GetSessionReceiptResponse = GetSessionReceiptResponses[keyof GetSessionReceiptResponses];

export type GetSessionStatusData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/session/status';
};

export type GetSessionStatusErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetSessionStatusError = GetSessionStatusErrors[keyof GetSessionStatusErrors];

export type GetSessionStatusResponses = {
    /**
     * OK
     */
    200: SessionStatus;
};

export type GetSessionStatusResponse = GetSessionStatusResponses[keyof GetSessionStatusResponses];

export type ListFileFormatsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/file-formats';
};

export type ListFileFormatsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListFileFormatsError = ListFileFormatsErrors[keyof ListFileFormatsErrors];

export type ListFileFormatsResponses = {
    /**
     * OK
     */
    200: FileFormatList;
};

export type ListFileFormatsResponse = ListFileFormatsResponses[keyof ListFileFormatsResponses];

export type ListRecipientsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/recipients';
};

export type ListRecipientsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListRecipientsError = ListRecipientsErrors[keyof ListRecipientsErrors];

export type ListRecipientsResponses = {
    /**
     * OK
     */
    200: RecipientList;
};

export type ListRecipientsResponse = ListRecipientsResponses[keyof ListRecipientsResponses];

export type CreateRecipientData = {
    body: RecipientRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/recipients';
};

export type CreateRecipientErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateRecipientError = CreateRecipientErrors[keyof CreateRecipientErrors];

export type CreateRecipientResponses = {
    /**
     * Created
     */
    201: Recipient;
};

export type CreateRecipientResponse = CreateRecipientResponses[keyof CreateRecipientResponses];

export type GetRecipientData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/recipients/{id}';
};

export type GetRecipientErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetRecipientError = GetRecipientErrors[keyof GetRecipientErrors];

export type GetRecipientResponses = {
    /**
     * OK
     */
    200: Recipient;
};

export type GetRecipientResponse = GetRecipientResponses[keyof GetRecipientResponses];

export type ListImportsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/imports';
};

export type ListImportsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListImportsError = ListImportsErrors[keyof ListImportsErrors];

export type ListImportsResponses = {
    /**
     * OK
     */
    200: ImportList;
};

export type ListImportsResponse = ListImportsResponses[keyof ListImportsResponses];

export type CreateImportData = {
    /**
     * UTF-8, UTF-8 with BOM or CP932: detected. At most 100 MB.
     */
    body: unknown;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query: {
        kind: 'roster';
        companyId: string;
        fileName?: string;
    };
    url: '/v1/imports';
};

export type CreateImportErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateImportError = CreateImportErrors[keyof CreateImportErrors];

export type CreateImportResponses = {
    /**
     * Accepted: runs as a job
     */
    202: Import;
};

export type CreateImportResponse = CreateImportResponses[keyof CreateImportResponses];

export type GetImportData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/imports/{id}';
};

export type GetImportErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetImportError = GetImportErrors[keyof GetImportErrors];

export type GetImportResponses = {
    /**
     * OK
     */
    200: Import;
};

export type GetImportResponse = GetImportResponses[keyof GetImportResponses];

export type ListImportProblemsData = {
    body?: never;
    path: {
        id: string;
    };
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/imports/{id}/problems';
};

export type ListImportProblemsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListImportProblemsError = ListImportProblemsErrors[keyof ListImportProblemsErrors];

export type ListImportProblemsResponses = {
    /**
     * OK
     */
    200: FileProblemList;
};

export type ListImportProblemsResponse = ListImportProblemsResponses[keyof ListImportProblemsResponses];

export type CreateImportApplicationData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/imports/{id}/application';
};

export type CreateImportApplicationErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateImportApplicationError = CreateImportApplicationErrors[keyof CreateImportApplicationErrors];

export type CreateImportApplicationResponses = {
    /**
     * Accepted: runs as a job
     */
    202: Import;
};

export type CreateImportApplicationResponse = CreateImportApplicationResponses[keyof CreateImportApplicationResponses];

export type ListExportsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/exports';
};

export type ListExportsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListExportsError = ListExportsErrors[keyof ListExportsErrors];

export type ListExportsResponses = {
    /**
     * OK
     */
    200: ExportList;
};

export type ListExportsResponse = ListExportsResponses[keyof ListExportsResponses];

export type CreateExportData = {
    body: ExportRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/exports';
};

export type CreateExportErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateExportError = CreateExportErrors[keyof CreateExportErrors];

export type CreateExportResponses = {
    /**
     * Accepted: runs as a job
     */
    202: Export;
};

export type CreateExportResponse = CreateExportResponses[keyof CreateExportResponses];

export type GetExportData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/exports/{id}';
};

export type GetExportErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetExportError = GetExportErrors[keyof GetExportErrors];

export type GetExportResponses = {
    /**
     * OK
     */
    200: Export;
};

export type GetExportResponse = GetExportResponses[keyof GetExportResponses];

export type GetExportContentData = {
    body?: never;
    path: {
        id: string;
    };
    query?: {
        /**
         * As a compact JWE to the newest key that this client registered. Always so where the settings say `jweAnswersRequired`.
         */
        encrypted?: boolean;
    };
    url: '/v1/exports/{id}/content';
};

export type GetExportContentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetExportContentError = GetExportContentErrors[keyof GetExportContentErrors];

export type GetExportContentResponses = {
    /**
     * OK
     */
    200: Blob | File;
};

export type GetExportContentResponse = GetExportContentResponses[keyof GetExportContentResponses];

export type ListPaymentsData = {
    body?: never;
    path?: never;
    query?: {
        companyId?: string;
        subjectId?: string;
        year?: number;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/payments';
};

export type ListPaymentsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListPaymentsError = ListPaymentsErrors[keyof ListPaymentsErrors];

export type ListPaymentsResponses = {
    /**
     * OK
     */
    200: PaymentList;
};

export type ListPaymentsResponse = ListPaymentsResponses[keyof ListPaymentsResponses];

export type CreatePaymentData = {
    body: PaymentRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/payments';
};

export type CreatePaymentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreatePaymentError = CreatePaymentErrors[keyof CreatePaymentErrors];

export type CreatePaymentResponses = {
    /**
     * Created
     */
    201: Payment;
};

export type CreatePaymentResponse = CreatePaymentResponses[keyof CreatePaymentResponses];

export type GetPaymentData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/payments/{id}';
};

export type GetPaymentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetPaymentError = GetPaymentErrors[keyof GetPaymentErrors];

export type GetPaymentResponses = {
    /**
     * OK
     */
    200: Payment;
};

export type GetPaymentResponse = GetPaymentResponses[keyof GetPaymentResponses];

export type ListPaymentRecordsData = {
    body?: never;
    path?: never;
    query?: {
        companyId?: string;
        year?: number;
        filingId?: string;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/payment-records';
};

export type ListPaymentRecordsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListPaymentRecordsError = ListPaymentRecordsErrors[keyof ListPaymentRecordsErrors];

export type ListPaymentRecordsResponses = {
    /**
     * OK
     */
    200: PaymentRecordList;
};

export type ListPaymentRecordsResponse = ListPaymentRecordsResponses[keyof ListPaymentRecordsResponses];

export type GetPaymentRecordData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/payment-records/{id}';
};

export type GetPaymentRecordErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetPaymentRecordError = GetPaymentRecordErrors[keyof GetPaymentRecordErrors];

export type GetPaymentRecordResponses = {
    /**
     * OK
     */
    200: PaymentRecord;
};

export type GetPaymentRecordResponse = GetPaymentRecordResponses[keyof GetPaymentRecordResponses];

export type GetPayeeCopyData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/payment-records/{id}/payee-copy';
};

export type GetPayeeCopyErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetPayeeCopyError = GetPayeeCopyErrors[keyof GetPayeeCopyErrors];

export type GetPayeeCopyResponses = {
    /**
     * OK
     */
    200: Blob | File;
};

export type GetPayeeCopyResponse = GetPayeeCopyResponses[keyof GetPayeeCopyResponses];

export type ListFilingsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/filings';
};

export type ListFilingsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListFilingsError = ListFilingsErrors[keyof ListFilingsErrors];

export type ListFilingsResponses = {
    /**
     * OK
     */
    200: FilingList;
};

export type ListFilingsResponse = ListFilingsResponses[keyof ListFilingsResponses];

export type CreateFilingData = {
    body: FilingRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/filings';
};

export type CreateFilingErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateFilingError = CreateFilingErrors[keyof CreateFilingErrors];

export type CreateFilingResponses = {
    /**
     * Accepted: runs as a job
     */
    202: Filing;
};

export type CreateFilingResponse = CreateFilingResponses[keyof CreateFilingResponses];

export type GetFilingData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/filings/{id}';
};

export type GetFilingErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetFilingError = GetFilingErrors[keyof GetFilingErrors];

export type GetFilingResponses = {
    /**
     * OK
     */
    200: Filing;
};

export type GetFilingResponse = GetFilingResponses[keyof GetFilingResponses];

export type GetFilingPackageData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/filings/{id}/package';
};

export type GetFilingPackageErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetFilingPackageError = GetFilingPackageErrors[keyof GetFilingPackageErrors];

export type GetFilingPackageResponses = {
    /**
     * OK
     */
    200: Blob | File;
};

export type GetFilingPackageResponse = GetFilingPackageResponses[keyof GetFilingPackageResponses];

export type ListRetentionRulesData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/retention-rules';
};

export type ListRetentionRulesErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListRetentionRulesError = ListRetentionRulesErrors[keyof ListRetentionRulesErrors];

export type ListRetentionRulesResponses = {
    /**
     * OK
     */
    200: RetentionRuleList;
};

export type ListRetentionRulesResponse = ListRetentionRulesResponses[keyof ListRetentionRulesResponses];

export type ListClaimsData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/claims';
};

export type ListClaimsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListClaimsError = ListClaimsErrors[keyof ListClaimsErrors];

export type ListClaimsResponses = {
    /**
     * OK
     */
    200: ClaimList;
};

export type ListClaimsResponse = ListClaimsResponses[keyof ListClaimsResponses];

export type ListDisposalScheduleData = {
    body?: never;
    path?: never;
    query?: {
        companyId?: string;
        /**
         * Only those that may be disposed of today
         */
        due?: boolean;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/disposal-schedule';
};

export type ListDisposalScheduleErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListDisposalScheduleError = ListDisposalScheduleErrors[keyof ListDisposalScheduleErrors];

export type ListDisposalScheduleResponses = {
    /**
     * OK
     */
    200: DisposalScheduleRowList;
};

export type ListDisposalScheduleResponse = ListDisposalScheduleResponses[keyof ListDisposalScheduleResponses];

export type RemovePlannedDisposalData = {
    body?: never;
    headers?: {
        /**
         * The ETag that was read, or several with commas between; 412 if somebody else changed it.
         */
        'If-Match'?: string;
    };
    path: {
        id: string;
    };
    query: {
        /**
         * Why
         */
        reason: string;
        /**
         * When to look again
         */
        reviewOn: string;
    };
    url: '/v1/subjects/{id}/planned-disposal';
};

export type RemovePlannedDisposalErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type RemovePlannedDisposalError = RemovePlannedDisposalErrors[keyof RemovePlannedDisposalErrors];

export type RemovePlannedDisposalResponses = {
    /**
     * OK
     */
    200: PlannedDisposal;
};

export type RemovePlannedDisposalResponse = RemovePlannedDisposalResponses[keyof RemovePlannedDisposalResponses];

export type GetPlannedDisposalData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/planned-disposal';
};

export type GetPlannedDisposalErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetPlannedDisposalError = GetPlannedDisposalErrors[keyof GetPlannedDisposalErrors];

export type GetPlannedDisposalResponses = {
    /**
     * OK
     */
    200: PlannedDisposal;
};

export type GetPlannedDisposalResponse = GetPlannedDisposalResponses[keyof GetPlannedDisposalResponses];

export type SetPlannedDisposalData = {
    body: PlannedDisposalRequest;
    headers?: {
        /**
         * The ETag that was read, or several with commas between; 412 if somebody else changed it.
         */
        'If-Match'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/subjects/{id}/planned-disposal';
};

export type SetPlannedDisposalErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type SetPlannedDisposalError = SetPlannedDisposalErrors[keyof SetPlannedDisposalErrors];

export type SetPlannedDisposalResponses = {
    /**
     * OK
     */
    200: PlannedDisposal;
};

export type SetPlannedDisposalResponse = SetPlannedDisposalResponses[keyof SetPlannedDisposalResponses];

export type ListDisposalsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/disposals';
};

export type ListDisposalsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListDisposalsError = ListDisposalsErrors[keyof ListDisposalsErrors];

export type ListDisposalsResponses = {
    /**
     * OK
     */
    200: DisposalList;
};

export type ListDisposalsResponse = ListDisposalsResponses[keyof ListDisposalsResponses];

export type CreateDisposalData = {
    body: DisposalRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/disposals';
};

export type CreateDisposalErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateDisposalError = CreateDisposalErrors[keyof CreateDisposalErrors];

export type CreateDisposalResponses = {
    /**
     * Accepted: runs as a job
     */
    202: Disposal;
};

export type CreateDisposalResponse = CreateDisposalResponses[keyof CreateDisposalResponses];

export type GetDisposalData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/disposals/{id}';
};

export type GetDisposalErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetDisposalError = GetDisposalErrors[keyof GetDisposalErrors];

export type GetDisposalResponses = {
    /**
     * OK
     */
    200: Disposal;
};

export type GetDisposalResponse = GetDisposalResponses[keyof GetDisposalResponses];

export type ListCertificatesData = {
    body?: never;
    path?: never;
    query?: {
        subjectId?: string;
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/certificates';
};

export type ListCertificatesErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListCertificatesError = ListCertificatesErrors[keyof ListCertificatesErrors];

export type ListCertificatesResponses = {
    /**
     * OK
     */
    200: CertificateList;
};

export type ListCertificatesResponse = ListCertificatesResponses[keyof ListCertificatesResponses];

export type GetCertificateData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/certificates/{id}';
};

export type GetCertificateErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetCertificateError = GetCertificateErrors[keyof GetCertificateErrors];

export type GetCertificateResponses = {
    /**
     * OK
     */
    200: Certificate;
};

export type GetCertificateResponse = GetCertificateResponses[keyof GetCertificateResponses];

export type ListErasureEpochsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/erasure-epochs';
};

export type ListErasureEpochsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListErasureEpochsError = ListErasureEpochsErrors[keyof ListErasureEpochsErrors];

export type ListErasureEpochsResponses = {
    /**
     * OK
     */
    200: ErasureEpochList;
};

export type ListErasureEpochsResponse = ListErasureEpochsResponses[keyof ListErasureEpochsResponses];

export type CreateErasureEpochData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/erasure-epochs';
};

export type CreateErasureEpochErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateErasureEpochError = CreateErasureEpochErrors[keyof CreateErasureEpochErrors];

export type CreateErasureEpochResponses = {
    /**
     * Accepted
     */
    202: ErasureEpoch;
};

export type CreateErasureEpochResponse = CreateErasureEpochResponses[keyof CreateErasureEpochResponses];

export type GetErasureEpochData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/erasure-epochs/{id}';
};

export type GetErasureEpochErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetErasureEpochError = GetErasureEpochErrors[keyof GetErasureEpochErrors];

export type GetErasureEpochResponses = {
    /**
     * OK
     */
    200: ErasureEpoch;
};

export type GetErasureEpochResponse = GetErasureEpochResponses[keyof GetErasureEpochResponses];

export type CreateBackupConfirmationData = {
    body: BackupConfirmationRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/erasure-epochs/{id}/backup-confirmations';
};

export type CreateBackupConfirmationErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateBackupConfirmationError = CreateBackupConfirmationErrors[keyof CreateBackupConfirmationErrors];

export type CreateBackupConfirmationResponses = {
    /**
     * Created
     */
    201: ErasureEpoch;
};

export type CreateBackupConfirmationResponse = CreateBackupConfirmationResponses[keyof CreateBackupConfirmationResponses];

export type GetHandlingStatementData = {
    body?: never;
    path: {
        id: string;
    };
    query?: {
        /**
         * Default: from the first entry
         */
        from?: string;
        /**
         * Default: now
         */
        to?: string;
    };
    url: '/v1/subjects/{id}/handling-statement';
};

export type GetHandlingStatementErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetHandlingStatementError = GetHandlingStatementErrors[keyof GetHandlingStatementErrors];

export type GetHandlingStatementResponses = {
    /**
     * OK
     */
    200: HandlingStatement;
};

export type GetHandlingStatementResponse = GetHandlingStatementResponses[keyof GetHandlingStatementResponses];

export type ListCheckpointsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/ledger/checkpoints';
};

export type ListCheckpointsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListCheckpointsError = ListCheckpointsErrors[keyof ListCheckpointsErrors];

export type ListCheckpointsResponses = {
    /**
     * OK
     */
    200: CheckpointList;
};

export type ListCheckpointsResponse = ListCheckpointsResponses[keyof ListCheckpointsResponses];

export type CreateCheckpointData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/ledger/checkpoints';
};

export type CreateCheckpointErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateCheckpointError = CreateCheckpointErrors[keyof CreateCheckpointErrors];

export type CreateCheckpointResponses = {
    /**
     * Created
     */
    201: Checkpoint;
};

export type CreateCheckpointResponse = CreateCheckpointResponses[keyof CreateCheckpointResponses];

export type ListLedgerPublicKeysData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/ledger/public-keys';
};

export type ListLedgerPublicKeysErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListLedgerPublicKeysError = ListLedgerPublicKeysErrors[keyof ListLedgerPublicKeysErrors];

export type ListLedgerPublicKeysResponses = {
    /**
     * OK
     */
    200: LedgerPublicKeyList;
};

export type ListLedgerPublicKeysResponse = ListLedgerPublicKeysResponses[keyof ListLedgerPublicKeysResponses];

export type GetInclusionProofData = {
    body?: never;
    path?: never;
    query: {
        entryId: string;
        /**
         * Default: that of the newest checkpoint
         */
        size?: number;
    };
    url: '/v1/ledger/inclusion-proofs';
};

export type GetInclusionProofErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetInclusionProofError = GetInclusionProofErrors[keyof GetInclusionProofErrors];

export type GetInclusionProofResponses = {
    /**
     * OK
     */
    200: InclusionProof;
};

export type GetInclusionProofResponse = GetInclusionProofResponses[keyof GetInclusionProofResponses];

export type GetConsistencyProofData = {
    body?: never;
    path?: never;
    query: {
        /**
         * The older size
         */
        from: number;
        /**
         * Default: that of the newest checkpoint
         */
        to?: number;
    };
    url: '/v1/ledger/consistency-proofs';
};

export type GetConsistencyProofErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetConsistencyProofError = GetConsistencyProofErrors[keyof GetConsistencyProofErrors];

export type GetConsistencyProofResponses = {
    /**
     * OK
     */
    200: ConsistencyProof;
};

export type GetConsistencyProofResponse = GetConsistencyProofResponses[keyof GetConsistencyProofResponses];

export type ListLedgerEntriesData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Default: three months before `to`
         */
        from?: string;
        /**
         * Default: now
         */
        to?: string;
        /**
         * 部門コード
         */
        departmentCode?: string;
        /**
         * 社員コード (完全一致)
         */
        code?: string;
        /**
         * 対象者名 (部分一致)
         */
        name?: string;
        /**
         * 操作
         */
        operation?: LedgerOperation;
        subjectId?: string;
        /**
         * 利用目的
         */
        purpose?: PurposeCode;
        /**
         * How digits left; the `intent` of a reveal is one of the first two
         */
        use?: NumberUse;
        outcome?: LedgerOutcome;
        /**
         * Who vouches for the one who acted
         */
        assurance?: Assurance;
        /**
         * 取扱区域, as it was called then
         */
        place?: string;
        /**
         * The `X-Request-Id` of the request
         */
        requestId?: string;
        clientId?: string;
        /**
         * 操作した人: an id (`stf_…`, `sub_…`, `cli_…`), or the host's user id
         */
        actor?: string;
        order?: 'asc' | 'desc';
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/ledger/entries';
};

export type ListLedgerEntriesErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListLedgerEntriesError = ListLedgerEntriesErrors[keyof ListLedgerEntriesErrors];

export type ListLedgerEntriesResponses = {
    /**
     * OK
     */
    200: LedgerEntryList;
};

export type ListLedgerEntriesResponse = ListLedgerEntriesResponses[keyof ListLedgerEntriesResponses];

export type ListLedgerExportsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/ledger/exports';
};

export type ListLedgerExportsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListLedgerExportsError = ListLedgerExportsErrors[keyof ListLedgerExportsErrors];

export type ListLedgerExportsResponses = {
    /**
     * OK
     */
    200: LedgerExportList;
};

export type ListLedgerExportsResponse = ListLedgerExportsResponses[keyof ListLedgerExportsResponses];

export type CreateLedgerExportData = {
    body: LedgerExportRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/ledger/exports';
};

export type CreateLedgerExportErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateLedgerExportError = CreateLedgerExportErrors[keyof CreateLedgerExportErrors];

export type CreateLedgerExportResponses = {
    /**
     * Accepted: runs as a job
     */
    202: LedgerExport;
};

export type CreateLedgerExportResponse = CreateLedgerExportResponses[keyof CreateLedgerExportResponses];

export type GetLedgerExportData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/ledger/exports/{id}';
};

export type GetLedgerExportErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetLedgerExportError = GetLedgerExportErrors[keyof GetLedgerExportErrors];

export type GetLedgerExportResponses = {
    /**
     * OK
     */
    200: LedgerExport;
};

export type GetLedgerExportResponse = GetLedgerExportResponses[keyof GetLedgerExportResponses];

export type GetLedgerExportContentData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/ledger/exports/{id}/content';
};

export type GetLedgerExportContentErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetLedgerExportContentError = GetLedgerExportContentErrors[keyof GetLedgerExportContentErrors];

export type GetLedgerExportContentResponses = {
    /**
     * OK
     */
    200: Blob | File;
};

export type GetLedgerExportContentResponse = GetLedgerExportContentResponses[keyof GetLedgerExportContentResponses];

export type GetJobData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/jobs/{id}';
};

export type GetJobErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetJobError = GetJobErrors[keyof GetJobErrors];

export type GetJobResponses = {
    /**
     * OK
     */
    200: Job;
};

export type GetJobResponse = GetJobResponses[keyof GetJobResponses];

export type ListWebhookEndpointsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/webhook-endpoints';
};

export type ListWebhookEndpointsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListWebhookEndpointsError = ListWebhookEndpointsErrors[keyof ListWebhookEndpointsErrors];

export type ListWebhookEndpointsResponses = {
    /**
     * OK
     */
    200: WebhookEndpointList;
};

export type ListWebhookEndpointsResponse = ListWebhookEndpointsResponses[keyof ListWebhookEndpointsResponses];

export type CreateWebhookEndpointData = {
    body: WebhookEndpointRequest;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/webhook-endpoints';
};

export type CreateWebhookEndpointErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateWebhookEndpointError = CreateWebhookEndpointErrors[keyof CreateWebhookEndpointErrors];

export type CreateWebhookEndpointResponses = {
    /**
     * Created
     */
    201: WebhookEndpoint;
};

export type CreateWebhookEndpointResponse = CreateWebhookEndpointResponses[keyof CreateWebhookEndpointResponses];

export type DeleteWebhookEndpointData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/webhook-endpoints/{id}';
};

export type DeleteWebhookEndpointErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type DeleteWebhookEndpointError = DeleteWebhookEndpointErrors[keyof DeleteWebhookEndpointErrors];

export type DeleteWebhookEndpointResponses = {
    /**
     * Done
     */
    204: void;
};

export type DeleteWebhookEndpointResponse = DeleteWebhookEndpointResponses[keyof DeleteWebhookEndpointResponses];

export type GetWebhookEndpointData = {
    body?: never;
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/webhook-endpoints/{id}';
};

export type GetWebhookEndpointErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetWebhookEndpointError = GetWebhookEndpointErrors[keyof GetWebhookEndpointErrors];

export type GetWebhookEndpointResponses = {
    /**
     * OK
     */
    200: WebhookEndpoint;
};

export type GetWebhookEndpointResponse = GetWebhookEndpointResponses[keyof GetWebhookEndpointResponses];

export type CreateWebhookSecretData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/webhook-endpoints/{id}/secrets';
};

export type CreateWebhookSecretErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateWebhookSecretError = CreateWebhookSecretErrors[keyof CreateWebhookSecretErrors];

export type CreateWebhookSecretResponses = {
    /**
     * Created
     */
    201: WebhookSecret;
};

export type CreateWebhookSecretResponse = CreateWebhookSecretResponses[keyof CreateWebhookSecretResponses];

export type CreateTestEventData = {
    body?: never;
    headers?: {
        /**
         * Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one.
         */
        'Idempotency-Key'?: string;
    };
    path: {
        id: string;
    };
    query?: never;
    url: '/v1/webhook-endpoints/{id}/test-events';
};

export type CreateTestEventErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type CreateTestEventError = CreateTestEventErrors[keyof CreateTestEventErrors];

export type CreateTestEventResponses = {
    /**
     * Accepted: runs as a job
     */
    202: TestEvent;
};

export type CreateTestEventResponse = CreateTestEventResponses[keyof CreateTestEventResponses];

export type ListWebhookDeliveriesData = {
    body?: never;
    path?: never;
    query?: {
        endpointId?: string;
        state?: 'waiting' | 'succeeded' | 'failed';
        /**
         * Rows a page.
         */
        limit?: number;
        /**
         * Cursor: the `next` of the page before.
         */
        after?: string;
        /**
         * Whether to count; costs more.
         */
        total?: boolean;
    };
    url: '/v1/webhook-deliveries';
};

export type ListWebhookDeliveriesErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type ListWebhookDeliveriesError = ListWebhookDeliveriesErrors[keyof ListWebhookDeliveriesErrors];

export type ListWebhookDeliveriesResponses = {
    /**
     * OK
     */
    200: WebhookDeliveryList;
};

export type ListWebhookDeliveriesResponse = ListWebhookDeliveriesResponses[keyof ListWebhookDeliveriesResponses];

export type GetHealthData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/healthz';
};

export type GetHealthErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetHealthError = GetHealthErrors[keyof GetHealthErrors];

export type GetHealthResponses = {
    /**
     * OK
     */
    200: Health;
};

export type GetHealthResponse = GetHealthResponses[keyof GetHealthResponses];

export type GetReadinessData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/readyz';
};

export type GetReadinessErrors = {
    /**
     * Not ready
     */
    503: Readiness;
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetReadinessError = GetReadinessErrors[keyof GetReadinessErrors];

export type GetReadinessResponses = {
    /**
     * OK
     */
    200: Readiness;
};

export type GetReadinessResponse = GetReadinessResponses[keyof GetReadinessResponses];

export type GetMetricsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/metrics';
};

export type GetMetricsErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetMetricsError = GetMetricsErrors[keyof GetMetricsErrors];

export type GetMetricsResponses = {
    /**
     * OK
     */
    200: string;
};

export type GetMetricsResponse = GetMetricsResponses[keyof GetMetricsResponses];

export type GetOpenapiData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/openapi.yaml';
};

export type GetOpenapiErrors = {
    /**
     * A problem (RFC 9457)
     */
    default: Problem;
};

export type GetOpenapiError = GetOpenapiErrors[keyof GetOpenapiErrors];

export type GetOpenapiResponses = {
    /**
     * OK
     */
    200: string;
};

export type GetOpenapiResponse = GetOpenapiResponses[keyof GetOpenapiResponses];

export type ReceiveEventWebhookPayload = WebhookEvent;

export type ReceiveEventWebhookRequest = {
    body: ReceiveEventWebhookPayload;
    key: 'event';
    path?: never;
    query?: never;
};
