import Logging
import Synchronization
import Tokens

/// The remote keys of one issuer: `KeySetMemory` behind a lock, and at most one fetch at a time.
final class IssuerKeys: Sendable {
    /// One fetch, shared by all who want it. Gives nil when it succeeded.
    typealias Flight = Task<DependencyUnavailable?, Never>

    private struct Shared {
        var memory = KeySetMemory()
        var flight: Flight?
    }

    private let issuer: String
    private let keySetURL: String
    private let sender: any HTTPSender
    private let clock: any WallClock
    private let logger: Logger
    private let shared = Mutex(Shared())

    init(issuer: String, keySetURL: String, sender: any HTTPSender, clock: any WallClock, logger: Logger) {
        self.issuer = issuer
        self.keySetURL = keySetURL
        self.sender = sender
        self.clock = clock
        self.logger = logger
    }

    var ageSeconds: Int64? {
        let now = clock.now()
        return shared.withLock { $0.memory.ageSeconds(at: now) }
    }

    func knownKey(_ keyID: String) -> VerificationKey? {
        let now = clock.now()
        return shared.withLock { known(keyID, at: now, &$0) }
    }

    func key(_ keyID: String) async throws(DependencyUnavailable) -> VerificationKey? {
        let now = clock.now()
        switch shared.withLock({ look(for: keyID, at: now, &$0) }) {
        case .found(let key): return key
        case .unknown: return nil
        case .inDoubt: throw unavailable
        case .ask(let flight):
            let failure = await flight.value
            // Looked for also after a failure: the last good set goes on through an outage.
            if let key = shared.withLock({ $0.memory.lastKnown(keyID, at: now) }) { return key }
            if let failure { throw failure }
            return nil
        }
    }

    /// A fetch, begun or joined, when `margin` seconds from now the set will no longer be fresh; nil when it will be.
    func refreshIfDue(withinSeconds margin: Int64) -> Flight? {
        let now = clock.now()
        return shared.withLock { $0.memory.state(at: now + margin) == .fresh ? nil : join(&$0) }
    }

    /// A set that the issuer was asked for after this call.
    func refreshNow() async {
        // A fetch that is under way may have been answered before what we were told of: that one is not enough.
        if let underWay = shared.withLock({ $0.flight }) { _ = await underWay.value }
        _ = await shared.withLock { join(&$0) }.value
    }

    /// A fetch, begun or joined, when there is no set to go on with.
    func fetchIfMissing() -> Flight? {
        let now = clock.now()
        return shared.withLock { $0.memory.state(at: now) == .expired ? join(&$0) : nil }
    }

    private var unavailable: DependencyUnavailable { DependencyUnavailable("key set of \(issuer)") }

    private func known(_ keyID: String, at now: NumericDate, _ shared: inout Shared) -> VerificationKey? {
        switch shared.memory.state(at: now) {
        case .fresh: break
        case .due: _ = join(&shared)
        case .overdue, .expired: return nil
        }
        return shared.memory.lastKnown(keyID, at: now)
    }

    private enum Finding {
        case found(VerificationKey)
        case unknown
        /// Not in the set we hold, and the issuer could not tell when last asked whether it is in a newer one.
        case inDoubt
        case ask(Flight)
    }

    private func look(for keyID: String, at now: NumericDate, _ shared: inout Shared) -> Finding {
        if let key = known(keyID, at: now, &shared) { return .found(key) }
        switch shared.memory.state(at: now) {
        case .overdue, .expired: return .ask(join(&shared))
        case .fresh, .due:
            // A fetch is under way, and may bring it: without waiting we would call a key unknown that the issuer has.
            if let flight = shared.flight { return .ask(flight) }
            if shared.memory.mayAskForUnknownKey(at: now) { return .ask(join(&shared)) }
            return shared.memory.isInDoubt ? .inDoubt : .unknown
        }
    }

    /// Decided under the same lock under which the outcome is stored: between "it is due" and "I fetch" nobody else can have fetched.
    private func join(_ shared: inout Shared) -> Flight {
        if let flight = shared.flight { return flight }
        // A task of its own: the caller who happened to be first may be cancelled without failing the others.
        let flight = Flight { await refresh() }
        shared.flight = flight
        return flight
    }

    private func refresh() async -> DependencyUnavailable? {
        let askedAt = clock.now()
        do {
            let answer = try await fetch()
            let maxAge = answer.header("cache-control").flatMap(CacheControl.maxAgeSeconds)
            let keys = try KeySet(reading: answer.body)
            shared.withLock {
                $0.memory.replace(with: keys, maxAgeSeconds: maxAge, askedAt: askedAt)
                $0.flight = nil
            }
            return nil
        } catch {
            logger.warning("key set not refreshed", metadata: ["issuer": "\(issuer)", "reason": "\(error)"])
            shared.withLock {
                $0.memory.keep(afterFailureAt: askedAt)
                $0.flight = nil
            }
            return unavailable
        }
    }

    private func fetch() async throws(DependencyUnavailable) -> OutboundResponse {
        let accept = "application/jwk-set+json, application/json"
        let request = OutboundRequest(method: "GET", url: keySetURL, headers: [("accept", accept)])
        let answer = try await sender.send(request)
        guard answer.status == 200 else { throw DependencyUnavailable("\(keySetURL) (\(answer))") }
        return answer
    }
}
