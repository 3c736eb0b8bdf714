import Audit
import HTTPTypes
import Hummingbird
import ServiceKit
import Tokens

/// What an operator may revoke, under `/ops`.
struct RevocationOperations: Sendable {
    let issuer: String
    let accounts: Accounts
    let sessions: SignOnSessions
    let issued: IssuedTokens
    let clients: ClientStore

    func add(to group: RouterGroup<ServiceContext>) { group.post("revocations", use: revoke) }

    /// - Takes: one of `username` (all that the user has), `session` (a `sid`), `token` (an access token of ours, or its `jti`) and
    ///   `client_id` (all that the client was given).
    /// - Gives: what was revoked and up to when, once it is on its way to every verifier.
    /// - Refuses: `resourceNotFound` for a user, session or client that is not there, and for a token that is not ours or dead
    ///   already; `bodyMalformed`.
    @Sendable
    private func revoke(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.revocation)
        guard let event = try await revoke(request.readJSON(context), context.decision) else {
            throw Refusal.resourceNotFound
        }
        return .json([
            "revoked": [event.target.document], "issuer": .string(issuer),
            "at": .integer(event.moment.secondsSinceEpoch),
        ])
    }

    private func revoke(_ document: JSONObject, _ decision: Decision) async throws -> RevocationEvent? {
        let body = try BodyMembers(of: document, allowed: ["username", "session", "token", "client_id"])
        guard document.members.count == 1 else { throw Refusal.bodyMalformed }
        if let username = try body.optionalText("username", 1...64) {
            return try await accounts.signOut(username: username, decision: decision)
        }
        if let session = try body.optionalText("session", 1...64) {
            return try await sessions.revoke(sid: session, decision: decision)
        }
        if let client = try body.optionalText("client_id", 1...64) {
            return try await clients.revokeAll(of: client, decision: decision)
        }
        let token = Credential(try body.text("token", 1...Bounds.tokenBytesMax))
        // An id is no credential, and goes out to every receiver. A refresh token has no dots either, so the form is asked for: 16
        // bytes, as each `jti` of the house.
        guard token.exposed.contains(".") else {
            guard Base64URL.decode(token.exposed)?.count == 16 else { throw Refusal.bodyMalformed }
            return try await issued.revoke(token.exposed, decision: decision)
        }
        guard let claims = try await issued.revocableAccessToken(token, decision) else { return nil }
        return try await issued.revoke(claims.tokenID, decision: decision)
    }
}

extension RevocationTarget {
    fileprivate var document: JSONValue {
        let (kind, id) =
            switch self {
            case .token(let id): ("token", id)
            case .session(let id): ("session", id)
            case .grant(let session, let client): ("grant", "\(session) \(client)")
            case .subject(let id): ("subject", id)
            case .client(let id): ("client", id)
            case .key(let id): ("key", id)
            }
        return ["kind": .string(kind), "id": .string(id)]
    }
}
