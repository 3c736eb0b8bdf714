import Storage
import Tokens

/// What a user has allowed a client: the meaning behind an authorization code, and behind the refresh family that comes of it.
struct AuthorizationGrant: Sendable {
    let clientID: String
    let accountID: String
    /// The `sid` of the sign-on session.
    let sessionID: String
    let scope: ScopeSet
    /// The audiences that tokens may be asked for, default first.
    let resources: [String]
    let authenticatedAt: NumericDate
}

extension AuthorizationGrant {
    /// The columns that codes and families share.
    static let columns = "client_id, account_id, session_id, scope, resources, authenticated_at"

    /// The values of `columns`, in that order.
    var values: [any SQLConvertible] {
        [
            clientID, accountID, sessionID, scope.text, resources.joined(separator: " "),
            authenticatedAt.secondsSinceEpoch,
        ]
    }

    init(reading row: SQLRow) throws {
        clientID = try row.text("client_id")
        accountID = try row.text("account_id")
        sessionID = try row.text("session_id")
        scope = ScopeSet(try row.text("scope").split(separator: " ").map(String.init))
        resources = try row.text("resources").split(separator: " ").map(String.init)
        authenticatedAt = NumericDate(try row.integer("authenticated_at"))
    }

    /// The same grant, with no more than `scope` and with nothing that its client may no longer have.
    func narrowed(to scope: ScopeSet, of client: Client) -> AuthorizationGrant {
        AuthorizationGrant(
            clientID: clientID,
            accountID: accountID,
            sessionID: sessionID,
            scope: scope.intersection(client.scope),
            resources: resources.filter(client.resources.contains),
            authenticatedAt: authenticatedAt
        )
    }

    /// - Refuses: `clientMismatch`: what was given to one client is worth nothing to another.
    func requireClient(_ client: Client) throws(Refusal) {
        guard clientID == client.id else { throw .clientMismatch }
    }
}
