import Audit
import Hummingbird
import IssuerKit
import ServiceKit
import Tokens
import TokensHummingbird

/// Every endpoint of this service.
struct Endpoints: Sendable {
    let decisions: DecisionRecorder
    let limits: RateLimiter
    let token: TokenEndpoint
    let introspection: IntrospectionEndpoint
    let revocation: RevocationEndpoint
    let userInfo: UserInfoEndpoint
    let callers: CallerGuard<ServiceContext>
    let firstParty: FirstPartyEndpoint
    let browser: BrowserEndpoints
    let keySet: KeySetEndpoint
    let metadata: MetadataEndpoint
    let streams: EventStreamEndpoint
    let eventKeySet: KeySetEndpoint
    let eventConfiguration: MetadataEndpoint

    init(_ parts: Parts) throws {
        let settings = parts.settings
        decisions = parts.runtime.decisions
        limits = parts.runtime.limits
        token = TokenEndpoint(
            proofs: parts.proofReader,
            authenticator: parts.authenticator,
            grants: parts.grants
        )
        introspection = IntrospectionEndpoint(
            authenticator: parts.authenticator,
            issued: parts.issued,
            accounts: parts.accounts
        )
        revocation = RevocationEndpoint(
            authenticator: parts.authenticator,
            issued: parts.issued,
            families: parts.families
        )
        userInfo = UserInfoEndpoint(accounts: parts.accounts)
        // The provider as a protected resource: only tokens that were meant for it.
        callers = CallerGuard(
            validator: TokenValidator(
                issuers: [settings.issuer],
                audience: settings.issuer,
                algorithms: [.es256],
                keys: parts.ring.keySource(issuer: settings.issuer),
                clock: parts.runtime.clock,
                revocations: parts.revocations.index,
                // A window of its own: at the token endpoint strangers spend theirs, here only holders of tokens.
                proofs: DPoPProofValidator(
                    replays: ReplayWindow(clock: parts.runtime.clock),
                    clock: parts.runtime.clock
                ),
                // Receivers of events bring the same token every ten seconds.
                cache: VerifiedTokenCache()
            ),
            address: settings.issuer,
            peers: parts.runtime.peers
        )
        firstParty = FirstPartyEndpoint(
            proofs: parts.proofReader,
            clients: parts.clients,
            signIns: parts.signIns,
            sessions: parts.sessions,
            families: parts.families,
            refreshTokens: parts.refreshTokens,
            issuing: parts.issuing
        )
        browser = try BrowserEndpoints(
            database: parts.database,
            clients: parts.clients,
            registry: parts.registry,
            signIns: parts.signIns,
            sessions: parts.sessions,
            codes: parts.codes,
            clock: parts.runtime.clock
        )
        keySet = KeySetEndpoint(ring: parts.ring)
        metadata = MetadataEndpoint(
            ProviderMetadata.document(
                issuer: settings.issuer,
                registry: parts.registry,
                proofAlgorithms: parts.proofs.algorithms
            )
        )
        streams = parts.transmitter.streams
        eventKeySet = KeySetEndpoint(ring: parts.transmitter.ring)
        eventConfiguration = MetadataEndpoint(parts.transmitter.configuration)
    }
}

/// Every path this service answers.
func routes(_ endpoints: Endpoints) -> Router<ServiceContext> {
    let router = Router<ServiceContext>.service(
        .oauth,
        recordedBy: endpoints.decisions,
        limitedBy: endpoints.limits
    )

    // People, in their browsers: what is refused is a page.
    let people = router.group().add(middleware: PageRefusalMiddleware(pages: endpoints.browser.pages))
    people.limited(.credentials, .authorize)
        .get("/oauth2/authorize", use: endpoints.browser.authorize.answer)  // RFC 6749 §3.1
        .post("/oauth2/authorize", use: endpoints.browser.authorize.redirect)  // OpenID Connect Core §3.1.2.1
    people.limited(.credentials, .signIn)
        .get("/login", use: endpoints.browser.login.show)
        .post("/login", use: endpoints.browser.login.submit)
    people.limited(.credentials, .consent)
        .get("/consent", use: endpoints.browser.consent.show)
        .post("/consent", use: endpoints.browser.consent.submit)
    people.limited(.credentials, .signOut)
        .get("/logout", use: endpoints.browser.logout.show)
        .post("/logout", use: endpoints.browser.logout.submit)

    // Clients.
    router.limited(.credentials, .tokenIssue).post("/oauth2/token", use: endpoints.token.answer)  // RFC 6749 §3.2
    router.limited(.credentials, .tokenIntrospection)
        .post("/oauth2/introspect", use: endpoints.introspection.answer)  // RFC 7662 §2
    router.limited(.credentials, .tokenRevocation)
        .post("/oauth2/revoke", use: endpoints.revocation.answer)  // RFC 7009 §2

    // Our own clients.
    router.limited(.credentials, .signIn).post("/auth/login", use: endpoints.firstParty.logIn)
    router.limited(.credentials, .tokenRefresh).post("/auth/refresh", use: endpoints.firstParty.refresh)
    router.limited(.credentials, .signOut).post("/auth/logout", use: endpoints.firstParty.logOut)

    // Whoever holds a token for us; OpenID Connect Core §5.3.
    let userInfo = endpoints.callers.requiring(scope: "openid", endpoints.userInfo.answer)
    router.refusing(.problem).get("/oauth2/userinfo", use: userInfo).post("/oauth2/userinfo", use: userInfo)

    // Services that hear of what we revoke, with their own token for us.
    let (callers, streams) = (endpoints.callers, endpoints.streams)
    router.refusing(.problem)
        .post("/events/streams", use: callers.requiring(scope: "events:receive", streams.create))
        .post("/events/streams/{id}/poll", use: callers.requiring(scope: "events:receive", streams.poll))

    // Everybody.
    router.get("/oauth2/jwks.json", use: endpoints.keySet.answer)  // RFC 7517 §5
    router.get("/.well-known/oauth-authorization-server", use: endpoints.metadata.answer)  // RFC 8414 §3
    router.get("/.well-known/openid-configuration", use: endpoints.metadata.answer)
    router.get("/events/jwks.json", use: endpoints.eventKeySet.answer)
    router.get("/.well-known/ssf-configuration", use: endpoints.eventConfiguration.answer)
    return router
}
