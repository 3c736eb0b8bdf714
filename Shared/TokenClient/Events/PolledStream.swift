import Synchronization
import Tokens

/// Events that we ask for (RFC 8936): one stream, and what is still to be said about the events that came by it.
final class PolledStream: Sendable {
    /// Events of a kibibyte, and ours are smaller, that fit into an answer of `Bounds.documentBytesMax`.
    private static let eventsMax = 64

    private struct Stream {
        let url: String
        let reader: EventReader
    }

    private struct State {
        var stream: Stream?
        /// Events that are in the index; the issuer need not send them again.
        var acknowledged: [String] = []
        /// Events that will never be, by the code of their refusal.
        var errors: [(tokenID: String, code: String)] = []
    }

    private let transmitter: EventTransmitter
    private let intake: EventIntake
    private let refused: RevocationFeed.RefusalRecord
    private let index: RevocationIndex
    private let makeReader: @Sendable (_ keySetURL: String) -> EventReader
    private let clock: any WallClock
    private let state = Mutex(State())

    init(
        _ transmitter: EventTransmitter,
        _ intake: EventIntake,
        refused: @escaping RevocationFeed.RefusalRecord,
        index: RevocationIndex,
        clock: any WallClock,
        makeReader: @escaping @Sendable (_ keySetURL: String) -> EventReader
    ) {
        self.transmitter = transmitter
        self.intake = intake
        self.refused = refused
        self.index = index
        self.clock = clock
        self.makeReader = makeReader
    }

    /// Asks once and takes in what comes.
    ///
    /// - Parameter isImmediate: whether the issuer shall answer also when there is nothing.
    /// - Gives: whether the issuer has more.
    /// - Throws: `DependencyUnavailable`, also for an event that could not be taken; `TokenRefused`.
    func poll(isImmediate: Bool) async throws -> Bool {
        let stream = try await currentStream()
        await stream.reader.refreshDueKeys()
        // The issuer answers after this moment, so the answer holds all that was revoked before it. Of the moment at which it comes
        // that cannot be said: while it was under way, more may have been revoked.
        let askedAt = clock.now()
        guard let answer = try await ask(stream, isImmediate) else {
            forget(stream)
            throw DependencyUnavailable("event stream of \(transmitter.issuer)")
        }
        try await take(answer.events, stream.reader)
        if !answer.isMoreAvailable { index.confirm(issuer: transmitter.issuer, at: askedAt) }
        return answer.isMoreAvailable
    }

    private func currentStream() async throws -> Stream {
        if let stream = state.withLock({ $0.stream }) { return stream }
        let (keySetURL, streamsURL) = try await transmitter.readConfiguration()
        let url = try await transmitter.makePolledStream(at: streamsURL)
        let stream = Stream(url: url, reader: makeReader(keySetURL))
        state.withLock { $0.stream = stream }
        return stream
    }

    /// The issuer does not know it any more: the next one begins with all that it keeps, and nothing is missed.
    private func forget(_ stream: Stream) {
        state.withLock { state in
            if state.stream?.url == stream.url { state = State() }
        }
    }

    /// Says what became of the last events; says it again where no answer came, for then it may not have been heard.
    private func ask(_ stream: Stream, _ isImmediate: Bool) async throws -> EventPollResponse? {
        let (acknowledged, errors) = state.withLock { state in
            defer { (state.acknowledged, state.errors) = ([], []) }
            return (state.acknowledged, state.errors)
        }
        let request = EventPollRequest(
            eventsMax: Self.eventsMax,
            isImmediate: isImmediate,
            acknowledged: acknowledged,
            errors: errors
        )
        do { return try await transmitter.poll(stream.url, request) } catch {
            state.withLock { state in
                state.acknowledged += acknowledged
                state.errors += errors
            }
            throw error
        }
    }

    /// - Throws: what keeps an event from being taken just now. Of that one and of those behind it nothing is said: they come again.
    private func take(_ events: [(tokenID: String, token: Credential)], _ reader: EventReader) async throws {
        for (tokenID, token) in events {
            do {
                _ = try await intake.take(token, named: tokenID, reader)
                state.withLock { $0.acknowledged.append(tokenID) }
            } catch let refusal as EventRefused {
                intake.log(refusal)
                refused(tokenID, refusal)
                state.withLock { $0.errors.append((tokenID, refusal.code.rawValue)) }
            }
        }
    }
}
