import Logging
import ServiceLifecycle
import TokenClient
import Tokens

/// Sends each push stream its events, one after the other (RFC 8935 §2.1).
///
/// An event is sent until its receiver has taken or refused it; only then comes the next (RFC 8935 §4). When nothing is left to send,
/// and ten seconds after it again, comes a verification event: by it a receiver knows that it has heard all, and silence from
/// a broken line.
///
/// Whoever may name an address for us to send to could have us knock at doors that it cannot reach itself (SSRF). Here that gains
/// little: only authenticated services with the scope may name one, we speak https alone, believe the authority of the house alone,
/// and so reach only servers of the house, who see our certificate and get a signed text that is no secret of theirs; nothing
/// of their answer goes back to whoever named them.
struct EventPush: Service {
    /// Seconds of one call; a receiver that takes longer is tried again.
    private static let timeoutSeconds: Int64 = 5
    /// The longest pause between two tries; a receiver that comes back waits no longer than this.
    private static let pauseSecondsMax = 60.0

    private let events: SecurityEvents
    private let streams: EventStreams
    private let sender: any HTTPSender
    private let logger: Logger
    private let sleep: @Sendable (Duration) async throws -> Void
    private let jitter: @Sendable () -> Double
    /// The ids of streams whose delivery is to begin.
    private let begun: AsyncStream<String>
    private let begin: AsyncStream<String>.Continuation

    /// - Parameters:
    ///   - sleep: between two tries.
    ///   - jitter: by which a pause is multiplied, so that a thousand streams do not come back at once.
    init(
        _ events: SecurityEvents,
        _ streams: EventStreams,
        sender: any HTTPSender,
        logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        jitter: @escaping @Sendable () -> Double = { .random(in: 0.5...1) }
    ) {
        self.events = events
        self.streams = streams
        self.sender = sender
        self.logger = logger
        self.sleep = sleep
        self.jitter = jitter
        let (begun, begin) = AsyncStream<String>.makeStream()
        self.begun = begun
        self.begin = begin
        for stream in streams.all where stream.delivery != .poll { begin.yield(stream.id) }
    }

    /// Sends the events of a stream that has just been made.
    func add(_ stream: EventStream) { begin.yield(stream.id) }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await id in begun { group.addTask { await deliver(id) } }
            }
        }
    }

    /// Until the stream is removed, or the service ends.
    private func deliver(_ id: String) async {
        var failures = 0
        var verifiedAt: Int?
        while !Task.isCancelled, let stream = streams[id], case .push(let url) = stream.delivery {
            do {
                try await deliverNext(of: id, to: url, &verifiedAt)
                failures = 0
            } catch {
                guard !Task.isCancelled else { return }
                logger.warning("events not delivered", metadata: ["stream": "\(id)", "reason": "\(error)"])
                let pause = min(Double(1 << min(failures, 6)), Self.pauseSecondsMax) * jitter()
                failures += 1
                try? await sleep(.seconds(pause))
            }
        }
    }

    /// Sends the next event; where there is none, a verification event if one is due, or else waits for either.
    ///
    /// - Parameter verifiedAt: the tick of the last verification event; nil before the first.
    /// - Throws: where what was sent was neither taken nor refused.
    private func deliverNext(of id: String, to url: String, _ verifiedAt: inout Int?) async throws {
        let feed = events.feed
        let place = try streams.change(id, isHeard: false) { _ in }.acknowledged
        if let event = try await feed.event(after: place) {
            let refusal = try await send(event.token, to: url)
            if let refusal { streams.log([(event.tokenID, refusal)], id) }
            try streams.change(id) { $0.acknowledge(event.position, isRefused: refusal != nil) }
            return
        }
        let ticks = feed.ticks
        let ticksLeft = verifiedAt.map { $0 + EventFeed.waitTicksMax - ticks } ?? 0
        guard ticksLeft <= 0 else { return await feed.wait(beyond: place, as: id, ticksMax: ticksLeft) }
        // Only who takes it has heard all: who refuses it is asked again.
        guard try await send(events.mintVerification(of: id), to: url) == nil else {
            throw DependencyUnavailable("receiver of events (verification refused)")
        }
        try streams.change(id) { _ in }
        verifiedAt = ticks
    }

    /// - Gives: nil when the receiver has taken the event, the error code when it refuses it for good (RFC 8935 §2.3).
    private func send(_ token: Credential, to url: String) async throws -> String? {
        let answer = try await sender.send(
            OutboundRequest(
                method: "POST",
                url: url,
                headers: [("content-type", "application/secevent+jwt"), ("accept", "application/json")],
                body: Array(token.exposed.utf8),
                timeoutSeconds: Self.timeoutSeconds
            )
        )
        switch answer.status {
        case 202: return nil
        case 400:
            if let code = (try? JSONReader.readObject(answer.body))?["err"]?.string { return code }
        default: break
        }
        // Not of this event but of this hour: a restart, a proxy of its own opinion, which says 400 in words of its own.
        throw DependencyUnavailable("receiver of events (status \(answer.status))")
    }
}
