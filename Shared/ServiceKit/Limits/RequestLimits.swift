import Audit
import HTTPTypes
import Synchronization
public import Tokens

/// What kind of requests come to a route: which of them have failed, and how much is said of its limits.
public enum LimitedRoutes: Sendable {
    /// Credentials are shown and given out, in forms that are sent, and every answer says what is left. Pages that are only shown
    /// stand here too, and no reading of one is a try: any web site could have its visitors' browsers ask for them (an `img` that
    /// is none), and close the door to the office in which they sit.
    case credentials
    /// An API behind tokens. Nearly all is answered well and fast, so that what is left is said when half is gone.
    case api

    /// Whether a credential comes with such a request.
    fileprivate func showsCredential(_ method: HTTPRequest.Method) -> Bool {
        switch self {
        case .credentials: method != .get && method != .head
        case .api: true
        }
    }
}

/// What one request is held to, and how near it has come to the end of what its caller may send.
///
/// Whoever learns more about the caller counts for it: the route for the network and the endpoint, whoever authenticates a client
/// for the client, the guard of a route for user and token. Each throws `Refusal.rateLimited` when that was one too many.
public final class RequestLimits: Sendable {
    private struct State {
        var nearest: (rule: LimitRule, standing: LimitStanding)?
        var kind: LimitedRoutes?
    }

    /// Where the request comes from.
    public let source: RequestSource
    private let limiter: RateLimiter?
    private let decision: Decision
    private let state = Mutex(State())

    init(_ limiter: RateLimiter?, source: RequestSource, decision: Decision) {
        self.limiter = limiter
        self.source = source
        self.decision = decision
    }

    /// Of a request that no service of ours has begun.
    static let none = RequestLimits(nil, source: .network(0), decision: .unrecorded)

    /// Seconds until a caller who has been turned away may come back; nil for one who has not.
    public var waitSeconds: Int64? {
        state.withLock { $0.nearest.flatMap { $0.standing.isWithin ? nil : $0.standing.seconds } }
    }

    /// Counts a request for a route, before anything that it shows is looked at.
    ///
    /// - Refuses: `rateLimited`: its network has failed too often, or sends too much; or all strangers together do.
    func admit(_ kind: LimitedRoutes, _ path: String) throws(Refusal) {
        // A service of the house carries everybody's requests: a limit of its own would be one for all of them.
        guard let limiter, case .network = source else { return }
        state.withLock { $0.kind = kind }
        // Whoever guesses is stopped for everything: one right guess among the wrong ones must not pass. What is under way does not
        // count: a hundred tabs that refresh at once are no guesses, and no burst of guesses finds 256 bits. Passwords are fewer;
        // `SignIns` counts those before it looks.
        let failures = limiter.sourceFailures.standing(of: LimitKey(source))
        guard failures.isWithin else { throw reached(limiter.sourceFailures.rule, waitSeconds: failures.seconds) }
        let own = try count(limiter.sourceRequests, LimitKey(source, path))
        let all = limiter.endpointRequests.count(LimitKey(path))
        if all.isWithin { return noteIfNearest(limiter.endpointRequests.rule, all) }
        // A few networks that spend all they may must not close the door to the others.
        guard limiter.sourceRequests.rule.quota - own.remaining <= limiter.fairShare else {
            throw reached(limiter.endpointRequests.rule, waitSeconds: all.seconds)
        }
    }

    /// Counts for a client that has proved who it is. Not for one that only says so: whoever knows the id of a public client could
    /// use up what is everybody's. And not for a service of the house.
    public func count(client id: String) throws(Refusal) {
        guard let limiter, case .network = source else { return }
        try count(limiter.clientRequests, LimitKey(id))
    }

    /// Counts for whom a verified token speaks.
    public func count(_ caller: AccessTokenClaims) throws(Refusal) {
        guard let limiter else { return }
        let isClients = caller.subject == caller.clientID
        // A service of the house that asks for itself is no user: what it may ask, it asks for all of them.
        if isClients, case .house = source { return }
        // The narrowest first: what one token may not, uses up nothing of its user's.
        try count(limiter.tokenRequests, LimitKey(caller.tokenID))
        // Users of one application are not one caller: some of them must not be able to use up what is the others'.
        if isClients { return try count(client: caller.clientID) }
        try count(limiter.userRequests, LimitKey(caller.subject))
    }

    /// Counts a wrong operator key. A right one is never turned away, however many wrong ones came before: it is too long to be
    /// guessed, and somebody on the same machine must not be able to keep the operator from revoking.
    func countOperatorFailure() throws(Refusal) {
        if let limiter { try count(limiter.operatorFailures, LimitKey(source)) }
    }

    /// Says that a limit is reached, which the caller of this has counted; gives the refusal to throw.
    public func reached(_ rule: LimitRule, waitSeconds: Int64) -> Refusal {
        state.withLock { state in
            state.nearest = (rule, LimitStanding(isWithin: false, remaining: 0, seconds: max(1, waitSeconds)))
        }
        decision.note { $0[.limit] = rule.name }
        return .rateLimited
    }

    @discardableResult
    private func count(_ window: SlidingWindow, _ key: LimitKey) throws(Refusal) -> LimitStanding {
        let standing = window.count(key)
        guard standing.isWithin else { throw reached(window.rule, waitSeconds: standing.seconds) }
        noteIfNearest(window.rule, standing)
        return standing
    }

    private func noteIfNearest(_ rule: LimitRule, _ standing: LimitStanding) {
        state.withLock { state in
            if let nearest = state.nearest, nearest.standing.remaining <= standing.remaining { return }
            state.nearest = (rule, standing)
        }
    }
}

extension RequestLimits {
    /// Counts the request as failed, if what it showed was not good. What is asked about a token that is not (RFC 7662 §2.2) is
    /// answered with 200, and no try.
    func settle(_ method: HTTPRequest.Method, _ status: HTTPResponse.Status) {
        guard let limiter, let kind = state.withLock({ $0.kind }) else { return }
        guard kind.showsCredential(method), status.kind == .clientError, decision.refusal?.isFailedCredential == true
        else { return }
        _ = limiter.sourceFailures.count(LimitKey(source))
    }

    /// When to come back (RFC 6585 §4), and what is left (draft-ietf-httpapi-ratelimit-headers-11).
    func write(to headers: inout HTTPFields) {
        let state = state.withLock { $0 }
        guard let (rule, standing) = state.nearest else { return }
        if !standing.isWithin { headers[.retryAfter] = String(standing.seconds) }
        guard state.kind == .credentials || standing.remaining * 2 <= rule.quota else { return }
        headers[.rateLimitPolicy] = "\"\(rule.name)\";q=\(rule.quota);w=\(rule.windowSeconds)"
        headers[.rateLimit] = "\"\(rule.name)\";r=\(standing.remaining);t=\(standing.seconds)"
    }
}

extension Refusal {
    /// Whether it says that what was shown is not good. Who may not do something, sends what cannot be read, or asks for what is
    /// not there, does not guess.
    fileprivate var isFailedCredential: Bool {
        switch wire {
        case .invalidClient, .invalidDPoPProof, .invalidGrant, .invalidToken: true
        default: false
        }
    }
}

extension HTTPField.Name {
    static let rateLimit = HTTPField.Name("RateLimit")!  // A literal of ours, a valid name.
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!  // The same.
}
