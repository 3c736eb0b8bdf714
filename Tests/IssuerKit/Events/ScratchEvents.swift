import IssuerKit
import Storage
import Tokens

extension ScratchIssuer {
    static let issuer = "https://localhost:8440"

    func eventRing() async throws -> KeyRing { try await ring(periods: .short.ofEvents(), name: .events) }

    func events() async throws -> SecurityEvents {
        try await SecurityEvents.open(issuer: Self.issuer, database: database, ring: eventRing(), clock: clock)
    }

    /// One revocation, committed.
    func record(_ target: RevocationTarget, _ events: SecurityEvents) async throws {
        let cause =
            if case .key = target { RevocationEvent.Cause.keyRevoked } else { RevocationEvent.Cause.sessionRevoked }
        let event = RevocationEvent(target, cause, at: clock.now())
        try await database.transaction { try events.append(event, decision: nil, on: $0) }
    }

    func positions() async throws -> [Int64] {
        try await database.read { connection in
            try connection.query("SELECT position FROM security_events ORDER BY position").map {
                try $0.integer("position")
            }
        }
    }

    /// The events as they are kept.
    func sets() async throws -> [Credential] {
        try await database.read { connection in
            try connection.query("SELECT token FROM security_events ORDER BY position").map {
                Credential(try $0.text("token"))
            }
        }
    }

    /// What a receiver checks events with.
    func validator(_ ring: KeyRing) -> TokenValidator<SecurityEventClaims> {
        TokenValidator(
            issuers: [Self.issuer],
            audience: "\(Self.issuer)/events",
            algorithms: [.es256],
            keys: ring.keySource(issuer: Self.issuer),
            clock: clock,
            revocations: NothingRevoked()
        )
    }
}

extension RevocationEvent {
    static func session(_ id: String) -> RevocationEvent {
        RevocationEvent(.session(id), .sessionRevoked, at: ScratchIssuer.begin)
    }
}

extension RevocableToken {
    static func session(_ id: String) -> RevocableToken { .hit(by: .session(id)) }

    /// A token that `target`, and nothing else in these tests, revokes.
    static func hit(by target: RevocationTarget) -> RevocableToken {
        var (token, session, subject, client): (String?, String?, String?, String?)
        var key = "-"
        switch target {
        case .token(let id): token = id
        case .session(let id): session = id
        case .grant(let sessionID, let clientID): (session, client) = (sessionID, clientID)
        case .subject(let id): subject = id
        case .client(let id): client = id
        case .key(let id): key = id
        }
        return RevocableToken(
            issuer: ScratchIssuer.issuer,
            tokenID: token,
            sessionID: session,
            subject: subject,
            clientID: client,
            keyID: key,
            issuedAt: ScratchIssuer.begin
        )
    }
}
