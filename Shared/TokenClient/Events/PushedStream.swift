import Synchronization
import Tokens

/// Events that the issuer sends us (RFC 8935): one stream, and whether it still works.
final class PushedStream: Sendable {
    /// Three heartbeats missed: then the issuer may have forgotten the stream.
    private static let silenceSecondsMax: Int64 = 30

    private struct State {
        var reader: EventReader?
        var streamID: String?
        /// When the issuer was last heard on this very stream, or asked for it. What comes on an older one says nothing of it.
        var heardAt: NumericDate?
    }

    private let transmitter: EventTransmitter
    private let intake: EventIntake
    private let index: RevocationIndex
    private let makeReader: @Sendable (_ keySetURL: String) -> EventReader
    private let endpointURL: String
    private let clock: any WallClock
    private let state = Mutex(State())

    init(
        _ transmitter: EventTransmitter,
        _ intake: EventIntake,
        to endpointURL: String,
        index: RevocationIndex,
        clock: any WallClock,
        makeReader: @escaping @Sendable (_ keySetURL: String) -> EventReader
    ) {
        self.transmitter = transmitter
        self.intake = intake
        self.endpointURL = endpointURL
        self.index = index
        self.clock = clock
        self.makeReader = makeReader
    }

    /// Makes a stream where there is none, or none that is heard of: the issuer then sends all that it keeps, and a heartbeat.
    func renewIfSilent() async throws {
        let now = clock.now()
        let heardAt = state.withLock { $0.streamID == nil ? nil : $0.heardAt }
        if let heardAt, now.seconds(since: heardAt) <= Self.silenceSecondsMax { return }
        let (keySetURL, streamsURL) = try await transmitter.readConfiguration()
        // Before the stream is there: its first events may come sooner than the answer.
        state.withLock { $0.reader = makeReader(keySetURL) }
        let streamID = try await transmitter.makePushedStream(at: streamsURL, to: endpointURL)
        state.withLock { state in
            state.streamID = streamID
            state.heardAt = now
        }
    }

    /// Takes one event; see `RevocationFeed.receive`.
    func receive(_ event: Credential) async throws {
        let unknownStream = DependencyUnavailable("event stream of \(transmitter.issuer)")
        guard let reader = state.withLock({ $0.reader }) else { throw unknownStream }
        let taken: EventIntake.Event?
        do { taken = try await intake.take(event, reader) } catch let refused as EventRefused {
            intake.log(refused)
            throw refused
        }
        let now = clock.now()
        let streamID = state.withLock { state in
            // A repeat may be anybody's who has seen the event before.
            if state.streamID != nil, case .revocation = taken { state.heardAt = now }
            return state.streamID
        }
        guard case .verification(let verified, let moment) = taken else { return }
        guard let streamID else { throw unknownStream }
        // Only by a heartbeat of the stream that this run has made: one from before our start says nothing of what we know. And only
        // as of the moment at which the issuer made it: played again later, it makes nothing younger.
        guard verified == streamID else { return }
        state.withLock { $0.heardAt = now }
        index.confirm(issuer: transmitter.issuer, at: min(moment, now))
    }
}
