import Hummingbird
import ServiceKit
import Tokens

/// Who sits at the browser: the account behind the session cookie.
struct BrowserSignOn: Sendable {
    struct User: Sendable {
        let session: SignOnSession
        let account: Account
    }

    let accounts: Accounts
    let sessions: SignOnSessions

    /// Nil without a living session, and for an account that has been disabled since.
    func find(_ request: Request) async throws -> User? {
        guard let user = try await findLeaving(request), !user.session.isSuspended, !user.account.disabled else {
            return nil
        }
        return user
    }

    /// The same for whoever signs out: also where the session is suspended, or the account is disabled.
    func findLeaving(_ request: Request) async throws -> User? {
        guard let cookie = HostCookie.session.read(request),
            let session = try await sessions.findUnended(cookie: cookie),
            let account = try await accounts.find(id: session.accountID)
        else { return nil }
        return User(session: session, account: account)
    }

    /// A session for somebody who has just proved who they are, in place of the one that this browser had.
    func begin(_ account: Account, _ request: Request, _ decision: Decision) async throws -> SignOnSession {
        var old: SignOnSession?
        if let cookie = HostCookie.session.read(request) { old = try await sessions.findUnended(cookie: cookie) }
        return try await sessions.begin(for: account, replacing: old, decision: decision)
    }
}
