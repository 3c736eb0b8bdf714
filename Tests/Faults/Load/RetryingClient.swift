import AsyncHTTPClient
import Synchronization
import Tokens

@testable import Stack

/// A client as every one should be: it sends the same request again until somebody answers it.
///
/// No answer, or 503, says nothing about whether the request was carried out; that it may come twice is what the services promise
/// to bear. Everything else is an answer.
struct RetryingClient: Sendable {
    static let secondsMax = 90
    private static let pauseMilliseconds = 25

    let stack: RunningStack
    let journal: Journal

    /// - Throws: `ScenarioFailure` when nobody answers for `secondsMax`.
    func send(_ call: Call) async throws -> Answer { try await send(call) { $0.status != 503 } }

    /// Takes 503 for an answer too: only no answer at all is tried again.
    func firstAnswer(_ call: Call) async throws -> Answer { try await send(call) { _ in true } }

    private func send(_ call: Call, until isAnswer: (Answer) -> Bool) async throws -> Answer {
        let begin = ContinuousClock.now
        var reason = "nothing"
        while ContinuousClock.now < begin + .seconds(Self.secondsMax) {
            do {
                let answer = try await stack.client.send(call)
                reason = answer.summary
                guard !isAnswer(answer) else {
                    journal.answered(answer, after: ContinuousClock.now - begin)
                    return answer
                }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                reason = (error as? HTTPClientError)?.shortDescription ?? "\(type(of: error))"
            }
            journal.retried(after: reason)
            try await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
        }
        throw ScenarioFailure(expectation: "an answer to \(call.method) \(call.url)", seen: reason)
    }

    /// A first-party sign-in.
    func signIn(_ name: String, password: Credential) async throws -> TokenResponse {
        let body: JSONObject = [
            "client_id": .string(RunningStack.demoClient), "username": .string(name),
            "password": .string(password.exposed), "resource": .string(Audience.orders),
        ]
        let url = "\(stack.address(of: .identityProvider))/auth/login"
        return try stack.readTokens(await send(Call(json: body, "POST", url)), "signing \(name) in")
    }

    /// `grant_type=refresh_token`, for one audience; the successor is entered in the journal.
    func refresh(_ token: Credential, resource: String = Audience.orders) async throws -> TokenResponse {
        let form = [
            ("grant_type", GrantType.refreshToken.rawValue), ("client_id", RunningStack.demoClient),
            ("refresh_token", token.exposed), ("resource", resource),
        ]
        let answer = try await send(Call(form: form, to: "\(stack.address(of: .identityProvider))/oauth2/token"))
        let tokens = try stack.readTokens(answer, "refreshing")
        try journal.enter(tokens.refreshToken, asSuccessorOf: token)
        return tokens
    }

    /// A service's own token, by its certificate: the actor of its exchanges.
    func serviceToken(of service: StackService) async throws -> Credential {
        let form = [
            ("grant_type", GrantType.clientCredentials.rawValue), ("client_id", service.name),
            ("resource", Audience.exchange),
        ]
        var call = Call(form: form, to: "\(stack.address(of: .identityProvider))/oauth2/token")
        call.certificate = service.name
        return try stack.readTokens(await send(call), "the service token of \(service.name)").accessToken
    }

    func exchange(_ request: ExchangeRequest) async throws -> TokenResponse {
        try stack.readTokens(await send(request.call(on: stack)), "the exchange")
    }
}

extension Call {
    /// A request with a JSON body, for an API where there is a token.
    init(json body: JSONObject?, _ method: String, _ url: String, _ token: Credential? = nil) {
        self.init(method: method, url: url)
        if let token { headers.append(("authorization", "Bearer \(token.exposed)")) }
        guard let body else { return }
        headers.append(("content-type", "application/json"))
        self.body = JSONWriter.bytes(body)
    }
}

/// What all clients of one load have seen.
final class Journal: Sendable {
    struct Figures: Sendable {
        var answers = 0
        /// How often a request was sent again, by what it was answered with before.
        var retries: [String: Int] = [:]
        var longestWait = Duration.zero
    }

    private struct State: Sendable {
        var figures = Figures()
        var successors: [Credential: Credential] = [:]
    }

    /// One tick for each answer, for whoever is waiting at that moment.
    let answers: AsyncStream<Void>
    let receipts = Receipts()
    private let tick: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    init() { (answers, tick) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    var figures: Figures { state.withLock { $0.figures } }
    var refreshCount: Int { state.withLock { $0.successors.count } }

    func answered(_ answer: Answer, after wait: Duration) {
        receipts.enter(answer)
        state.withLock {
            $0.figures.answers += 1
            $0.figures.longestWait = max($0.figures.longestWait, wait)
        }
        tick.yield()
    }

    func retried(after reason: String) { state.withLock { $0.figures.retries[reason, default: 0] += 1 } }

    /// - Throws: `ScenarioFailure` where the token had another successor before.
    func enter(_ successor: Credential?, asSuccessorOf token: Credential) throws {
        guard let successor else { throw ScenarioFailure(expectation: "a refresh gives a successor", seen: "none") }
        let first = state.withLock { state in
            let first = state.successors[token] ?? successor
            state.successors[token] = first
            return first
        }
        guard first == successor else {
            throw ScenarioFailure(expectation: "one successor", seen: "two of [\(token.fingerprint)]")
        }
    }
}
