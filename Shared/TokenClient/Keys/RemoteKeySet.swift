public import Logging
public import ServiceLifecycle
public import Tokens

/// The public keys of the issuers a service trusts, fetched from where they publish them and kept in memory.
///
/// How a set ages, and how long a removed key can live, is written at `KeySetMemory`.
///
/// - Takes: key-set documents of at most `Bounds.documentBytesMax` bytes, status 200; `Cache-Control: max-age` within bounds.
/// - Gives: a known key from memory, without waiting; any other after at most one fetch, shared by all who want it.
/// - Refuses: nothing; `DependencyUnavailable("key set of <issuer>")` where it can neither say yes nor no.
/// - Source: RFC 7517 §5; RFC 9111 §5.2.2.1.
public final class RemoteKeySet: KeySource, Service {
    /// Seconds before its `max-age` at which `run` renews a set, and between two looks at the clock.
    private static let marginSeconds: Int64 = 10

    private let issuers: [String: IssuerKeys]

    /// - Parameter sources: exact issuer identifiers, and the https URL of each one's key set: a setting, never taken from a token.
    public init(
        sources: [(issuer: String, keySetURL: String)],
        sender: any HTTPSender,
        clock: any WallClock,
        logger: Logger
    ) {
        let issuers = sources.map { issuer, url in
            (issuer, IssuerKeys(issuer: issuer, keySetURL: url, sender: sender, clock: clock, logger: logger))
        }
        self.issuers = Dictionary(issuers) { first, _ in first }
    }

    /// The keys of one issuer out in the world, fetched over TLS as this system trusts it.
    ///
    /// - Parameter keySetURL: https; the `jwks_uri` in the issuer's metadata (RFC 8414 §2).
    public convenience init(
        issuer: String,
        keySetURL: String,
        sender: any HTTPSender = HTTPSClient(),
        clock: any WallClock = SystemClock(),
        logger: Logger = Logger(label: "gatehouse.keys")
    ) {
        self.init(sources: [(issuer, keySetURL)], sender: sender, clock: clock, logger: logger)
    }

    public func knownKey(_ keyID: String, issuer: String) -> VerificationKey? { issuers[issuer]?.knownKey(keyID) }

    /// - Gives: nil also for an issuer that is none of the sources: nobody is asked then.
    public func key(_ keyID: String, issuer: String) async throws(DependencyUnavailable) -> VerificationKey? {
        try await issuers[issuer]?.key(keyID)
    }

    /// Seconds since each issuer was asked for the set that is in use; an issuer without a set is left out.
    public var agesSeconds: [String: Int64] { issuers.compactMapValues(\.ageSeconds) }

    /// Fetches every set that is not there yet, all at once. Also good as a readiness check: it costs nothing once all are there.
    ///
    /// - Throws: `DependencyUnavailable` that names each set that could not be had.
    public func warmUp() async throws(DependencyUnavailable) {
        let failures = await Self.failures(of: issuers.values.compactMap { $0.fetchIfMissing() })
        guard failures.isEmpty else {
            throw DependencyUnavailable(failures.map(\.dependency).sorted().joined(separator: ", "))
        }
    }

    /// Renews every set that is no longer fresh, or will soon not be. What fails is logged and asked again later.
    ///
    /// For a service whose clock has been moved; `run` does it by itself.
    public func refreshDue() async {
        _ = await Self.failures(of: issuers.values.compactMap { $0.refreshIfDue(withinSeconds: Self.marginSeconds) })
    }

    /// Fetches the set of one issuer although the one at hand is fresh: the issuer has said that its keys have changed. Calls at the
    /// same time share their fetches, two at most. What fails is logged; the set ages as before.
    public func refresh(issuer: String) async { await issuers[issuer]?.refreshNow() }

    /// Keeps the sets of an idle service fresh until shutdown, so that its next request does not wait.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.refreshDue()
                // Ends early only when cancelled.
                try? await Task.sleep(for: .seconds(Self.marginSeconds))
            }
        }
    }

    private static func failures(of flights: [IssuerKeys.Flight]) async -> [DependencyUnavailable] {
        var failures: [DependencyUnavailable] = []
        for flight in flights {
            if let failure = await flight.value { failures.append(failure) }
        }
        return failures
    }
}
