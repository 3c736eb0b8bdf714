import Synchronization
import Tokens

/// A door that takes a token, with one that it lets in.
struct TokenDoor: Sendable {
    let door: Door
    /// A token that is accepted here; forgeries differ from it in one thing.
    let genuine: Credential
    /// The answer to a text that is no token at all, which is the answer to every bad token.
    let nonsense: Answer
    let present: @Sendable (Credential) async throws -> Answer

    /// - Throws: `ScenarioFailure` where the genuine token is not let in.
    fileprivate init(
        _ door: Door,
        _ genuine: Credential,
        _ present: @escaping @Sendable (Credential) async throws -> Answer
    ) async throws {
        let accepted = try await present(genuine)
        guard accepted.isSuccess else {
            throw ScenarioFailure(expectation: "\(door.name) accepts a genuine token", seen: accepted.summary)
        }
        self.door = door
        self.genuine = genuine
        self.present = present
        nonsense = try await present(Credential("nonsense"))
    }

    /// Every door that takes a token, each with one of `user`.
    static func all(of stack: RunningStack, for user: SignedInUser) async throws -> [TokenDoor] {
        let provider = stack.address(of: .identityProvider)
        let actor = ActorToken(of: .ordersAPI, on: stack)
        let forOrders = user.accessToken
        let forUsers = try await stack.signInAgain(user, resource: Audience.users).accessToken
        let forProvider = try await stack.signInAgain(user, resource: provider).accessToken
        return [
            try await api(.ordersAPI, forOrders, "\(stack.address(of: .ordersAPI))/orders", stack),
            try await api(.usersAPI, forUsers, "\(stack.address(of: .usersAPI))/users/me", stack),
            try await api(.gateway, forOrders, "\(stack.address(of: .gateway))/orders", stack),
            try await api(.userInfo, forProvider, "\(provider)/oauth2/userinfo", stack),
            try await TokenDoor(.introspection, forOrders) { try await stack.introspect($0, as: .ordersAPI) },
            try await TokenDoor(.subjectToken, forOrders) { token in
                try await stack.exchange(ExchangeRequest(subjectToken: token, actorToken: actor.current()))
            },
            try await TokenDoor(.actorToken, actor.current()) { token in
                try await stack.exchange(ExchangeRequest(subjectToken: forOrders, actorToken: token))
            },
        ]
    }

    private static func api(_ door: Door, _ token: Credential, _ url: String, _ stack: RunningStack) async throws
        -> TokenDoor
    {
        try await TokenDoor(door, token) { try await stack.send("GET", url, $0) }
    }
}

extension Answer {
    /// Whether a token was taken for good.
    var isSuccess: Bool { status == 200 && json?["active"] != false }
}

/// A service's own token, asked for anew when half its life is over: time is moved in the gallery.
private final class ActorToken: Sendable {
    private let service: StackService
    private let stack: RunningStack
    private let held = Mutex<(token: Credential, until: NumericDate)?>(nil)

    init(of service: StackService, on stack: RunningStack) {
        self.service = service
        self.stack = stack
    }

    func current() async throws -> Credential {
        if let held = held.withLock({ $0 }), stack.clock.now() < held.until { return held.token }
        let answer = try await stack.serviceTokenRequest(of: service, resource: Audience.exchange)
        let tokens = try stack.readTokens(answer, "the service token of \(service.name)")
        held.withLock { $0 = (tokens.accessToken, stack.clock.now() + tokens.lifetimeSeconds / 2) }
        return tokens.accessToken
    }
}
