import Audit
import Hummingbird
import Logging
import ServiceKit
import Storage
import Tokens

/// `private_key_jwt`: a client proves itself with a token signed by its own key.
///
/// - Takes: `iss` = `sub` = the client, `aud` = our issuer, at most 300 s to `exp`, a `jti` never seen before.
/// - Refuses: `assertionLifetimeTooLong`, `assertionReplayed`; `clientUnauthenticated` for what is no valid assertion.
/// - Source: RFC 7523 §3.
struct ClientAssertionVerifier: Sendable {
    let issuer: String
    let clock: any WallClock
    let replays: any ReplayCache

    /// The client that an assertion names. Nothing is believed yet: it only says with whose keys to check.
    static func claimedClient(of assertion: Credential, _ context: ServiceContext) throws(Refusal) -> String {
        do throws(Refusal) {
            guard let id = try UnverifiedToken.decodeWithoutVerifying(assertion).payload["sub"]?.string else {
                throw .claimMissing
            }
            return id
        } catch { throw unauthenticated(error, context) }
    }

    func verify(_ assertion: Credential, of client: Client, _ context: ServiceContext) async throws {
        let claims = try await verifiedClaims(assertion, client, context)
        guard claims.expiresAt.seconds(since: clock.now()) <= ClientAssertionClaims.lifetimeSecondsMax else {
            throw Refusal.assertionLifetimeTooLong
        }
        // One use: an assertion copied out of a log or a proxy opens nothing (RFC 7523 §3, item 7).
        let identifier = Base64URL.encode(Credential("\(client.id) \(claims.tokenID)").digest)
        // Longer than it is accepted: between the check of its time and this line the clock goes on.
        let expiry = claims.expiresAt + 2 * Bounds.clockSkewSeconds
        guard try await replays.claim(identifier, until: expiry) else { throw Refusal.assertionReplayed }
    }

    private func verifiedClaims(
        _ assertion: Credential,
        _ client: Client,
        _ context: ServiceContext
    ) async throws -> ClientAssertionClaims {
        let validator = TokenValidator<ClientAssertionClaims>(
            issuers: [client.id],
            audience: issuer,
            algorithms: Algorithm.all,
            keys: FixedKeys(client.keySet ?? KeySet([]), issuer: client.id),
            clock: clock,
            revocations: NothingRevoked()
        )
        do { return try await validator.verify(assertion, from: .unproven).claims } catch let refusal as Refusal {
            throw Self.unauthenticated(refusal, context)
        }
    }

    /// Outside, a bad assertion is a client that did not authenticate; the exact reason is for us.
    private static func unauthenticated(_ refusal: Refusal, _ context: ServiceContext) -> Refusal {
        context.decision.refuse(refusal)
        context.logger.info("client assertion refused", metadata: ["reason": "\(refusal.rawValue)"])
        return .clientUnauthenticated
    }
}

/// Remembers assertions in the database: a restart must not make an old one good again.
struct StoredReplayCache: ReplayCache {
    let database: any Database

    func claim(_ identifier: String, until expiry: NumericDate) async throws -> Bool {
        try await database.transaction { connection in
            try connection.run(
                "INSERT INTO assertion_replays (id, expires_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
                [identifier, expiry.secondsSinceEpoch]
            ) == 1
        }
    }
}
