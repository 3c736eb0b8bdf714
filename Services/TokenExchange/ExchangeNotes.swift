import Audit
import Tokens

/// What the record of an exchange says: what was asked for, both tokens that were brought, and the one that was given.
///
/// Each part is set at the moment when it is known, and all are written down together when the exchange has ended, one way or the
/// other: a refusal leaves what was known by then.
struct ExchangeNotes {
    /// As sent; believed in nothing.
    var form: FormParameters?
    /// Once it is accepted.
    var actor: VerifiedToken<AccessTokenClaims>?
    /// Once it is accepted.
    var subject: VerifiedToken<AccessTokenClaims>?
    var issued: AuditToken?

    func write(into record: inout AuditRecord) {
        record.subject = subject?.claims.subject
        record.clientID = actor?.claims.clientID
        if let form {
            record.asked.audience = Self.bounded(form.all("audience").joined(separator: " "))
            record.asked.scope = Self.bounded(form.optional("scope")).flatMap { ScopeSet(reading: $0) } ?? []
        }
        let presented = [note(.subject, subject, "subject_token"), note(.actor, actor, "actor_token")]
        record.presented = presented.compactMap { $0 }
        record.issued = issued.map { [$0] } ?? []
        // The first hop gives a token its transaction. It is another than the request's where that came to us under no name.
        if let transactionID = subject?.claims.transactionID, transactionID != record.trace.transactionID {
            record[.tokenTxn] = transactionID
        }
    }

    /// What was checked, or else what the token says of itself.
    private func note(_ kind: AuditToken.Kind, _ token: VerifiedToken<AccessTokenClaims>?, _ parameter: String)
        -> AuditToken?
    {
        if let token { return AuditToken(kind, token.claims, keyID: token.keyID) }
        return form?.optional(parameter).flatMap { AuditToken(unverified: kind, Credential($0)) }
    }

    /// Nobody's name is longer; and what is, may be a token that stands in the wrong place.
    private static func bounded(_ text: String?) -> String? {
        text.flatMap { (1...Bounds.identifierBytesMax).contains($0.utf8.count) ? $0 : nil }
    }
}
