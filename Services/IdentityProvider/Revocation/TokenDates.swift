import Synchronization
import Tokens

/// Sees to it that of a token and a revocation it is always clear which came first, although both are dated by the second.
///
/// A revocation up to a moment hits what was issued in its own second too. So whoever signs in again within that second gets a
/// token that is dated into the next: a user who has just changed the password would else be refused for as long as the token lives.
/// And the next revocation within that second is dated as late as that token: a thief who causes the first, by spending a refresh
/// token twice, would else outlive the second.
///
/// Both are dated inside the transaction that writes them. Transactions run one after the other, so nothing comes in between.
final class TokenDates: Sendable {
    private let issuer: String
    private let index: RevocationIndex
    private let clock: any WallClock
    /// Per subject the latest token that is dated ahead of the clock; for a second or two, and mostly empty.
    private let ahead = Mutex<[String: NumericDate]>([:])

    init(issuer: String, index: RevocationIndex, clock: any WallClock) {
        self.issuer = issuer
        self.index = index
        self.clock = clock
    }

    func now() -> NumericDate { clock.now() }

    /// `iat` of a token that is issued now: now, unless a revocation of now would hit it.
    ///
    /// - Parameter session: nil for a token of which no user is part.
    func dateToken(subject: String, client: String, session: String? = nil) -> NumericDate {
        let now = clock.now()
        let token = RevocableToken(
            issuer: issuer,
            sessionID: session,
            subject: subject,
            clientID: client,
            keyID: "",  // Whichever will sign it: the ring has none that was revoked.
            issuedAt: now
        )
        guard let earliest = index.earliestIssue(for: token), earliest > now else { return now }
        // No verifier lets a token of later than that in; and after a restart nobody here would know of it.
        let date = min(earliest, now + Bounds.clockSkewSeconds)
        ahead.withLock { ahead in
            ahead = ahead.filter { $0.value > now }
            ahead[subject] = max(ahead[subject] ?? date, date)
        }
        return date
    }

    /// The moment of a revocation that happens now: now, unless tokens that it has to hit are dated later.
    ///
    /// - Parameter subject: whose tokens it hits; nil for those of many.
    func dateRevocation(_ target: RevocationTarget, of subject: String?) -> NumericDate {
        let now = clock.now()
        switch target {
        case .token, .session, .key: return now  // Revoked whole, however its tokens are dated.
        case .subject, .grant, .client: break
        }
        return ahead.withLock { ahead in
            let latest = if let subject { ahead[subject] } else { ahead.values.max() }
            return max(now, latest ?? now)
        }
    }
}
