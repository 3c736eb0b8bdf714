import Logging
import Synchronization
import Tokens

/// Takes the events of one issuer into the index, each once.
///
/// An event comes again when our acknowledgement was lost, or the issuer's memory of it: it is known by its `jti`. A repeat that is
/// older than this memory is entered again, which changes nothing: of several moments of one target the index keeps the latest.
final class EventIntake: Sendable {
    /// What an event turned out to be.
    enum Event: Equatable {
        case revocation(RevocationEvent)
        /// The issuer shows that the stream works, and that everything before has been sent.
        case verification(streamID: String, at: NumericDate)
        /// Of a type that we do nothing about.
        case other
    }

    private static let verificationType = "https://schemas.openid.net/secevent/ssf/event-type/verification"
    /// Some minutes of a busy issuer, in a mebibyte.
    private static let rememberedMax = 8_192

    private let issuer: String
    private let clientIssuers: [String]
    private let index: RevocationIndex
    private let keys: RemoteKeySet?
    private let clock: any WallClock
    private let logger: Logger
    private let applied = Mutex(Applied())

    private struct Applied {
        var count = 0
        var lagSeconds: Int64?
        var known: Set<String> = []
        /// The same ids as they came, the oldest overwritten first.
        var order: [String] = []
        var next = 0

        mutating func remember(_ tokenID: String) {
            guard known.insert(tokenID).inserted else { return }
            count += 1
            if order.count < EventIntake.rememberedMax {
                order.append(tokenID)
            } else {
                known.remove(order[next])
                order[next] = tokenID
                next = (next + 1) % order.count
            }
        }
    }

    init(
        issuer: String,
        clientIssuers: [String],
        index: RevocationIndex,
        keys: RemoteKeySet?,
        clock: any WallClock,
        logger: Logger
    ) {
        self.issuer = issuer
        self.clientIssuers = clientIssuers
        self.index = index
        self.keys = keys
        self.clock = clock
        self.logger = logger
    }

    /// Events that were entered so far.
    var count: Int { applied.withLock { $0.count } }

    /// How long after its moment the last revocation was entered; nil before the first that was not history already.
    var lagSeconds: Int64? { applied.withLock { $0.lagSeconds } }

    /// Verifies an event and enters what it revokes.
    ///
    /// - Parameter name: the `jti` under which it was listed; nil where it came alone.
    /// - Gives: what it was; nil for a repeat.
    /// - Refuses: `EventRefused`.
    /// - Throws: `DependencyUnavailable` where its key cannot be had just now, or the index is full: it has to come again.
    func take(_ event: Credential, named name: String? = nil, _ reader: EventReader) async throws -> Event? {
        let claims = try await reader.read(event)
        guard name == nil || name == claims.tokenID else { throw EventRefused(.claimMalformed) }
        guard !applied.withLock({ $0.known.contains(claims.tokenID) }) else { return nil }
        let event = try interpret(claims)
        guard case .revocation(let revocation) = event else { return event }
        try enter(revocation)
        let lag = max(0, clock.now().seconds(since: revocation.moment))
        // What was revoked before we listened came late through nobody's fault.
        let isNews = index.ageSeconds(of: issuer) != nil
        applied.withLock { applied in
            // Remembered when it is in, not before: a second delivery must not be acknowledged while the first one fails.
            applied.remember(claims.tokenID)
            if isNews { applied.lagSeconds = lag }
        }
        if case .key = revocation.target {
            await keys?.refresh(issuer: issuer)
            await reader.refreshKeys()
        }
        return event
    }

    /// What the issuer is told by its code, our log says by its reason.
    func log(_ refused: EventRefused) {
        logger.error("event refused", metadata: ["issuer": "\(issuer)", "reason": "\(refused.reason.rawValue)"])
    }

    private func enter(_ revocation: RevocationEvent) throws(DependencyUnavailable) {
        try index.revoke(revocation.target, issuer: issuer, at: revocation.moment)
        if case .client = revocation.target {
            for other in clientIssuers { try index.revoke(revocation.target, issuer: other, at: revocation.moment) }
        }
    }

    private func interpret(_ claims: SecurityEventClaims) throws(EventRefused) -> Event {
        if let revocation = RevocationEvent(reading: claims) { return .revocation(revocation) }
        let types = claims.events.members.map(\.name)
        // To acknowledge a revocation that was not understood would be to lose it without a word.
        guard !types.contains(where: { RevocationEvent.Cause(rawValue: $0) != nil }) else {
            throw EventRefused(.claimMalformed)
        }
        if types == [Self.verificationType], let streamID = claims.subjectID?["id"]?.string {
            return .verification(streamID: streamID, at: claims.issuedAt)
        }
        logger.notice("event of an unknown type", metadata: ["issuer": "\(issuer)", "tokenID": "\(claims.tokenID)"])
        return .other
    }
}
