import Audit
import Foundation
import Tokens

/// What is told of one hop: rows of a label and a few phrases.
struct HopFacts {
    struct Row: Equatable {
        let label: String
        let phrases: [String]
    }

    private let record: AuditRecord
    private(set) var rows: [Row] = []

    /// - Parameters:
    ///   - before: the token that the hop before was shown.
    ///   - mintedBy: which service issued a token of this story.
    init(_ hop: RequestStory.Hop, before: AuditToken?, mintedBy: (AuditToken) -> String?) {
        record = hop.record
        add("called by", caller(hop))
        for token in record.presented { tell(token, as: token.kind.label, mintedBy: mintedBy(token)) }
        add(record.event == .access ? "wants" : "asked", asked)
        for token in record.issued { tell(token, as: "issued", mintedBy: nil) }
        tellNarrowing(before)
        for target in record.revoked { add("revoked", [target.title]) }
        add("signals", record.signals.map { $0.legible() })
        add("details", record.details.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)".legible() })
        tellDecision()
    }

    private mutating func add(_ label: String, _ phrases: [String]) {
        if !phrases.isEmpty { rows.append(Row(label: label, phrases: phrases)) }
    }

    private func caller(_ hop: RequestStory.Hop) -> [String] {
        // What a service does by itself nobody has called.
        guard record.status != nil else { return [] }
        let address = record.peer.address?.legible()
        let name = record.peer.serviceName.map { "\($0.legible()), by its certificate" }
        let phrases = [name ?? address ?? "unknown"] + (name == nil ? [] : address.map { ["from \($0)"] } ?? [])
        return phrases + (hop.isCallerUnknown ? ["the caller's own record is missing"] : [])
    }

    /// What it is, and below whom it lets act for whom.
    private mutating func tell(_ token: AuditToken, as label: String, mintedBy: String?) {
        add(label, describe(token, mintedBy: mintedBy))
        guard let subject = token.subject?.legible(), !token.actors.isEmpty else { return }
        add("acting", ["\(token.actors.map { $0.legible() }.joined(separator: " after ")), for \(subject)"])
    }

    private func describe(_ token: AuditToken, mintedBy: String?) -> [String] {
        var phrases = [token.tokenID.redacted]
        if let mintedBy { phrases.append("issued in this request by \(mintedBy)") }
        if record.presented.contains(token) { phrases.append(token.isVerified ? "verified" : "NOT verified") }
        if let left = token.expiresAt?.seconds(since: NumericDate(record.time / 1_000)) {
            phrases.append(left < 0 ? "over for \(left.magnitude) s" : "\(left) s left")
        }
        if let issuer = token.issuer { phrases.append("from \(issuer.legible())") }
        if let audience = token.audience { phrases.append("for \(audience.legible())") }
        if !token.scope.isEmpty { phrases.append("scope \(token.scope.text.legible(lengthMax: 300))") }
        return phrases + [bearer(token)].compactMap { $0 }
    }

    /// `5f0c, by client gatehouse-demo`; nil where somebody acts, which is a row of its own.
    private func bearer(_ token: AuditToken) -> String? {
        guard let subject = token.subject?.legible() else { return token.clientID.map { "client \($0.legible())" } }
        guard token.actors.isEmpty else { return nil }
        guard let client = token.clientID?.legible() else { return subject }
        return subject == client ? "\(subject) itself" : "\(subject), by client \(client)"
    }

    private var asked: [String] {
        var phrases: [String] = []
        if let audience = record.asked.audience { phrases.append("audience \(audience.legible())") }
        if !record.asked.scope.isEmpty { phrases.append("scope \(record.asked.scope.text.legible(lengthMax: 300))") }
        return phrases
    }

    /// An exchange is held against what it started from, every other hop against the one before it.
    private mutating func tellNarrowing(_ before: AuditToken?) {
        let pair: (AuditToken, AuditToken)?
        if let subject = record.presented.first(where: { $0.kind == .subject }) {
            pair = record.issued.first { $0.kind == .access }.map { (subject, $0) }
        } else {
            pair = record.accessToken.flatMap { token in before.map { ($0, token) } }
        }
        // What was not verified says what its author likes.
        guard let (from, to) = pair, to.isVerified else { return }
        if Narrowing.isSame(to, from) { return add("narrowed", ["nothing: the same token goes on"]) }
        let narrowing = Narrowing(from: from, to: to)
        add("narrowed", narrowing.narrowed)
        add("WIDENED", narrowing.widened)
    }

    private mutating func tellDecision() {
        let verdict = "\(record.event.title) \(record.outcome.rawValue)"
        guard let reason = record.reason else { return add("decision", [verdict]) }
        add("decision", ["\(verdict): \(reason.name)"])
        add("", [reason.explanation])
    }
}

extension AuditRecord {
    /// The token that this hop was shown to be let in.
    var accessToken: AuditToken? { presented.first { $0.kind == .access || $0.kind == .subject } }
}

extension AuditToken.Kind {
    fileprivate var label: String {
        switch self {
        case .access: "token"
        case .refresh: "refresh"
        case .id: "id token"
        case .code: "code"
        case .actor: "actor"
        case .subject: "subject"
        }
    }
}

extension AuditEvent {
    /// `token exchange`
    var title: String {
        rawValue.reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : String($1) }
    }
}

extension RevocationTarget {
    /// What and whose: `session 9TZ0m2…`.
    var title: String {
        switch self {
        case .token(let id): "token \(id.redacted)"
        case .session(let id): "session \(id.redacted)"
        case .grant(let session, let client): "what \(client.legible()) was given in session \(session.redacted)"
        case .subject(let id): "everything of \(id.legible())"
        case .client(let id): "everything of client \(id.legible())"
        case .key(let id): "everything signed with key \(id.legible())"
        }
    }
}
