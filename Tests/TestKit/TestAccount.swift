import Synchronization
import TokenClient
import Tokens

/// What the provider knows of one user at this moment, and says when a service introspects a token.
///
///     network.serve(account)
///     account.roles = ["admin"]
public final class TestAccount: Sendable {
    private struct State {
        var roles: Set<String>
        var isTokenActive = true
    }

    private let subject: String
    private let state: Mutex<State>

    public init(_ subject: String = "user-alice", roles: Set<String> = []) {
        self.subject = subject
        state = Mutex(State(roles: roles))
    }

    /// The operator changes the roles. The provider forgets no token that says otherwise: at its own counter all of them are dead.
    public func set(roles: Set<String>) { state.withLock { ($0.roles, $0.isTokenActive) = (roles, false) } }

    /// The client refreshes: from now on a token of after the change is asked about.
    public func refresh() { state.withLock { $0.isTokenActive = true } }

    fileprivate var answer: JSONObject {
        state.withLock { state in
            guard state.isTokenActive else { return ["active": false] }
            let roles = state.roles.sorted().map { JSONValue.string($0) }
            return ["active": true, "sub": .string(subject), "roles": .array(roles)]
        }
    }
}

extension TestNetwork {
    /// From now on introspection is answered by `account`.
    public func serve(_ account: TestAccount) {
        answer(
            House.introspectionEndpoint,
            .script { _ in OutboundResponse(status: 200, body: JSONWriter.bytes(account.answer)) }
        )
    }
}
