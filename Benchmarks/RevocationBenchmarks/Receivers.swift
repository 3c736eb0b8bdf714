import Foundation
import Synchronization
import TokenClient
import Tokens

/// Receivers that do nothing but poll (RFC 8936), each with a stream and a connection of its own.
struct Receivers {
    let stack: RunningStack
    let count: Int

    /// Below the connections that a client keeps to one host.
    private static let receiversPerClient = 25

    /// Prints the times from revoking to receiving, and what they took of the provider.
    func measure(revocations: Int) async throws {
        let token = try await stack.serviceToken(for: stack.issuer)
        let clients = try (0..<(count + Self.receiversPerClient - 1) / Self.receiversPerClient).map { _ in
            try RunningStack.client(of: "orders-api", folder: stack.folder)
        }
        let before = try ProcessFigures(stack.providerProcess)
        let arrivals = Arrivals(receivers: count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                let client = clients[number / Self.receiversPerClient]
                group.addTask {
                    do { try await receive(client, token, arrivals) } catch { arrivals.fail(error) }
                }
                // A few at a time: a thousand TLS handshakes at once would take longer than a client waits for one.
                if (number + 1).isMultiple(of: Self.receiversPerClient) { try await arrivals.wait(for: number + 1) }
            }
            try await arrivals.wait(for: count)
            let waiting = try ProcessFigures(stack.providerProcess)
            var figures = Figures(name: "\(count) long polls")
            for _ in 0..<revocations {
                let session = try await stack.signIn()
                let start = ContinuousClock.now
                let round = arrivals.begin()
                try await stack.revoke(session)
                for arrival in try await round.all() { figures.add(arrival - start) }
            }
            let after = try ProcessFigures(stack.providerProcess)
            print(figures.line)
            print(
                String(
                    format: "provider: %.1f MiB before, %.1f MiB with %d polls waiting, %.1f MiB after %d events;"
                        + " %.1f ms of CPU for each event",
                    before.residentMebibytes,
                    waiting.residentMebibytes,
                    count,
                    after.residentMebibytes,
                    revocations,
                    (after.cpuMilliseconds - waiting.cpuMilliseconds) / Double(revocations)
                )
            )
            group.cancelAll()
        }
        for client in clients { await client.shutdown() }
    }

    private func receive(_ client: HTTPSClient, _ token: Credential, _ arrivals: Arrivals) async throws {
        let made = try await post(
            client,
            "\(stack.issuer)/events/streams",
            token,
            [
                "delivery": ["method": "urn:ietf:rfc:8936"]
            ]
        )
        guard made.status == 201,
            let url = try JSONReader.readObject(made.body)["delivery"]?.object?["endpoint_url"]?.string
        else { throw Unexpected(what: "making a stream", status: made.status) }
        var acknowledged: [String] = []
        var isCaughtUp = false
        while !Task.isCancelled {
            let request = EventPollRequest(isImmediate: !isCaughtUp, acknowledged: acknowledged)
            let answer = try await post(client, url, token, request.document)
            guard answer.status == 200,
                let response = EventPollResponse(reading: try JSONReader.readObject(answer.body))
            else { throw Unexpected(what: "polling", status: answer.status) }
            acknowledged = response.events.map(\.tokenID)
            if isCaughtUp, !response.events.isEmpty { arrivals.add(.now) }
            if !isCaughtUp, response.events.isEmpty {
                isCaughtUp = true
                arrivals.addWaiting()
            }
        }
    }

    private func post(
        _ client: HTTPSClient,
        _ url: String,
        _ token: Credential,
        _ body: JSONObject
    ) async throws -> OutboundResponse {
        try await client.send(
            OutboundRequest(
                method: "POST",
                url: url,
                headers: [("authorization", "Bearer \(token.exposed)"), ("content-type", "application/json")],
                body: JSONWriter.bytes(body)
            )
        )
    }
}

/// Who waits, and when an event came to whom.
private final class Arrivals: Sendable {
    private struct State {
        var waiting = 0
        var failure: (any Error)?
        var times: [ContinuousClock.Instant] = []
    }

    struct Round {
        let arrivals: Arrivals

        /// The moments at which the event came to everybody; whoever gets two revocations in one answer counts once, so a round
        /// ends before the next begins.
        func all() async throws -> [ContinuousClock.Instant] {
            try await arrivals.wait { $0.times.count >= arrivals.receivers }
            return arrivals.state.withLock { $0.times }
        }
    }

    let receivers: Int
    private let state = Mutex(State())

    init(receivers: Int) { self.receivers = receivers }

    func add(_ moment: ContinuousClock.Instant) { state.withLock { $0.times.append(moment) } }
    func addWaiting() { state.withLock { $0.waiting += 1 } }
    func fail(_ error: any Error) { state.withLock { $0.failure = error } }
    func wait(for count: Int) async throws { try await wait { $0.waiting >= count } }

    func begin() -> Round {
        state.withLock { $0.times = [] }
        return Round(arrivals: self)
    }

    private func wait(until isDone: (State) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while !state.withLock({ isDone($0) }) {
            if let failure = state.withLock({ $0.failure }) { throw failure }
            guard ContinuousClock.now < deadline else { throw Unexpected(what: "waiting for all receivers", status: 0) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// What a process has used so far, as Linux tells.
private struct ProcessFigures {
    let cpuMilliseconds: Double
    let residentMebibytes: Double

    init(_ process: Int) throws {
        let statistics = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8).split(separator: " ")
        // Hundredths of a second, in user and in system mode.
        cpuMilliseconds = ((Double(statistics[13]) ?? 0) + (Double(statistics[14]) ?? 0)) * 10
        residentMebibytes = (Double(statistics[23]) ?? 0) * 4_096 / 1_048_576
    }
}
