import Synchronization
public import Tokens

/// This service's own token: `client_credentials`, authenticated by the certificate of the connection, kept and renewed early.
///
/// - Takes: what the identity provider answers.
/// - Gives: a token that has not expired; at once where one is held, even while the next is being fetched.
/// - Refuses: `TokenRefused` or `DependencyUnavailable` only when no token is held that is still good.
/// - Source: RFC 6749 §4.4.2; RFC 8705 §2; RFC 8707 §2.
public final class ServiceTokenSource: Sendable {
    private typealias Flight = Task<Credential, any Error>

    private struct Held {
        let token: Credential
        let expiresAt: NumericDate
    }

    private struct Shared {
        var held: Held?
        var renewAt = NumericDate(0)
        var replacedAt: NumericDate?
        var flight: Flight?
    }

    /// After a renewal that failed while the old token is still good.
    private static let pauseAfterFailureSeconds: Int64 = 5

    private let endpoint: TokenEndpoint
    private let clientID: String
    private let resource: String
    private let scope: ScopeSet
    private let clock: any WallClock
    private let jitter: @Sendable (ClosedRange<Int64>) -> Int64
    private let shared = Mutex(Shared())

    /// - Parameters:
    ///   - tokenEndpoint: https URL.
    ///   - resource: the audience of the token.
    ///   - scope: what it shall allow there; empty for a token that only says who we are.
    ///   - sender: its client certificate is the credential.
    ///   - jitter: draws seconds, so that replicas that started together do not all renew together.
    public init(
        tokenEndpoint: String,
        clientID: String,
        resource: String,
        scope: ScopeSet = [],
        sender: any HTTPSender,
        clock: any WallClock,
        jitter: @escaping @Sendable (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) }
    ) {
        endpoint = TokenEndpoint(url: tokenEndpoint, sender: sender)
        self.clientID = clientID
        self.resource = resource
        self.scope = scope
        self.clock = clock
        self.jitter = jitter
    }

    public func token() async throws -> Credential {
        let now = clock.now()
        switch shared.withLock({ look(at: now, &$0) }) {
        case .held(let token): return token
        case .ask(let flight): return try await flight.value
        }
    }

    /// Drops `token`, which its audience does not take: the next call fetches another.
    public func invalidate(_ token: Credential) {
        shared.withLock { if $0.held?.token == token { $0.held = nil } }
    }

    /// Another token in the place of `token`, which its audience did not take: its key may have been revoked, or we. Nil where one
    /// was replaced just now: whoever makes an audience refuse must not make us fetch each time.
    public func replacement(for token: Credential) async throws -> Credential? {
        let now = clock.now()
        let mayReplace = shared.withLock { shared in
            guard shared.held?.token == token else { return true }
            if let last = shared.replacedAt, now.seconds(since: last) < Self.pauseAfterFailureSeconds { return false }
            (shared.held, shared.replacedAt) = (nil, now)
            return true
        }
        return mayReplace ? try await self.token() : nil
    }

    private enum Finding {
        case held(Credential)
        case ask(Flight)
    }

    private func look(at now: NumericDate, _ shared: inout Shared) -> Finding {
        guard let held = shared.held, now < held.expiresAt else { return .ask(join(&shared)) }
        if now >= shared.renewAt { _ = join(&shared) }
        return .held(held.token)
    }

    private func join(_ shared: inout Shared) -> Flight {
        if let flight = shared.flight { return flight }
        let flight = Flight { try await renew() }
        shared.flight = flight
        return flight
    }

    private func renew() async throws -> Credential {
        let askedAt = clock.now()
        do {
            let response = try await fetch()
            keep(response, askedAt: askedAt)
            return response.accessToken
        } catch {
            shared.withLock {
                $0.renewAt = askedAt + Self.pauseAfterFailureSeconds
                $0.flight = nil
            }
            throw error
        }
    }

    private func fetch() async throws -> TokenResponse {
        let answer = try await endpoint.ask(
            [
                "grant_type": GrantType.clientCredentials.rawValue,
                "client_id": clientID,  // RFC 8705 §2: says whose certificate to expect.
                "resource": resource,
            ],
            scope: scope
        )
        switch answer {
        case .granted(let response): return response
        case .refused(let error): throw TokenRefused(error: error)
        }
    }

    private func keep(_ response: TokenResponse, askedAt: NumericDate) {
        let lifetime = response.lifetimeSeconds
        let expiresAt = askedAt + lifetime
        let earlySeconds = lifetime / 5 + jitter(0...lifetime / 20)
        shared.withLock {
            $0.held = Held(token: response.accessToken, expiresAt: expiresAt)
            $0.renewAt = expiresAt - earlySeconds
            $0.flight = nil
        }
    }
}

/// The identity provider does not give this service a token: a fault of the set-up, not of anybody's request.
public struct TokenRefused: Error, Sendable, Equatable, CustomStringConvertible {
    /// The OAuth error code (RFC 6749 §5.2).
    public let error: String

    public var description: String { "the identity provider refused this service a token: \(error)" }
}
