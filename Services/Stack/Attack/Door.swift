import Tokens

/// A place where a service can be attacked, and how it says no there.
struct Door: Sendable {
    let name: String
    let service: StackService
    let manner: Manner

    /// The words for a refusal, of which the reason may choose no others.
    enum Manner: Sendable {
        /// A problem document (RFC 9457 §3), with a challenge where a token was bad.
        case problem
        /// An OAuth error (RFC 6749 §5.2).
        case oauth
        /// `{"active":false}` for whatever is not the caller's to know (RFC 7662 §2.2).
        case inactive
        /// A page for the person in front of the browser, who is sent nowhere.
        case page
        /// An OAuth error on its way to the client's own redirect URI (RFC 6749 §4.1.2.1).
        case redirect
    }

    /// Whether `answer` says no, and nothing of `reason` beyond its wire code.
    func isRefusal(_ answer: Answer, for reason: Refusal) -> Bool {
        switch manner {
        case .problem: answer.status == reason.wire.status && answer.errorCode == reason.wire.rawValue
        case .oauth:
            answer.status == reason.wire.atTokenEndpoint.statusAtTokenEndpoint
                && answer.errorCode == reason.wire.atTokenEndpoint.rawValue
        case .inactive: answer.status == 200 && answer.json == ["active": false]
        case .page: (400...499).contains(answer.status) && answer.header("location") == nil
        case .redirect: answer.status == 303 && (try? answer.redirected().optional("error")) == reason.wire.rawValue
        }
    }

    /// What the attacker reads.
    func outside(_ answer: Answer) -> String {
        switch manner {
        case .problem, .oauth: answer.summary
        case .inactive: "\(answer.status) active: \(answer.json?["active"]?.bool ?? true)"
        case .page: "\(answer.status) a page"
        case .redirect: "\(answer.status) \((try? answer.redirected().optional("error")) ?? "no error")"
        }
    }
}

extension Door: Hashable {
    /// A door is one by its name.
    static func == (left: Door, right: Door) -> Bool { left.name == right.name }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Door {
    static let ordersAPI = Door(name: "orders-api", service: .ordersAPI, manner: .problem)
    static let usersAPI = Door(name: "users-api", service: .usersAPI, manner: .problem)
    static let gateway = Door(name: "gateway", service: .gateway, manner: .problem)
    static let userInfo = Door(name: "provider, userinfo", service: .identityProvider, manner: .problem)
    static let introspection = Door(name: "provider, introspection", service: .identityProvider, manner: .inactive)
    static let subjectToken = Door(name: "exchange, subject_token", service: .tokenExchange, manner: .oauth)
    static let actorToken = Door(name: "exchange, actor_token", service: .tokenExchange, manner: .oauth)
    static let exchange = Door(name: "exchange, form", service: .tokenExchange, manner: .oauth)
    static let tokenEndpoint = Door(name: "provider, token", service: .identityProvider, manner: .oauth)
    static let internalRoute = Door(name: "users-api, internal", service: .usersAPI, manner: .problem)
    static let authorizePage = Door(name: "provider, authorize", service: .identityProvider, manner: .page)
    static let authorizeRedirect = Door(name: "provider, redirect", service: .identityProvider, manner: .redirect)
}
