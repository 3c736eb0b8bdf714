import Logging
import Tokens

/// Reads the events of one issuer, and believes nothing that it has not verified.
struct EventReader: Sendable {
    private let issuer: String
    private let keys: RemoteKeySet
    private let validator: TokenValidator<SecurityEventClaims>

    init(_ transmitter: EventTransmitter, keySetURL: String, clock: any WallClock, logger: Logger) {
        issuer = transmitter.issuer
        keys = RemoteKeySet(
            sources: [(issuer: issuer, keySetURL: keySetURL)],
            sender: transmitter.sender,
            clock: clock,
            logger: logger
        )
        validator = TokenValidator(
            issuers: [issuer],
            audience: transmitter.audience,
            algorithms: [.es256],
            keys: keys,
            // An issuer whose clock is ahead of ours has revoked all the same; and events do not expire (RFC 8417 §2.2).
            clock: FixedClock(NumericDate(Bounds.dateSeconds.upperBound)),
            revocations: NothingRevoked()
        )
    }

    /// - Refuses: `EventRefused`.
    /// - Throws: `DependencyUnavailable` when nobody can say just now whether the event is genuine.
    func read(_ event: Credential) async throws -> SecurityEventClaims {
        do {
            return try await validator.verify(event, from: .unproven).claims
        } catch Refusal.keyUnknown {
            // A refused event is lost for good, and the issuer may have this key since a second ago. Whoever makes us ask in vain has
            // a certificate of the house, and could ask as often without us.
            await refreshKeys()
        } catch let refusal as Refusal {
            throw EventRefused(refusal)
        }
        do {
            return try await validator.verify(event, from: .unproven).claims
        } catch let refusal as Refusal {
            throw EventRefused(refusal)
        }
    }

    /// Fetches the events' keys now.
    func refreshKeys() async { await keys.refresh(issuer: issuer) }

    /// Sees to it that no event has to wait for its key.
    func refreshDueKeys() async { await keys.refreshDue() }
}
