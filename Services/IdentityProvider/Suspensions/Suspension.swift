import Storage
import Tokens

/// Something that this provider has ended by itself, because somebody beside its owner seemed to hold it.
///
/// A suspension is a revocation that nobody asked for. So it is written down with what led to it, and an operator who knows
/// better can lift it.
struct Suspension: Sendable {
    /// How much of a user's is ended.
    enum Kind: String, Sendable, CaseIterable {
        /// The family that the token belongs to.
        case family
        /// Every session of the user: whoever stole one token may have stolen another.
        case user
    }

    let id: String
    let kind: Kind
    let familyID: String
    let accountID: String
    let clientID: String
    let cause: Cause
    /// Of the request that led to it.
    let transactionID: String
    let at: NumericDate
    /// Nil while it stands.
    let liftedAt: NumericDate?

    /// What led to a suspension.
    struct Cause: Sendable {
        let reason: RevocationReason
        /// The network that the request came from, and the software that sent it, as far as they are known.
        let source: String?
        let agent: String?

        init(_ reason: RevocationReason, _ caller: CallerContext) {
            self.reason = reason
            source = caller.source?.text
            agent = caller.agent?.name
        }
    }

    /// The id of what was ended.
    var target: String {
        switch kind {
        case .family: familyID
        case .user: accountID
        }
    }
}

extension Suspension {
    static let columns =
        "id, kind, family_id, account_id, client_id, reason, transaction_id, source, agent, suspended_at, lifted_at"

    /// The values of `columns`, in that order.
    var values: [any SQLConvertible] {
        [
            id, kind.rawValue, familyID, accountID, clientID, cause.reason.rawValue, transactionID, cause.source,
            cause.agent, at.secondsSinceEpoch, liftedAt?.secondsSinceEpoch,
        ]
    }

    init(reading row: SQLRow) throws {
        guard let kind = Kind(rawValue: try row.text("kind")) else {
            throw StorageError.wrongType(column: "kind", expected: "a kind of suspension")
        }
        self.kind = kind
        id = try row.text("id")
        familyID = try row.text("family_id")
        accountID = try row.text("account_id")
        clientID = try row.text("client_id")
        cause = try Cause(reading: row)
        transactionID = try row.text("transaction_id")
        at = NumericDate(try row.integer("suspended_at"))
        liftedAt = try row.optionalInteger("lifted_at").map { NumericDate($0) }
    }
}

extension Suspension.Cause {
    fileprivate init(reading row: SQLRow) throws {
        guard let reason = RevocationReason(rawValue: try row.text("reason")) else {
            throw StorageError.wrongType(column: "reason", expected: "a reason of a revocation")
        }
        self.reason = reason
        source = try row.optionalText("source")
        agent = try row.optionalText("agent")
    }
}
