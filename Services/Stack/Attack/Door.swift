import Audit
import Tokens

/// A place where a service can be attacked, and how it says no there.
struct Door: Sendable {
    let name: String
    let service: StackService
    let manner: Manner
    /// As which its decisions may be recorded; what is no request for any route is `request` everywhere.
    let events: Set<AuditEvent>

    /// The words for a refusal, of which the reason may choose no others.
    enum Manner: Sendable {
        /// A problem document (RFC 9457 §3), with a challenge where a token was bad.
        case problem
        /// An OAuth error (RFC 6749 §5.2).
        case oauth
        /// The same, and `invalid_client` whatever is wrong with a client's proof of itself (RFC 6749 §5.2).
        case authentication
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
        case .authentication: answer.status == 401 && answer.errorCode == WireError.invalidClient.rawValue
        case .inactive: answer.status == 200 && answer.json == ["active": false]
        case .page: (400...499).contains(answer.status) && answer.header("location") == nil
        case .redirect: answer.status == 303 && (try? answer.redirected().optional("error")) == reason.wire.rawValue
        }
    }

    /// What the attacker reads.
    func outside(_ answer: Answer) -> String {
        switch manner {
        case .problem, .oauth, .authentication: answer.summary
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
    static let ordersAPI = api("orders-api", .ordersAPI)
    static let usersAPI = api("users-api", .usersAPI)
    static let internalRoute = api("users-api, internal", .usersAPI)
    static let userInfo = api("provider, userinfo", .identityProvider)
    static let gateway = Door("gateway", .gateway, .problem, [.forward, .request])
    static let introspection = Door("provider, introspection", .identityProvider, .inactive, [.tokenIntrospection])
    static let tokenEndpoint = token("provider, token", .oauth)
    static let clientAssertion = token("provider, client_assertion", .authentication)
    static let subjectToken = exchange("subject_token")
    static let actorToken = exchange("actor_token")
    static let exchange = exchange("form")
    static let authorizePage = Door("provider, authorize", .identityProvider, .page, [.authorize])
    static let authorizeRedirect = Door("provider, redirect", .identityProvider, .redirect, [.authorize])

    private static func api(_ name: String, _ service: StackService) -> Door {
        Door(name, service, .problem, [.access, .request])
    }

    private static func token(_ name: String, _ manner: Manner) -> Door {
        Door(name, .identityProvider, manner, [.tokenIssue, .tokenRefresh, .request])
    }

    private static func exchange(_ part: String) -> Door {
        Door("exchange, \(part)", .tokenExchange, .oauth, [.tokenExchange, .request])
    }

    private init(_ name: String, _ service: StackService, _ manner: Manner, _ events: Set<AuditEvent>) {
        self.init(name: name, service: service, manner: manner, events: events)
    }
}
