import Storage
import Tokens

/// The endpoints for people, wired: what Assembly needs to know of this half of the service.
struct BrowserEndpoints: Sendable {
    let authorize: AuthorizeEndpoint
    let login: LoginEndpoint
    let consent: ConsentEndpoint
    let logout: LogoutEndpoint
    let pages: Pages

    init(
        database: any Database,
        clients: ClientStore,
        registry: ScopeRegistry,
        signIns: SignIns,
        sessions: SignOnSessions,
        codes: AuthorizationCodeStore,
        clock: any WallClock
    ) throws {
        let reader = AuthorizationRequestReader(clients: clients)
        let signOn = BrowserSignOn(accounts: signIns.accounts, sessions: sessions)
        let consents = Consents(database: database, clock: clock)
        pages = try Pages()
        authorize = AuthorizeEndpoint(
            reader: reader,
            signOn: signOn,
            consents: consents,
            registry: registry,
            codes: codes,
            pages: pages,
            clock: clock,
            issuer: registry.issuer
        )
        login = LoginEndpoint(reader: reader, signIns: signIns, signOn: signOn, pages: pages)
        consent = ConsentEndpoint(
            reader: reader,
            signOn: signOn,
            consents: consents,
            registry: registry,
            pages: pages,
            issuer: registry.issuer
        )
        logout = LogoutEndpoint(signOn: signOn, pages: pages)
    }
}
