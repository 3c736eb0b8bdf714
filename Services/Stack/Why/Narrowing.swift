import Audit
import Tokens

/// What one token allows less than the one before it, in words; and what it should not: more.
///
/// A token may only ever narrow on its way inwards. Whatever this finds on the other side is a fault of the house, or a token that
/// was not verified and says what it likes.
struct Narrowing: Equatable {
    private(set) var narrowed: [String] = []
    private(set) var widened: [String] = []

    /// The same token, handed on.
    static func isSame(_ token: AuditToken, _ before: AuditToken) -> Bool {
        !token.tokenID.isEmpty && token.tokenID == before.tokenID && token.issuer == before.issuer
    }

    init(from before: AuditToken, to token: AuditToken) {
        compareAudience(before, token)
        compareScope(before, token)
        compareLife(before, token)
        compareActors(before, token)
        if token.subject != before.subject {
            widened.append("another subject: \(Self.name(before.subject)) → \(Self.name(token.subject))")
        }
    }

    private mutating func compareAudience(_ before: AuditToken, _ token: AuditToken) {
        guard token.audience != before.audience else { return }
        narrowed.append("audience changed: \(Self.name(before.audience)) → \(Self.name(token.audience))")
    }

    private mutating func compareScope(_ before: AuditToken, _ token: AuditToken) {
        let dropped = before.scope.values.filter { !token.scope.contains($0) }
        let added = token.scope.values.filter { !before.scope.contains($0) }
        if !dropped.isEmpty { narrowed.append("scopes dropped: \(Self.list(dropped))") }
        guard !added.isEmpty else { return }
        // At another audience other scopes count; which of them, the exchange policy derives.
        if token.audience != before.audience {
            narrowed.append("scope derived: \(Self.list(added))")
        } else {
            widened.append("scopes added: \(Self.list(added))")
        }
    }

    private mutating func compareLife(_ before: AuditToken, _ token: AuditToken) {
        guard let end = before.expiresAt, let newEnd = token.expiresAt else { return }
        let difference = newEnd.seconds(since: end)
        if difference < 0 { narrowed.append("ends \(difference.magnitude) s earlier") }
        if difference > 0 { widened.append("ends \(difference) s later") }
    }

    private mutating func compareActors(_ before: AuditToken, _ token: AuditToken) {
        guard token.actors != before.actors else { return }
        // The newest actor stands first; those before it stay as they were.
        guard token.actors.count > before.actors.count, token.actors.suffix(before.actors.count) == before.actors[...]
        else {
            widened.append("another actor chain: \(Self.list(before.actors)) → \(Self.list(token.actors))")
            return
        }
        narrowed.append("actor added: \(Self.list(token.actors.prefix(token.actors.count - before.actors.count)))")
    }

    private static func name(_ text: String?) -> String { text?.legible() ?? "none" }

    private static func list(_ texts: some Collection<String>) -> String {
        texts.isEmpty ? "none" : texts.map { $0.legible() }.joined(separator: " ")
    }
}
