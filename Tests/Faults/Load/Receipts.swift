import Audit
import Synchronization
import Tokens

@testable import Stack

/// Every token that clients have been given, each with the transaction id of the answer that brought it.
final class Receipts: Sendable {
    struct Receipt: Sendable, Hashable {
        let transactionID: String
        let kind: AuditToken.Kind
        /// `jti`, or the fingerprint of what has none.
        let tokenID: String
    }

    private let kept = Mutex<Set<Receipt>>([])

    var count: Int { kept.withLock { $0.count } }

    /// Keeps what this answer has brought, if anything.
    func enter(_ answer: Answer) {
        guard answer.status == 200, let tokens = answer.json.flatMap(TokenResponse.init(reading:)) else { return }
        let transactionID = answer.header(HeaderName.transactionID) ?? "none"
        let payload = (try? UnverifiedToken.decodeWithoutVerifying(tokens.accessToken))?.payload
        var ids: [(AuditToken.Kind, String)] = [(.access, payload?["jti"]?.string ?? "none")]
        if let refreshToken = tokens.refreshToken { ids.append((.refresh, refreshToken.fingerprint)) }
        if let idToken = tokens.idToken { ids.append((.id, idToken.fingerprint)) }
        kept.withLock {
            for (kind, id) in ids { $0.insert(Receipt(transactionID: transactionID, kind: kind, tokenID: id)) }
        }
    }

    /// Those of which no record of the same transaction says that they were issued.
    func unrecorded(in records: [AuditRecord]) -> Set<Receipt> {
        var missing = kept.withLock { $0 }
        for record in records {
            for token in record.issued {
                missing.remove(
                    Receipt(transactionID: record.trace.transactionID, kind: token.kind, tokenID: token.tokenID)
                )
            }
        }
        return missing
    }
}
