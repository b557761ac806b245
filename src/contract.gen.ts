// Generated from openapi.yaml by npm run generate.

export interface paths {
    "/oauth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get an access token
         * @description The client authenticates by HTTP Basic or by `private_key_jwt` (RFC 7523). Client credentials give a token with the assurance `host`; a token exchange (RFC 8693) of an ID token of the organization's own OIDC issuer gives one with `idp`. After repeated failures from one address the answer is 429 with `Retry-After`.
         */
        post: operations["issueToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/nonces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a nonce for a sign-in at the organization’s own OIDC issuer
         * @description Valid for ten minutes and one token exchange, for this client and organization. Pass it as `nonce` of the authentication request.
         */
        post: operations["createNonce"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Authorization server metadata (RFC 8414) */
        get: operations["getAuthorizationServer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Public keys of tokens and certificates */
        get: operations["getJwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List organizations */
        get: operations["listOrganizations"];
        put?: never;
        /** Create an organization */
        post: operations["createOrganization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organizations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an organization */
        get: operations["getOrganization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List clients */
        get: operations["listClients"];
        put?: never;
        /** Create a client; its secret is shown once */
        post: operations["createClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a client */
        get: operations["getClient"];
        put?: never;
        post?: never;
        /**
         * Revoke a client
         * @description Its secrets, keys and tokens end: at once where they are asked for, in every process within 5 seconds.
         */
        delete: operations["deleteClient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients/{id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the secrets of a client, without the secrets */
        get: operations["listClientSecrets"];
        put?: never;
        /**
         * Rotate the secret; the new one is shown once
         * @description The secrets before it end at `previousEndsAt`: at most 7 days ahead, 24 hours where it is absent.
         */
        post: operations["createClientSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients/{id}/secrets/{secretId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a secret at once */
        delete: operations["deleteClientSecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the public keys of a client */
        get: operations["listClientKeys"];
        put?: never;
        /**
         * Register a public key of a client
         * @description `sig`: the client signs its assertions with it (`private_key_jwt`). `enc`: answers with numbers are encrypted to the newest of these. The answer’s `id` is the `kid`. To rotate: register another, change over, then remove this one. At most ten of each use.
         */
        post: operations["createClientKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients/{id}/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a public key of a client */
        delete: operations["deleteClientKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/companies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List companies (会社) */
        get: operations["listCompanies"];
        put?: never;
        /** Create a company */
        post: operations["createCompany"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/companies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a company */
        get: operations["getCompany"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a company's name, address, telephone or external id
         * @description Kind and 法人番号 stay as they are. What a sole proprietor's own subject says is changed there.
         */
        patch: operations["updateCompany"];
        trace?: never;
    };
    "/v1/departments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List departments (部門) */
        get: operations["listDepartments"];
        put?: never;
        /** Create a department */
        post: operations["createDepartment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/departments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a department */
        get: operations["getDepartment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/staff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List staff (担当者) */
        get: operations["listStaff"];
        put?: never;
        /** Appoint a new staff member */
        post: operations["createStaff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/staff/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a staff member */
        get: operations["getStaff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the e-mail address of a staff member */
        patch: operations["updateStaff"];
        trace?: never;
    };
    "/v1/staff/{id}/appointments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add an appointment (任命) */
        post: operations["createAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/staff/{id}/dismissals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End an appointment (解任)
         * @description By an officer. The appointment stays in the history, with its last day, when it was ended and why.
         */
        post: operations["createDismissal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/staff/{id}/trainings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List trainings (研修) */
        get: operations["listTrainings"];
        put?: never;
        /**
         * Record a training (研修)
         * @description By an officer. With `trainingRequired` digits leave only for staff trained in the last 12 months.
         */
        post: operations["createTraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/staff/{id}/pledges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List pledges (誓約書) */
        get: operations["listPledges"];
        put?: never;
        /**
         * Record a pledge (誓約書)
         * @description By an officer.
         */
        post: operations["createPledge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the settings */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the settings
         * @description What guards the numbers (`trainingRequired`, `handlingAreas`, `dailyBudgets`, and `jweInputRequired` or `jweAnswersRequired` where they are lifted) is changed by an officer: the token must carry one, and `If-Match` must name the ETag that was read (428 without).
         */
        patch: operations["updateSettings"];
        trace?: never;
    };
    "/v1/identity-provider": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the organization’s own OIDC issuer */
        get: operations["getIdentityProvider"];
        /**
         * Register the organization’s own OIDC issuer, and what needs a sign-in there
         * @description 👤 officer. While `demands` are in force, or to put some in force, the officer’s token itself must have the assurance `idp`: so a host cannot lift them, and an issuer that does not work locks nobody out.
         */
        put: operations["setIdentityProvider"];
        post?: never;
        /**
         * Remove the organization’s own OIDC issuer
         * @description 👤 officer; with the assurance `idp` while demands are in force.
         */
        delete: operations["removeIdentityProvider"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/test-clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the test clock */
        get: operations["getTestClock"];
        /**
         * Move the test clock forward
         * @description Only in a `test` organization.
         */
        put: operations["setTestClock"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List subjects (対象者) */
        get: operations["listSubjects"];
        put?: never;
        /** Create an employee or payee */
        post: operations["createSubject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a subject */
        get: operations["getSubject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a subject */
        patch: operations["updateSubject"];
        trace?: never;
    };
    "/v1/subjects/by-external-id/{externalId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Create or replace by the host's id
         * @description The kind comes from the body. 200 for both; repeating it changes nothing.
         */
        put: operations["upsertSubject"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/dependents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List dependents (扶養親族) */
        get: operations["listDependents"];
        put?: never;
        /** Add a dependent */
        post: operations["createDependent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/employment-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List employment events */
        get: operations["listEmploymentEvents"];
        put?: never;
        /** Record 入社, 退職, 喪失, 転籍, 契約終了 */
        post: operations["createEmploymentEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/number-absence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Record that the subject has no number (番号なし)
         * @description 海外赴任・非居住, 出生直後 or 未登録. An open request is cancelled, nobody is chased, and slips stay blank with this reason.
         */
        put: operations["setNumberAbsence"];
        post?: never;
        /** Take it back: the subject may be asked again */
        delete: operations["removeNumberAbsence"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/numbers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The admin list, masked, in the customers' order */
        get: operations["listNumbers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/duplicates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 重複確認: one number under several subjects
         * @description 👤 Needs a token that carries a staff member. Candidates are confirmed inside the vault; each subject compared gets a ledger entry (重複確認). Never digits.
         */
        get: operations["listDuplicates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/number": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the number of a subject, masked */
        get: operations["getSubjectNumber"];
        put?: never;
        /**
         * 代理登録: register a number
         * @description 👤 Needs a token that carries a staff member.
         */
        post: operations["registerNumber"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/number/corrections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 修正: correct a wrong entry
         * @description 👤 Needs a token that carries a staff member.
         */
        post: operations["createNumberCorrection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/number/reissues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 再発行: a new number was issued
         * @description 👤 Needs a token that carries a staff member.
         */
        post: operations["createNumberReissue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/number/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 番号確認: the staff check
         * @description 👤 Needs a token that carries a staff member.
         */
        post: operations["createNumberCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reveals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 閲覧・印刷: reveal numbers for a purpose
         * @description 👤 Needs a token that carries a staff member.
         */
        post: operations["createReveal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vault/jwks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys to which numbers are encrypted
         * @description Public, and the same for every organization. May be kept for an hour; a key that is replaced is accepted for two days more.
         */
        get: operations["getVaultJwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/purposes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the purposes (利用目的) */
        get: operations["listPurposes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List notices */
        get: operations["listNotices"];
        put?: never;
        /** Create a notice */
        post: operations["createNotice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a notice */
        get: operations["getNotice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notice-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the ready-made notices
         * @description One for each audience in Japanese and in English. `POST /v1/notices` with `audience` and `language` makes it a notice of the organization, a new version of it each time.
         */
        get: operations["listNoticeTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notices-given": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List notices given */
        get: operations["listNoticesGiven"];
        put?: never;
        /** Record a notice given */
        post: operations["createNoticeGiven"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/consent-texts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the ready-made texts of consents */
        get: operations["listConsentTexts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List consents (同意・委任・委託) */
        get: operations["listConsents"];
        put?: never;
        /**
         * Record a consent
         * @description By staff, from paper or by word. The person gives theirs in the session. Without `text` the ready-made one of the kind and language stands.
         */
        post: operations["createConsent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/consents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a consent */
        get: operations["getConsent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/consents/{id}/withdrawal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record that a consent was taken back */
        post: operations["createConsentWithdrawal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List campaigns (収集) */
        get: operations["listCampaigns"];
        put?: never;
        /**
         * Begin a campaign: a request to everybody in the target who has no number yet
         * @description A job makes the requests. Nobody is asked for what is held, who has no number, or who has an open request: `passedOver` counts them. With `joins` a subject that is made later and fits is asked by itself.
         */
        post: operations["createCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a campaign */
        get: operations["getCampaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/closure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close a campaign
         * @description Nobody joins any more. Its requests go on.
         */
        post: operations["createCampaignClosure"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a campaign and its open requests
         * @description A job cancels the requests that are open. What was submitted and not accepted yet is kept.
         */
        post: operations["createCampaignCancellation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/campaigns/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a campaign is, by company and department
         * @description Counters, kept a moment behind: `asOf` says of when they are. Staff who are appointed to a part of the people get the rows of the companies and departments that they cover in full, and `overall` is what those come to.
         */
        get: operations["getCampaignProgress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List requests (依頼) */
        get: operations["listRequests"];
        put?: never;
        /** Create a request */
        post: operations["createRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a request */
        get: operations["getRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change deadline or priority of an open request */
        patch: operations["updateRequest"];
        trace?: never;
    };
    "/v1/requests/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a link for the person
         * @description A new link ends the earlier one, and lifts its lock.
         */
        post: operations["createRequestLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{id}/acceptance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept what was submitted
         * @description 👤 Needs a token that carries a staff member.
         */
        post: operations["createRequestAcceptance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{id}/returns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Return what was submitted (差戻し)
         * @description 👤 Needs a token that carries a staff member. The person sees the reasons, corrects, and submits again by the same link or a new one.
         */
        post: operations["createRequestReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{id}/refusal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record that the person refuses (不同意) */
        post: operations["createRequestRefusal"];
        /** Withdraw a refusal: the request stands again as sent */
        delete: operations["removeRequestRefusal"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{id}/cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a request
         * @description From every state but `accepted`. A number that was registered stays.
         */
        post: operations["createRequestCancellation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{id}/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the contacts (対応記録) of a request */
        get: operations["listContacts"];
        put?: never;
        /**
         * Record an attempt to reach the person
         * @description By telephone, visit, letter, chat, mail, fax or post. `received` says what came and what was done with it.
         */
        post: operations["createContact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 経過記録: what was done to get the number, for the tax office
         * @description The employer did its part: notices, requests, attempts, and what the person said; and the reason where a slip is filed blank. No digits. Each is on record. `Accept` says whether it comes as JSON or as a PDF.
         */
        get: operations["getRequestHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a link for somebody who comes back
         * @description `change`: to correct or renew numbers, dependents and address, and submit them anew. `status`: to see what is held, for what and who used it. A new link of a kind ends the earlier one.
         */
        post: operations["createSubjectLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a link for a session
         * @description Until the submission it may be done again, on another device: the earlier session ends (`session_replaced`). Afterwards the session shows the receipt and the status only.
         */
        post: operations["createSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the page shows */
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The second factor
         * @description `factor_wrong` when it is not right; the fifth wrong one locks the link (`link_locked`): only a new link helps.
         */
        post: operations["createSessionFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The person read the notice, or gave a consent
         * @description The notice is that of the session as it was shown, in the language of `Accept-Language`: the organization's own text, else the ready-made one with the same purposes. The record of the notice given names the text that was shown, its version and its language.
         */
        post: operations["createSessionConsent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/person": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Name, address and the like, corrected by the person */
        patch: operations["updateSessionPerson"];
        trace?: never;
    };
    "/v1/session/number": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * 登録: the own number
         * @description Before the submission it may be entered again: a 修正, unless `change` says 再発行.
         */
        put: operations["setSessionNumber"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/dependents/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** A dependent, with the number where known */
        put: operations["setSessionDependent"];
        post?: never;
        /**
         * Take out a dependent that was added here
         * @description Until the submission. A number that was entered for them is destroyed at once, and with it their documents. Whom the company knew before (`addedHere: false`) one cannot take out: see `…/ending`.
         */
        delete: operations["removeSessionDependent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/dependents/{key}/ending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 扶養から外れた: somebody is no dependent any more
         * @description Nothing is deleted: staff see it as `dependentEndings` of the request, and it takes effect (an employment event `dependency_ended`) when they accept it.
         */
        post: operations["createSessionDependentEnding"];
        /**
         * Take the ending back
         * @description They are a dependent after all.
         */
        delete: operations["removeSessionDependentEnding"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was uploaded */
        get: operations["listSessionEvidence"];
        put?: never;
        /**
         * Upload 確認書類
         * @description JPEG, PNG or PDF, told by its content; at most 8 MB, 40 megapixels and 40 files. Stored encrypted.
         */
        post: operations["createSessionEvidence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/evidence/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take an upload back, before the submission */
        delete: operations["removeSessionEvidence"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** 番号確認: the self check of what was entered */
        post: operations["createSessionCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/reveals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The person’s own numbers, to look at them
         * @description After the second factor, or of what was entered in this very session; else `factor_required`. Each is on record (閲覧).
         */
        post: operations["createSessionReveal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/submission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit
         * @description Refused with `required` while `missingDocuments` of the session has something, and with `consent_required` while a demanded one of its `consents` is not given: `errors[].pointer` points into the session (`/missingDocuments/0`, `/consents/1`).
         */
        post: operations["createSessionSubmission"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/refusal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** 提供拒否（不同意）, by the person */
        post: operations["createSessionRefusal"];
        /** Take the refusal back, and go on */
        delete: operations["removeSessionRefusal"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/postponement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** あとで: end the session, keep what was entered */
        post: operations["createSessionPostponement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The receipt (受領証)
         * @description `Accept` says whether it comes as JSON or as a PDF.
         */
        get: operations["getSessionReceipt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 状況: what is held, for what, and who used it
         * @description For a year after the submission, after the second factor. Never the number. Each look is on record (開示).
         */
        get: operations["getSessionStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/file-formats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List file formats */
        get: operations["listFileFormats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recipients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List recipients */
        get: operations["listRecipients"];
        put?: never;
        /** Create a recipient */
        post: operations["createRecipient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recipients/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a recipient */
        get: operations["getRecipient"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List imports */
        get: operations["listImports"];
        put?: never;
        /** Upload a file: the dry run */
        post: operations["createImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an import */
        get: operations["getImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every bad row, by line and column */
        get: operations["listImportProblems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}/application": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply what the dry run showed
         * @description 👤 Needs a token that carries a staff member.
         */
        post: operations["createImportApplication"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List exports (CSV出力) */
        get: operations["listExports"];
        put?: never;
        /**
         * Start an export
         * @description 👤 Needs a token that carries a staff member.
         */
        post: operations["createExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an export */
        get: operations["getExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the file, once
         * @description 👤 Needs a token that carries a staff member.
         */
        get: operations["getExportContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List payments (支払) */
        get: operations["listPayments"];
        put?: never;
        /** Record a payment */
        post: operations["createPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a payment */
        get: operations["getPayment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payment-records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List payment records (支払調書) */
        get: operations["listPaymentRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payment-records/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a payment record */
        get: operations["getPaymentRecord"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payment-records/{id}/payee-copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The payee's copy: a PDF without any number */
        get: operations["getPayeeCopy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/filings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List filings (提出) */
        get: operations["listFilings"];
        put?: never;
        /**
         * Render the filing copies
         * @description 👤 Needs a token that carries a staff member.
         */
        post: operations["createFiling"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/filings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a filing */
        get: operations["getFiling"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/filings/{id}/package": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the package, once: ZIP of CSV and PDF
         * @description 👤 Needs a token that carries a staff member.
         */
        get: operations["getFilingPackage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/retention-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the retention rules */
        get: operations["listRetentionRules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/claims": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a number must still be kept */
        get: operations["listClaims"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disposal-schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The deletion list */
        get: operations["listDisposalSchedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/planned-disposal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the planned disposal */
        get: operations["getPlannedDisposal"];
        /**
         * 削除予定日: set a later date
         * @description 👤 Needs a token that carries a staff member.
         */
        put: operations["setPlannedDisposal"];
        post?: never;
        /**
         * 予定解除: take it out of the queue
         * @description 👤 Needs a token that carries a staff member.
         */
        delete: operations["removePlannedDisposal"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List disposals (廃棄) */
        get: operations["listDisposals"];
        put?: never;
        /**
         * Dispose of numbers
         * @description 👤 Needs a token that carries a staff member.
         */
        post: operations["createDisposal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disposals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a disposal */
        get: operations["getDisposal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List certificates (廃棄証明書) */
        get: operations["listCertificates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/certificates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a certificate */
        get: operations["getCertificate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/erasure-epochs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 鍵の世代交代の一覧
         * @description Erasure epochs, newest first. A platform token (`platform:read`) sees the whole service; a token for an organization (`vault:read`) sees where each epoch stands that its own keys took part in, and its own progress.
         */
        get: operations["listErasureEpochs"];
        put?: never;
        /**
         * 鍵の世代交代を始める
         * @description Begins an erasure epoch now; one begins by itself every 21 days by default. One at a time: `conflict` while another is under way. It concerns every platform, so where there are several, only the clients of the one that the operator named (`ERASURE_PLATFORM_ID`) may: others get `not_permitted`.
         */
        post: operations["createErasureEpoch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/erasure-epochs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** 鍵の世代交代の状態 */
        get: operations["getErasureEpoch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/erasure-epochs/{id}/backup-confirmations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 鍵データベースのバックアップを確認する
         * @description Says that a backup of the key database, begun after `rewrappedAt`, is complete and can be restored. Only then is the old KMS version destroyed, since every older backup is unreadable from then on. A backup begun before that is refused (`too_early`). As with beginning one, where there are several platforms only the one that the operator named may.
         */
        post: operations["createBackupConfirmation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/handling-statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who touched this person's number, when and why: for the person (取扱状況のお知らせ)
         * @description In plain Japanese and English, with the name, role and post of whoever acted as of then, and no other person's data. At most 5,000 lines; name a shorter period beyond. Each is on record, also in itself. `Accept` says whether it comes as JSON or as a PDF.
         */
        get: operations["getHandlingStatement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 検証点の一覧
         * @description Signed roots of the organization's ledger, newest first. Keep one elsewhere, and nobody can rewrite what it covers unseen.
         */
        get: operations["listCheckpoints"];
        put?: never;
        /**
         * 検証点を作る
         * @description Seals everything that is on record now, signs the root, enters it in the list outside the databases and announces it (`ledger.checkpoint`). `not_ready` while nothing is on record; `unavailable` while another process is sealing.
         */
        post: operations["createCheckpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/public-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 検証点の公開鍵
         * @description Every key that has signed a checkpoint of this organization, newest first, as C2SP signed notes have them. Keep them with the checkpoints; one line of a key file each.
         */
        get: operations["listLedgerPublicKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/inclusion-proofs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 記録が木に含まれることの証明
         * @description That an entry is in the tree of a checkpoint (RFC 6962 § 2.1.1). The leaf is the entry in canonical JSON (RFC 8785), with names and codes as salted commitments. `not_ready` while no checkpoint covers the entry.
         */
        get: operations["getInclusionProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/consistency-proofs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 木が続いていることの証明
         * @description That the tree of one size begins with the tree of an older one (RFC 6962 § 2.1.2), so that nothing under it was changed, removed or put in.
         */
        get: operations["getConsistencyProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The handling log (取扱記録)
         * @description In the order of time. Reading it is on record itself (記録の閲覧), once for a query and not for each page; a cursor serves the query and the reader that it was given to, for an hour. The period is at most ten years.
         */
        get: operations["listLedgerEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Exports of the handling log (取扱記録の出力) */
        get: operations["listLedgerExports"];
        put?: never;
        /**
         * Export the handling log (記録の出力)
         * @description Runs as a job, over the same filters as the list. `csv` has the nine columns of the log (UTF-8 with BOM, for a spreadsheet), `pdf` is that page for page, `jsonl` is for offline verification: without any filter or period it holds every sealed entry in the order of the log, and shows that none is missing. For csv and pdf, and for jsonl with a filter, the period is that of the list.
         */
        post: operations["createLedgerExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/exports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An export of the handling log */
        get: operations["getLedgerExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/exports/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download an export of the handling log
         * @description As often as needed until it expires, since it holds no digits; each download is on record.
         */
        get: operations["getLedgerExportContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a job */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List endpoints */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /** Create an endpoint; its secret is shown once */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an endpoint */
        get: operations["getWebhookEndpoint"];
        put?: never;
        post?: never;
        /** Delete an endpoint */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rotate the secret */
        post: operations["createWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/test-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test event */
        post: operations["createTestEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List deliveries */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alive */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ready */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This contract */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    event: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Standard Webhooks: thin events
         * @description Signed with `webhook-id`, `webhook-timestamp`, `webhook-signature`. Verify with the SDK's `verifyWebhook`.
         */
        post: operations["receiveEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /**
         * @description 利用目的. The closed list of legal purposes; `GET /v1/purposes` has the law behind each.
         * @enum {string}
         */
        PurposeCode: "withholding_tax" | "resident_tax" | "health_pension" | "employment_insurance" | "workers_accident" | "national_pension_3" | "payment_record_fee" | "payment_record_rent" | "payment_record_transfer" | "payment_record_brokerage" | "shareholding" | "property_savings";
        /**
         * @description employee 社員, dependent 扶養親族, payee 支払先, proprietor 個人事業主
         * @enum {string}
         */
        SubjectKind: "employee" | "dependent" | "payee" | "proprietor";
        /**
         * @description Where a subject stands. `checked` = staff-checked, plus self-checked where the settings ask for it.
         * @enum {string}
         */
        NumberState: "none" | "no_number" | "requested" | "registered" | "checked" | "disposed";
        /** @enum {string} */
        VersionState: "registered" | "superseded" | "disposing" | "deleted" | "erased";
        /**
         * @description officer 事務取扱責任者, handler 事務取扱担当者, reviewer 確認者, receiver 番号受取のみ, auditor 監査者
         * @enum {string}
         */
        Role: "officer" | "handler" | "reviewer" | "receiver" | "auditor";
        /** @enum {string} */
        Scope: "subjects:read" | "subjects:write" | "numbers:read" | "numbers:register" | "numbers:check" | "numbers:reveal" | "notices:read" | "notices:write" | "collection:read" | "collection:write" | "verification:read" | "verification:decide" | "files:import" | "files:export" | "payments:read" | "payments:write" | "filings:write" | "disposal:read" | "disposal:write" | "ledger:read" | "oversight:read" | "oversight:write" | "staff:read" | "staff:write" | "settings:read" | "settings:write" | "organization:read" | "organization:write" | "vault:read" | "vault:write" | "events:read" | "jobs:read" | "webhooks:read" | "webhooks:write" | "usage:read" | "platform:read" | "platform:write";
        /**
         * @description Stable. New codes may be added.
         * @enum {string}
         */
        ErrorCode: "invalid_request" | "invalid_json" | "unsupported_media_type" | "not_acceptable" | "payload_too_large" | "unauthenticated" | "invalid_client" | "invalid_grant" | "unsupported_grant_type" | "invalid_subject_token" | "invalid_scope" | "insufficient_user_authentication" | "not_permitted" | "staff_required" | "not_found" | "method_not_allowed" | "conflict" | "already_exists" | "precondition_failed" | "precondition_required" | "idempotency_mismatch" | "idempotency_busy" | "rate_limited" | "check_digit" | "number_format" | "number_not_accepted" | "sample_number" | "jwe_required" | "client_key_required" | "number_missing" | "notice_required" | "consent_required" | "purpose_not_permitted" | "disposal_too_early" | "on_hold" | "too_early" | "used_up" | "expired" | "session_replaced" | "factor_required" | "factor_wrong" | "link_locked" | "not_ready" | "unmappable_character" | "invalid_file" | "missing_column" | "unknown_column" | "duplicate_column" | "required" | "too_long" | "invalid_value" | "duplicate_row" | "employee_missing" | "name_differs" | "url_not_allowed" | "training_required" | "place_not_allowed" | "budget_exhausted" | "clock_untrusted" | "unavailable" | "internal";
        /** @description One place of the request that is wrong. Never the value. */
        ProblemPlace: {
            /** @description JSON Pointer into the body */
            pointer?: string;
            /** @description Name of the query, path or header parameter */
            parameter?: string;
            /** @description Line of a file, from 1 */
            line?: number;
            /** @description Column of a file */
            column?: string;
            code: components["schemas"]["ErrorCode"];
            detail?: string;
        };
        /** @description RFC 9457 problem details. */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail?: string;
            /** @description The X-Request-Id */
            instance?: string;
            code: components["schemas"]["ErrorCode"];
            errors?: components["schemas"]["ProblemPlace"][];
        };
        /** @description RFC 6749 § 5.2 error, with the members of a problem beside it. */
        TokenError: {
            /** @enum {string} */
            error: "invalid_request" | "invalid_client" | "invalid_grant" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope" | "temporarily_unavailable";
            error_description?: string;
            type?: string;
            title: string;
            status: number;
            code: components["schemas"]["ErrorCode"];
            detail?: string;
            instance?: string;
        };
        /** @description RFC 6749 client credentials, or an RFC 8693 token exchange with `subject_token`. */
        TokenRequest: {
            grant_type: string;
            /** @description The organization that the token is for; without it a platform token. */
            organization?: string;
            /** @description The staff member (担当者) in whose name the host acts. */
            staff?: string;
            /** @description When that person signed in at the host: seconds since the epoch. */
            auth_time?: string;
            /** @description Fewer scopes than the client's, separated by spaces. */
            scope?: string;
            /** @description An ID token of the organization's own OIDC issuer, with a nonce of `POST /oauth/nonces`. */
            subject_token?: string;
            /** @enum {string} */
            subject_token_type?: "urn:ietf:params:oauth:token-type:id_token";
            /** @enum {string} */
            requested_token_type?: "urn:ietf:params:oauth:token-type:access_token";
            /** @enum {string} */
            client_assertion_type?: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            /** @description RFC 7523 § 2.2: `iss` and `sub` the client, `aud` the issuer or the token endpoint, `exp` at most 5 minutes ahead, `jti` used once; signed by a registered key (EdDSA, Ed25519 or ES256). */
            client_assertion?: string;
            /** @description Not needed; where present it must be the client that authenticates. */
            client_id?: string;
        };
        /** @description An EdDSA access token. */
        Token: {
            access_token: string;
            /** @enum {string} */
            token_type: "Bearer";
            expires_in: number;
            scope: string;
            /**
             * @description Of a token exchange (RFC 8693 § 2.2.1).
             * @enum {string}
             */
            issued_token_type?: "urn:ietf:params:oauth:token-type:access_token";
        };
        /** @description The organization whose staff member is about to sign in. */
        NonceRequest: {
            organization: string;
            /** @enum {string} */
            client_assertion_type?: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            /** @description RFC 7523 § 2.2: `iss` and `sub` the client, `aud` the issuer or the token endpoint, `exp` at most 5 minutes ahead, `jti` used once; signed by a registered key (EdDSA, Ed25519 or ES256). */
            client_assertion?: string;
            /** @description Not needed; where present it must be the client that authenticates. */
            client_id?: string;
        };
        /** @description A nonce for one sign-in. */
        Nonce: {
            nonce: string;
            expires_in: number;
        };
        /** @description RFC 8414 metadata. */
        AuthorizationServer: {
            issuer: string;
            token_endpoint: string;
            jwks_uri: string;
            grant_types_supported: string[];
            token_endpoint_auth_methods_supported: string[];
            token_endpoint_auth_signing_alg_values_supported?: string[];
            scopes_supported: components["schemas"]["Scope"][];
            response_types_supported: string[];
        };
        /** @description Public keys: tokens, certificates, receipts. */
        Jwks: {
            keys: {
                kty: string;
                crv?: string;
                x?: string;
                kid: string;
                alg?: string;
                use?: string;
            }[];
        };
        /** @description 契約法人・グループ: the boundary of keys, ledger and data. */
        Organization: {
            id: string;
            name: string;
            /**
             * @description A `test` organization takes only fixture numbers and has a test clock.
             * @enum {string}
             */
            mode: "test" | "live";
            /** @description The host's own id; unique per organization and kind. */
            externalId?: string;
            /** Format: date-time */
            createdAt: string;
        };
        /** @description A new organization. */
        OrganizationRequest: {
            name: string;
            /** @enum {string} */
            mode: "test" | "live";
            /** @description The host's own id; unique per organization and kind. */
            externalId?: string;
        };
        /** @description A page of organizations. */
        OrganizationList: {
            data: components["schemas"]["Organization"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description An API client. */
        Client: {
            id: string;
            name: string;
            organizationId?: string;
            scopes: components["schemas"]["Scope"][];
            /** Format: date-time */
            createdAt: string;
            /** @description Only in the answer that created it. */
            secret?: string;
        };
        /** @description A secret of a client, without the secret. */
        ClientSecret: {
            id: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it stops working; absent while nothing replaced it.
             */
            endsAt?: string;
        };
        /** @description The secrets of a client, the newest first. */
        ClientSecretList: {
            data: components["schemas"]["ClientSecret"][];
        };
        /** @description A further secret. */
        ClientSecretRequest: {
            /**
             * Format: date-time
             * @description When the secrets before it end; at most 7 days ahead, 24 hours where it is absent.
             */
            previousEndsAt?: string;
        };
        /** @description A further secret, shown this once. */
        NewClientSecret: {
            id: string;
            secret: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            previousEndsAt: string;
        };
        /** @description A public key of a client. */
        ClientKey: {
            /** @description The `kid`: of assertions that it verifies, and of what is encrypted to it. */
            id: string;
            /** @enum {string} */
            use: "sig" | "enc";
            /** @description The public part. */
            jwk: {
                /** @enum {string} */
                kty: "OKP" | "EC";
                /** @enum {string} */
                crv: "Ed25519" | "X25519" | "P-256";
                x: string;
                y?: string;
            };
            /**
             * Format: date
             * @description The last day (JST) on which it is used.
             */
            expiresOn?: string;
            /** Format: date-time */
            createdAt: string;
        };
        /** @description The public keys of a client, the newest first. */
        ClientKeyList: {
            data: components["schemas"]["ClientKey"][];
        };
        /** @description A public key. */
        ClientKeyRequest: {
            /** @enum {string} */
            use: "sig" | "enc";
            /** @description The public part only (RFC 7517). `sig`: Ed25519, or P-256 for ES256. `enc`: X25519 or P-256. */
            jwk: {
                /** @enum {string} */
                kty: "OKP" | "EC";
                /** @enum {string} */
                crv: "Ed25519" | "X25519" | "P-256";
                x: string;
                y?: string;
                /** @description Not used: the answer's `id` is the kid. */
                kid?: string;
                /** @enum {string} */
                alg?: "EdDSA" | "Ed25519" | "ES256" | "ECDH-ES+A256KW";
                /** @enum {string} */
                use?: "sig" | "enc";
                key_ops?: "verify"[];
                ext?: boolean;
            };
            /**
             * Format: date
             * @description The last day (JST) on which it is used.
             */
            expiresOn?: string;
        };
        /** @description A new client; with `organizationId` it can get tokens for that organization only. */
        ClientRequest: {
            name: string;
            organizationId?: string;
            scopes: components["schemas"]["Scope"][];
        };
        /** @description A page of clients. */
        ClientList: {
            data: components["schemas"]["Client"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 会社(グループ会社): a legal entity, or a sole proprietor (個人事業主). */
        Company: {
            id: string;
            /** @description 氏名又は名称 */
            name: string;
            /** @enum {string} */
            kind: "corporation" | "sole_proprietor";
            /** @description 法人番号: 13 digits with its check digit. Public. */
            corporateNumber?: string;
            /** @description 住所（居所）又は所在地 */
            address?: string;
            phone?: string;
            /** @description The host's own id; unique per organization and kind. */
            externalId?: string;
            proprietorId?: string;
            /** Format: date-time */
            createdAt: string;
        };
        /** @description A new company. A corporation needs its 法人番号; a sole proprietor gets a subject of kind `proprietor` for the number that stands on slips. */
        CompanyRequest: {
            /** @description 氏名又は名称 */
            name: string;
            /** @enum {string} */
            kind: "corporation" | "sole_proprietor";
            /** @description 法人番号: 13 digits with its check digit. Public. */
            corporateNumber?: string;
            /** @description 住所（居所）又は所在地 */
            address?: string;
            /** @description With its country: + and up to 15 digits. Without: at most 11, so that it cannot be a 個人番号. */
            phone?: string;
            /** @description The host's own id; unique per organization and kind. */
            externalId?: string;
        };
        /** @description What changes; the rest stays. */
        CompanyUpdate: {
            /** @description 氏名又は名称 */
            name?: string;
            /** @description 住所（居所）又は所在地. null takes it away. */
            address?: string | null;
            /** @description null takes it away. */
            phone?: string | null;
            /** @description The host's own id; unique per organization. null takes it away. */
            externalId?: string | null;
        };
        /** @description A page of companies. */
        CompanyList: {
            data: components["schemas"]["Company"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 部門 */
        Department: {
            id: string;
            companyId: string;
            code: string;
            name: string;
            /** Format: date-time */
            createdAt: string;
        };
        /** @description A new department; its code is unique in the company. */
        DepartmentRequest: {
            companyId: string;
            code: string;
            name: string;
        };
        /** @description A page of departments. */
        DepartmentList: {
            data: components["schemas"]["Department"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 任命: a role with its term. */
        Appointment: {
            id: string;
            role: components["schemas"]["Role"];
            companyId?: string;
            departmentId?: string;
            /**
             * Format: date
             * @description First day of the appointment (任命)
             */
            fromOn: string;
            /**
             * Format: date
             * @description Last day; absent = until further notice
             */
            toOn?: string;
            /** @description 任命の根拠 */
            basis?: string;
            /** @description 役職 */
            post?: string;
            /** @description Only these kinds of subject (取扱範囲): an accounting handler has `payee`; absent = all */
            subjectKinds?: components["schemas"]["SubjectKind"][];
            /**
             * Format: date-time
             * @description When it was ended (解任)
             */
            dismissedAt?: string;
            dismissalBasis?: string;
        };
        /** @description A role from a day on, for the whole organization, one company, one department or some kinds of subject. Several appointments add up. */
        AppointmentRequest: {
            role: components["schemas"]["Role"];
            companyId?: string;
            departmentId?: string;
            /**
             * Format: date
             * @description First day of the appointment (任命)
             */
            fromOn: string;
            /**
             * Format: date
             * @description Last day; absent = until further notice
             */
            toOn?: string;
            basis?: string;
            /** @description 役職 */
            post?: string;
            /** @description Only these kinds of subject (取扱範囲): an accounting handler has `payee`; absent = all */
            subjectKinds?: components["schemas"]["SubjectKind"][];
        };
        /** @description 担当者: a person who handles numbers. */
        Staff: {
            id: string;
            name: string;
            /** @description The host's user id (ユーザID); unique in the organization. */
            userId: string;
            /**
             * Format: email
             * @description Where checkpoints of the 取扱記録 are mailed to, while this is an officer (事務取扱責任者).
             */
            email?: string;
            appointments: components["schemas"]["Appointment"][];
            /** Format: date-time */
            createdAt: string;
        };
        /** @description A new staff member with a first appointment. */
        StaffRequest: {
            name: string;
            userId: string;
            /** Format: email */
            email?: string;
            appointment: components["schemas"]["AppointmentRequest"];
        };
        /** @description What changes; the rest stays. */
        StaffUpdate: {
            /**
             * Format: email
             * @description null takes it away.
             */
            email?: string | null;
        };
        /** @description A page of staff. */
        StaffList: {
            data: components["schemas"]["Staff"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description The organization's own OIDC issuer, and what needs a sign-in there. */
        IdentityProvider: {
            /** @description The `iss` of its ID tokens, to the letter. */
            issuer: string;
            /** @description The `aud` of its ID tokens. */
            clientId: string;
            /** @description Where its keys are: https, at a public address. */
            jwksUri: string;
            /** @description The claim that holds the staff member's `userId`; `sub` where it is absent. */
            userIdClaim: string;
            /** @description Operations that need the assurance `idp`. */
            demands: {
                /** @description An operationId of an operation that needs a token for an organization. */
                operation: string;
                /** @description How long ago the person may have signed in, by `auth_time`. */
                maxAgeSeconds?: number;
                /** @description One of these must be the `acr` of the sign-in. */
                acrValues?: string[];
            }[];
            /** Format: date-time */
            changedAt: string;
        };
        /** @description The organization's own OIDC issuer. */
        IdentityProviderRequest: {
            /** @description The `iss` of its ID tokens, to the letter. */
            issuer: string;
            /** @description The `aud` of its ID tokens. */
            clientId: string;
            /** @description Where its keys are: https, at a public address. */
            jwksUri: string;
            /** @description The claim that holds the staff member's `userId`; `sub` where it is absent. */
            userIdClaim?: string;
            /** @description Operations that need the assurance `idp`. */
            demands?: {
                /** @description An operationId of an operation that needs a token for an organization. */
                operation: string;
                /** @description How long ago the person may have signed in, by `auth_time`. */
                maxAgeSeconds?: number;
                /** @description One of these must be the `acr` of the sign-in. */
                acrValues?: string[];
            }[];
        };
        /** @description 解任: the last day of an appointment. */
        DismissalRequest: {
            appointmentId: string;
            /**
             * Format: date
             * @description The last day; yesterday ends it at once
             */
            lastOn: string;
            /** @description 解任の根拠 */
            basis: string;
        };
        /** @description 研修, as it was held. */
        TrainingRequest: {
            /** @description What it was about */
            subject: string;
            /**
             * Format: date
             * @description When
             */
            trainedOn: string;
            /** @description 理解度テストの点 */
            score?: number;
        };
        /** @description A training on record. */
        Training: {
            id: string;
            staffId: string;
            /** @description What it was about */
            subject: string;
            /**
             * Format: date
             * @description When
             */
            trainedOn: string;
            /** @description 理解度テストの点 */
            score?: number;
            /** Format: date-time */
            recordedAt: string;
        };
        /** @description A page. */
        TrainingList: {
            data: components["schemas"]["Training"][];
            next?: string;
            total?: string;
        };
        /** @description 誓約書, as it was signed. */
        PledgeRequest: {
            /** @description Which text, with its version */
            document: string;
            /**
             * Format: date
             * @description When it was signed
             */
            pledgedOn: string;
        };
        /** @description A pledge on record. */
        Pledge: {
            id: string;
            staffId: string;
            /** @description Which text */
            document: string;
            /**
             * Format: date
             * @description When it was signed
             */
            pledgedOn: string;
            /** Format: date-time */
            recordedAt: string;
        };
        /** @description A page. */
        PledgeList: {
            data: components["schemas"]["Pledge"][];
            next?: string;
            total?: string;
        };
        /** @description Settings of the organization. */
        Settings: {
            standingNoticeId?: string;
            selfCheckRequired: boolean;
            jweInputRequired: boolean;
            jweAnswersRequired: boolean;
            /** @description Whether digits leave only for staff trained in the last 12 months */
            trainingRequired: boolean;
            /** @description Empty: from everywhere */
            handlingAreas: components["schemas"]["HandlingArea"][];
            dailyBudgets: components["schemas"]["DailyBudgets"];
            collection: components["schemas"]["CollectionSettings"];
        };
        /** @description What is absent stays as it is. */
        SettingsRequest: {
            /** @description The notice that everybody was given (就業規則, 社内掲示): used when a registration names none. */
            standingNoticeId?: string | null;
            /** @description Whether `checked` also needs the self check. */
            selfCheckRequired?: boolean;
            /** @description Whether a number comes in as `numberJwe` only; a plain `number` is then `jwe_required`. */
            jweInputRequired?: boolean;
            /** @description Whether reveals and export files leave as JWE only, to the newest key that the asking client registered; without one they are `client_key_required`. */
            jweAnswersRequired?: boolean;
            /** @description Whether digits leave only for staff with a training on record in the last 12 months (安全管理措置: 教育). */
            trainingRequired?: boolean;
            /** @description 取扱区域, replaced whole. Once there is one, digits leave only towards a network of one of them. */
            handlingAreas?: components["schemas"]["HandlingAreaRequest"][];
            dailyBudgets?: components["schemas"]["DailyBudgetsRequest"];
            collection?: components["schemas"]["CollectionSettingsRequest"];
        };
        /** @description 取扱区域: a place from which digits may be asked for. */
        HandlingArea: {
            /** @description As it stands in the ledger */
            label: string;
            /** @description Addresses or CIDR ranges */
            networks: string[];
            /** @description Only these clients; absent = every client */
            clientIds?: string[];
            /** @description Only staff of these roles; absent = every role */
            roles?: components["schemas"]["Role"][];
        };
        /** @description 取扱区域: a place from which digits may be asked for. */
        HandlingAreaRequest: {
            /** @description As it stands in the ledger */
            label: string;
            /** @description Addresses or CIDR ranges */
            networks: string[];
            /** @description Only these clients; absent = every client */
            clientIds?: string[];
            /** @description Only staff of these roles; absent = every role */
            roles?: components["schemas"]["Role"][];
        };
        /** @description How much one staff member may take out of the vault in a day (JST). */
        DailyBudgets: {
            /** @description Numbers shown or printed */
            reveals: number;
            /** @description Files */
            exports: number;
            /** @description Packages */
            filings: number;
        };
        /** @description How much one staff member may take out of the vault in a day (JST). */
        DailyBudgetsRequest: {
            /** @description Numbers shown or printed */
            reveals?: number;
            /** @description Files */
            exports?: number;
            /** @description Packages */
            filings?: number;
        };
        /** @description The test clock: an input to retention, reminders, deadlines and expiries only. */
        TestClock: {
            /** Format: date-time */
            now: string;
            moved: boolean;
        };
        /** @description Forward only, until the end of 2199. */
        TestClockRequest: {
            /** Format: date-time */
            now: string;
        };
        /** @description 対象者: a person (or corporate payee) whose number is collected. */
        Subject: {
            id: string;
            kind: components["schemas"]["SubjectKind"];
            companyId: string;
            departmentId?: string;
            /** @description 社員コード / 支払先コード, unique in the company and kind. A string: `001` stays `001`. */
            code?: string;
            /** @description The host's own id; unique per organization and kind. */
            externalId?: string;
            /** @description Up to 20 strings of the host. Never a 個人番号. */
            metadata?: {
                [key: string]: string;
            };
            /** @description 氏名. Stored encrypted, returned untouched. */
            name: string;
            kana?: string;
            /** Format: date */
            birthOn?: string;
            address?: string;
            /** Format: email */
            email?: string;
            phone?: string;
            /**
             * @description Payees only.
             * @enum {string}
             */
            payeeKind?: "individual" | "corporation";
            /** @description 法人番号: 13 digits with its check digit. Public. */
            corporateNumber?: string;
            /** @description Payees only: a landlord or seller of real estate, who is asked by the notice for such (所得税法225条1項9号). */
            landlord?: boolean;
            employeeId?: string;
            /** @description 扶養No */
            dependentNo?: number;
            /** @description 続柄 */
            relationship?: string;
            numberState: components["schemas"]["NumberState"];
            noNumber?: components["schemas"]["NumberAbsence"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** @description A new employee or payee. Dependents: `POST /v1/subjects/{id}/dependents`. */
        SubjectRequest: {
            /** @enum {string} */
            kind: "employee" | "payee";
            companyId: string;
            departmentId?: string;
            /** @description 社員コード / 支払先コード, unique in the company and kind. A string: `001` stays `001`. */
            code?: string;
            /** @description The host's own id; unique per organization and kind. */
            externalId?: string;
            /** @description Up to 20 strings of the host. Never a 個人番号. */
            metadata?: {
                [key: string]: string;
            };
            /** @description 氏名. Stored encrypted, returned untouched. */
            name: string;
            kana?: string;
            /** Format: date */
            birthOn?: string;
            address?: string;
            /** Format: email */
            email?: string;
            /** @description With its country: + and up to 15 digits. Without: at most 11, so that it cannot be a 個人番号. */
            phone?: string;
            /**
             * @description Payees only.
             * @enum {string}
             */
            payeeKind?: "individual" | "corporation";
            /** @description 法人番号: 13 digits with its check digit. Public. Where it is not known, the payee is asked for it by link. */
            corporateNumber?: string;
            /** @description Payees only: a landlord or seller of real estate, who is asked by the notice for such (所得税法225条1項9号). */
            landlord?: boolean;
        };
        /** @description What is absent stays; null removes. */
        SubjectChange: {
            /** @description 氏名. Stored encrypted, returned untouched. */
            name?: string;
            kana?: string | null;
            /** Format: date */
            birthOn?: string | null;
            address?: string | null;
            /** Format: email */
            email?: string | null;
            /** @description With its country: + and up to 15 digits. Without: at most 11, so that it cannot be a 個人番号. */
            phone?: string | null;
            departmentId?: string | null;
            /** @description 社員コード / 支払先コード, unique in the company and kind. A string: `001` stays `001`. */
            code?: string | null;
            /** @description Up to 20 strings of the host. Never a 個人番号. */
            metadata?: {
                [key: string]: string;
            };
            /** @description 法人番号: Corporate payees only: 13 digits with its check digit. Public. */
            corporateNumber?: string;
            /** @description Payees only: a landlord or seller of real estate, who is asked by the notice for such (所得税法225条1項9号). */
            landlord?: boolean;
        };
        /** @description A page of subjects. */
        SubjectList: {
            data: components["schemas"]["Subject"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description A dependent (扶養親族) of this employee. */
        DependentRequest: {
            /** @description 扶養No */
            dependentNo: number;
            /** @description 続柄 */
            relationship: string;
            /** @description 氏名. Stored encrypted, returned untouched. */
            name: string;
            kana?: string;
            /** Format: date */
            birthOn?: string;
            address?: string;
            /** Format: email */
            email?: string;
            /** @description With its country: + and up to 15 digits. Without: at most 11, so that it cannot be a 個人番号. */
            phone?: string;
            /** @description The host's own id; unique per organization and kind. */
            externalId?: string;
            /** @description Up to 20 strings of the host. Never a 個人番号. */
            metadata?: {
                [key: string]: string;
            };
        };
        /** @description What starts or ends a retention period. */
        EmploymentEvent: {
            id: string;
            subjectId: string;
            /** @enum {string} */
            kind: "hired" | "retired" | "insurance_lost" | "transferred" | "contract_ended" | "dependency_ended";
            /** Format: date */
            on: string;
            /** Format: date-time */
            recordedAt: string;
        };
        /** @description hired 入社, retired 退職, insurance_lost 喪失, transferred 転籍, contract_ended 契約終了, dependency_ended 扶養終了 (of a dependent) */
        EmploymentEventRequest: {
            /** @enum {string} */
            kind: "hired" | "retired" | "insurance_lost" | "transferred" | "contract_ended" | "dependency_ended";
            /** Format: date */
            on: string;
        };
        /** @description Events, in the order in which they were recorded. */
        EmploymentEventList: {
            data: components["schemas"]["EmploymentEvent"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description One version of a number, masked. */
        NumberVersion: {
            id: string;
            version: number;
            state: components["schemas"]["VersionState"];
            /** @description `*****` and the last two digits. */
            masked?: string;
            /** Format: date */
            issuedOn?: string;
            /** Format: date-time */
            registeredAt: string;
            /** @enum {string} */
            registeredBy: "staff" | "subject" | "client" | "operator" | "system";
            /** Format: date-time */
            selfCheckedAt?: string;
            /** Format: date-time */
            staffCheckedAt?: string;
            reason?: string;
        };
        /** @description The number of a subject: state, current version and the earlier ones. Masked. */
        SubjectNumber: {
            subjectId: string;
            state: components["schemas"]["NumberState"];
            current?: components["schemas"]["NumberVersion"];
            versions: components["schemas"]["NumberVersion"][];
            /** @description Only in the answer that registered, corrected or reissued it, and only where others have the same number, no more than 20 of them; `GET /v1/duplicates` lists them later. */
            duplicates?: components["schemas"]["HeldElsewhere"][];
            receipt?: components["schemas"]["LedgerReceipt"];
        };
        /** @description 受領証: the signed promise that this act is in the 取扱記録 and will be in its tree. A compact JWS (EdDSA, `typ` `azukari-receipt+jws`, key in `/.well-known/jwks.json`) of `{ iss, organizationId, iat, entries: [{ id, leafHash }] }`; of a job `{ iss, organizationId, iat, jobId, operation, count, root }`, where `root` is the Merkle root (RFC 6962) over the leaf hashes of the job's entries of that operation in the order of their `line`. Only in the answer to the act itself; an answer that is repeated for an Idempotency-Key has the same one, signed anew; `iat` is when the last of the entries was made. Keep it: it shows later that an entry was taken away. */
        LedgerReceipt: string;
        /**
         * @description `same_person`: name and birth date agree, so it is one person with several records (an employee who is also a payee). `conflict`: one number under two people; one of the entries is wrong.
         * @enum {string}
         */
        DuplicateKind: "same_person" | "conflict";
        /** @description Another subject who has the same number. */
        HeldElsewhere: {
            subjectId: string;
            versionId: string;
            kind: components["schemas"]["DuplicateKind"];
        };
        /** @description One of the versions that have the same number. */
        DuplicateNumber: {
            subjectId: string;
            subjectKind: components["schemas"]["SubjectKind"];
            companyId: string;
            versionId: string;
            state: components["schemas"]["VersionState"];
        };
        /** @description One number under several subjects. */
        Duplicate: {
            kind: components["schemas"]["DuplicateKind"];
            numbers: components["schemas"]["DuplicateNumber"][];
            /** @description More people have it than are named here. */
            more: boolean;
        };
        /** @description A page of duplicates. */
        DuplicateList: {
            data: components["schemas"]["Duplicate"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page can be short, even empty, and still have it. */
            next?: string;
            /** @description False while an erasure epoch renews the index. What was found is right; ask again later for what it had not reached. */
            complete: boolean;
        };
        /** @description The notice by which this person was told the purposes. */
        NoticeGivenInline: {
            noticeId: string;
            channel: components["schemas"]["NoticeChannel"];
            /** Format: date-time */
            givenAt?: string;
        };
        /** @enum {string} */
        NoticeChannel: "paper" | "mail" | "intranet" | "page" | "contract" | "work_rules" | "standing" | "other";
        /** @description 個人番号 as a compact JWE (RFC 7516) to a key of `GET /v1/vault/jwks`, in place of `number`. Header `alg: ECDH-ES+A256KW`, `enc: A256GCM`, `kid`, `epk`; plaintext the JSON object `{ number, aud, sub, iat, jti }` and nothing else: `aud` the organization's id; `sub` the subject's id, in a session for a dependent the session's id + `/` + the key; `iat` now, within ten minutes; `jti` of your own, used once. Repeated under its Idempotency-Key, a new JWE of the same number is the same request. A wrong check digit is `check_digit`, a published sample that staff did not confirm `sample_number`; all else is `number_not_accepted`, without a reason. */
        NumberJwe: string;
        /** @description A live organization answers `sample_number` to a number that manuals print as a sample (`123456789018` …). With `true` staff say that they looked again and mean it; the 取扱記録 says so. Of no effect on any other number. */
        SampleConfirmed: boolean;
        /** @description 代理登録. Names a notice given, gives one, or relies on the standing notice of the organization. */
        NumberRequest: {
            /** @description 個人番号: 12 digits; spaces, hyphens and full-width digits are accepted and normalised. Never comes back but by a reveal. */
            number?: string;
            numberJwe?: components["schemas"]["NumberJwe"];
            /**
             * Format: date
             * @description 発行日
             */
            issuedOn?: string;
            noticeGivenId?: string;
            notice?: components["schemas"]["NoticeGivenInline"];
            sampleConfirmed?: components["schemas"]["SampleConfirmed"];
        } & (unknown | unknown);
        /** @description 修正: the wrong digits are destroyed at once and both checks cleared. */
        NumberCorrectionRequest: {
            /** @description 個人番号: 12 digits; spaces, hyphens and full-width digits are accepted and normalised. Never comes back but by a reveal. */
            number?: string;
            numberJwe?: components["schemas"]["NumberJwe"];
            /** Format: date */
            issuedOn?: string;
            reason: string;
            sampleConfirmed?: components["schemas"]["SampleConfirmed"];
        } & (unknown | unknown);
        /** @description 再発行: a new version; the old one lives on by its own claims. */
        NumberReissueRequest: {
            /** @description 個人番号: 12 digits; spaces, hyphens and full-width digits are accepted and normalised. Never comes back but by a reveal. */
            number?: string;
            numberJwe?: components["schemas"]["NumberJwe"];
            /** Format: date */
            issuedOn: string;
            reason?: string;
            sampleConfirmed?: components["schemas"]["SampleConfirmed"];
        } & (unknown | unknown);
        /** @description 管理者番号確認: confirms the current version. An older one of this person answers 409 `conflict`; one of another person or of nobody, and one that was corrected since and is there no more, 404 `not_found` at `/versionId`. */
        NumberCheckRequest: {
            versionId: string;
        };
        /** @description Department code and name. */
        DepartmentAsShown: {
            code: string;
            name: string;
        };
        /** @description A row of the admin list, in the order of the customers: 部門コード, 社員コード number-aware, the employee before the dependents, 扶養No. */
        NumberRow: {
            subjectId: string;
            companyId: string;
            kind: components["schemas"]["SubjectKind"];
            department?: components["schemas"]["DepartmentAsShown"];
            code?: string;
            name: string;
            employeeName?: string;
            dependentNo?: number;
            relationship?: string;
            numberState: components["schemas"]["NumberState"];
            versionId?: string;
            /** @description `*****` and the last two digits. */
            masked?: string;
            /** Format: date */
            issuedOn?: string;
            /** Format: date-time */
            selfCheckedAt?: string;
            /** Format: date-time */
            staffCheckedAt?: string;
        };
        /** @description A page of the admin list. */
        NumberRowList: {
            data: components["schemas"]["NumberRow"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 閲覧・印刷. Without a purpose it is refused, and the refusal is on record. */
        RevealRequest: {
            subjectIds: string[];
            purpose?: components["schemas"]["PurposeCode"];
            /** @enum {string} */
            intent?: "view" | "print";
            /** @description Each number as a JWE to the newest key that this client registered. Always so where the settings say `jweAnswersRequired`. */
            encrypted?: boolean;
        };
        /** @description The digits, for the one purpose named. One ledger entry per subject was written before they left. */
        Reveal: {
            purpose: components["schemas"]["PurposeCode"];
            /** @enum {string} */
            intent: "view" | "print";
            /** Format: date-time */
            at: string;
            numbers: {
                subjectId: string;
                versionId: string;
                /** @description 12 digits; absent where there is a `numberJwe` */
                number?: string;
                /** @description Compact JWE (`ECDH-ES+A256KW`, `A256GCM`) to the client's key; plaintext `{ number, aud, sub, iat, jti }`: `aud` the client's id, `sub` the subject's, `jti` the ledger entry's. */
                numberJwe?: string;
                /** Format: date */
                issuedOn?: string;
                entryId: string;
            }[];
            receipt: components["schemas"]["LedgerReceipt"];
        };
        /** @description Public keys of the vault: one for P-256, one for X25519. Choose either. */
        VaultJwks: {
            keys: {
                /** @enum {string} */
                kty: "EC" | "OKP";
                /** @enum {string} */
                crv: "P-256" | "X25519";
                x: string;
                /** @description Of P-256. */
                y?: string;
                kid: string;
                /** @enum {string} */
                alg: "ECDH-ES+A256KW";
                /** @enum {string} */
                use: "enc";
            }[];
        };
        /** @description 利用目的 with the law behind it. */
        Purpose: {
            code: components["schemas"]["PurposeCode"];
            name: string;
            nameEn?: string;
            law: string;
            subjectKinds: components["schemas"]["SubjectKind"][];
            retentionRuleId: string;
            /** @description Where the row was read. */
            source: string;
            /** @enum {string} */
            confidence: "primary" | "secondary" | "uncertain";
            /**
             * Format: date
             * @description A use before this day (JST) is refused.
             */
            fromOn: string;
            /**
             * Format: date
             * @description The last day of use; absent while no end is known.
             */
            toOn?: string;
        };
        /** @description The closed list. */
        PurposeList: {
            data: components["schemas"]["Purpose"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 利用目的の通知: a versioned text. A changed text is a new version. */
        Notice: {
            id: string;
            version: number;
            title: string;
            text: string;
            purposes: components["schemas"]["PurposeCode"][];
            audience?: components["schemas"]["NoticeAudience"];
            language?: components["schemas"]["Language"];
            /** Format: date-time */
            createdAt: string;
        };
        /** @description A new notice. With `audience`, what is left out is taken from the ready-made one in `language` (`ja` where none is named). */
        NoticeRequest: {
            title?: string;
            text?: string;
            purposes?: components["schemas"]["PurposeCode"][];
            audience?: components["schemas"]["NoticeAudience"];
            language?: components["schemas"]["Language"];
        };
        /** @description A page of notices. */
        NoticeList: {
            data: components["schemas"]["Notice"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 通知の記録: which version, to whom, when, by which channel. */
        NoticeGiven: {
            id: string;
            subjectId: string;
            noticeId: string;
            noticeVersion: number;
            language?: components["schemas"]["Language"];
            purposes: components["schemas"]["PurposeCode"][];
            channel: components["schemas"]["NoticeChannel"];
            /** Format: date-time */
            givenAt: string;
            /** Format: date-time */
            recordedAt: string;
        };
        /** @description Records that a notice was given. */
        NoticeGivenRequest: {
            subjectId: string;
            noticeId: string;
            channel: components["schemas"]["NoticeChannel"];
            /** Format: date-time */
            givenAt?: string;
        };
        /** @description Notices given. */
        NoticeGivenList: {
            data: components["schemas"]["NoticeGiven"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @enum {string} */
        RequestState: "created" | "sent" | "opened" | "submitted" | "accepted" | "returned" | "refused" | "expired" | "cancelled";
        /** @description 依頼 to one subject. */
        Request: {
            id: string;
            subjectId: string;
            noticeId: string;
            campaignId?: string;
            state: components["schemas"]["RequestState"];
            priority: components["schemas"]["RequestPriority"];
            documents: components["schemas"]["RequestDocument"][];
            /**
             * Format: date
             * @description The last day; on the next one it has expired
             */
            dueOn?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            sentAt?: string;
            /** Format: date-time */
            openedAt?: string;
            /** Format: date-time */
            submittedAt?: string;
            /** Format: date-time */
            acceptedAt?: string;
            /** Format: date-time */
            returnedAt?: string;
            /** Format: date-time */
            refusedAt?: string;
            /** Format: date-time */
            expiredAt?: string;
            /** Format: date-time */
            cancelledAt?: string;
            /** @description 変更: begun by a link for somebody who comes back, and not asked for */
            change?: boolean;
            /**
             * Format: date-time
             * @description When wrong answers to the second factor locked its link: a new link helps
             */
            linkLockedAt?: string;
            /** @description Dependents of whom the person says that they are none any more. They are accepted with the request. */
            dependentEndings?: components["schemas"]["RequestDependentEnding"][];
            return?: components["schemas"]["RequestReturn"];
            refusal?: components["schemas"]["RequestRefusal"];
            cancellation?: components["schemas"]["RequestCancellation"];
        };
        /** @description A request to one subject; the notice defaults to the newest for such a person, or the standing one. */
        RequestRequest: {
            subjectId: string;
            noticeId?: string;
            /** Format: date */
            dueOn?: string;
            priority?: components["schemas"]["RequestPriority"];
            documents?: components["schemas"]["RequestDocument"][];
        };
        /** @description A page of requests. */
        RequestList: {
            data: components["schemas"]["Request"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /**
         * @description 社員, 扶養親族, 個人の支払先, 不動産の貸主・売主, 法人の支払先
         * @enum {string}
         */
        NoticeAudience: "employee" | "dependent" | "payee_individual" | "landlord" | "payee_corporation";
        /** @enum {string} */
        Language: "ja" | "en";
        /** @description A ready-made notice. */
        NoticeTemplate: {
            audience: components["schemas"]["NoticeAudience"];
            language: components["schemas"]["Language"];
            title: string;
            text: string;
            purposes: components["schemas"]["PurposeCode"][];
        };
        /** @description The closed list. */
        NoticeTemplateList: {
            data: components["schemas"]["NoticeTemplate"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /**
         * @description 国民年金第3号の届出で、配偶者が社員を代理人とする（委任状） / 会社が社員に配偶者の本人確認を委託する（委託の合意） / 社員が扶養親族の本人確認を行う
         * @enum {string}
         */
        ConsentKind: "category_3_agent" | "category_3_entrusted" | "family_check_entrusted";
        /** @description A ready-made text. */
        ConsentText: {
            kind: components["schemas"]["ConsentKind"];
            language: components["schemas"]["Language"];
            title: string;
            text: string;
        };
        /** @description The closed list. */
        ConsentTextList: {
            data: components["schemas"]["ConsentText"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 同意・委任・委託: what was agreed, word by word, when and how. */
        Consent: {
            id: string;
            /** @description Who gave it: for `category_3_agent` the spouse, else the employee */
            subjectId: string;
            /** @description Whom it is about, where that is another: the agent, or the dependent whose identity is checked */
            concernsId?: string;
            kind: components["schemas"]["ConsentKind"];
            language: components["schemas"]["Language"];
            text: string;
            channel: components["schemas"]["ConsentChannel"];
            requestId?: string;
            /** Format: date-time */
            givenAt: string;
            /** @enum {string} */
            recordedBy: "subject" | "staff" | "host";
            /** Format: date-time */
            recordedAt: string;
            /** Format: date-time */
            withdrawnAt?: string;
        };
        /** @enum {string} */
        ConsentChannel: "page" | "paper" | "word" | "mail" | "contract";
        /** @description A consent given. */
        ConsentRequest: {
            subjectId: string;
            concernsId?: string;
            kind: components["schemas"]["ConsentKind"];
            language?: components["schemas"]["Language"];
            text?: string;
            /** @enum {string} */
            channel: "paper" | "word" | "mail" | "contract";
            /** Format: date-time */
            givenAt?: string;
        };
        /** @description A page of consents. */
        ConsentList: {
            data: components["schemas"]["Consent"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /**
         * @description 海外赴任・非居住, 出生直後, 未登録（住民票なし等）
         * @enum {string}
         */
        NoNumberReason: "overseas" | "newborn" | "unregistered";
        /** @description 番号なし */
        NumberAbsence: {
            reason: components["schemas"]["NoNumberReason"];
            /** Format: date */
            sinceOn?: string;
        };
        /** @description Why there is no number. */
        NumberAbsenceRequest: {
            reason: components["schemas"]["NoNumberReason"];
            /** Format: date */
            sinceOn?: string;
        };
        /**
         * @description How often `request.reminder_due` comes before the deadline
         * @enum {string}
         */
        RequestPriority: "low" | "normal" | "high";
        /**
         * @description 番号確認書類, 身元確認書類, 委任状
         * @enum {string}
         */
        RequestDocument: "number_proof" | "identity_proof" | "delegation";
        /**
         * @description 番号が書類と異なる, 書類がない, 読み取れない, 期限切れ, 種類が違う, 氏名・生年月日・住所・続柄・発行日が異なる, 扶養親族の漏れ, 扶養の対象でない, その他（remarkに書く）
         * @enum {string}
         */
        ReturnReason: "number_differs" | "document_missing" | "document_unreadable" | "document_expired" | "document_wrong" | "name_differs" | "birth_date_differs" | "address_differs" | "relationship_differs" | "issue_date_differs" | "dependent_missing" | "dependent_not_covered" | "other";
        /** @description One thing to put right. */
        RequestReturnItem: {
            subjectId: string;
            reason: components["schemas"]["ReturnReason"];
            remark?: string;
        };
        /** @description 差戻し */
        RequestReturn: {
            items: components["schemas"]["RequestReturnItem"][];
            remark?: string;
        };
        /** @description What to put right, item by item. */
        RequestReturnRequest: {
            items: {
                subjectId: string;
                reason: components["schemas"]["ReturnReason"];
                remark?: string;
            }[];
            remark?: string;
        };
        /**
         * @description 提供に同意しない, 個人情報の取扱いが不安, 安全管理が不安, 書類がない, 番号がわからない, 理由の申出なし, その他
         * @enum {string}
         */
        RefusalReason: "no_consent" | "privacy_concern" | "safety_concern" | "no_documents" | "number_unknown" | "no_reason_given" | "other";
        /** @description 提供拒否（不同意） */
        RequestRefusal: {
            reason: components["schemas"]["RefusalReason"];
            remark?: string;
            /**
             * @description Who entered it
             * @enum {string}
             */
            by: "subject" | "staff" | "host";
            /** Format: date */
            refusedOn: string;
        };
        /** @description What the person said. */
        RequestRefusalRequest: {
            reason: components["schemas"]["RefusalReason"];
            remark?: string;
            /**
             * Format: date
             * @description Default: today
             */
            refusedOn?: string;
        };
        /** @enum {string} */
        CancellationReason: "not_needed" | "asked_by_mistake" | "already_held" | "no_number" | "campaign_cancelled" | "other";
        /** @description 取消 */
        RequestCancellation: {
            reason: components["schemas"]["CancellationReason"];
            remark?: string;
        };
        /** @description Why it is cancelled. */
        RequestCancellationRequest: {
            /** @enum {string} */
            reason: "not_needed" | "asked_by_mistake" | "other";
            remark?: string;
        };
        /** @description Deadline and priority of an open request. */
        RequestChange: {
            /** Format: date */
            dueOn?: string | null;
            priority?: components["schemas"]["RequestPriority"];
        };
        /** @enum {string} */
        ContactChannel: "telephone" | "visit" | "letter" | "chat" | "mail" | "fax" | "post";
        /**
         * @description 話した, 不在, 伝言した, 送った, 届かなかった, 提出すると約束, 提出しないとの返事, 届いた
         * @enum {string}
         */
        ContactOutcome: "reached" | "no_answer" | "message_left" | "sent" | "undeliverable" | "promised" | "refused" | "received";
        /**
         * @description 番号確認書類の写し, 身元確認書類の写し, 個人番号カードの原本, 通知カードの原本, 提出書, その他
         * @enum {string}
         */
        ReceivedItem: "number_document_copy" | "identity_document_copy" | "card_original" | "notification_card_original" | "form" | "other";
        /**
         * @description 登録後に廃棄, 廃棄, 手渡しで返却, 書留で返送, 施錠保管, 担当者へ引継ぎ, 未処理
         * @enum {string}
         */
        ReceivedHandling: "registered_and_destroyed" | "destroyed" | "returned_by_hand" | "returned_by_registered_mail" | "kept_locked" | "passed_on" | "pending";
        /** @description What came, and what was done with it. */
        Received: {
            item: components["schemas"]["ReceivedItem"];
            handling: components["schemas"]["ReceivedHandling"];
            /** Format: date */
            handledOn?: string;
        };
        /** @description 対応記録: one attempt to reach the person. */
        Contact: {
            id: string;
            requestId: string;
            subjectId: string;
            channel: components["schemas"]["ContactChannel"];
            outcome: components["schemas"]["ContactOutcome"];
            /** Format: date-time */
            at: string;
            by: components["schemas"]["HistoryActor"];
            remark?: string;
            received?: components["schemas"]["Received"];
            /** Format: date-time */
            recordedAt: string;
        };
        /** @description One attempt. */
        ContactRequest: {
            channel: components["schemas"]["ContactChannel"];
            outcome: components["schemas"]["ContactOutcome"];
            /**
             * Format: date-time
             * @description Default: now
             */
            at?: string;
            remark?: string;
            /** @description Of what was `received`. */
            received?: {
                item: components["schemas"]["ReceivedItem"];
                handling: components["schemas"]["ReceivedHandling"];
                /** Format: date */
                handledOn?: string;
            };
        };
        /** @description A page of contacts. */
        ContactList: {
            data: components["schemas"]["Contact"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description Who did it, by the name of then. */
        HistoryActor: {
            /** @enum {string} */
            kind: "staff" | "subject" | "host" | "system";
            name?: string;
        };
        /** @enum {string} */
        HistoryKind: "notice_given" | "created" | "sent" | "opened" | "submitted" | "accepted" | "returned" | "refused" | "refusal_withdrawn" | "expired" | "cancelled" | "changed" | "reminder_due" | "contact";
        /** @description One line of the 経過記録. */
        HistoryLine: {
            /** Format: date-time */
            at: string;
            kind: components["schemas"]["HistoryKind"];
            what: components["schemas"]["StatementSentence"];
            by: components["schemas"]["HistoryActor"];
            channel?: string;
            outcome?: string;
            reason?: string;
            /** @description In words. */
            detail?: {
                ja: string;
                en: string;
            };
            remark?: string;
        };
        /** @description 経過記録. The oldest line first. */
        RequestHistory: {
            requestId: string;
            state: components["schemas"]["RequestState"];
            /** @description Who was asked. */
            subject: {
                id: string;
                name: string;
            };
            organizationName: string;
            companyName: string;
            /** Format: date */
            dueOn?: string;
            /** Format: date-time */
            madeAt: string;
            lines: components["schemas"]["HistoryLine"][];
            /** @description Why a slip is filed without the number; absent where one is held. */
            blank?: {
                /** @enum {string} */
                reason: "refused" | "overseas" | "newborn" | "unregistered" | "not_provided";
                ja: string;
                en: string;
            };
        };
        /** @enum {string} */
        CampaignState: "preparing" | "running" | "closed" | "cancelled";
        /** @description Whom it asks. What is named narrows it. */
        CampaignTarget: {
            companyId?: string;
            departmentId?: string;
            kinds?: components["schemas"]["SubjectKind"][];
            /** @description How many a list names */
            subjects?: number;
            /**
             * @description Everybody without a number
             * @constant
             */
            everyone?: true;
        };
        /** @description Whom to ask: by company, department, kind, a list of subjects, or everyone without a number. What is named narrows it. Without `kinds` it asks employees and payees (of corporate payees those whose 法人番号 is not known; the others are asked to confirm it, once, where `subjectIds` names them), and dependents through their employee, who hands in the family's numbers in the same session; a dependent gets a request of their own where the employee's number is held already (or the employee has none), where `kinds` names dependents, or where a list names this one. A proprietor is asked only where named. */
        CampaignTargetRequest: {
            companyId?: string;
            departmentId?: string;
            kinds?: components["schemas"]["SubjectKind"][];
            subjectIds?: string[];
            /**
             * @description Everybody without a number
             * @constant
             */
            everyone?: true;
        };
        /** @description 収集: a collection drive. */
        Campaign: {
            id: string;
            name: string;
            state: components["schemas"]["CampaignState"];
            target: components["schemas"]["CampaignTarget"];
            joins: boolean;
            noticeId?: string;
            priority: components["schemas"]["RequestPriority"];
            documents: components["schemas"]["RequestDocument"][];
            /** Format: date */
            dueOn?: string;
            /** @description Requests that its job and its rule made */
            asked: number;
            /** @description Subjects in the target whom its job did not ask; a dependent who is asked through the employee is not among them */
            passedOver: number;
            jobId: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            closedAt?: string;
        };
        /** @description A new campaign. Without `noticeId` everybody is shown the newest notice for such people, or the standing one. */
        CampaignRequest: {
            name: string;
            target: components["schemas"]["CampaignTargetRequest"];
            /**
             * @description Whether a subject that is made later and fits is asked by itself
             * @default false
             */
            joins?: boolean;
            noticeId?: string;
            /** Format: date */
            dueOn?: string;
            priority?: components["schemas"]["RequestPriority"];
            documents?: components["schemas"]["RequestDocument"][];
        };
        /** @description A page of campaigns. */
        CampaignList: {
            data: components["schemas"]["Campaign"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description Requests by state. */
        RequestCounts: {
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
        /** @description All of them, and by state. */
        ProgressCount: {
            total: number;
            counts: components["schemas"]["RequestCounts"];
        };
        /** @description Of one company, or of one department (absent: those in none). */
        ProgressRow: {
            companyId: string;
            departmentId?: string;
            total: number;
            counts: components["schemas"]["RequestCounts"];
        };
        /** @description How far a campaign is. */
        CampaignProgress: {
            campaignId: string;
            /** Format: date-time */
            asOf: string;
            overall: components["schemas"]["ProgressCount"];
            data: components["schemas"]["ProgressRow"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
        };
        /**
         * @description 二要素: なし, 事前に取り決めた合言葉, 生年月日, 連携先で本人がログイン中 (`host`: the host has just signed the person in; such a link is short-lived, and ends with its submission)
         * @enum {string}
         */
        LinkFactor: "none" | "passcode" | "birth_date" | "host";
        /**
         * @description 提出, 変更（修正・再発行・扶養・住所）, 状況の確認
         * @enum {string}
         */
        SessionKind: "collect" | "change" | "status";
        /** @description The link as a QR code (JIS X 0510), to be printed or shown. Treat it as the link itself. */
        QrCode: {
            svg: string;
            /** @description Base64 */
            png: string;
        };
        /** @description The link for the person. Shown once: only a hash of its token is stored. */
        Link: {
            id: string;
            kind: components["schemas"]["SessionKind"];
            requestId: string;
            subjectId?: string;
            /** @description `https://…/c#<token>`: the token is in the fragment, which browsers send to nobody. */
            url: string;
            /** @description The same page for an iframe of one of `collection.allowedOrigins`; absent while there are none. */
            embedUrl?: string;
            factor: components["schemas"]["LinkFactor"];
            qrCode: components["schemas"]["QrCode"];
            redirectUrl?: string;
            /** Format: date-time */
            expiresAt: string;
        };
        /** @description A link for somebody who comes back. Shown once: only a hash of its token is stored. */
        SubjectLink: {
            id: string;
            kind: components["schemas"]["SessionKind"];
            subjectId: string;
            /** @description Of `change`: the request under which the changes are submitted. */
            requestId?: string;
            /** @description `https://…/c#<token>`: the token is in the fragment, which browsers send to nobody. */
            url: string;
            /** @description The same page for an iframe of one of `collection.allowedOrigins`; absent while there are none. */
            embedUrl?: string;
            factor: components["schemas"]["LinkFactor"];
            qrCode: components["schemas"]["QrCode"];
            redirectUrl?: string;
            /** Format: date-time */
            expiresAt: string;
        };
        /** @description How the link of a request is opened. */
        RequestLinkRequest: {
            factor?: components["schemas"]["LinkFactor"];
            /** @description With `factor` `passcode`: what was agreed with the person beforehand. Kept as a sealed hash. */
            passcode?: string;
            /**
             * Format: date-time
             * @description At most 366 days ahead. Default: 30 days from now (`collection.linkDays` of the settings), or the end of the last day of the request where that is later; with `factor` `host`, 15 minutes.
             */
            expiresAt?: string;
            /** @description Where the page leads when the person is done: its origin and path must be in `collection.redirectUrls` of the settings. */
            redirectUrl?: string;
        };
        /** @description A link for a person whose request is over. */
        SubjectLinkRequest: {
            /** @enum {string} */
            kind: "change" | "status";
            /** @description Of `change`: default the standing one. */
            noticeId?: string;
            factor?: components["schemas"]["LinkFactor"];
            /** @description With `factor` `passcode`: what was agreed with the person beforehand. Kept as a sealed hash. */
            passcode?: string;
            /**
             * Format: date-time
             * @description At most 366 days ahead. Default: 30 days from now (`collection.linkDays` of the settings), or the end of the last day of the request where that is later; with `factor` `host`, 15 minutes.
             */
            expiresAt?: string;
            /** @description Where the page leads when the person is done: its origin and path must be in `collection.redirectUrls` of the settings. */
            redirectUrl?: string;
        };
        /** @description Exchanges the token of a link for a session. */
        SessionRequest: {
            token: string;
        };
        /** @description 二要素. */
        SessionFactor: {
            kind: components["schemas"]["LinkFactor"];
            /** @description Until then names, addresses, dependents and numbers stay hidden, and nothing can be entered. */
            passed: boolean;
        };
        /** @description A session of the person. */
        OpenedSession: {
            id: string;
            kind: components["schemas"]["SessionKind"];
            /** @description With `subjectId`: what a number sent as JWE names. */
            organizationId: string;
            subjectId: string;
            /** @description Bearer token of the session; kept in memory. */
            accessToken: string;
            factor: components["schemas"]["SessionFactor"];
            /**
             * Format: date-time
             * @description Moves on with each call (60 minutes by default, `collection.sessionMinutes`), for twelve hours at most.
             */
            expiresAt: string;
        };
        /** @description The second factor. */
        SessionFactorRequest: {
            passcode?: string;
            /** Format: date */
            birthOn?: string;
        } & (unknown | unknown);
        /** @description A number as the person sees it. */
        SessionNumber: {
            /** @description `*****` and the last two digits. */
            masked: string;
            /** Format: date */
            issuedOn?: string;
            /** Format: date-time */
            selfCheckedAt?: string;
            /** @description Whether `POST /v1/session/reveals` shows it: after the second factor, or where it was entered in this very session. */
            readable: boolean;
        };
        /**
         * @description 就職・収入の増加, 結婚, 離婚, 死亡, 他の人の扶養に入った, もともと扶養していない, その他, in this order
         * @enum {string}
         */
        DependentEndingReason: "employed" | "married" | "divorced" | "died" | "other_supporter" | "not_dependent" | "other";
        /** @description 扶養から外れた, as the person says: staff have not accepted it yet. */
        SessionDependentEnding: {
            reason: components["schemas"]["DependentEndingReason"];
            /** Format: date */
            endedOn?: string;
        };
        /** @description Why, and since when. */
        SessionDependentEndingRequest: {
            reason: components["schemas"]["DependentEndingReason"];
            /**
             * Format: date
             * @description Where it is not known, the day on which staff accept it stands.
             */
            endedOn?: string;
        };
        /** @description 扶養から外れた, as the person says: accepted with the request. */
        RequestDependentEnding: {
            subjectId: string;
            reason: components["schemas"]["DependentEndingReason"];
            /** Format: date */
            endedOn?: string;
        };
        /** @description A dependent in the session. */
        SessionDependent: {
            key: string;
            subjectId?: string;
            dependentNo: number;
            name: string;
            kana?: string;
            relationship: string;
            /** Format: date */
            birthOn?: string;
            /** @description Added by the person and not submitted yet, so that it can be taken out again. */
            addedHere: boolean;
            ending?: components["schemas"]["SessionDependentEnding"];
            number?: components["schemas"]["SessionNumber"];
        };
        /** @description What is known of the person, filled in beforehand; only after the second factor. */
        SessionPerson: {
            name: string;
            kana?: string;
            /** Format: date */
            birthOn?: string;
            address?: string;
            /** Format: email */
            email?: string;
            phone?: string;
            /** @description 法人番号 of a corporate payee */
            corporateNumber?: string;
        };
        /** @description Whom the person can ask. */
        SessionContact: {
            /** @description As the organization says it (`collection.contact` of the settings) */
            text?: string;
            phone?: string;
            address?: string;
        };
        /** @description 同意・委任・委託 that fits this person: word by word. */
        SessionConsent: {
            kind: components["schemas"]["ConsentKind"];
            /** @description The dependent whom it is about */
            dependentKey?: string;
            /** @description One of those that are demanded of the same dependent is needed before the submission: for 国民年金第3号 the employee is the spouse’s agent (委任状) or is entrusted with the identity check. Else the submission is refused with `consent_required`. */
            demanded: boolean;
            language: components["schemas"]["Language"];
            title: string;
            text: string;
            /** Format: date-time */
            givenAt?: string;
        };
        /** @description One thing to put right. */
        SessionReturnItem: {
            /** @description `self`, or the key of a dependent */
            key: string;
            reason: components["schemas"]["ReturnReason"];
            remark?: string;
        };
        /** @description 差戻し: why it came back. */
        SessionReturn: {
            /** Format: date-time */
            returnedAt: string;
            items: components["schemas"]["SessionReturnItem"][];
            remark?: string;
        };
        /** @description 提供拒否（不同意）, as recorded. */
        SessionRefusal: {
            reason: components["schemas"]["RefusalReason"];
            /** Format: date */
            refusedOn: string;
        };
        /**
         * @description 個人番号カード（表）, 個人番号カード（裏）, 通知カード（記載が住民票と一致するもの）, 住民票の写し・住民票記載事項証明書（個人番号あり）, 運転免許証, 運転経歴証明書, 旅券, 身体障害者手帳, 精神障害者保健福祉手帳, 療育手帳, 在留カード, 特別永住者証明書, 資格確認書, 年金手帳, 児童扶養手当証書, 特別児童扶養手当証書, 委任状, その他, in this order
         * @enum {string}
         */
        EvidenceKind: "card_front" | "card_back" | "notification_card" | "residence_certificate" | "driving_licence" | "driving_history_certificate" | "passport" | "disability_certificate" | "mental_disability_certificate" | "rehabilitation_certificate" | "residence_card" | "special_permanent_resident_certificate" | "qualification_certificate" | "pension_book" | "child_support_certificate" | "special_child_support_certificate" | "power_of_attorney" | "other";
        /** @description 確認書類 that the person uploaded. Its content is not shown here. */
        SessionEvidence: {
            id: string;
            kind: components["schemas"]["EvidenceKind"];
            /** @description Whose: `self`, or the key of a dependent */
            subjectKey: string;
            /** @description What it can prove */
            proves: components["schemas"]["RequestDocument"][];
            /** @enum {string} */
            mediaType: "image/jpeg" | "image/png" | "application/pdf";
            bytes: number;
            /** Format: date-time */
            createdAt: string;
        };
        /** @description A document that is still to come. */
        MissingDocument: {
            document: components["schemas"]["RequestDocument"];
            /** @description Whose: `self`, or the key of a dependent */
            subjectKey: string;
        };
        /** @description What was uploaded through this request. */
        SessionEvidenceList: {
            data: components["schemas"]["SessionEvidence"][];
        };
        /** @description What the page needs: who asks, why, and how far it got. */
        Session: {
            id: string;
            kind: components["schemas"]["SessionKind"];
            factor: components["schemas"]["SessionFactor"];
            /** @description Whether this session may enter and submit now; else it shows what is there. */
            canWrite: boolean;
            requestState?: components["schemas"]["RequestState"];
            organizationName: string;
            companyName: string;
            contact: components["schemas"]["SessionContact"];
            notice: components["schemas"]["Notice"];
            noticeAccepted: boolean;
            /** @enum {string} */
            subjectKind?: "employee" | "dependent" | "payee_individual" | "payee_corporation" | "proprietor";
            /** @description After the second factor */
            subjectName?: string;
            person?: components["schemas"]["SessionPerson"];
            number?: components["schemas"]["SessionNumber"];
            dependents: components["schemas"]["SessionDependent"][];
            /** @description What must be there before the submission */
            documents: components["schemas"]["RequestDocument"][];
            /** @description What of it is still to come, and whose: by an upload, or on paper, once staff recorded that (`received` of a contact) */
            missingDocuments: components["schemas"]["MissingDocument"][];
            evidence: components["schemas"]["SessionEvidence"][];
            consents: components["schemas"]["SessionConsent"][];
            return?: components["schemas"]["SessionReturn"];
            refusal?: components["schemas"]["SessionRefusal"];
            /** Format: date */
            dueOn?: string;
            /** Format: date-time */
            submittedAt?: string;
            redirectUrl?: string;
            /** Format: date-time */
            expiresAt: string;
        };
        /** @description The person read the notice of the purposes, or gave a consent of `consents`. */
        SessionConsentRequest: {
            noticeId?: string;
            kind?: components["schemas"]["ConsentKind"];
            dependentKey?: string;
            language?: components["schemas"]["Language"];
        } & (unknown | unknown);
        /**
         * @description 修正（誤りを直す: 以前の番号はただちに破棄）, 再発行（番号が変わった）
         * @enum {string}
         */
        NumberChange: "correction" | "reissue";
        /** @description 登録: the own number. Where one is held, a 修正 or 再発行. */
        SessionNumberRequest: {
            /** @description 個人番号: 12 digits; spaces, hyphens and full-width digits are accepted and normalised. Never comes back but by a reveal. */
            number?: string;
            numberJwe?: components["schemas"]["NumberJwe"];
            /** Format: date */
            issuedOn?: string;
            change?: components["schemas"]["NumberChange"];
            /** @description Why it is changed */
            reason?: string;
        } & (unknown | unknown);
        /** @description A dependent, added or corrected by the person, with the number where known. */
        SessionDependentRequest: {
            name: string;
            kana?: string;
            relationship: string;
            /** Format: date */
            birthOn?: string;
            /** @description 個人番号: 12 digits; spaces, hyphens and full-width digits are accepted and normalised. Never comes back but by a reveal. */
            number?: string;
            numberJwe?: components["schemas"]["NumberJwe"];
            /** Format: date */
            issuedOn?: string;
            change?: components["schemas"]["NumberChange"];
            reason?: string;
        };
        /** @description What is absent stays. */
        SessionPersonRequest: {
            name?: string;
            kana?: string;
            /** Format: date */
            birthOn?: string;
            address?: string;
            /** Format: email */
            email?: string;
            phone?: string;
            /** @description 法人番号 of a corporate payee, with its check digit */
            corporateNumber?: string;
        };
        /** @description The person’s own numbers, each as a JWE to the key that was sent: no proxy and no log in between holds digits. */
        SessionReveal: {
            /** Format: date-time */
            at: string;
            numbers: components["schemas"]["SessionRevealedNumber"][];
            receipt: components["schemas"]["LedgerReceipt"];
        };
        /** @description One number. */
        SessionRevealedNumber: {
            /** @description `self`, or the key of a dependent */
            key: string;
            subjectId: string;
            /** Format: date */
            issuedOn?: string;
            /** @description `ECDH-ES+A256KW`, `A256GCM`; plaintext `{ number, aud, sub, iat, jti }` with `aud` the session’s id, `sub` the subject’s */
            numberJwe: string;
            entryId: string;
        };
        /** @description A public key that the page made for this look: the private half never leaves it. */
        SessionRevealRequest: {
            /** @description P-256 or X25519, the public part only (RFC 7517) */
            jwk: {
                /** @enum {string} */
                kty: "OKP" | "EC";
                /** @enum {string} */
                crv: "X25519" | "P-256";
                x: string;
                y?: string;
                ext?: boolean;
                key_ops?: "deriveBits"[];
            };
            /** @description Of whom: `self` and keys of dependents. Default: everybody whose number is readable. */
            keys?: string[];
        };
        /** @description The person does not provide the number. */
        SessionRefusalRequest: {
            reason: components["schemas"]["RefusalReason"];
            remark?: string;
        };
        /** @description あとで: what was entered is kept, and the session has ended. The same link opens it again. */
        SessionPostponement: {
            /** Format: date-time */
            postponedAt: string;
            /** Format: date-time */
            linkExpiresAt: string;
        };
        /** @description 受領証 of the submission, in words and without digits. */
        SessionReceipt: {
            requestId: string;
            /** @enum {string} */
            kind: "collect" | "change";
            /** Format: date-time */
            submittedAt: string;
            organizationName: string;
            companyName: string;
            noticeTitle?: string;
            purposes?: components["schemas"]["PurposeCode"][];
            /** @description What was recorded, in its order */
            lines: components["schemas"]["SessionReceiptLine"][];
            entryIds: string[];
            receipt: components["schemas"]["LedgerReceipt"];
        };
        /** @description One entry of the 取扱記録. */
        SessionReceiptLine: {
            entryId: string;
            /** Format: date-time */
            at: string;
            operation: components["schemas"]["LedgerOperation"];
            operationLabel: string;
            functionName: string;
            /** @description Of whom; after the second factor */
            name?: string;
        };
        /** @description What is held of one person: never the number. */
        SessionHeldNumber: {
            key: string;
            /** @enum {string} */
            kind: "employee" | "dependent" | "payee" | "proprietor";
            name?: string;
            /** @enum {string} */
            state: "none" | "no_number" | "requested" | "registered" | "checked" | "disposed";
            /** Format: date-time */
            registeredAt?: string;
            /** Format: date */
            issuedOn?: string;
            /** Format: date-time */
            selfCheckedAt?: string;
            /** Format: date-time */
            staffCheckedAt?: string;
            /** @description What the person was told it is for */
            purposes?: components["schemas"]["PurposeCode"][];
        };
        /** @description 状況: what is held, for what, who used it, and how to ask. */
        SessionStatus: {
            organizationName: string;
            companyName: string;
            contact: components["schemas"]["SessionContact"];
            requestState?: components["schemas"]["RequestState"];
            /** Format: date-time */
            submittedAt?: string;
            held: components["schemas"]["SessionHeldNumber"][];
            /** @description The newest last */
            uses: components["schemas"]["HandlingLine"][];
            /** @description Whether there are older ones: ask for a 取扱状況のお知らせ */
            more: boolean;
            /** Format: date-time */
            madeAt: string;
        };
        /** @description 収集: links and the page. */
        CollectionSettings: {
            linkDays: number;
            sessionMinutes: number;
            /** @description Who may embed the page in an iframe (`frame-ancestors`) */
            allowedOrigins: string[];
            redirectUrls: string[];
            contact?: string;
        };
        /** @description What is absent stays. */
        CollectionSettingsRequest: {
            /** @description How long a link can be opened, from sending; default 30. */
            linkDays?: number;
            /** @description After how long without a call a session ends; default 60. */
            sessionMinutes?: number;
            /** @description Origins as `https://hr.example.co.jp`, that may embed the page; replaced whole. */
            allowedOrigins?: string[];
            /** @description Addresses that a link may lead back to, by origin and path; replaced whole. */
            redirectUrls?: string[];
            /** @description Whom people can ask, in words; null removes. */
            contact?: string | null;
        };
        /** @description A file format, as data. */
        FileFormat: {
            id: string;
            name: string;
            /** @enum {string} */
            direction: "import" | "export";
            /** @enum {string} */
            encoding: "utf-8" | "utf-8-bom" | "cp932" | "jis0208";
            /** @enum {string} */
            lineEnd: "crlf" | "lf";
            columns: string[];
        };
        /** @description Formats. */
        FileFormatList: {
            data: components["schemas"]["FileFormat"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 提供先・委託先: who gets a file. */
        Recipient: {
            id: string;
            name: string;
            /** @enum {string} */
            kind: "own_payroll" | "tax_accountant" | "labor_consultant" | "tax_office" | "other";
            /** Format: date-time */
            createdAt: string;
        };
        /** @description A new recipient. */
        RecipientRequest: {
            name: string;
            /** @enum {string} */
            kind: "own_payroll" | "tax_accountant" | "labor_consultant" | "tax_office" | "other";
        };
        /** @description A page of recipients. */
        RecipientList: {
            data: components["schemas"]["Recipient"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 取込, in two steps: the dry run reports and writes nothing; the application applies what was shown. */
        Import: {
            id: string;
            /** @enum {string} */
            kind: "roster";
            companyId: string;
            /** @enum {string} */
            state: "checking" | "checked" | "applying" | "applied" | "failed";
            jobId: string;
            fileName?: string;
            /** @enum {string} */
            encoding?: "utf-8" | "utf-8-bom" | "cp932";
            /** @description Persons by what the file does to them. */
            counts?: {
                rows: number;
                added: number;
                changed: number;
                unchanged: number;
                errors: number;
            };
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            appliedAt?: string;
        };
        /** @description A page of imports. */
        ImportList: {
            data: components["schemas"]["Import"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description A page of what is wrong in the file. */
        FileProblemList: {
            data: components["schemas"]["ProblemPlace"][];
            next?: string;
        };
        /** @description What the file holds. */
        ExportCounts: {
            subjects: number;
            numbers: number;
            skipped: number;
        };
        /** @description CSV出力: a file for a named recipient, downloaded once. */
        Export: {
            id: string;
            format: string;
            purpose: components["schemas"]["PurposeCode"];
            companyId: string;
            recipientId: string;
            /** @enum {string} */
            state: "preparing" | "ready" | "used_up" | "expired" | "failed";
            jobId: string;
            counts?: components["schemas"]["ExportCounts"];
            fileName?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            readyAt?: string;
            /** Format: date-time */
            expiresAt?: string;
            /** Format: date-time */
            usedUpAt?: string;
        };
        /** @description An export runs as a job. */
        ExportRequest: {
            companyId: string;
            format: string;
            purpose: components["schemas"]["PurposeCode"];
            recipientId: string;
            departmentId?: string;
        };
        /** @description A page of exports. */
        ExportList: {
            data: components["schemas"]["Export"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /**
         * @description 所得税法204条1項 1号 to 8号, in this order
         * @enum {string}
         */
        PaymentCategory: "manuscript" | "professional" | "medical" | "sports_and_sales" | "performance" | "hostess" | "contract_money" | "prize";
        /** @description 支払 */
        Payment: {
            id: string;
            companyId: string;
            subjectId: string;
            category: components["schemas"]["PaymentCategory"];
            /** @description 区分 */
            kind: string;
            /** @description 細目 */
            detail?: string;
            /** @description 支払金額: gross, in yen */
            amount: number;
            /** @description 源泉徴収税額; part of `amount` */
            withheld: number;
            /** @description 未払金額; part of `amount` */
            unpaid: number;
            /** @description 未徴収税額; part of `withheld` */
            withheldUnpaid: number;
            /**
             * Format: date
             * @description 支払の確定した日
             */
            dueOn: string;
            /** Format: date */
            paidOn?: string;
            /** @description 摘要 */
            remarks?: string;
            /** @description The host's own id; unique per organization and kind. */
            externalId?: string;
            /** Format: date-time */
            createdAt: string;
        };
        /** @description A payment to a payee. */
        PaymentRequest: {
            companyId: string;
            subjectId: string;
            category: components["schemas"]["PaymentCategory"];
            /** @description 区分 */
            kind: string;
            /** @description 細目 */
            detail?: string;
            /** @description 支払金額: gross, in yen */
            amount: number;
            /** @description 源泉徴収税額; part of `amount` */
            withheld: number;
            /** @description 未払金額; part of `amount` */
            unpaid?: number;
            /** @description 未徴収税額; part of `withheld` */
            withheldUnpaid?: number;
            /**
             * Format: date
             * @description 支払の確定した日
             */
            dueOn: string;
            /** Format: date */
            paidOn?: string;
            /** @description 摘要 */
            remarks?: string;
            /** @description The host's own id; unique per organization and kind. */
            externalId?: string;
        };
        /** @description A page of payments. */
        PaymentList: {
            data: components["schemas"]["Payment"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 支払調書 of one payee and year. */
        PaymentRecord: {
            id: string;
            companyId: string;
            subjectId: string;
            /** @enum {string} */
            form: "309";
            year: number;
            /** @description Whether it must be filed */
            required: boolean;
            reason: components["schemas"]["Sentence"];
            amount: number;
            withheld: number;
            lines: {
                kind: string;
                detail?: string;
                amount: number;
                withheld: number;
                unpaid: number;
                withheldUnpaid: number;
            }[];
            filingId?: string;
        };
        /** @description Japanese and English. */
        Sentence: {
            ja: string;
            en: string;
        };
        /** @description A page of payment records. */
        PaymentRecordList: {
            data: components["schemas"]["PaymentRecord"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 提出: a set of slips for the tax office. */
        Filing: {
            id: string;
            companyId: string;
            /** @enum {string} */
            form: "309";
            year: number;
            /** @enum {string} */
            state: "draft" | "checked" | "approved" | "filed";
            /** @enum {string} */
            packageState: "preparing" | "ready" | "used_up" | "expired" | "failed";
            jobId: string;
            /** @description Slips. */
            counts?: {
                slips: number;
                withoutNumber: number;
            };
            problems?: {
                subjectId: string;
                item?: string;
                code: components["schemas"]["ErrorCode"];
                detail?: string;
            }[];
            /** @description Slips that are filed without the number of the payee, and why; the first thousand */
            blanks?: {
                subjectId: string;
                /** @enum {string} */
                reason: "refused" | "overseas" | "newborn" | "unregistered" | "not_provided" | "not_asked" | "not_usable";
            }[];
            /** Format: date-time */
            createdAt: string;
        };
        /** @description Renders the filing copies: CSV by the statutory layout and PDF slips. */
        FilingRequest: {
            companyId: string;
            /** @enum {string} */
            form: "309";
            year: number;
        };
        /** @description A page of filings. */
        FilingList: {
            data: components["schemas"]["Filing"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description A statutory period, as dated data. */
        RetentionRule: {
            id: string;
            name: string;
            law: string;
            years: number;
            anchor: string;
            purposes: components["schemas"]["PurposeCode"][];
            /** @enum {string} */
            confidence: "primary" | "secondary" | "uncertain";
            /** Format: date */
            fromOn?: string;
            /** Format: date */
            toOn?: string;
        };
        /** @description The rules. */
        RetentionRuleList: {
            data: components["schemas"]["RetentionRule"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 保存期間の根拠: why the number must still be kept, until when. */
        Claim: {
            ruleId: string;
            purpose: components["schemas"]["PurposeCode"];
            /** Format: date */
            anchorOn?: string;
            /**
             * Format: date
             * @description Last day it must be kept; absent = open, the relation goes on
             */
            untilOn?: string;
            reason: components["schemas"]["Sentence"];
        };
        /** @description Claims, longest first. */
        ClaimList: {
            data: components["schemas"]["Claim"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 削除予定日: the later of the claims and of the staff's date. */
        PlannedDisposal: {
            subjectId: string;
            /**
             * @description open = a claim has no end yet; withdrawn = 予定解除
             * @enum {string}
             */
            state: "open" | "planned" | "withdrawn";
            /** Format: date */
            claimsUntilOn?: string;
            /** Format: date */
            staffOn?: string;
            /**
             * Format: date
             * @description First day on which it may be disposed of
             */
            plannedOn?: string;
            reason?: string;
            /** Format: date */
            reviewOn?: string;
        };
        /** @description A later date of the staff, with its reason. It never shortens a claim. */
        PlannedDisposalRequest: {
            /** Format: date */
            plannedOn: string;
            reason: string;
        };
        /** @description A row of the deletion list. */
        DisposalScheduleRow: {
            subjectId: string;
            kind: components["schemas"]["SubjectKind"];
            department?: components["schemas"]["DepartmentAsShown"];
            code?: string;
            name: string;
            employeeName?: string;
            dependentNo?: number;
            /** Format: date */
            issuedOn?: string;
            /** @description `*****` and the last two digits. */
            masked?: string;
            /**
             * Format: date
             * @description 退職日
             */
            retiredOn?: string;
            /**
             * Format: date
             * @description 喪失日
             */
            insuranceLostOn?: string;
            /**
             * Format: date
             * @description 削除予定日
             */
            plannedOn?: string;
            /** @enum {string} */
            state: "open" | "planned" | "withdrawn";
            /** @description Whether it may be disposed of today */
            due: boolean;
        };
        /** @description A page of the deletion list. */
        DisposalScheduleRowList: {
            data: components["schemas"]["DisposalScheduleRow"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description 廃棄. All or nothing at the check: one subject before its planned date refuses the whole. */
        DisposalRequest: {
            subjectIds: string[];
        };
        /** @description 廃棄, as a job. */
        Disposal: {
            id: string;
            /** @enum {string} */
            state: "running" | "done" | "failed";
            jobId: string;
            certificateIds?: string[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            finishedAt?: string;
            receipt?: components["schemas"]["LedgerReceipt"];
        };
        /** @description A page of disposals. */
        DisposalList: {
            data: components["schemas"]["Disposal"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description Erasure epoch (鍵の世代交代): every key is wrapped anew and the old KMS version destroyed, so that what was disposed of before it becomes *erased*: no old backup, log or freed block can be opened any more. */
        ErasureEpoch: {
            id: string;
            /**
             * @description In this order: new keys are made known; they become the current ones; everything is re-wrapped; a backup of the key database is waited for; the old keys leave all caches; the old KMS version is destroyed; the KMS's own deletion delay runs; the certificates say *erased*.
             * @enum {string}
             */
            state: "announcing" | "promoting" | "rewrapping" | "awaiting_backup" | "retiring" | "destroying" | "waiting" | "finished";
            /** @description Data keys re-wrapped. */
            progress: {
                done: number;
                total?: number;
            };
            /** @description What the operator must look at. backup_late = no backup was confirmed two days after it could have been; erasure_late = a disposal is not erased after 35 days. For platform tokens. */
            alarms: ("backup_late" | "erasure_late")[];
            /** @enum {string} */
            startedBy: "schedule" | "platform" | "operator";
            /** Format: date-time */
            startedAt: string;
            /**
             * Format: date-time
             * @description The next step comes no earlier
             */
            notBefore: string;
            /** @description How many certificates of this organization became final; for tokens of an organization */
            certificates?: number;
            /**
             * Format: date-time
             * @description Only a backup of the key database begun after this will be of use
             */
            rewrappedAt?: string;
            backup?: {
                /** Format: date-time */
                takenAt: string;
                /** Format: date-time */
                confirmedAt: string;
                /** @enum {string} */
                by: "platform" | "operator" | "test";
            };
            /**
             * Format: date-time
             * @description When the KMS had destroyed the old version
             */
            destroyedAt?: string;
            /**
             * Format: date-time
             * @description When the KMS could not have brought it back any more; the `erasedAt` of the certificates
             */
            erasableAt?: string;
            /** Format: date-time */
            finishedAt?: string;
        };
        /** @description A page of erasure epochs. */
        ErasureEpochList: {
            data: components["schemas"]["ErasureEpoch"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. */
            next?: string;
            total?: string;
        };
        /** @description A backup of the key database that was taken after the re-wrap. */
        BackupConfirmationRequest: {
            /**
             * Format: date-time
             * @description When it was begun
             */
            backupTakenAt: string;
        };
        /** @description 廃棄証明書: signed proof of disposal, without digits. It says *deleted*; *erased* only after the key version that could open old copies is destroyed. */
        Certificate: {
            id: string;
            disposalId: string;
            subjectId: string;
            /** @enum {string} */
            status: "deleted" | "erased";
            /** Format: date-time */
            deletedAt: string;
            /** Format: date-time */
            erasedAt?: string;
            /** @description Compact JWS (EdDSA); keys at /.well-known/jwks.json */
            jws: string;
        };
        /** @description A page of certificates. */
        CertificateList: {
            data: components["schemas"]["Certificate"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /**
         * @description 登録 代理登録 修正 再発行 番号確認 重複確認 閲覧 印刷 CSV出力 提出 受取 削除開始 削除 消去 ログイン 取込 通知 同意 依頼 確認書類 削除予定 予定解除 担当者 設定 鍵更新 異動 組織 対象者 支払 開示 記録の閲覧 記録の出力, in this order
         * @enum {string}
         */
        LedgerOperation: "register" | "register_by_proxy" | "correct" | "reissue" | "check" | "compare" | "view" | "print" | "export" | "file" | "download" | "delete_started" | "delete" | "erase" | "login" | "import" | "notice" | "consent" | "request" | "evidence" | "plan_disposal" | "cancel_disposal_plan" | "staff" | "settings" | "renew_keys" | "employment" | "organization" | "subject" | "payment" | "disclose" | "read_ledger" | "export_ledger";
        /** @description What the 取扱記録 has of one person, in words for that person. No digits, and nobody else's data but the name of whoever acted. */
        HandlingStatement: {
            subject: {
                id: string;
                name: string;
            };
            organizationName: string;
            companyName: string;
            /** @description Without `from` it begins with the first entry */
            period: {
                /** Format: date-time */
                from?: string;
                /** Format: date-time */
                to: string;
            };
            /** Format: date-time */
            madeAt: string;
            /** @description The oldest first */
            lines: components["schemas"]["HandlingLine"][];
        };
        /** @description One entry of the 取扱記録, as the person is told of it. */
        HandlingLine: {
            entryId: string;
            /** Format: date-time */
            at: string;
            operation: components["schemas"]["LedgerOperation"];
            operationLabel: string;
            /** @description 機能名 */
            functionName: string;
            what: components["schemas"]["StatementSentence"];
            by: components["schemas"]["HandledBy"];
            /** @enum {string} */
            outcome: "done" | "released" | "refused";
            result: components["schemas"]["StatementSentence"];
            /** @description 利用目的, with the law that allows it */
            purpose?: {
                code: components["schemas"]["PurposeCode"];
                ja: string;
                en: string;
                law: string;
            };
            /** @enum {string} */
            use?: "view" | "print" | "export" | "filing";
        };
        /** @description Who acted. Staff are named, with role, post and departments as of then; a person of the family is not. */
        HandledBy: {
            /** @enum {string} */
            kind: "self" | "family" | "staff" | "host" | "operator" | "system";
            ja: string;
            en: string;
            name?: string;
            roles: {
                code: components["schemas"]["Role"];
                ja: string;
                en: string;
            }[];
            post?: string;
            departments: string[];
        };
        StatementSentence: {
            ja: string;
            en: string;
        };
        /** @description Checkpoint (検証点): the signed root of the ledger's Merkle tree over its first `size` entries. */
        Checkpoint: {
            id: string;
            size: number;
            root: string;
            /** @description C2SP signed note (Ed25519); golang.org/x/mod/sumdb/note reads it */
            note: string;
            /** @description Of the key that signed it */
            keyId: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it was last entered in the list outside the databases, and announced
             */
            anchoredAt?: string;
            /** @description A time stamp (RFC 3161) of the bytes of `note`, where the operator has set an authority. Check it: `openssl ts -verify -data note -in response.tsr -CAfile …`. */
            timeStamp?: {
                /**
                 * Format: date-time
                 * @description The time that the authority names
                 */
                at: string;
                /** @description The authority's whole answer (TimeStampResp, DER), base64 */
                response: string;
            };
        };
        /** @description A page of checkpoints, newest first. */
        CheckpointList: {
            data: components["schemas"]["Checkpoint"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. */
            next?: string;
            total?: string;
        };
        /** @description A key that signs checkpoints, or did. */
        LedgerPublicKey: {
            /** @description `name+keyid+base64`, as C2SP signed notes have it */
            verifierKey: string;
            keyId: string;
            /** @description Whether it signs now */
            current: boolean;
            /** Format: date-time */
            createdAt: string;
        };
        /** @description Every key that has signed, newest first. */
        LedgerPublicKeyList: {
            data: components["schemas"]["LedgerPublicKey"][];
        };
        /** @description That the entry is in the tree of that size. The leaf's hash is SHA-256(0x00 ‖ leaf). */
        InclusionProof: {
            entryId: string;
            /** @description The canonical text, as it was hashed */
            leaf: string;
            leafHash: string;
            index: number;
            size: number;
            root: string;
            /** @description From the leaf up */
            hashes: string[];
            /** @description C2SP signed note (Ed25519); golang.org/x/mod/sumdb/note reads it */
            checkpoint?: string;
        };
        /** @description A tree by its size. */
        ProvenTree: {
            size: number;
            root: string;
            /** @description C2SP signed note (Ed25519); golang.org/x/mod/sumdb/note reads it */
            checkpoint?: string;
        };
        /** @description That `to` begins with `from`. */
        ConsistencyProof: {
            from: components["schemas"]["ProvenTree"];
            to: components["schemas"]["ProvenTree"];
            hashes: string[];
        };
        /** @description One line of the 取扱記録. No digits. */
        LedgerEntry: {
            id: string;
            /**
             * Format: date-time
             * @description When the act began; one for a bulk job
             */
            at: string;
            /** Format: date-time */
            recordedAt: string;
            operation: components["schemas"]["LedgerOperation"];
            operationLabel: string;
            /** @description 機能名 */
            functionName: string;
            subjectId?: string;
            department?: components["schemas"]["DepartmentAsShown"];
            code?: string;
            /** @description As of then; a dependent is `employee > dependent` */
            subjectName?: string;
            /** @description 操作した人 */
            actor: {
                /** @enum {string} */
                type: "staff" | "subject" | "client" | "operator" | "system";
                id?: string;
                /** @description ユーザID */
                userId?: string;
                /** @description ユーザ名 */
                name?: string;
            };
            purpose?: components["schemas"]["PurposeCode"];
            use?: components["schemas"]["NumberUse"];
            outcome: components["schemas"]["LedgerOutcome"];
            refusal?: components["schemas"]["ErrorCode"];
            requestId: string;
            clientId?: string;
            assurance?: components["schemas"]["Assurance"];
            /** @description 取扱区域, as it was called then */
            place?: string;
        };
        /** @description A page of the handling log. */
        LedgerEntryList: {
            data: components["schemas"]["LedgerEntry"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /**
         * @description How digits leave, 閲覧 印刷 CSV出力 提出. The `intent` of a reveal is one of the first two.
         * @enum {string}
         */
        NumberUse: "view" | "print" | "export" | "filing";
        /**
         * @description `released`: written before digits left, and never withdrawn
         * @enum {string}
         */
        LedgerOutcome: "done" | "released" | "refused";
        /**
         * @description Who vouches for the one who acted: the host, the organization's own issuer, a second factor that the person answered (passcode or birth date), or nobody
         * @enum {string}
         */
        Assurance: "host" | "idp" | "factor" | "none";
        /** @description Which entries, and as what. */
        LedgerExportRequest: {
            format: components["schemas"]["LedgerFormat"];
            /**
             * Format: date-time
             * @description Default: three months before `to`
             */
            from?: string;
            /**
             * Format: date-time
             * @description Default: now
             */
            to?: string;
            /**
             * @description Default: `desc`; a jsonl of everything is in the order of the log
             * @enum {string}
             */
            order?: "asc" | "desc";
            /** @description 部門コード */
            departmentCode?: string;
            /** @description 社員コード (完全一致) */
            code?: string;
            /** @description 対象者名 (部分一致) */
            name?: string;
            operation?: components["schemas"]["LedgerOperation"];
            subjectId?: string;
            purpose?: components["schemas"]["PurposeCode"];
            use?: components["schemas"]["NumberUse"];
            outcome?: components["schemas"]["LedgerOutcome"];
            assurance?: components["schemas"]["Assurance"];
            /** @description 取扱区域 */
            place?: string;
            requestId?: string;
            clientId?: string;
            /** @description 操作した人: an id, or the host's user id */
            actor?: string;
        };
        /** @enum {string} */
        LedgerFormat: "csv" | "jsonl" | "pdf";
        /** @description An export of the handling log, and its file. No digits. */
        LedgerExport: {
            id: string;
            format: components["schemas"]["LedgerFormat"];
            /** @enum {string} */
            state: "preparing" | "ready" | "expired" | "failed";
            jobId: string;
            /**
             * Format: date-time
             * @description Absent in a jsonl of everything
             */
            from?: string;
            /** Format: date-time */
            to?: string;
            /** @enum {string} */
            order: "asc" | "desc";
            /** @description As asked for */
            filters: {
                /** @description 部門コード */
                departmentCode?: string;
                /** @description 社員コード (完全一致) */
                code?: string;
                /** @description 対象者名 (部分一致) */
                name?: string;
                operation?: components["schemas"]["LedgerOperation"];
                subjectId?: string;
                purpose?: components["schemas"]["PurposeCode"];
                use?: components["schemas"]["NumberUse"];
                outcome?: components["schemas"]["LedgerOutcome"];
                assurance?: components["schemas"]["Assurance"];
                /** @description 取扱区域 */
                place?: string;
                requestId?: string;
                clientId?: string;
                /** @description 操作した人: an id, or the host's user id */
                actor?: string;
            };
            /** @description How many it holds, once it is ready */
            entries?: number;
            /** @description Size of the checkpoint (検証点) that it names; absent where there is none */
            checkpointSize?: number;
            fileName: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            readyAt?: string;
            /**
             * Format: date-time
             * @description Seven days after it is ready
             */
            expiresAt?: string;
        };
        /** @description A page of exports of the handling log, oldest first. */
        LedgerExportList: {
            data: components["schemas"]["LedgerExport"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`. */
            total?: string;
        };
        /** @description Long work. */
        Job: {
            id: string;
            /** @enum {string} */
            kind: "import_check" | "import_apply" | "export" | "filing" | "disposal" | "ledger_export" | "campaign" | "campaign_cancellation";
            /** @enum {string} */
            state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
            progress: {
                done: number;
                total?: number;
            };
            errors: components["schemas"]["ProblemPlace"][];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            startedAt?: string;
            /** Format: date-time */
            finishedAt?: string;
            receipt?: components["schemas"]["LedgerReceipt"];
        };
        /** @enum {string} */
        EventType: "number.registered" | "number.corrected" | "number.reissued" | "number.checked" | "number.duplicated" | "number.deleted" | "number.erased" | "request.sent" | "request.opened" | "request.submitted" | "request.returned" | "request.accepted" | "request.refused" | "request.expired" | "request.reminder_due" | "link.locked" | "verification.completed" | "verification.rejected" | "import.completed" | "export.ready" | "export.downloaded" | "export.acknowledged" | "payment_records.ready" | "filing.filed" | "disposal.due" | "certificate.issued" | "certificate.final" | "ledger.checkpoint" | "ledger.tampered" | "approval.requested" | "approval.decided" | "incident.opened" | "periodic_check.due" | "security.unusual_use" | "usage.threshold_reached" | "webhook_endpoint.disabled" | "webhook_endpoint.test";
        /** @description An address that gets signed events. */
        WebhookEndpoint: {
            id: string;
            url: string;
            /** @description Empty = all */
            events: components["schemas"]["EventType"][];
            description?: string;
            /** @enum {string} */
            state: "enabled" | "disabled";
            /** Format: date-time */
            createdAt: string;
            /** @description Only in the answer that created it. */
            secret?: string;
        };
        /** @description `https` only; private addresses are refused at connect time. */
        WebhookEndpointRequest: {
            url: string;
            events?: components["schemas"]["EventType"][];
            description?: string;
        };
        /** @description A page of endpoints. */
        WebhookEndpointList: {
            data: components["schemas"]["WebhookEndpoint"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description A further secret; the old one signs beside it for 24 hours. */
        WebhookSecret: {
            secret: string;
            /** Format: date-time */
            previousUntil: string;
        };
        /** @description A test event on its way. */
        TestEvent: {
            eventId: string;
        };
        /** @description One delivery of one event to one endpoint. */
        WebhookDelivery: {
            id: string;
            endpointId: string;
            eventId: string;
            type: components["schemas"]["EventType"];
            /** @enum {string} */
            state: "waiting" | "succeeded" | "failed";
            attempts: number;
            lastStatus?: number;
            lastError?: string;
            /** Format: date-time */
            nextAt?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            deliveredAt?: string;
        };
        /** @description A page of deliveries. */
        WebhookDeliveryList: {
            data: components["schemas"]["WebhookDelivery"][];
            /** @description Cursor of the next page; absent on the last one. Pass it as `after`. A page that was searched for (a name, what is due) can be short, even empty, and still have it. */
            next?: string;
            /** @description Only with `total=true`: exact to 10,000, then `10000+`; with a name filter to 1,000, then `1000+`, or `37+` where 10,000 rows were looked at. */
            total?: string;
        };
        /** @description The body of a webhook: ids only. */
        WebhookEvent: {
            type: components["schemas"]["EventType"];
            /** Format: date-time */
            timestamp: string;
            data: {
                [key: string]: string;
            };
        };
        /** @description Alive. */
        Health: {
            /** @enum {string} */
            status: "ok";
        };
        /** @description Ready to serve, part by part. */
        Readiness: {
            /** @enum {string} */
            status: "ready" | "not_ready";
            /** @description What the operator should know of the list of disposals */
            detail?: string;
            /** @description Age of the oldest entry of any ledger that is not sealed yet. Over 300, numbers of that organization neither leave nor are disposed of. */
            ledgerLagSeconds?: number;
            parts: {
                /** @enum {string} */
                mongodb: "up" | "down";
                /** @enum {string} */
                keys: "up" | "down";
                /** @enum {string} */
                redis: "up" | "down";
                /**
                 * @description The signed list of disposals; down = disposals wait; the last three = nothing is answered yet
                 * @enum {string}
                 */
                anchors: "up" | "down" | "checking" | "replaying" | "blocked";
            };
        };
    };
    responses: {
        /** @description A problem (RFC 9457) */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "https://azukari.example/problems/check_digit",
                 *       "title": "検査用数字（チェックデジット）が合いません",
                 *       "status": 422,
                 *       "detail": "The check digit does not match.",
                 *       "instance": "rid_01JZ0000000000000000000000",
                 *       "code": "check_digit",
                 *       "errors": [
                 *         {
                 *           "pointer": "/number",
                 *           "code": "check_digit",
                 *           "detail": "The check digit does not match."
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description RFC 6749 § 5.2 */
        TokenError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "invalid_client",
                 *       "error_description": "Client authentication failed",
                 *       "type": "https://azukari.example/problems/invalid_client",
                 *       "title": "クライアントの認証に失敗しました",
                 *       "status": 401,
                 *       "code": "invalid_client",
                 *       "detail": "Client authentication failed",
                 *       "instance": "rid_01JZ0000000000000000000000"
                 *     }
                 */
                "application/json": components["schemas"]["TokenError"];
            };
        };
    };
    parameters: {
        /**
         * @description Rows a page.
         * @example 20
         */
        limit: number;
        /** @description Cursor: the `next` of the page before. */
        after: string;
        /** @description Whether to count; costs more. */
        total: boolean;
        /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
        IdempotencyKey: string;
        /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
        IfMatch: string;
    };
    requestBodies: never;
    headers: {
        /** @description Id of this request */
        RequestId: string;
        /** @description Version of the resource */
        ETag: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    issueToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "grant_type": "client_credentials",
                 *       "organization": "org_01JZ0000000000000000000000",
                 *       "staff": "stf_01JZ0000000000000000000000",
                 *       "auth_time": "1795400000",
                 *       "scope": "subjects:read numbers:read"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "eyJ…",
                     *       "token_type": "Bearer",
                     *       "expires_in": 600,
                     *       "scope": "subjects:read numbers:read"
                     *     }
                     */
                    "application/json": components["schemas"]["Token"];
                };
            };
            default: components["responses"]["TokenError"];
        };
    };
    createNonce: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "organization": "org_01JZ0000000000000000000000"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["NonceRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "nonce": "bXlfbm9uY2VfaXNfb25lX3RoaW5n",
                     *       "expires_in": 600
                     *     }
                     */
                    "application/json": components["schemas"]["Nonce"];
                };
            };
            default: components["responses"]["TokenError"];
        };
    };
    getAuthorizationServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "issuer": "https://azukari.example",
                     *       "token_endpoint": "https://azukari.example/oauth/token",
                     *       "jwks_uri": "https://azukari.example/.well-known/jwks.json",
                     *       "grant_types_supported": [
                     *         "client_credentials",
                     *         "urn:ietf:params:oauth:grant-type:token-exchange"
                     *       ],
                     *       "token_endpoint_auth_methods_supported": [
                     *         "private_key_jwt",
                     *         "client_secret_basic"
                     *       ],
                     *       "token_endpoint_auth_signing_alg_values_supported": [
                     *         "EdDSA",
                     *         "Ed25519",
                     *         "ES256"
                     *       ],
                     *       "scopes_supported": [
                     *         "subjects:read"
                     *       ],
                     *       "response_types_supported": []
                     *     }
                     */
                    "application/json": components["schemas"]["AuthorizationServer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getJwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "OKP",
                     *           "crv": "Ed25519",
                     *           "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                     *           "kid": "k1",
                     *           "alg": "EdDSA",
                     *           "use": "sig"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Jwks"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listOrganizations: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "org_01JZ0000000000000000000000",
                     *           "name": "青葉商事グループ",
                     *           "mode": "test",
                     *           "externalId": "host-001",
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OrganizationList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createOrganization: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "青葉商事グループ",
                 *       "mode": "test",
                 *       "externalId": "host-001"
                 *     }
                 */
                "application/json": components["schemas"]["OrganizationRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "org_01JZ0000000000000000000000",
                     *       "name": "青葉商事グループ",
                     *       "mode": "test",
                     *       "externalId": "host-001",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Organization"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example org_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "org_01JZ0000000000000000000000",
                     *       "name": "青葉商事グループ",
                     *       "mode": "test",
                     *       "externalId": "host-001",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Organization"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listClients: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "cli_01JZ0000000000000000000000",
                     *           "name": "給与クラウド",
                     *           "organizationId": "org_01JZ0000000000000000000000",
                     *           "scopes": [
                     *             "subjects:read"
                     *           ],
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ClientList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "給与クラウド",
                 *       "organizationId": "org_01JZ0000000000000000000000",
                 *       "scopes": [
                 *         "subjects:read"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ClientRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cli_01JZ0000000000000000000000",
                     *       "name": "給与クラウド",
                     *       "organizationId": "org_01JZ0000000000000000000000",
                     *       "scopes": [
                     *         "subjects:read"
                     *       ],
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Client"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cli_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cli_01JZ0000000000000000000000",
                     *       "name": "給与クラウド",
                     *       "organizationId": "org_01JZ0000000000000000000000",
                     *       "scopes": [
                     *         "subjects:read"
                     *       ],
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Client"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cli_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    listClientSecrets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cli_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "csk_01JZ0000000000000000000000",
                     *           "createdAt": "2026-11-23T01:23:45.678Z",
                     *           "endsAt": "2026-11-24T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ClientSecretList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createClientSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example cli_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "previousEndsAt": "2026-11-24T01:23:45.678Z"
                 *     }
                 */
                "application/json": components["schemas"]["ClientSecretRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "csk_01JZ0000000000000000000000",
                     *       "secret": "azs_…",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "previousEndsAt": "2026-11-24T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["NewClientSecret"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteClientSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cli_01JZ0000000000000000000000 */
                id: string;
                /** @example csk_01JZ0000000000000000000000 */
                secretId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    listClientKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cli_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "cky_01JZ0000000000000000000000",
                     *           "use": "sig",
                     *           "jwk": {
                     *             "kty": "OKP",
                     *             "crv": "Ed25519",
                     *             "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
                     *           },
                     *           "expiresOn": "2028-03-31",
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ClientKeyList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createClientKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example cli_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "use": "sig",
                 *       "jwk": {
                 *         "kty": "OKP",
                 *         "crv": "Ed25519",
                 *         "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
                 *       },
                 *       "expiresOn": "2028-03-31"
                 *     }
                 */
                "application/json": components["schemas"]["ClientKeyRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cky_01JZ0000000000000000000000",
                     *       "use": "sig",
                     *       "jwk": {
                     *         "kty": "OKP",
                     *         "crv": "Ed25519",
                     *         "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
                     *       },
                     *       "expiresOn": "2028-03-31",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ClientKey"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteClientKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cli_01JZ0000000000000000000000 */
                id: string;
                /** @example cky_01JZ0000000000000000000000 */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    listCompanies: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "com_01JZ0000000000000000000000",
                     *           "name": "青葉商事株式会社",
                     *           "kind": "corporation",
                     *           "corporateNumber": "7000012050002",
                     *           "address": "東京都千代田区霞が関３－１－１",
                     *           "phone": "03-3581-4161",
                     *           "externalId": "host-001",
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CompanyList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createCompany: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "青葉商事株式会社",
                 *       "kind": "corporation",
                 *       "corporateNumber": "7000012050002",
                 *       "address": "東京都千代田区霞が関３－１－１",
                 *       "phone": "03-3581-4161",
                 *       "externalId": "host-001"
                 *     }
                 */
                "application/json": components["schemas"]["CompanyRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "com_01JZ0000000000000000000000",
                     *       "name": "青葉商事株式会社",
                     *       "kind": "corporation",
                     *       "corporateNumber": "7000012050002",
                     *       "address": "東京都千代田区霞が関３－１－１",
                     *       "phone": "03-3581-4161",
                     *       "externalId": "host-001",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Company"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getCompany: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example com_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "com_01JZ0000000000000000000000",
                     *       "name": "青葉商事株式会社",
                     *       "kind": "corporation",
                     *       "corporateNumber": "7000012050002",
                     *       "address": "東京都千代田区霞が関３－１－１",
                     *       "phone": "03-3581-4161",
                     *       "externalId": "host-001",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Company"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updateCompany: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @example com_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "address": "東京都千代田区霞が関３－１－１"
                 *     }
                 */
                "application/json": components["schemas"]["CompanyUpdate"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "com_01JZ0000000000000000000000",
                     *       "name": "青葉商事株式会社",
                     *       "kind": "corporation",
                     *       "corporateNumber": "7000012050002",
                     *       "address": "東京都千代田区霞が関３－１－１",
                     *       "phone": "03-3581-4161",
                     *       "externalId": "host-001",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Company"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listDepartments: {
        parameters: {
            query?: {
                companyId?: string;
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "dep_01JZ0000000000000000000000",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "code": "101",
                     *           "name": "社長室",
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DepartmentList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createDepartment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "companyId": "com_01JZ0000000000000000000000",
                 *       "code": "101",
                 *       "name": "社長室"
                 *     }
                 */
                "application/json": components["schemas"]["DepartmentRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dep_01JZ0000000000000000000000",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "code": "101",
                     *       "name": "社長室",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Department"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getDepartment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example dep_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dep_01JZ0000000000000000000000",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "code": "101",
                     *       "name": "社長室",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Department"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listStaff: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "stf_01JZ0000000000000000000000",
                     *           "name": "人事 花子",
                     *           "userId": "j0013",
                     *           "appointments": [
                     *             {
                     *               "id": "apt_1",
                     *               "role": "officer",
                     *               "companyId": "com_01JZ0000000000000000000000",
                     *               "departmentId": "dep_01JZ0000000000000000000000",
                     *               "fromOn": "2026-04-01",
                     *               "toOn": "2099-03-31",
                     *               "basis": "2026年4月1日付 任命書"
                     *             }
                     *           ],
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["StaffList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createStaff: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "人事 花子",
                 *       "userId": "j0013",
                 *       "email": "hanako@example.co.jp",
                 *       "appointment": {
                 *         "role": "officer",
                 *         "companyId": "com_01JZ0000000000000000000000",
                 *         "departmentId": "dep_01JZ0000000000000000000000",
                 *         "fromOn": "2026-04-01",
                 *         "toOn": "2099-03-31",
                 *         "basis": "2026年4月1日付 任命書"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["StaffRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "stf_01JZ0000000000000000000000",
                     *       "name": "人事 花子",
                     *       "userId": "j0013",
                     *       "appointments": [
                     *         {
                     *           "id": "apt_1",
                     *           "role": "officer",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "departmentId": "dep_01JZ0000000000000000000000",
                     *           "fromOn": "2026-04-01",
                     *           "toOn": "2099-03-31",
                     *           "basis": "2026年4月1日付 任命書"
                     *         }
                     *       ],
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Staff"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getStaff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example stf_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "stf_01JZ0000000000000000000000",
                     *       "name": "人事 花子",
                     *       "userId": "j0013",
                     *       "appointments": [
                     *         {
                     *           "id": "apt_1",
                     *           "role": "officer",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "departmentId": "dep_01JZ0000000000000000000000",
                     *           "fromOn": "2026-04-01",
                     *           "toOn": "2099-03-31",
                     *           "basis": "2026年4月1日付 任命書"
                     *         }
                     *       ],
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Staff"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updateStaff: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @example stf_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "hanako@example.co.jp"
                 *     }
                 */
                "application/json": components["schemas"]["StaffUpdate"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "stf_01JZ0000000000000000000000",
                     *       "name": "人事 花子",
                     *       "userId": "j0013",
                     *       "email": "hanako@example.co.jp",
                     *       "appointments": [
                     *         {
                     *           "id": "apt_1",
                     *           "role": "officer",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "departmentId": "dep_01JZ0000000000000000000000",
                     *           "fromOn": "2026-04-01",
                     *           "toOn": "2099-03-31",
                     *           "basis": "2026年4月1日付 任命書"
                     *         }
                     *       ],
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Staff"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createAppointment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example stf_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "officer",
                 *       "companyId": "com_01JZ0000000000000000000000",
                 *       "departmentId": "dep_01JZ0000000000000000000000",
                 *       "fromOn": "2026-04-01",
                 *       "toOn": "2099-03-31",
                 *       "basis": "2026年4月1日付 任命書"
                 *     }
                 */
                "application/json": components["schemas"]["AppointmentRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "stf_01JZ0000000000000000000000",
                     *       "name": "人事 花子",
                     *       "userId": "j0013",
                     *       "appointments": [
                     *         {
                     *           "id": "apt_1",
                     *           "role": "officer",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "departmentId": "dep_01JZ0000000000000000000000",
                     *           "fromOn": "2026-04-01",
                     *           "toOn": "2099-03-31",
                     *           "basis": "2026年4月1日付 任命書"
                     *         }
                     *       ],
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Staff"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createDismissal: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example stf_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "appointmentId": "apt_01JZ0000000000000000000000",
                 *       "lastOn": "2027-03-31",
                 *       "basis": "2027年3月31日付 異動"
                 *     }
                 */
                "application/json": components["schemas"]["DismissalRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "stf_01JZ0000000000000000000000",
                     *       "name": "人事 花子",
                     *       "userId": "j0013",
                     *       "appointments": [
                     *         {
                     *           "id": "apt_01JZ0000000000000000000000",
                     *           "role": "handler",
                     *           "fromOn": "2026-04-01",
                     *           "toOn": "2027-03-31",
                     *           "basis": "2026年4月1日付 任命書",
                     *           "post": "人事課長",
                     *           "subjectKinds": [
                     *             "payee"
                     *           ],
                     *           "dismissedAt": "2026-11-23T01:23:45.678Z",
                     *           "dismissalBasis": "2027年3月31日付 異動"
                     *         }
                     *       ],
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Staff"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listTrainings: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path: {
                /** @example stf_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "trn_01JZ0000000000000000000000",
                     *           "staffId": "stf_01JZ0000000000000000000000",
                     *           "subject": "特定個人情報の取扱い研修",
                     *           "trainedOn": "2026-06-01",
                     *           "score": 92,
                     *           "recordedAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createTraining: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example stf_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subject": "特定個人情報の取扱い研修",
                 *       "trainedOn": "2026-06-01",
                 *       "score": 92
                 *     }
                 */
                "application/json": components["schemas"]["TrainingRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "trn_01JZ0000000000000000000000",
                     *       "staffId": "stf_01JZ0000000000000000000000",
                     *       "subject": "特定個人情報の取扱い研修",
                     *       "trainedOn": "2026-06-01",
                     *       "score": 92,
                     *       "recordedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Training"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listPledges: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path: {
                /** @example stf_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "plg_01JZ0000000000000000000000",
                     *           "staffId": "stf_01JZ0000000000000000000000",
                     *           "document": "特定個人情報取扱誓約書 第3版",
                     *           "pledgedOn": "2026-04-01",
                     *           "recordedAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PledgeList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createPledge: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example stf_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "document": "特定個人情報取扱誓約書 第3版",
                 *       "pledgedOn": "2026-04-01"
                 *     }
                 */
                "application/json": components["schemas"]["PledgeRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "plg_01JZ0000000000000000000000",
                     *       "staffId": "stf_01JZ0000000000000000000000",
                     *       "document": "特定個人情報取扱誓約書 第3版",
                     *       "pledgedOn": "2026-04-01",
                     *       "recordedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Pledge"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "standingNoticeId": "ntc_01JZ0000000000000000000000",
                     *       "selfCheckRequired": false,
                     *       "jweInputRequired": false,
                     *       "jweAnswersRequired": false,
                     *       "trainingRequired": true,
                     *       "handlingAreas": [
                     *         {
                     *           "label": "本社3階 管理区域",
                     *           "networks": [
                     *             "203.0.113.0/24"
                     *           ],
                     *           "roles": [
                     *             "officer",
                     *             "handler"
                     *           ]
                     *         }
                     *       ],
                     *       "dailyBudgets": {
                     *         "reveals": 10000,
                     *         "exports": 200,
                     *         "filings": 200
                     *       },
                     *       "collection": {
                     *         "linkDays": 30,
                     *         "sessionMinutes": 60,
                     *         "allowedOrigins": [
                     *           "https://hr.example.co.jp"
                     *         ],
                     *         "redirectUrls": [
                     *           "https://hr.example.co.jp/done"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Settings"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updateSettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "standingNoticeId": "ntc_01JZ0000000000000000000000",
                 *       "selfCheckRequired": false,
                 *       "jweInputRequired": true,
                 *       "jweAnswersRequired": true,
                 *       "handlingAreas": [
                 *         {
                 *           "label": "本社3階 管理区域",
                 *           "networks": [
                 *             "203.0.113.0/24"
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["SettingsRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "standingNoticeId": "ntc_01JZ0000000000000000000000",
                     *       "selfCheckRequired": false,
                     *       "jweInputRequired": false,
                     *       "jweAnswersRequired": false,
                     *       "trainingRequired": true,
                     *       "handlingAreas": [
                     *         {
                     *           "label": "本社3階 管理区域",
                     *           "networks": [
                     *             "203.0.113.0/24"
                     *           ],
                     *           "roles": [
                     *             "officer",
                     *             "handler"
                     *           ]
                     *         }
                     *       ],
                     *       "dailyBudgets": {
                     *         "reveals": 10000,
                     *         "exports": 200,
                     *         "filings": 200
                     *       },
                     *       "collection": {
                     *         "linkDays": 30,
                     *         "sessionMinutes": 60,
                     *         "allowedOrigins": [
                     *           "https://hr.example.co.jp"
                     *         ],
                     *         "redirectUrls": [
                     *           "https://hr.example.co.jp/done"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Settings"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getIdentityProvider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "issuer": "https://login.example.co.jp",
                     *       "clientId": "azukari",
                     *       "jwksUri": "https://login.example.co.jp/jwks",
                     *       "userIdClaim": "sub",
                     *       "demands": [
                     *         {
                     *           "operation": "createReveal",
                     *           "maxAgeSeconds": 900,
                     *           "acrValues": [
                     *             "urn:example:mfa"
                     *           ]
                     *         }
                     *       ],
                     *       "changedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProvider"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    setIdentityProvider: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "issuer": "https://login.example.co.jp",
                 *       "clientId": "azukari",
                 *       "jwksUri": "https://login.example.co.jp/jwks",
                 *       "userIdClaim": "sub",
                 *       "demands": [
                 *         {
                 *           "operation": "createReveal",
                 *           "maxAgeSeconds": 900,
                 *           "acrValues": [
                 *             "urn:example:mfa"
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["IdentityProviderRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "issuer": "https://login.example.co.jp",
                     *       "clientId": "azukari",
                     *       "jwksUri": "https://login.example.co.jp/jwks",
                     *       "userIdClaim": "sub",
                     *       "demands": [
                     *         {
                     *           "operation": "createReveal",
                     *           "maxAgeSeconds": 900,
                     *           "acrValues": [
                     *             "urn:example:mfa"
                     *           ]
                     *         }
                     *       ],
                     *       "changedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProvider"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removeIdentityProvider: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getTestClock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "now": "2034-02-01T00:00:00.000Z",
                     *       "moved": true
                     *     }
                     */
                    "application/json": components["schemas"]["TestClock"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    setTestClock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "now": "2034-02-01T00:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["TestClockRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "now": "2034-02-01T00:00:00.000Z",
                     *       "moved": true
                     *     }
                     */
                    "application/json": components["schemas"]["TestClock"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listSubjects: {
        parameters: {
            query?: {
                kind?: components["schemas"]["SubjectKind"];
                companyId?: string;
                departmentId?: string;
                /** @description Part of a name (部分一致) */
                name?: string;
                /** @description 完全一致 */
                code?: string;
                externalId?: string;
                numberState?: components["schemas"]["NumberState"];
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "sub_01JZ0000000000000000000000",
                     *           "kind": "employee",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "departmentId": "dep_01JZ0000000000000000000000",
                     *           "code": "104",
                     *           "externalId": "host-001",
                     *           "metadata": {
                     *             "hostId": "h-1"
                     *           },
                     *           "name": "東野 二郎",
                     *           "kana": "ヒガシノ ジロウ",
                     *           "birthOn": "1985-05-01",
                     *           "address": "東京都港区芝公園４－２－８",
                     *           "email": "jiro@example.com",
                     *           "phone": "03-1234-5678",
                     *           "numberState": "registered",
                     *           "createdAt": "2026-11-23T01:23:45.678Z",
                     *           "updatedAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SubjectList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSubject: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "employee",
                 *       "companyId": "com_01JZ0000000000000000000000",
                 *       "departmentId": "dep_01JZ0000000000000000000000",
                 *       "code": "104",
                 *       "externalId": "host-001",
                 *       "metadata": {
                 *         "hostId": "h-1"
                 *       },
                 *       "name": "東野 二郎",
                 *       "kana": "ヒガシノ ジロウ",
                 *       "birthOn": "1985-05-01",
                 *       "address": "東京都港区芝公園４－２－８",
                 *       "email": "jiro@example.com",
                 *       "phone": "03-1234-5678"
                 *     }
                 */
                "application/json": components["schemas"]["SubjectRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sub_01JZ0000000000000000000000",
                     *       "kind": "employee",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "departmentId": "dep_01JZ0000000000000000000000",
                     *       "code": "104",
                     *       "externalId": "host-001",
                     *       "metadata": {
                     *         "hostId": "h-1"
                     *       },
                     *       "name": "東野 二郎",
                     *       "kana": "ヒガシノ ジロウ",
                     *       "birthOn": "1985-05-01",
                     *       "address": "東京都港区芝公園４－２－８",
                     *       "email": "jiro@example.com",
                     *       "phone": "03-1234-5678",
                     *       "numberState": "registered",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "updatedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Subject"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSubject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sub_01JZ0000000000000000000000",
                     *       "kind": "employee",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "departmentId": "dep_01JZ0000000000000000000000",
                     *       "code": "104",
                     *       "externalId": "host-001",
                     *       "metadata": {
                     *         "hostId": "h-1"
                     *       },
                     *       "name": "東野 二郎",
                     *       "kana": "ヒガシノ ジロウ",
                     *       "birthOn": "1985-05-01",
                     *       "address": "東京都港区芝公園４－２－８",
                     *       "email": "jiro@example.com",
                     *       "phone": "03-1234-5678",
                     *       "numberState": "registered",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "updatedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Subject"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updateSubject: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "東野 二郎",
                 *       "kana": "ヒガシノ ジロウ",
                 *       "birthOn": "1985-05-01",
                 *       "address": "東京都港区芝公園４－２－８",
                 *       "email": "jiro@example.com",
                 *       "phone": "03-1234-5678",
                 *       "departmentId": "dep_01JZ0000000000000000000000",
                 *       "code": "104",
                 *       "metadata": {
                 *         "hostId": "h-1"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SubjectChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sub_01JZ0000000000000000000000",
                     *       "kind": "employee",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "departmentId": "dep_01JZ0000000000000000000000",
                     *       "code": "104",
                     *       "externalId": "host-001",
                     *       "metadata": {
                     *         "hostId": "h-1"
                     *       },
                     *       "name": "東野 二郎",
                     *       "kana": "ヒガシノ ジロウ",
                     *       "birthOn": "1985-05-01",
                     *       "address": "東京都港区芝公園４－２－８",
                     *       "email": "jiro@example.com",
                     *       "phone": "03-1234-5678",
                     *       "numberState": "registered",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "updatedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Subject"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    upsertSubject: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @example host-001 */
                externalId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "employee",
                 *       "companyId": "com_01JZ0000000000000000000000",
                 *       "departmentId": "dep_01JZ0000000000000000000000",
                 *       "code": "104",
                 *       "externalId": "host-001",
                 *       "metadata": {
                 *         "hostId": "h-1"
                 *       },
                 *       "name": "東野 二郎",
                 *       "kana": "ヒガシノ ジロウ",
                 *       "birthOn": "1985-05-01",
                 *       "address": "東京都港区芝公園４－２－８",
                 *       "email": "jiro@example.com",
                 *       "phone": "03-1234-5678"
                 *     }
                 */
                "application/json": components["schemas"]["SubjectRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sub_01JZ0000000000000000000000",
                     *       "kind": "employee",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "departmentId": "dep_01JZ0000000000000000000000",
                     *       "code": "104",
                     *       "externalId": "host-001",
                     *       "metadata": {
                     *         "hostId": "h-1"
                     *       },
                     *       "name": "東野 二郎",
                     *       "kana": "ヒガシノ ジロウ",
                     *       "birthOn": "1985-05-01",
                     *       "address": "東京都港区芝公園４－２－８",
                     *       "email": "jiro@example.com",
                     *       "phone": "03-1234-5678",
                     *       "numberState": "registered",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "updatedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Subject"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listDependents: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "sub_01JZ0000000000000000000000",
                     *           "kind": "employee",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "departmentId": "dep_01JZ0000000000000000000000",
                     *           "code": "104",
                     *           "externalId": "host-001",
                     *           "metadata": {
                     *             "hostId": "h-1"
                     *           },
                     *           "name": "東野 二郎",
                     *           "kana": "ヒガシノ ジロウ",
                     *           "birthOn": "1985-05-01",
                     *           "address": "東京都港区芝公園４－２－８",
                     *           "email": "jiro@example.com",
                     *           "phone": "03-1234-5678",
                     *           "numberState": "registered",
                     *           "createdAt": "2026-11-23T01:23:45.678Z",
                     *           "updatedAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SubjectList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createDependent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "dependentNo": 1,
                 *       "relationship": "子",
                 *       "name": "東野 二郎",
                 *       "kana": "ヒガシノ ジロウ",
                 *       "birthOn": "1985-05-01",
                 *       "address": "東京都港区芝公園４－２－８",
                 *       "email": "jiro@example.com",
                 *       "phone": "03-1234-5678",
                 *       "externalId": "host-001",
                 *       "metadata": {
                 *         "hostId": "h-1"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["DependentRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sub_01JZ0000000000000000000000",
                     *       "kind": "employee",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "departmentId": "dep_01JZ0000000000000000000000",
                     *       "code": "104",
                     *       "externalId": "host-001",
                     *       "metadata": {
                     *         "hostId": "h-1"
                     *       },
                     *       "name": "東野 二郎",
                     *       "kana": "ヒガシノ ジロウ",
                     *       "birthOn": "1985-05-01",
                     *       "address": "東京都港区芝公園４－２－８",
                     *       "email": "jiro@example.com",
                     *       "phone": "03-1234-5678",
                     *       "numberState": "registered",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "updatedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Subject"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listEmploymentEvents: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "eev_01JZ0000000000000000000000",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "kind": "retired",
                     *           "on": "2026-10-31",
                     *           "recordedAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["EmploymentEventList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createEmploymentEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "retired",
                 *       "on": "2026-10-31"
                 *     }
                 */
                "application/json": components["schemas"]["EmploymentEventRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "eev_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "kind": "retired",
                     *       "on": "2026-10-31",
                     *       "recordedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["EmploymentEvent"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    setNumberAbsence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "overseas",
                 *       "sinceOn": "2026-04-01"
                 *     }
                 */
                "application/json": components["schemas"]["NumberAbsenceRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sub_01JZ0000000000000000000000",
                     *       "kind": "employee",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "name": "東野 二郎",
                     *       "numberState": "no_number",
                     *       "noNumber": {
                     *         "reason": "overseas",
                     *         "sinceOn": "2026-04-01"
                     *       },
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "updatedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Subject"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removeNumberAbsence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sub_01JZ0000000000000000000000",
                     *       "kind": "employee",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "name": "東野 二郎",
                     *       "numberState": "none",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "updatedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Subject"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listNumbers: {
        parameters: {
            query?: {
                companyId?: string;
                departmentId?: string;
                kind?: components["schemas"]["SubjectKind"];
                /** @description Part of a name (部分一致) */
                name?: string;
                /** @description 完全一致 */
                code?: string;
                numberState?: components["schemas"]["NumberState"];
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "kind": "employee",
                     *           "department": {
                     *             "code": "101",
                     *             "name": "社長室"
                     *           },
                     *           "code": "104",
                     *           "name": "東野 二郎",
                     *           "numberState": "registered",
                     *           "versionId": "num_01JZ0000000000000000000000",
                     *           "masked": "*****18",
                     *           "issuedOn": "2016-01-01"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["NumberRowList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listDuplicates: {
        parameters: {
            query?: {
                /** @description Only those of which at least one is held for this company */
                companyId?: string;
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "kind": "same_person",
                     *           "numbers": [
                     *             {
                     *               "subjectId": "sub_01JZ0000000000000000000000",
                     *               "subjectKind": "employee",
                     *               "companyId": "com_01JZ0000000000000000000000",
                     *               "versionId": "num_01JZ0000000000000000000000",
                     *               "state": "registered"
                     *             },
                     *             {
                     *               "subjectId": "sub_01JZ0000000000000000000001",
                     *               "subjectKind": "payee",
                     *               "companyId": "com_01JZ0000000000000000000000",
                     *               "versionId": "num_01JZ0000000000000000000001",
                     *               "state": "registered"
                     *             }
                     *           ],
                     *           "more": false
                     *         }
                     *       ],
                     *       "complete": true
                     *     }
                     */
                    "application/json": components["schemas"]["DuplicateList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSubjectNumber: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "state": "registered",
                     *       "current": {
                     *         "id": "num_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "state": "registered",
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "registeredAt": "2026-11-23T01:23:45.678Z",
                     *         "registeredBy": "staff"
                     *       },
                     *       "versions": [
                     *         {
                     *           "id": "num_01JZ0000000000000000000000",
                     *           "version": 1,
                     *           "state": "registered",
                     *           "masked": "*****18",
                     *           "issuedOn": "2016-01-01",
                     *           "registeredAt": "2026-11-23T01:23:45.678Z",
                     *           "registeredBy": "staff"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SubjectNumber"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    registerNumber: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "number": "1234-5678-9018",
                 *       "issuedOn": "2016-01-01"
                 *     }
                 */
                "application/json": components["schemas"]["NumberRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "state": "registered",
                     *       "current": {
                     *         "id": "num_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "state": "registered",
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "registeredAt": "2026-11-23T01:23:45.678Z",
                     *         "registeredBy": "staff"
                     *       },
                     *       "versions": [
                     *         {
                     *           "id": "num_01JZ0000000000000000000000",
                     *           "version": 1,
                     *           "state": "registered",
                     *           "masked": "*****18",
                     *           "issuedOn": "2016-01-01",
                     *           "registeredAt": "2026-11-23T01:23:45.678Z",
                     *           "registeredBy": "staff"
                     *         }
                     *       ],
                     *       "receipt": "eyJhbGciOiJFZERTQSJ9.eyJlbnRyaWVzIjpbXX0.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": components["schemas"]["SubjectNumber"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createNumberCorrection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "number": "1234-5678-9018",
                 *       "issuedOn": "2016-01-01",
                 *       "reason": "転記誤り"
                 *     }
                 */
                "application/json": components["schemas"]["NumberCorrectionRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "state": "registered",
                     *       "current": {
                     *         "id": "num_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "state": "registered",
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "registeredAt": "2026-11-23T01:23:45.678Z",
                     *         "registeredBy": "staff"
                     *       },
                     *       "versions": [
                     *         {
                     *           "id": "num_01JZ0000000000000000000000",
                     *           "version": 1,
                     *           "state": "registered",
                     *           "masked": "*****18",
                     *           "issuedOn": "2016-01-01",
                     *           "registeredAt": "2026-11-23T01:23:45.678Z",
                     *           "registeredBy": "staff"
                     *         }
                     *       ],
                     *       "receipt": "eyJhbGciOiJFZERTQSJ9.eyJlbnRyaWVzIjpbXX0.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": components["schemas"]["SubjectNumber"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createNumberReissue: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "number": "1234-5678-9018",
                 *       "issuedOn": "2026-06-01",
                 *       "reason": "漏えいのおそれによる変更"
                 *     }
                 */
                "application/json": components["schemas"]["NumberReissueRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "state": "registered",
                     *       "current": {
                     *         "id": "num_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "state": "registered",
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "registeredAt": "2026-11-23T01:23:45.678Z",
                     *         "registeredBy": "staff"
                     *       },
                     *       "versions": [
                     *         {
                     *           "id": "num_01JZ0000000000000000000000",
                     *           "version": 1,
                     *           "state": "registered",
                     *           "masked": "*****18",
                     *           "issuedOn": "2016-01-01",
                     *           "registeredAt": "2026-11-23T01:23:45.678Z",
                     *           "registeredBy": "staff"
                     *         }
                     *       ],
                     *       "receipt": "eyJhbGciOiJFZERTQSJ9.eyJlbnRyaWVzIjpbXX0.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": components["schemas"]["SubjectNumber"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createNumberCheck: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "versionId": "num_01JZ0000000000000000000000"
                 *     }
                 */
                "application/json": components["schemas"]["NumberCheckRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "state": "registered",
                     *       "current": {
                     *         "id": "num_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "state": "registered",
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "registeredAt": "2026-11-23T01:23:45.678Z",
                     *         "registeredBy": "staff"
                     *       },
                     *       "versions": [
                     *         {
                     *           "id": "num_01JZ0000000000000000000000",
                     *           "version": 1,
                     *           "state": "registered",
                     *           "masked": "*****18",
                     *           "issuedOn": "2016-01-01",
                     *           "registeredAt": "2026-11-23T01:23:45.678Z",
                     *           "registeredBy": "staff"
                     *         }
                     *       ],
                     *       "receipt": "eyJhbGciOiJFZERTQSJ9.eyJlbnRyaWVzIjpbXX0.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": components["schemas"]["SubjectNumber"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createReveal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subjectIds": [
                 *         "sub_01JZ0000000000000000000000"
                 *       ],
                 *       "purpose": "withholding_tax",
                 *       "intent": "view"
                 *     }
                 */
                "application/json": components["schemas"]["RevealRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "purpose": "withholding_tax",
                     *       "intent": "view",
                     *       "at": "2026-11-23T01:23:45.678Z",
                     *       "numbers": [
                     *         {
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "versionId": "num_01JZ0000000000000000000000",
                     *           "number": "（12桁）",
                     *           "issuedOn": "2016-01-01",
                     *           "entryId": "ent_01JZ0000000000000000000000"
                     *         }
                     *       ],
                     *       "receipt": "eyJhbGciOiJFZERTQSJ9.eyJlbnRyaWVzIjpbXX0.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": components["schemas"]["Reveal"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getVaultJwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "EC",
                     *           "crv": "P-256",
                     *           "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                     *           "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
                     *           "kid": "kLjDGkvGZ9YdbcTBrrRRtN3JHYkBlvhvCCcuRN2Ye84",
                     *           "alg": "ECDH-ES+A256KW",
                     *           "use": "enc"
                     *         },
                     *         {
                     *           "kty": "OKP",
                     *           "crv": "X25519",
                     *           "x": "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo",
                     *           "kid": "mG1rG6mTq0sG2f2mWc3vFvCrlR0g2M7b4m8f4q3pQ1o",
                     *           "alg": "ECDH-ES+A256KW",
                     *           "use": "enc"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["VaultJwks"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listPurposes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "code": "withholding_tax",
                     *           "name": "源泉徴収・年末調整",
                     *           "nameEn": "Withholding and year-end adjustment",
                     *           "law": "番号法9条4項, 所得税法226条",
                     *           "subjectKinds": [
                     *             "employee"
                     *           ],
                     *           "retentionRuleId": "withholding_7y",
                     *           "source": "番号法9条4項; 所得税法施行規則76条の3",
                     *           "confidence": "primary",
                     *           "fromOn": "2016-01-01"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PurposeList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listNotices: {
        parameters: {
            query?: {
                audience?: components["schemas"]["NoticeAudience"];
                language?: components["schemas"]["Language"];
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "ntc_01JZ0000000000000000000000",
                     *           "version": 1,
                     *           "title": "個人番号の利用目的について",
                     *           "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *           "purposes": [
                     *             "withholding_tax"
                     *           ],
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["NoticeList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createNotice: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "個人番号の利用目的について",
                 *       "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                 *       "purposes": [
                 *         "withholding_tax"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NoticeRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ntc_01JZ0000000000000000000000",
                     *       "version": 1,
                     *       "title": "個人番号の利用目的について",
                     *       "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *       "purposes": [
                     *         "withholding_tax"
                     *       ],
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Notice"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getNotice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ntc_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ntc_01JZ0000000000000000000000",
                     *       "version": 1,
                     *       "title": "個人番号の利用目的について",
                     *       "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *       "purposes": [
                     *         "withholding_tax"
                     *       ],
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Notice"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listNoticeTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "audience": "employee",
                     *           "language": "ja",
                     *           "title": "個人番号の利用目的について",
                     *           "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *           "purposes": [
                     *             "withholding_tax"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["NoticeTemplateList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listNoticesGiven: {
        parameters: {
            query?: {
                subjectId?: string;
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "ngv_01JZ0000000000000000000000",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "noticeId": "ntc_01JZ0000000000000000000000",
                     *           "noticeVersion": 1,
                     *           "purposes": [
                     *             "withholding_tax"
                     *           ],
                     *           "channel": "paper",
                     *           "givenAt": "2026-11-23T01:23:45.678Z",
                     *           "recordedAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["NoticeGivenList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createNoticeGiven: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subjectId": "sub_01JZ0000000000000000000000",
                 *       "noticeId": "ntc_01JZ0000000000000000000000",
                 *       "channel": "paper",
                 *       "givenAt": "2026-11-23T01:23:45.678Z"
                 *     }
                 */
                "application/json": components["schemas"]["NoticeGivenRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ngv_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "noticeVersion": 1,
                     *       "purposes": [
                     *         "withholding_tax"
                     *       ],
                     *       "channel": "paper",
                     *       "givenAt": "2026-11-23T01:23:45.678Z",
                     *       "recordedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["NoticeGiven"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listConsentTexts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "kind": "category_3_agent",
                     *           "language": "ja",
                     *           "title": "委任状（国民年金第3号被保険者）",
                     *           "text": "私は、次の者を代理人と定め、個人番号の提供を委任します。"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ConsentTextList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listConsents: {
        parameters: {
            query?: {
                subjectId?: string;
                kind?: components["schemas"]["ConsentKind"];
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "cns_01JZ0000000000000000000000",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "concernsId": "sub_01JZ0000000000000000000001",
                     *           "kind": "category_3_agent",
                     *           "language": "ja",
                     *           "text": "私は、次の者を代理人と定め、個人番号の提供を委任します。",
                     *           "channel": "paper",
                     *           "givenAt": "2026-11-23T01:23:45.678Z",
                     *           "recordedBy": "staff",
                     *           "recordedAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ConsentList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createConsent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subjectId": "sub_01JZ0000000000000000000000",
                 *       "kind": "family_check_entrusted",
                 *       "channel": "paper",
                 *       "givenAt": "2026-11-23T01:23:45.678Z"
                 *     }
                 */
                "application/json": components["schemas"]["ConsentRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cns_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "kind": "family_check_entrusted",
                     *       "language": "ja",
                     *       "text": "私は、次の者を代理人と定め、個人番号の提供を委任します。",
                     *       "channel": "paper",
                     *       "givenAt": "2026-11-23T01:23:45.678Z",
                     *       "recordedBy": "staff",
                     *       "recordedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Consent"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getConsent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cns_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cns_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "concernsId": "sub_01JZ0000000000000000000001",
                     *       "kind": "category_3_agent",
                     *       "language": "ja",
                     *       "text": "私は、次の者を代理人と定め、個人番号の提供を委任します。",
                     *       "channel": "paper",
                     *       "givenAt": "2026-11-23T01:23:45.678Z",
                     *       "recordedBy": "staff",
                     *       "recordedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Consent"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createConsentWithdrawal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example cns_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cns_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "concernsId": "sub_01JZ0000000000000000000001",
                     *       "kind": "category_3_agent",
                     *       "language": "ja",
                     *       "text": "私は、次の者を代理人と定め、個人番号の提供を委任します。",
                     *       "channel": "paper",
                     *       "givenAt": "2026-11-23T01:23:45.678Z",
                     *       "recordedBy": "staff",
                     *       "recordedAt": "2026-11-23T01:23:45.678Z",
                     *       "withdrawnAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Consent"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listCampaigns: {
        parameters: {
            query?: {
                state?: components["schemas"]["CampaignState"];
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "cpg_01JZ0000000000000000000000",
                     *           "name": "年末調整 2026",
                     *           "state": "running",
                     *           "target": {
                     *             "companyId": "com_01JZ0000000000000000000000",
                     *             "kinds": [
                     *               "employee"
                     *             ]
                     *           },
                     *           "joins": true,
                     *           "noticeId": "ntc_01JZ0000000000000000000000",
                     *           "priority": "normal",
                     *           "documents": [
                     *             "number_proof"
                     *           ],
                     *           "dueOn": "2026-12-20",
                     *           "asked": 180,
                     *           "passedOver": 20,
                     *           "jobId": "job_01JZ0000000000000000000000",
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CampaignList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "年末調整 2026",
                 *       "target": {
                 *         "companyId": "com_01JZ0000000000000000000000",
                 *         "kinds": [
                 *           "employee"
                 *         ]
                 *       },
                 *       "joins": true,
                 *       "dueOn": "2026-12-20",
                 *       "documents": [
                 *         "number_proof"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["CampaignRequest"];
            };
        };
        responses: {
            /** @description Accepted: runs as a job */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cpg_01JZ0000000000000000000000",
                     *       "name": "年末調整 2026",
                     *       "state": "preparing",
                     *       "target": {
                     *         "companyId": "com_01JZ0000000000000000000000",
                     *         "kinds": [
                     *           "employee"
                     *         ]
                     *       },
                     *       "joins": true,
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "priority": "normal",
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "asked": 180,
                     *       "passedOver": 20,
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cpg_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cpg_01JZ0000000000000000000000",
                     *       "name": "年末調整 2026",
                     *       "state": "running",
                     *       "target": {
                     *         "companyId": "com_01JZ0000000000000000000000",
                     *         "kinds": [
                     *           "employee"
                     *         ]
                     *       },
                     *       "joins": true,
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "priority": "normal",
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "asked": 180,
                     *       "passedOver": 20,
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createCampaignClosure: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example cpg_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cpg_01JZ0000000000000000000000",
                     *       "name": "年末調整 2026",
                     *       "state": "closed",
                     *       "target": {
                     *         "companyId": "com_01JZ0000000000000000000000",
                     *         "kinds": [
                     *           "employee"
                     *         ]
                     *       },
                     *       "joins": true,
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "priority": "normal",
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "asked": 180,
                     *       "passedOver": 20,
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "closedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createCampaignCancellation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example cpg_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: runs as a job */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cpg_01JZ0000000000000000000000",
                     *       "name": "年末調整 2026",
                     *       "state": "cancelled",
                     *       "target": {
                     *         "companyId": "com_01JZ0000000000000000000000",
                     *         "kinds": [
                     *           "employee"
                     *         ]
                     *       },
                     *       "joins": true,
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "priority": "normal",
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "asked": 180,
                     *       "passedOver": 20,
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "closedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getCampaignProgress: {
        parameters: {
            query?: {
                by?: "company" | "department";
                companyId?: string;
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
            };
            header?: never;
            path: {
                /** @example cpg_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "campaignId": "cpg_01JZ0000000000000000000000",
                     *       "asOf": "2026-11-23T01:23:45.678Z",
                     *       "overall": {
                     *         "total": 180,
                     *         "counts": {
                     *           "created": 0,
                     *           "sent": 40,
                     *           "opened": 5,
                     *           "submitted": 10,
                     *           "accepted": 120,
                     *           "returned": 1,
                     *           "refused": 1,
                     *           "expired": 0,
                     *           "cancelled": 3
                     *         }
                     *       },
                     *       "data": [
                     *         {
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "total": 180,
                     *           "counts": {
                     *             "created": 0,
                     *             "sent": 40,
                     *             "opened": 5,
                     *             "submitted": 10,
                     *             "accepted": 120,
                     *             "returned": 1,
                     *             "refused": 1,
                     *             "expired": 0,
                     *             "cancelled": 3
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CampaignProgress"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listRequests: {
        parameters: {
            query?: {
                state?: components["schemas"]["RequestState"];
                subjectId?: string;
                campaignId?: string;
                companyId?: string;
                departmentId?: string;
                priority?: components["schemas"]["RequestPriority"];
                /** @description Only what is due before this day */
                dueBefore?: string;
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "req_01JZ0000000000000000000000",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "noticeId": "ntc_01JZ0000000000000000000000",
                     *           "state": "sent",
                     *           "priority": "normal",
                     *           "documents": [],
                     *           "dueOn": "2026-12-20",
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RequestList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subjectId": "sub_01JZ0000000000000000000000",
                 *       "noticeId": "ntc_01JZ0000000000000000000000",
                 *       "dueOn": "2026-12-20"
                 *     }
                 */
                "application/json": components["schemas"]["RequestRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "req_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "state": "sent",
                     *       "priority": "normal",
                     *       "documents": [],
                     *       "dueOn": "2026-12-20",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Request"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example req_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "req_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "state": "sent",
                     *       "priority": "normal",
                     *       "documents": [],
                     *       "dueOn": "2026-12-20",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Request"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updateRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example req_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "dueOn": "2026-12-25",
                 *       "priority": "high"
                 *     }
                 */
                "application/json": components["schemas"]["RequestChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "req_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "state": "sent",
                     *       "priority": "normal",
                     *       "documents": [],
                     *       "dueOn": "2026-12-20",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Request"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRequestLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example req_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "factor": "passcode",
                 *       "passcode": "さくら2026"
                 *     }
                 */
                "application/json": components["schemas"]["RequestLinkRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "lnk_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "url": "https://azukari.example/c#…",
                     *       "factor": "birth_date",
                     *       "qrCode": {
                     *         "svg": "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                     *         "png": "iVBORw0KGgo="
                     *       },
                     *       "expiresAt": "2026-11-23T01:23:45.678Z",
                     *       "requestId": "req_01JZ0000000000000000000000"
                     *     }
                     */
                    "application/json": components["schemas"]["Link"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRequestAcceptance: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example req_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "req_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "state": "sent",
                     *       "priority": "normal",
                     *       "documents": [],
                     *       "dueOn": "2026-12-20",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Request"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRequestReturn: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example req_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "items": [
                 *         {
                 *           "subjectId": "sub_01JZ0000000000000000000000",
                 *           "reason": "document_unreadable"
                 *         }
                 *       ],
                 *       "remark": "撮り直しをお願いします"
                 *     }
                 */
                "application/json": components["schemas"]["RequestReturnRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "req_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "state": "returned",
                     *       "priority": "normal",
                     *       "documents": [],
                     *       "dueOn": "2026-12-20",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "returnedAt": "2026-11-23T01:23:45.678Z",
                     *       "return": {
                     *         "items": [
                     *           {
                     *             "subjectId": "sub_01JZ0000000000000000000000",
                     *             "reason": "document_unreadable"
                     *           }
                     *         ],
                     *         "remark": "撮り直しをお願いします"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Request"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRequestRefusal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example req_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "no_consent",
                 *       "refusedOn": "2026-11-23"
                 *     }
                 */
                "application/json": components["schemas"]["RequestRefusalRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "req_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "state": "refused",
                     *       "priority": "normal",
                     *       "documents": [],
                     *       "dueOn": "2026-12-20",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "refusedAt": "2026-11-23T01:23:45.678Z",
                     *       "refusal": {
                     *         "reason": "no_consent",
                     *         "by": "staff",
                     *         "refusedOn": "2026-11-23"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Request"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removeRequestRefusal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example req_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "req_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "state": "sent",
                     *       "priority": "normal",
                     *       "documents": [],
                     *       "dueOn": "2026-12-20",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Request"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRequestCancellation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example req_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "not_needed"
                 *     }
                 */
                "application/json": components["schemas"]["RequestCancellationRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "req_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "noticeId": "ntc_01JZ0000000000000000000000",
                     *       "state": "cancelled",
                     *       "priority": "normal",
                     *       "documents": [],
                     *       "dueOn": "2026-12-20",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "cancelledAt": "2026-11-23T01:23:45.678Z",
                     *       "cancellation": {
                     *         "reason": "not_needed"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Request"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listContacts: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path: {
                /** @example req_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "cnt_01JZ0000000000000000000000",
                     *           "requestId": "req_01JZ0000000000000000000000",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "channel": "telephone",
                     *           "outcome": "promised",
                     *           "at": "2026-11-23T01:23:45.678Z",
                     *           "by": {
                     *             "kind": "staff",
                     *             "name": "真田 竜也"
                     *           },
                     *           "remark": "今週中に登録するとのこと",
                     *           "recordedAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ContactList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createContact: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example req_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "channel": "post",
                 *       "outcome": "received",
                 *       "at": "2026-11-23T01:23:45.678Z",
                 *       "received": {
                 *         "item": "card_original",
                 *         "handling": "returned_by_registered_mail",
                 *         "handledOn": "2026-11-23"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ContactRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cnt_01JZ0000000000000000000000",
                     *       "requestId": "req_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "channel": "telephone",
                     *       "outcome": "promised",
                     *       "at": "2026-11-23T01:23:45.678Z",
                     *       "by": {
                     *         "kind": "staff",
                     *         "name": "真田 竜也"
                     *       },
                     *       "remark": "今週中に登録するとのこと",
                     *       "recordedAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Contact"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRequestHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example req_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "requestId": "req_01JZ0000000000000000000000",
                     *       "state": "refused",
                     *       "subject": {
                     *         "id": "sub_01JZ0000000000000000000000",
                     *         "name": "東野 二郎"
                     *       },
                     *       "organizationName": "東野グループ",
                     *       "companyName": "東野商事株式会社",
                     *       "madeAt": "2026-11-23T01:23:45.678Z",
                     *       "lines": [
                     *         {
                     *           "at": "2026-11-23T01:23:45.678Z",
                     *           "kind": "refused",
                     *           "what": {
                     *             "ja": "本人から提供しないとの申出がありました。",
                     *             "en": "The person said that they do not provide the number."
                     *           },
                     *           "by": {
                     *             "kind": "staff",
                     *             "name": "真田 竜也"
                     *           },
                     *           "reason": "no_consent",
                     *           "detail": {
                     *             "ja": "提供に同意しない",
                     *             "en": "No consent to providing it"
                     *           }
                     *         }
                     *       ],
                     *       "blank": {
                     *         "reason": "refused",
                     *         "ja": "本人が個人番号の提供を拒んだため、番号を記載しないで提出します。",
                     *         "en": "The person refused to provide the number, so the slip is filed without it."
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["RequestHistory"];
                    "application/pdf": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSubjectLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "change",
                 *       "factor": "passcode",
                 *       "passcode": "さくら2026"
                 *     }
                 */
                "application/json": components["schemas"]["SubjectLinkRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "lnk_01JZ0000000000000000000000",
                     *       "kind": "change",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "url": "https://azukari.example/c#…",
                     *       "factor": "birth_date",
                     *       "qrCode": {
                     *         "svg": "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                     *         "png": "iVBORw0KGgo="
                     *       },
                     *       "expiresAt": "2026-11-23T01:23:45.678Z",
                     *       "requestId": "req_01JZ0000000000000000000000"
                     *     }
                     */
                    "application/json": components["schemas"]["SubjectLink"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "T…"
                 *     }
                 */
                "application/json": components["schemas"]["SessionRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "organizationId": "org_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "accessToken": "ses_…",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": false
                     *       },
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["OpenedSession"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSessionFactor: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "birthOn": "1985-04-01"
                 *     }
                 */
                "application/json": components["schemas"]["SessionFactorRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSessionConsent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "noticeId": "ntc_01JZ0000000000000000000000"
                 *     }
                 */
                "application/json": components["schemas"]["SessionConsentRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updateSessionPerson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "address": "東京都千代田区一番町1-1"
                 *     }
                 */
                "application/json": components["schemas"]["SessionPersonRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    setSessionNumber: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "number": "1234-5678-9018",
                 *       "issuedOn": "2016-01-01"
                 *     }
                 */
                "application/json": components["schemas"]["SessionNumberRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    setSessionDependent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example d1 */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "東野 順子",
                 *       "kana": "ヒガシノ ジュンコ",
                 *       "relationship": "配偶者",
                 *       "birthOn": "1987-01-01",
                 *       "number": "1234-5678-9018",
                 *       "issuedOn": "2016-01-01"
                 *     }
                 */
                "application/json": components["schemas"]["SessionDependentRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removeSessionDependent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example d1 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSessionDependentEnding: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example d1 */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "employed",
                 *       "endedOn": "2026-04-01"
                 *     }
                 */
                "application/json": components["schemas"]["SessionDependentEndingRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removeSessionDependentEnding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example d1 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listSessionEvidence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SessionEvidenceList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSessionEvidence: {
        parameters: {
            query: {
                /** @example card_front */
                kind: components["schemas"]["EvidenceKind"];
                /** @description Whose: `self`, the default, or the key of a dependent */
                subjectKey?: string;
            };
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "evd_01JZ0000000000000000000000",
                     *       "kind": "card_back",
                     *       "subjectKey": "self",
                     *       "proves": [
                     *         "number_proof"
                     *       ],
                     *       "mediaType": "image/jpeg",
                     *       "bytes": 183204,
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SessionEvidence"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removeSessionEvidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example evd_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    createSessionCheck: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSessionReveal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "jwk": {
                 *         "kty": "OKP",
                 *         "crv": "X25519",
                 *         "x": "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SessionRevealRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "at": "2026-11-23T01:23:45.678Z",
                     *       "numbers": [
                     *         {
                     *           "key": "self",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "issuedOn": "2016-01-01",
                     *           "numberJwe": "eyJ…",
                     *           "entryId": "ent_01JZ0000000000000000000000"
                     *         }
                     *       ],
                     *       "receipt": "eyJhbGciOiJFZERTQSJ9.eyJlbnRyaWVzIjpbXX0.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": components["schemas"]["SessionReveal"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSessionSubmission: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "requestId": "req_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "submittedAt": "2026-11-23T01:23:45.678Z",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "noticeTitle": "個人番号の利用目的について",
                     *       "purposes": [
                     *         "withholding_tax"
                     *       ],
                     *       "lines": [
                     *         {
                     *           "entryId": "ent_01JZ0000000000000000000000",
                     *           "at": "2026-11-23T01:23:45.678Z",
                     *           "operation": "register",
                     *           "operationLabel": "登録",
                     *           "functionName": "マイナンバー登録（本人）",
                     *           "name": "東野 二郎"
                     *         }
                     *       ],
                     *       "entryIds": [
                     *         "ent_01JZ0000000000000000000000"
                     *       ],
                     *       "receipt": "eyJhbGciOiJFZERTQSJ9.eyJlbnRyaWVzIjpbXX0.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": components["schemas"]["SessionReceipt"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSessionRefusal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "privacy_concern"
                 *     }
                 */
                "application/json": components["schemas"]["SessionRefusalRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removeSessionRefusal: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ses_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "factor": {
                     *         "kind": "birth_date",
                     *         "passed": true
                     *       },
                     *       "canWrite": true,
                     *       "requestState": "opened",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "notice": {
                     *         "id": "ntc_01JZ0000000000000000000000",
                     *         "version": 1,
                     *         "title": "個人番号の利用目的について",
                     *         "text": "当社は、給与所得の源泉徴収事務のために個人番号を利用します。",
                     *         "purposes": [
                     *           "withholding_tax"
                     *         ],
                     *         "createdAt": "2026-11-23T01:23:45.678Z"
                     *       },
                     *       "noticeAccepted": true,
                     *       "subjectKind": "employee",
                     *       "subjectName": "東野 二郎",
                     *       "person": {
                     *         "name": "東野 二郎",
                     *         "kana": "ヒガシノ ジロウ",
                     *         "birthOn": "1985-04-01"
                     *       },
                     *       "number": {
                     *         "masked": "*****18",
                     *         "issuedOn": "2016-01-01",
                     *         "readable": true
                     *       },
                     *       "dependents": [
                     *         {
                     *           "key": "d1",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "dependentNo": 1,
                     *           "name": "東野 順子",
                     *           "relationship": "配偶者",
                     *           "addedHere": true,
                     *           "number": {
                     *             "masked": "*****18",
                     *             "issuedOn": "2016-01-01",
                     *             "readable": true
                     *           }
                     *         }
                     *       ],
                     *       "documents": [
                     *         "number_proof"
                     *       ],
                     *       "missingDocuments": [],
                     *       "evidence": [
                     *         {
                     *           "id": "evd_01JZ0000000000000000000000",
                     *           "kind": "card_back",
                     *           "subjectKey": "self",
                     *           "proves": [
                     *             "number_proof"
                     *           ],
                     *           "mediaType": "image/jpeg",
                     *           "bytes": 183204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "consents": [
                     *         {
                     *           "kind": "family_check_entrusted",
                     *           "demanded": false,
                     *           "dependentKey": "d1",
                     *           "language": "ja",
                     *           "title": "扶養親族の本人確認について",
                     *           "text": "私は、…",
                     *           "givenAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ],
                     *       "dueOn": "2026-12-20",
                     *       "expiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createSessionPostponement: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "postponedAt": "2026-11-23T01:23:45.678Z",
                     *       "linkExpiresAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SessionPostponement"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSessionReceipt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "requestId": "req_01JZ0000000000000000000000",
                     *       "kind": "collect",
                     *       "submittedAt": "2026-11-23T01:23:45.678Z",
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "noticeTitle": "個人番号の利用目的について",
                     *       "purposes": [
                     *         "withholding_tax"
                     *       ],
                     *       "lines": [
                     *         {
                     *           "entryId": "ent_01JZ0000000000000000000000",
                     *           "at": "2026-11-23T01:23:45.678Z",
                     *           "operation": "register",
                     *           "operationLabel": "登録",
                     *           "functionName": "マイナンバー登録（本人）",
                     *           "name": "東野 二郎"
                     *         }
                     *       ],
                     *       "entryIds": [
                     *         "ent_01JZ0000000000000000000000"
                     *       ],
                     *       "receipt": "eyJhbGciOiJFZERTQSJ9.eyJlbnRyaWVzIjpbXX0.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": components["schemas"]["SessionReceipt"];
                    "application/pdf": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSessionStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "organizationName": "青葉商事グループ",
                     *       "companyName": "青葉商事株式会社",
                     *       "contact": {
                     *         "text": "人事部 個人番号担当 内線 1234",
                     *         "phone": "03-0000-0000"
                     *       },
                     *       "requestState": "accepted",
                     *       "submittedAt": "2026-11-23T01:23:45.678Z",
                     *       "held": [
                     *         {
                     *           "key": "self",
                     *           "kind": "employee",
                     *           "name": "東野 二郎",
                     *           "state": "checked",
                     *           "registeredAt": "2026-11-23T01:23:45.678Z",
                     *           "issuedOn": "2016-01-01",
                     *           "purposes": [
                     *             "withholding_tax"
                     *           ]
                     *         }
                     *       ],
                     *       "uses": [],
                     *       "more": false,
                     *       "madeAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listFileFormats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "payroll-7",
                     *           "name": "給与CSV（7列）",
                     *           "direction": "export",
                     *           "encoding": "cp932",
                     *           "lineEnd": "crlf",
                     *           "columns": [
                     *             "社員コード"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FileFormatList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listRecipients: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "rcp_01JZ0000000000000000000000",
                     *           "name": "自社給与システム",
                     *           "kind": "own_payroll",
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RecipientList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRecipient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "自社給与システム",
                 *       "kind": "own_payroll"
                 *     }
                 */
                "application/json": components["schemas"]["RecipientRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rcp_01JZ0000000000000000000000",
                     *       "name": "自社給与システム",
                     *       "kind": "own_payroll",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Recipient"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRecipient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example rcp_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rcp_01JZ0000000000000000000000",
                     *       "name": "自社給与システム",
                     *       "kind": "own_payroll",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Recipient"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listImports: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "imp_01JZ0000000000000000000000",
                     *           "kind": "roster",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "state": "checked",
                     *           "jobId": "job_01JZ0000000000000000000000",
                     *           "encoding": "utf-8",
                     *           "counts": {
                     *             "rows": 13,
                     *             "added": 13,
                     *             "changed": 0,
                     *             "unchanged": 0,
                     *             "errors": 0
                     *           },
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ImportList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createImport: {
        parameters: {
            query: {
                kind: "roster";
                companyId: string;
                fileName?: string;
            };
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example 部門コード,部門,社員コード,社員名,扶養No,扶養者名,続柄,マイナンバー発行日
                 *     101,社長室,001,河合康則,,,,2016/01/01
                 */
                "text/csv": unknown;
            };
        };
        responses: {
            /** @description Accepted: runs as a job */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "imp_01JZ0000000000000000000000",
                     *       "kind": "roster",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "state": "checked",
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "encoding": "utf-8",
                     *       "counts": {
                     *         "rows": 13,
                     *         "added": 13,
                     *         "changed": 0,
                     *         "unchanged": 0,
                     *         "errors": 0
                     *       },
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Import"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example imp_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "imp_01JZ0000000000000000000000",
                     *       "kind": "roster",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "state": "checked",
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "encoding": "utf-8",
                     *       "counts": {
                     *         "rows": 13,
                     *         "added": 13,
                     *         "changed": 0,
                     *         "unchanged": 0,
                     *         "errors": 0
                     *       },
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Import"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listImportProblems: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path: {
                /** @example imp_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "pointer": "/number",
                     *           "code": "check_digit",
                     *           "detail": "The check digit does not match."
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FileProblemList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createImportApplication: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example imp_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: runs as a job */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "imp_01JZ0000000000000000000000",
                     *       "kind": "roster",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "state": "checked",
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "encoding": "utf-8",
                     *       "counts": {
                     *         "rows": 13,
                     *         "added": 13,
                     *         "changed": 0,
                     *         "unchanged": 0,
                     *         "errors": 0
                     *       },
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Import"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listExports: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "exp_01JZ0000000000000000000000",
                     *           "format": "payroll-7",
                     *           "purpose": "withholding_tax",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "recipientId": "rcp_01JZ0000000000000000000000",
                     *           "state": "ready",
                     *           "jobId": "job_01JZ0000000000000000000000",
                     *           "counts": {
                     *             "subjects": 13,
                     *             "numbers": 12,
                     *             "skipped": 1
                     *           },
                     *           "fileName": "payroll.csv",
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ExportList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createExport: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "companyId": "com_01JZ0000000000000000000000",
                 *       "format": "payroll-7",
                 *       "purpose": "withholding_tax",
                 *       "recipientId": "rcp_01JZ0000000000000000000000"
                 *     }
                 */
                "application/json": components["schemas"]["ExportRequest"];
            };
        };
        responses: {
            /** @description Accepted: runs as a job */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "exp_01JZ0000000000000000000000",
                     *       "format": "payroll-7",
                     *       "purpose": "withholding_tax",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "recipientId": "rcp_01JZ0000000000000000000000",
                     *       "state": "ready",
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "counts": {
                     *         "subjects": 13,
                     *         "numbers": 12,
                     *         "skipped": 1
                     *       },
                     *       "fileName": "payroll.csv",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Export"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example exp_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "exp_01JZ0000000000000000000000",
                     *       "format": "payroll-7",
                     *       "purpose": "withholding_tax",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "recipientId": "rcp_01JZ0000000000000000000000",
                     *       "state": "ready",
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "counts": {
                     *         "subjects": 13,
                     *         "numbers": 12,
                     *         "skipped": 1
                     *       },
                     *       "fileName": "payroll.csv",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Export"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getExportContent: {
        parameters: {
            query?: {
                /** @description As a compact JWE to the newest key that this client registered. Always so where the settings say `jweAnswersRequired`. */
                encrypted?: boolean;
            };
            header?: never;
            path: {
                /** @example exp_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                    "application/jose": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listPayments: {
        parameters: {
            query?: {
                companyId?: string;
                subjectId?: string;
                year?: number;
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "pay_01JZ0000000000000000000000",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "category": "manuscript",
                     *           "kind": "講演料",
                     *           "detail": "経営講座",
                     *           "amount": 120000,
                     *           "withheld": 12252,
                     *           "unpaid": 0,
                     *           "withheldUnpaid": 0,
                     *           "dueOn": "2026-06-30",
                     *           "paidOn": "2026-07-10",
                     *           "remarks": "消費税込み",
                     *           "externalId": "host-001",
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PaymentList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createPayment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "companyId": "com_01JZ0000000000000000000000",
                 *       "subjectId": "sub_01JZ0000000000000000000000",
                 *       "category": "manuscript",
                 *       "kind": "講演料",
                 *       "detail": "経営講座",
                 *       "amount": 120000,
                 *       "withheld": 12252,
                 *       "unpaid": 0,
                 *       "withheldUnpaid": 0,
                 *       "dueOn": "2026-06-30",
                 *       "paidOn": "2026-07-10",
                 *       "remarks": "消費税込み",
                 *       "externalId": "host-001"
                 *     }
                 */
                "application/json": components["schemas"]["PaymentRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "pay_01JZ0000000000000000000000",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "category": "manuscript",
                     *       "kind": "講演料",
                     *       "detail": "経営講座",
                     *       "amount": 120000,
                     *       "withheld": 12252,
                     *       "unpaid": 0,
                     *       "withheldUnpaid": 0,
                     *       "dueOn": "2026-06-30",
                     *       "paidOn": "2026-07-10",
                     *       "remarks": "消費税込み",
                     *       "externalId": "host-001",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Payment"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPayment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example pay_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "pay_01JZ0000000000000000000000",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "category": "manuscript",
                     *       "kind": "講演料",
                     *       "detail": "経営講座",
                     *       "amount": 120000,
                     *       "withheld": 12252,
                     *       "unpaid": 0,
                     *       "withheldUnpaid": 0,
                     *       "dueOn": "2026-06-30",
                     *       "paidOn": "2026-07-10",
                     *       "remarks": "消費税込み",
                     *       "externalId": "host-001",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Payment"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listPaymentRecords: {
        parameters: {
            query?: {
                companyId?: string;
                year?: number;
                filingId?: string;
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "prc_01JZ0000000000000000000000",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "form": "309",
                     *           "year": 2026,
                     *           "required": true,
                     *           "reason": {
                     *             "ja": "年間の支払金額が5万円を超えるため",
                     *             "en": "The year total is over 50,000 yen"
                     *           },
                     *           "amount": 120000,
                     *           "withheld": 12252,
                     *           "lines": [
                     *             {
                     *               "kind": "講演料",
                     *               "detail": "経営講座",
                     *               "amount": 120000,
                     *               "withheld": 12252,
                     *               "unpaid": 0,
                     *               "withheldUnpaid": 0
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PaymentRecordList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPaymentRecord: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example prc_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prc_01JZ0000000000000000000000",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "form": "309",
                     *       "year": 2026,
                     *       "required": true,
                     *       "reason": {
                     *         "ja": "年間の支払金額が5万円を超えるため",
                     *         "en": "The year total is over 50,000 yen"
                     *       },
                     *       "amount": 120000,
                     *       "withheld": 12252,
                     *       "lines": [
                     *         {
                     *           "kind": "講演料",
                     *           "detail": "経営講座",
                     *           "amount": 120000,
                     *           "withheld": 12252,
                     *           "unpaid": 0,
                     *           "withheldUnpaid": 0
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PaymentRecord"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPayeeCopy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example prc_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listFilings: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "fil_01JZ0000000000000000000000",
                     *           "companyId": "com_01JZ0000000000000000000000",
                     *           "form": "309",
                     *           "year": 2026,
                     *           "state": "checked",
                     *           "packageState": "ready",
                     *           "jobId": "job_01JZ0000000000000000000000",
                     *           "counts": {
                     *             "slips": 1,
                     *             "withoutNumber": 0
                     *           },
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FilingList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createFiling: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "companyId": "com_01JZ0000000000000000000000",
                 *       "form": "309",
                 *       "year": 2026
                 *     }
                 */
                "application/json": components["schemas"]["FilingRequest"];
            };
        };
        responses: {
            /** @description Accepted: runs as a job */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "fil_01JZ0000000000000000000000",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "form": "309",
                     *       "year": 2026,
                     *       "state": "checked",
                     *       "packageState": "ready",
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "counts": {
                     *         "slips": 1,
                     *         "withoutNumber": 0
                     *       },
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Filing"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getFiling: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example fil_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "fil_01JZ0000000000000000000000",
                     *       "companyId": "com_01JZ0000000000000000000000",
                     *       "form": "309",
                     *       "year": 2026,
                     *       "state": "checked",
                     *       "packageState": "ready",
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "counts": {
                     *         "slips": 1,
                     *         "withoutNumber": 0
                     *       },
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Filing"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getFilingPackage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example fil_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listRetentionRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "withholding_7y",
                     *           "name": "扶養控除等申告書",
                     *           "law": "所得税法施行規則76条の3",
                     *           "years": 7,
                     *           "anchor": "end_of_employment_tax_year",
                     *           "purposes": [
                     *             "withholding_tax"
                     *           ],
                     *           "confidence": "primary"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RetentionRuleList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listClaims: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "ruleId": "withholding_7y",
                     *           "purpose": "withholding_tax",
                     *           "anchorOn": "2026-10-31",
                     *           "untilOn": "2034-01-10",
                     *           "reason": {
                     *             "ja": "年間の支払金額が5万円を超えるため",
                     *             "en": "The year total is over 50,000 yen"
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ClaimList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listDisposalSchedule: {
        parameters: {
            query?: {
                companyId?: string;
                /** @description Only those that may be disposed of today */
                due?: boolean;
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "kind": "employee",
                     *           "department": {
                     *             "code": "101",
                     *             "name": "社長室"
                     *           },
                     *           "code": "104",
                     *           "name": "東野 二郎",
                     *           "issuedOn": "2016-01-01",
                     *           "masked": "*****18",
                     *           "retiredOn": "2026-10-31",
                     *           "insuranceLostOn": "2026-11-01",
                     *           "plannedOn": "2034-01-11",
                     *           "state": "planned",
                     *           "due": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DisposalScheduleRowList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPlannedDisposal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "state": "planned",
                     *       "claimsUntilOn": "2034-01-10",
                     *       "staffOn": "2034-03-31",
                     *       "plannedOn": "2034-03-31",
                     *       "reason": "税務調査に備え延長"
                     *     }
                     */
                    "application/json": components["schemas"]["PlannedDisposal"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    setPlannedDisposal: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "plannedOn": "2034-03-31",
                 *       "reason": "税務調査に備え延長"
                 *     }
                 */
                "application/json": components["schemas"]["PlannedDisposalRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "state": "planned",
                     *       "claimsUntilOn": "2034-01-10",
                     *       "staffOn": "2034-03-31",
                     *       "plannedOn": "2034-03-31",
                     *       "reason": "税務調査に備え延長"
                     *     }
                     */
                    "application/json": components["schemas"]["PlannedDisposal"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    removePlannedDisposal: {
        parameters: {
            query: {
                /** @description Why */
                reason: string;
                /** @description When to look again */
                reviewOn: string;
            };
            header?: {
                /** @description The ETag that was read, or several with commas between; 412 if somebody else changed it. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "state": "planned",
                     *       "claimsUntilOn": "2034-01-10",
                     *       "staffOn": "2034-03-31",
                     *       "plannedOn": "2034-03-31",
                     *       "reason": "税務調査に備え延長"
                     *     }
                     */
                    "application/json": components["schemas"]["PlannedDisposal"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listDisposals: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "dsp_01JZ0000000000000000000000",
                     *           "state": "done",
                     *           "jobId": "job_01JZ0000000000000000000000",
                     *           "certificateIds": [
                     *             "crt_01JZ0000000000000000000000"
                     *           ],
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DisposalList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createDisposal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subjectIds": [
                 *         "sub_01JZ0000000000000000000000"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["DisposalRequest"];
            };
        };
        responses: {
            /** @description Accepted: runs as a job */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dsp_01JZ0000000000000000000000",
                     *       "state": "done",
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "certificateIds": [
                     *         "crt_01JZ0000000000000000000000"
                     *       ],
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "receipt": "eyJhbGciOiJFZERTQSJ9.eyJlbnRyaWVzIjpbXX0.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": components["schemas"]["Disposal"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getDisposal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example dsp_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dsp_01JZ0000000000000000000000",
                     *       "state": "done",
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "certificateIds": [
                     *         "crt_01JZ0000000000000000000000"
                     *       ],
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Disposal"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listCertificates: {
        parameters: {
            query?: {
                subjectId?: string;
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "crt_01JZ0000000000000000000000",
                     *           "disposalId": "dsp_01JZ0000000000000000000000",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "status": "deleted",
                     *           "deletedAt": "2026-11-23T01:23:45.678Z",
                     *           "jws": "eyJ…"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CertificateList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getCertificate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example crt_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "crt_01JZ0000000000000000000000",
                     *       "disposalId": "dsp_01JZ0000000000000000000000",
                     *       "subjectId": "sub_01JZ0000000000000000000000",
                     *       "status": "deleted",
                     *       "deletedAt": "2026-11-23T01:23:45.678Z",
                     *       "jws": "eyJ…"
                     *     }
                     */
                    "application/json": components["schemas"]["Certificate"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listErasureEpochs: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "epc_01JZ0000000000000000000000",
                     *           "state": "awaiting_backup",
                     *           "progress": {
                     *             "done": 1200,
                     *             "total": 1200
                     *           },
                     *           "alarms": [],
                     *           "startedBy": "schedule",
                     *           "startedAt": "2026-11-23T01:23:45.678Z",
                     *           "notBefore": "2026-11-24T01:40:00.000Z",
                     *           "rewrappedAt": "2026-11-23T01:45:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ErasureEpochList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createErasureEpoch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "epc_01JZ0000000000000000000000",
                     *       "state": "announcing",
                     *       "progress": {
                     *         "done": 0
                     *       },
                     *       "alarms": [],
                     *       "startedBy": "platform",
                     *       "startedAt": "2026-11-23T01:23:45.678Z",
                     *       "notBefore": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ErasureEpoch"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getErasureEpoch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example epc_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "epc_01JZ0000000000000000000000",
                     *       "state": "awaiting_backup",
                     *       "progress": {
                     *         "done": 1200,
                     *         "total": 1200
                     *       },
                     *       "alarms": [],
                     *       "startedBy": "schedule",
                     *       "startedAt": "2026-11-23T01:23:45.678Z",
                     *       "notBefore": "2026-11-24T01:40:00.000Z",
                     *       "rewrappedAt": "2026-11-23T01:45:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ErasureEpoch"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createBackupConfirmation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example epc_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "backupTakenAt": "2026-11-23T03:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["BackupConfirmationRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "epc_01JZ0000000000000000000000",
                     *       "state": "awaiting_backup",
                     *       "progress": {
                     *         "done": 1200,
                     *         "total": 1200
                     *       },
                     *       "alarms": [],
                     *       "startedBy": "schedule",
                     *       "startedAt": "2026-11-23T01:23:45.678Z",
                     *       "notBefore": "2026-11-24T01:40:00.000Z",
                     *       "rewrappedAt": "2026-11-23T01:45:00.000Z",
                     *       "backup": {
                     *         "takenAt": "2026-11-23T03:00:00.000Z",
                     *         "confirmedAt": "2026-11-23T03:10:00.000Z",
                     *         "by": "platform"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ErasureEpoch"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getHandlingStatement: {
        parameters: {
            query?: {
                /** @description Default: from the first entry */
                from?: string;
                /** @description Default: now */
                to?: string;
            };
            header?: never;
            path: {
                /** @example sub_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subject": {
                     *         "id": "sub_01JZ0000000000000000000000",
                     *         "name": "東野 順子"
                     *       },
                     *       "organizationName": "東野グループ",
                     *       "companyName": "東野商事株式会社",
                     *       "period": {
                     *         "to": "2026-11-23T01:23:45.679Z"
                     *       },
                     *       "madeAt": "2026-11-23T01:23:45.678Z",
                     *       "lines": [
                     *         {
                     *           "entryId": "ent_01JZ0000000000000000000000",
                     *           "at": "2026-11-20T02:00:00.000Z",
                     *           "operation": "view",
                     *           "operationLabel": "閲覧",
                     *           "functionName": "マイナンバー表示",
                     *           "what": {
                     *             "ja": "番号が画面に表示されました。",
                     *             "en": "Your number was shown on a screen."
                     *           },
                     *           "by": {
                     *             "kind": "staff",
                     *             "ja": "事務取扱担当者　真田 竜也",
                     *             "en": "真田 竜也, handler",
                     *             "name": "真田 竜也",
                     *             "roles": [
                     *               {
                     *                 "code": "handler",
                     *                 "ja": "事務取扱担当者",
                     *                 "en": "handler"
                     *               }
                     *             ],
                     *             "post": "係長",
                     *             "departments": [
                     *               "人事部"
                     *             ]
                     *           },
                     *           "outcome": "released",
                     *           "result": {
                     *             "ja": "番号が担当者または手続き用の書類に渡りました。",
                     *             "en": "Your number was given out for this use."
                     *           },
                     *           "purpose": {
                     *             "code": "withholding_tax",
                     *             "ja": "給与所得・退職所得の源泉徴収、年末調整",
                     *             "en": "Withholding on salaries and retirement pay, year-end adjustment",
                     *             "law": "番号法9条4項, 所得税法190条・194条〜196条・203条・226条"
                     *           },
                     *           "use": "view"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["HandlingStatement"];
                    "application/pdf": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listCheckpoints: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "chk_01JZ0000000000000000000000",
                     *           "size": 1024,
                     *           "root": "x+T3kz4HFxJqVDCNyZ4mC1Hj4dWmQ8oHkJ0f3n1q0bQ=",
                     *           "note": "azukari/org_01JZ0000000000000000000000\n1024\nx+T3kz4HFxJqVDCNyZ4mC1Hj4dWmQ8oHkJ0f3n1q0bQ=\n\n— azukari/org_01JZ0000000000000000000000 q83vEgAAAA==\n",
                     *           "keyId": "abcdef12",
                     *           "createdAt": "2026-11-23T01:23:45.678Z",
                     *           "anchoredAt": "2026-11-23T01:23:45.700Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CheckpointList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createCheckpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "chk_01JZ0000000000000000000000",
                     *       "size": 1024,
                     *       "root": "x+T3kz4HFxJqVDCNyZ4mC1Hj4dWmQ8oHkJ0f3n1q0bQ=",
                     *       "note": "azukari/org_01JZ0000000000000000000000\n1024\nx+T3kz4HFxJqVDCNyZ4mC1Hj4dWmQ8oHkJ0f3n1q0bQ=\n\n— azukari/org_01JZ0000000000000000000000 q83vEgAAAA==\n",
                     *       "keyId": "abcdef12",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "anchoredAt": "2026-11-23T01:23:45.700Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listLedgerPublicKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "verifierKey": "azukari/org_01JZ0000000000000000000000+abcdef12+AdLNpwFW3kuqyTUPrNYzSrV5L/Vn2F5BAzLZ3vbZ6fYR",
                     *           "keyId": "abcdef12",
                     *           "current": true,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LedgerPublicKeyList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getInclusionProof: {
        parameters: {
            query: {
                entryId: string;
                /** @description Default: that of the newest checkpoint */
                size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entryId": "ent_01JZ0000000000000000000000",
                     *       "leaf": "{\"actor\":{\"type\":\"system\"},\"assurance\":\"none\",\"at\":\"2026-11-23T01:23:45.678Z\",\"commitments\":{},\"functionName\":\"設定変更\",\"id\":\"ent_01JZ0000000000000000000000\",\"line\":0,\"operation\":\"settings\",\"organizationId\":\"org_01JZ0000000000000000000000\",\"outcome\":\"done\",\"recordedAt\":\"2026-11-23T01:23:45.678Z\",\"requestId\":\"r1\",\"v\":1}",
                     *       "leafHash": "x+T3kz4HFxJqVDCNyZ4mC1Hj4dWmQ8oHkJ0f3n1q0bQ=",
                     *       "index": 0,
                     *       "size": 2,
                     *       "root": "x+T3kz4HFxJqVDCNyZ4mC1Hj4dWmQ8oHkJ0f3n1q0bQ=",
                     *       "hashes": [
                     *         "x+T3kz4HFxJqVDCNyZ4mC1Hj4dWmQ8oHkJ0f3n1q0bQ="
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["InclusionProof"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getConsistencyProof: {
        parameters: {
            query: {
                /** @description The older size */
                from: number;
                /** @description Default: that of the newest checkpoint */
                to?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "from": {
                     *         "size": 1,
                     *         "root": "x+T3kz4HFxJqVDCNyZ4mC1Hj4dWmQ8oHkJ0f3n1q0bQ="
                     *       },
                     *       "to": {
                     *         "size": 2,
                     *         "root": "x+T3kz4HFxJqVDCNyZ4mC1Hj4dWmQ8oHkJ0f3n1q0bQ="
                     *       },
                     *       "hashes": [
                     *         "x+T3kz4HFxJqVDCNyZ4mC1Hj4dWmQ8oHkJ0f3n1q0bQ="
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ConsistencyProof"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listLedgerEntries: {
        parameters: {
            query?: {
                /** @description Default: three months before `to` */
                from?: string;
                /** @description Default: now */
                to?: string;
                /** @description 部門コード */
                departmentCode?: string;
                /** @description 社員コード (完全一致) */
                code?: string;
                /** @description 対象者名 (部分一致) */
                name?: string;
                /** @description 操作 */
                operation?: components["schemas"]["LedgerOperation"];
                subjectId?: string;
                /** @description 利用目的 */
                purpose?: components["schemas"]["PurposeCode"];
                /** @description How digits left; the `intent` of a reveal is one of the first two */
                use?: components["schemas"]["NumberUse"];
                outcome?: components["schemas"]["LedgerOutcome"];
                /** @description Who vouches for the one who acted */
                assurance?: components["schemas"]["Assurance"];
                /** @description 取扱区域, as it was called then */
                place?: string;
                /** @description The `X-Request-Id` of the request */
                requestId?: string;
                clientId?: string;
                /** @description 操作した人: an id (`stf_…`, `sub_…`, `cli_…`), or the host's user id */
                actor?: string;
                order?: "asc" | "desc";
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "ent_01JZ0000000000000000000000",
                     *           "at": "2026-11-23T01:23:45.678Z",
                     *           "recordedAt": "2026-11-23T01:23:45.678Z",
                     *           "operation": "register_by_proxy",
                     *           "operationLabel": "代理登録",
                     *           "functionName": "マイナンバー登録",
                     *           "subjectId": "sub_01JZ0000000000000000000000",
                     *           "department": {
                     *             "code": "101",
                     *             "name": "社長室"
                     *           },
                     *           "code": "104",
                     *           "subjectName": "東野二郎 > 東野順子",
                     *           "actor": {
                     *             "type": "staff",
                     *             "id": "stf_01JZ0000000000000000000000",
                     *             "userId": "j0013",
                     *             "name": "人事 花子"
                     *           },
                     *           "purpose": "withholding_tax",
                     *           "outcome": "done",
                     *           "requestId": "rid_01JZ0000000000000000000000",
                     *           "clientId": "cli_01JZ0000000000000000000000",
                     *           "assurance": "host"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LedgerEntryList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listLedgerExports: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "lex_01JZ0000000000000000000000",
                     *           "format": "pdf",
                     *           "state": "ready",
                     *           "jobId": "job_01JZ0000000000000000000000",
                     *           "from": "2026-08-23T01:23:45.678Z",
                     *           "to": "2026-11-23T01:23:45.678Z",
                     *           "order": "desc",
                     *           "filters": {
                     *             "operation": "export"
                     *           },
                     *           "entries": 12,
                     *           "fileName": "ledger-20261123.pdf",
                     *           "createdAt": "2026-11-23T01:23:45.678Z",
                     *           "readyAt": "2026-11-23T01:23:50.000Z",
                     *           "expiresAt": "2026-11-30T01:23:50.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LedgerExportList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createLedgerExport: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "format": "pdf",
                 *       "from": "2026-08-23T00:00:00+09:00",
                 *       "to": "2026-11-23T00:00:00+09:00",
                 *       "operation": "export"
                 *     }
                 */
                "application/json": components["schemas"]["LedgerExportRequest"];
            };
        };
        responses: {
            /** @description Accepted: runs as a job */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "lex_01JZ0000000000000000000000",
                     *       "format": "pdf",
                     *       "state": "preparing",
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "from": "2026-08-22T15:00:00.000Z",
                     *       "to": "2026-11-22T15:00:00.000Z",
                     *       "order": "desc",
                     *       "filters": {
                     *         "operation": "export"
                     *       },
                     *       "fileName": "ledger-20261123.pdf",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["LedgerExport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getLedgerExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example lex_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "lex_01JZ0000000000000000000000",
                     *       "format": "jsonl",
                     *       "state": "ready",
                     *       "jobId": "job_01JZ0000000000000000000000",
                     *       "order": "asc",
                     *       "filters": {},
                     *       "entries": 1234,
                     *       "checkpointSize": 1234,
                     *       "fileName": "ledger-20261123.jsonl",
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "readyAt": "2026-11-23T01:23:50.000Z",
                     *       "expiresAt": "2026-11-30T01:23:50.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["LedgerExport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getLedgerExportContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example lex_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example 操作日時,部門コード,部門,社員コード,対象者,操作,機能名,操作した人(ユーザID),操作した人(ユーザ名) */
                    "text/csv": string;
                    "application/jsonl": string;
                    "application/pdf": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example job_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "job_01JZ0000000000000000000000",
                     *       "kind": "export",
                     *       "state": "succeeded",
                     *       "progress": {
                     *         "done": 13,
                     *         "total": 13
                     *       },
                     *       "errors": [],
                     *       "createdAt": "2026-11-23T01:23:45.678Z",
                     *       "receipt": "eyJhbGciOiJFZERTQSJ9.eyJlbnRyaWVzIjpbXX0.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: {
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "whe_01JZ0000000000000000000000",
                     *           "url": "https://hr.example.com/hooks/azukari",
                     *           "events": [
                     *             "number.registered"
                     *           ],
                     *           "state": "enabled",
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpointList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://hr.example.com/hooks/azukari",
                 *       "events": [
                 *         "number.registered"
                 *       ],
                 *       "description": "人事システム"
                 *     }
                 */
                "application/json": components["schemas"]["WebhookEndpointRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whe_01JZ0000000000000000000000",
                     *       "url": "https://hr.example.com/hooks/azukari",
                     *       "events": [
                     *         "number.registered"
                     *       ],
                     *       "state": "enabled",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example whe_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whe_01JZ0000000000000000000000",
                     *       "url": "https://hr.example.com/hooks/azukari",
                     *       "events": [
                     *         "number.registered"
                     *       ],
                     *       "state": "enabled",
                     *       "createdAt": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example whe_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    createWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example whe_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "secret": "whsec_…",
                     *       "previousUntil": "2026-11-23T01:23:45.678Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookSecret"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createTestEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a POST with the same key and body gives the first answer again, for 24 hours. A quoted structured string or a bare one. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example whe_01JZ0000000000000000000000 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: runs as a job */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "eventId": "evt_01JZ0000000000000000000000"
                     *     }
                     */
                    "application/json": components["schemas"]["TestEvent"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                endpointId?: string;
                state?: "waiting" | "succeeded" | "failed";
                /**
                 * @description Rows a page.
                 * @example 20
                 */
                limit?: components["parameters"]["limit"];
                /** @description Cursor: the `next` of the page before. */
                after?: components["parameters"]["after"];
                /** @description Whether to count; costs more. */
                total?: components["parameters"]["total"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "whd_01JZ0000000000000000000000",
                     *           "endpointId": "whe_01JZ0000000000000000000000",
                     *           "eventId": "evt_01JZ0000000000000000000000",
                     *           "type": "number.registered",
                     *           "state": "succeeded",
                     *           "attempts": 1,
                     *           "lastStatus": 204,
                     *           "createdAt": "2026-11-23T01:23:45.678Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDeliveryList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready",
                     *       "parts": {
                     *         "mongodb": "up",
                     *         "keys": "up",
                     *         "redis": "up",
                     *         "anchors": "up"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Not ready */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "not_ready",
                     *       "parts": {
                     *         "mongodb": "up",
                     *         "keys": "up",
                     *         "redis": "up",
                     *         "anchors": "replaying"
                     *       },
                     *       "detail": "Disposals are repeated: disposal 2026-08, 3 of 12."
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    receiveEvent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "number.registered",
                 *       "timestamp": "2026-11-23T01:23:45.678Z",
                 *       "data": {
                 *         "subjectId": "sub_01JZ0000000000000000000000"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WebhookEvent"];
            };
        };
        responses: {
            /** @description Taken */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
