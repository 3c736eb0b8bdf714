public import Tokens

/// One security decision of one service: who asked for what on whose behalf, with which token, and what came of it.
///
/// It holds names, ids and reasons, and no credential: nothing in it opens a door.
public struct AuditRecord: Sendable, Equatable {
    /// When the answer was ready: milliseconds since 1970.
    public var time: Int64
    /// From the request's head to the answer.
    public var durationMicroseconds: Int64
    /// Who decided.
    public var service: String
    /// One request's id through all services, and its place among them.
    public var trace: TraceContext
    /// The span of the service that has called; nil where the request came from outside.
    public var parentSpanID: String?

    /// What was decided about.
    public var event: AuditEvent
    /// How.
    public var outcome: AuditOutcome
    /// Nil for what was allowed without a remark.
    public var reason: AuditReason?

    /// Method and pattern: `GET /orders/{id}`. Never the path, which may carry what it should not.
    public var route: String
    /// The HTTP status of the answer; nil for what the service did by itself.
    public var status: Int?
    /// The other end of the connection.
    public var peer: Peer

    /// The user, or the client that asks for itself.
    public var subject: String?
    /// The client that asks.
    public var clientID: String?
    /// Tokens that came with the request.
    public var presented: [AuditToken]
    /// What was asked for; of a protected route, the scope that it wants.
    public var asked: Asked
    /// Tokens that were given.
    public var issued: [AuditToken]
    /// What was taken back.
    public var revoked: [RevocationTarget]
    /// Short words that led to the decision: what a risk policy saw.
    public var signals: [String]
    /// What has no member of its own, by name: `grant`, `dependency`, `kid`, `limit`.
    public var details: [String: String]

    /// Who is at the other end.
    public struct Peer: Sendable, Equatable {
        /// The IP address.
        public var address: String?
        /// SHA-256 of the client certificate (RFC 8705 §3.1), base64url.
        public var certificate: String?
        /// The certificate's `spiffe://` URI.
        public var name: String?

        /// What is known of it.
        public init(address: String? = nil, certificate: String? = nil, name: String? = nil) {
            self.address = address
            self.certificate = certificate
            self.name = name
        }
    }

    /// What somebody wants.
    public struct Asked: Sendable, Equatable {
        /// For whom.
        public var audience: String?
        /// To do what.
        public var scope: ScopeSet

        /// Nothing, if nothing is said.
        public init(audience: String? = nil, scope: ScopeSet = []) {
            self.audience = audience
            self.scope = scope
        }
    }

    /// What is known from the start; the rest is noted as it is learnt.
    public init(
        _ event: AuditEvent,
        _ outcome: AuditOutcome = .allowed,
        service: String,
        trace: TraceContext,
        time: Int64 = 0
    ) {
        self.event = event
        self.outcome = outcome
        self.service = service
        self.trace = trace
        self.time = time
        durationMicroseconds = 0
        route = ""
        peer = Peer()
        presented = []
        asked = Asked()
        issued = []
        revoked = []
        signals = []
        details = [:]
    }

    /// Whether the answer waits until this is on disk: it gives something out or takes something back.
    public var isDurable: Bool { (outcome == .allowed && event.isDurable) || !issued.isEmpty || !revoked.isEmpty }
}
