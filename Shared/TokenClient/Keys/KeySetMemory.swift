import Tokens

/// One issuer's keys as last told, and the rule by which they age. Pure: time comes in.
///
/// Two wishes pull at this rule. Requests should not wait for the issuer, and an outage of it should not stop anybody; but a key
/// that the issuer has removed (it may be in a thief's hands) must stop verifying soon. So a set ages through four states:
///
/// | state   | age                                   | a known key                  | what is done                        |
/// |---------|---------------------------------------|------------------------------|-------------------------------------|
/// | fresh   | up to `max-age` of the last success   | verifies                     | nothing                             |
/// | due     | up to 30 s more                       | verifies, nobody waits       | a use starts one refresh beside it  |
/// | overdue | beyond                                | verifies only after we asked | a use asks the issuer and waits     |
/// | expired | 24 h after the last success           | is forgotten                 | a use asks the issuer and waits     |
///
/// When asking fails, the set counts as fresh for 10 s more, hence due after 10 s and overdue after 40 s: in an outage a busy
/// service keeps asking beside its requests and nobody waits; a service that was idle asks once before it believes the old set.
///
/// What follows: while the issuer answers, a removed key verifies nothing later than `max-age` + 30 s after the last fetch that
/// still had it, even in a service that slept for a day. While the issuer is silent, it may verify for up to 24 h; whoever can
/// silence an issuer that long is met by revocation events, not by cache expiry.
struct KeySetMemory {
    /// Bounds on what the issuer may ask for: below, we would be a burden to it; above, a removed key would live too long.
    static let maxAgeSeconds: ClosedRange<Int64> = 30...3_600
    static let graceSeconds: Int64 = 30
    static let pauseAfterFailureSeconds: Int64 = 10
    static let staleSecondsMax: Int64 = 86_400
    /// Between two questions that were caused by unknown key ids: a flood of invented ones costs one fetch in that time.
    static let unknownKeyPauseSeconds: Int64 = 10

    enum State { case fresh, due, overdue, expired }

    private var keys: [String: VerificationKey] = [:]
    private var askedAt = NumericDate(0)
    private var refreshAt = NumericDate(0)
    private var expiresAt = NumericDate(0)
    private var unknownKeysWaitUntil = NumericDate(0)
    /// Whether the issuer did not answer when last asked: that it does not know a key can then not be said.
    private(set) var isInDoubt = false

    func state(at now: NumericDate) -> State {
        if now >= expiresAt { return .expired }
        // The clock was ahead when we asked and has gone back: how old the set is nobody knows.
        if now < askedAt - Bounds.clockSkewSeconds { return .overdue }
        if now < refreshAt { return .fresh }
        return now < refreshAt + Self.graceSeconds ? .due : .overdue
    }

    /// Seconds since the set was asked for; nil where there is none, or a clock that went back makes it one of the future.
    func ageSeconds(at now: NumericDate) -> Int64? {
        guard now < expiresAt, now >= askedAt - Bounds.clockSkewSeconds else { return nil }
        return max(0, now.seconds(since: askedAt))
    }

    /// The key in the last good set, however old short of expiry.
    func lastKnown(_ keyID: String, at now: NumericDate) -> VerificationKey? { now < expiresAt ? keys[keyID] : nil }

    /// Whether an unknown key id is a reason to ask the issuer now. Yes starts the pause.
    mutating func mayAskForUnknownKey(at now: NumericDate) -> Bool {
        let wait = unknownKeysWaitUntil.seconds(since: now)
        // A longer wait than there is was begun by a clock that was ahead.
        guard wait <= 0 || wait > Self.unknownKeyPauseSeconds else { return false }
        unknownKeysWaitUntil = now + Self.unknownKeyPauseSeconds
        return true
    }

    /// Puts a new set in the place of the old one. Never merged: what the issuer no longer lists is gone.
    ///
    /// - Parameter date: when the question was sent; the set may be as old as that.
    mutating func replace(with set: KeySet, maxAgeSeconds: Int64?, askedAt date: NumericDate) {
        let bounds = Self.maxAgeSeconds
        keys = Dictionary(set.keys.map { ($0.keyID, $0) }) { first, _ in first }
        askedAt = date
        refreshAt = date + min(max(maxAgeSeconds ?? bounds.lowerBound, bounds.lowerBound), bounds.upperBound)
        expiresAt = date + Self.staleSecondsMax
        isInDoubt = false
    }

    /// Keeps the last good set after a question that was not answered, or with nothing readable.
    mutating func keep(afterFailureAt date: NumericDate) {
        if date < askedAt { (askedAt, refreshAt) = (date, date) }
        refreshAt = max(refreshAt, date + Self.pauseAfterFailureSeconds)
        isInDoubt = true
    }
}
