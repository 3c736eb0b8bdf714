import Crypto
import IssuerKit
import ServiceKit
import Storage
import Tokens

/// The things of which the endpoints are made; each is made in one place, here, out of what was opened at the start.
struct Parts: Sendable {
    let settings: Settings
    let runtime: Runtime
    let database: any Database
    let ring: KeyRing
    let transmitter: EventTransmitter
    let revocations: Revocations
    let clients: ClientStore
    let registry: ScopeRegistry
    let proofs: DPoPProofValidator
    let successorKey: SymmetricKey
    let signInLimits: SignInLimits
    let hasher: PasswordHasher

    private var clock: any WallClock { runtime.clock }

    var accounts: Accounts {
        Accounts(database: database, hasher: hasher, clock: clock, revocations: revocations)
    }

    var signIns: SignIns { SignIns(accounts: accounts, limits: signInLimits, risk: signInRisk) }

    var signInRisk: SignInRisk {
        SignInRisk(
            database: database,
            clock: clock,
            policy: settings.risk,
            failures: signInLimits.accountFailures
        )
    }

    var sessions: SignOnSessions {
        SignOnSessions(
            database: database,
            clock: clock,
            revocations: revocations,
            lifetimeSeconds: settings.sessionLifetimeSeconds
        )
    }

    var proofReader: ProofReader { ProofReader(address: settings.issuer, proofs: proofs) }

    var authenticator: ClientAuthenticator {
        ClientAuthenticator(
            clients: clients,
            assertions: ClientAssertionVerifier(
                issuer: settings.issuer,
                clock: clock,
                replays: StoredReplayCache(database: database)
            ),
            peers: runtime.peers
        )
    }

    var issuing: TokenIssuing {
        let ring = ring
        return TokenIssuing(
            issuer: settings.issuer,
            lifetimes: settings.tokens,
            registry: registry,
            minter: TokenMinter { try ring.signingKey($0) },
            dates: revocations.dates
        )
    }

    var families: RefreshFamilies {
        RefreshFamilies(
            database: database,
            clock: clock,
            revocations: revocations,
            suspensions: suspensions,
            successorKey: successorKey,
            policy: settings.refresh,
            riskPolicy: settings.risk,
            accessLifetimeSeconds: settings.tokens.accessSeconds
        )
    }

    var suspensions: Suspensions {
        Suspensions(database: database, clock: clock, revocations: revocations)
    }

    var codes: AuthorizationCodeStore {
        AuthorizationCodeStore(
            database: database,
            families: families,
            clock: clock,
            lifetimeSeconds: settings.codeLifetimeSeconds
        )
    }

    var issued: IssuedTokens {
        IssuedTokens(
            issuer: settings.issuer,
            registry: registry,
            keys: ring.keySource(issuer: settings.issuer),
            clock: clock,
            database: database,
            revocations: revocations
        )
    }

    var refreshTokens: RefreshTokenGrant { RefreshTokenGrant(families: families, issuing: issuing) }

    /// One line for each grant.
    var grants: [GrantType: any Grant] {
        [
            .authorizationCode: AuthorizationCodeGrant(codes: codes, issuing: issuing, clock: clock),
            .clientCredentials: ClientCredentialsGrant(issuing: issuing),
            .refreshToken: refreshTokens,
        ]
    }

    var revocationOperations: RevocationOperations {
        RevocationOperations(
            issuer: settings.issuer,
            accounts: accounts,
            sessions: sessions,
            issued: issued,
            clients: clients
        )
    }

    /// After the last request: threads and files.
    func close() async {
        try? await hasher.shutdown()
        await database.close()
    }
}
