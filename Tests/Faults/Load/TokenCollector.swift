import Tokens

@testable import Stack

/// A user's client and a service that acts for the user: between them they ask for every kind of token that the issuers give. Codes are
/// not among their ways: whoever loses the answer to one has to begin at the sign-in page again.
struct TokenCollector: BusyClient {
    private let client: RetryingClient
    private let name: String
    private let password: Credential
    private var refreshToken: Credential
    private var roundCount = 0

    init(on stack: RunningStack, _ journal: Journal) async throws {
        client = RetryingClient(stack: stack, journal: journal)
        let user = try await stack.signUp("collector")
        (name, password) = (user.name, user.password)
        refreshToken = try user.refreshToken()
    }

    /// Refreshes, asks for a service's own token, exchanges both; every few rounds signs in again.
    mutating func round() async throws {
        roundCount += 1
        let user = try await refresh()
        let actor = try await client.serviceToken(of: .ordersAPI)
        _ = try await client.exchange(ExchangeRequest(subjectToken: user, actorToken: actor))
        guard roundCount.isMultiple(of: 4) else { return }
        if let token = try await client.signIn(name, password: password).refreshToken { refreshToken = token }
    }

    /// Sometimes twice at the same moment: whoever comes second is given the same successor, and that is recorded too.
    private mutating func refresh() async throws -> Credential {
        let (client, presented) = (client, refreshToken)
        async let first = client.refresh(presented)
        if roundCount.isMultiple(of: 3) { _ = try await client.refresh(presented) }
        let tokens = try await first
        if let successor = tokens.refreshToken { refreshToken = successor }
        return tokens.accessToken
    }
}
