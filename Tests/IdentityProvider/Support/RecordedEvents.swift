import Storage
import Tokens

@testable import IdentityProvider

extension TestProvider {
    /// Every revocation that verifiers are told of, in its order.
    func told() async throws -> [RevocationEvent] {
        let rows = try await parts.database.read { try $0.query("SELECT token FROM security_events ORDER BY position") }
        return try rows.compactMap { try .decodeWithoutVerifying(Credential($0.text("token"))) }
    }

    /// `txn` of each.
    func toldTransactionIDs() async throws -> [String?] {
        let rows = try await parts.database.read { try $0.query("SELECT token FROM security_events ORDER BY position") }
        return try rows.map { try payload(Credential($0.text("token")))["txn"]?.string }
    }

    /// `sid` of the session that a token belongs to.
    func sessionID(_ tokens: TokenResponse) throws -> String { try payload(tokens.accessToken)["sid"]?.string ?? "" }
}
