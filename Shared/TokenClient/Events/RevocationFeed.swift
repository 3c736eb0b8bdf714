public import Logging
public import ServiceLifecycle
public import Tokens

/// Keeps a `RevocationIndex` fed with what one issuer revokes, out of its event feed, for as long as the service runs.
///
///     let index = RevocationIndex(tokenLifetimeSecondsMax: 600, clock: clock)
///     let feed = RevocationFeed(issuer: issuer, index: index, tokens: ownTokens, sender: sender)
///     // `revocations: index` for the validator; `services: [keys, feed]` for the application.
///
/// It makes a stream of its own, which begins with everything that was revoked lately, and says to the index when it has all of it
/// (`confirm`): until then a validator with that index has no answer but 503 to a good token. From then on it hears of each revocation
/// as it happens. Nothing is lost when an answer is, or when either side starts anew: what was not acknowledged comes again.
///
/// - Takes: security events (RFC 8417 §2.2) of the issuer for `<issuer>/events`, signed ES256 by a key of the feed's own key set.
/// - Refuses: by the codes of RFC 8935 §2.4, what no repetition will make good. An event whose key cannot be had just now, or for
///   which the index has no room, is neither acknowledged nor refused: it comes again.
/// - Source: polling, RFC 8936 §2.4; push, RFC 8935 §2.2.
public final class RevocationFeed: Service {
    /// How events come here.
    public enum Delivery: Sendable, Hashable {
        /// We ask, and the issuer answers as soon as there is something. It needs no open door, and no agreement between clocks: how
        /// old our news is, our own clock says.
        case poll
        /// The issuer sends, to this https URL of ours; what comes there is given to `receive`. How old our news is, the issuer's
        /// clock says.
        case push(to: String)
    }

    /// Takes down that an event was refused, by the `jti` under which it came.
    public typealias RefusalRecord = @Sendable (_ tokenID: String, _ refusal: EventRefused) -> Void

    private enum Stream {
        case polled(PolledStream)
        case pushed(PushedStream)
    }

    private static let pauseMillisecondsMax = 5_000
    private static let lookSeconds = 10

    /// Whose events.
    public let issuer: String
    private let stream: Stream
    private let intake: EventIntake
    private let logger: Logger
    private let sleep: @Sendable (Duration) async throws -> Void
    private let random: @Sendable (ClosedRange<Int>) -> Int

    /// A feed that has heard nothing yet.
    ///
    /// - Parameters:
    ///   - issuer: exact issuer identifier, an https URL; everything that the feed asks for lies below it.
    ///   - index: of the validators that shall know.
    ///   - tokens: this service's own, for the issuer as their audience.
    ///   - sender: with the client certificate that those tokens are bound to.
    ///   - delivery: how events come here.
    ///   - clientIssuers: other issuers whose clients are this issuer's: a client that is revoked here is revoked there.
    ///   - refused: hears of polled events that are refused; who pushes one learns it from `receive`.
    ///   - keys: with the issuer's token keys, to be fetched at once when it revokes one.
    ///   - clock: that of the index.
    ///   - sleep: between attempts; ends early when cancelled.
    ///   - random: draws how long, so that those who lost an issuer together do not all come back together.
    public init(
        issuer: String,
        index: RevocationIndex,
        tokens: ServiceTokenSource,
        sender: any HTTPSender,
        delivery: Delivery = .poll,
        clientIssuers: [String] = [],
        refused: @escaping RefusalRecord = { _, _ in },
        keys: RemoteKeySet? = nil,
        clock: any WallClock = SystemClock(),
        logger: Logger = Logger(label: "gatehouse.revocations"),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        random: @escaping @Sendable (ClosedRange<Int>) -> Int = { Int.random(in: $0) }
    ) {
        let transmitter = EventTransmitter(issuer: issuer, tokens: tokens, sender: sender)
        let intake = EventIntake(
            issuer: issuer,
            clientIssuers: clientIssuers,
            index: index,
            keys: keys,
            clock: clock,
            logger: logger
        )
        let makeReader = { @Sendable keySetURL in
            EventReader(transmitter, keySetURL: keySetURL, clock: clock, logger: logger)
        }
        stream =
            switch delivery {
            case .poll:
                .polled(
                    PolledStream(
                        transmitter,
                        intake,
                        refused: refused,
                        index: index,
                        clock: clock,
                        makeReader: makeReader
                    )
                )
            case .push(let url):
                .pushed(PushedStream(transmitter, intake, to: url, index: index, clock: clock, makeReader: makeReader))
            }
        self.issuer = issuer
        self.intake = intake
        self.logger = logger
        self.sleep = sleep
        self.random = random
    }

    /// Revocations that were entered so far.
    public var eventsApplied: Int { intake.count }

    /// How long after its moment, in whole seconds, the last revocation was entered here; nil before the first since the feed has
    /// caught up.
    public var lagSeconds: Int64? { intake.lagSeconds }

    /// Listens until shutdown. What fails is tried again after a pause that grows to 5 s.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var failures = 0
            // Until the issuer has no more, and again after every failure: then it is asked to answer at once, and how old our news is
            // is known at once.
            var isBehind = true
            while !Task.isCancelled {
                do {
                    isBehind = try await self.listen(isBehind: isBehind)
                    failures = 0
                } catch {
                    guard !Task.isCancelled else { return }
                    self.log(error, isNew: failures == 0)
                    isBehind = true
                    failures += 1
                    try? await self.sleep(self.pause(afterFailures: failures))
                }
            }
        }
    }

    /// Asks now, until there is no more: for a service whose clock has been moved. What fails is logged; `run` tries it again.
    public func catchUp() async {
        do {
            var isBehind = true
            while isBehind { isBehind = try await ask() }
        } catch { log(error, isNew: true) }
    }

    /// Takes one event that was pushed to us; it is to be acknowledged when this returns.
    ///
    /// - Refuses: `EventRefused`.
    /// - Throws: `DependencyUnavailable` for an event that has to come again.
    public func receive(_ event: Credential) async throws {
        guard case .pushed(let stream) = stream else { throw DependencyUnavailable("event stream of \(issuer)") }
        try await stream.receive(event)
    }

    /// Does what is due, and waits for the next.
    ///
    /// - Gives: whether there is more that should not be waited for.
    private func listen(isBehind: Bool) async throws -> Bool {
        if isBehind { return try await ask() }
        switch stream {
        case .polled(let stream): return try await stream.poll(isImmediate: false)
        case .pushed:
            try await sleep(.seconds(Self.lookSeconds))
            return try await ask()
        }
    }

    private func ask() async throws -> Bool {
        switch stream {
        case .polled(let stream): return try await stream.poll(isImmediate: true)
        case .pushed(let stream):
            try await stream.renewIfSilent()
            return false
        }
    }

    /// 100 ms after the first failure, then twice as long each time; up to a half of it less by chance.
    private func pause(afterFailures failures: Int) -> Duration {
        let milliseconds = min(Self.pauseMillisecondsMax, 100 << min(failures - 1, 6))
        return .milliseconds(random(milliseconds / 2...milliseconds))
    }

    /// An outage is one warning, not one every five seconds.
    private func log(_ error: any Error, isNew: Bool) {
        logger.log(
            level: isNew ? .warning : .debug,
            "revocations not heard",
            metadata: ["issuer": "\(issuer)", "reason": "\(error)"]
        )
    }
}
