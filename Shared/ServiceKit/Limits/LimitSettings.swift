/// How much one caller may ask of a service: of each kind so many in a minute that slides. `compose/settings` says what each trades.
///
/// Successes are limited generously, failures tightly: a busy caller succeeds, one that only fails is guessing.
public struct LimitSettings: Sendable {
    /// By one network, at one endpoint.
    public var sourceRequests = 3_000
    /// Tries of one network with a token, a code or a secret that did not do.
    public var sourceFailures = 60
    /// By all strangers together, at one endpoint.
    public var endpointRequests = 60_000
    /// By one client that has proved who it is, with its credentials or with a token of its own; not its users.
    public var clientRequests = 60_000
    /// With verified tokens of one user.
    public var userRequests = 1_200
    /// With one verified token.
    public var tokenRequests = 600
    /// Tries of one network with a wrong operator key.
    public var operatorFailures = 10

    /// The defaults.
    public init() {}

    /// - Throws: `SettingsError` for a limit that another one makes meaningless.
    public init(reading settings: SettingsReader) throws(SettingsError) {
        func quota(_ name: String, _ fallback: Int) throws(SettingsError) -> Int {
            Int(try settings.integer("limits.\(name)PerMinute", default: Int64(fallback), in: 1...1_000_000_000))
        }
        sourceRequests = try quota("sourceRequests", sourceRequests)
        sourceFailures = try quota("sourceFailures", sourceFailures)
        endpointRequests = try quota("endpointRequests", endpointRequests)
        clientRequests = try quota("clientRequests", clientRequests)
        userRequests = try quota("userRequests", userRequests)
        tokenRequests = try quota("tokenRequests", tokenRequests)
        operatorFailures = try quota("operatorFailures", operatorFailures)
        let (sourceRequests, endpointRequests) = (sourceRequests, endpointRequests)
        guard sourceFailures <= sourceRequests else {
            throw settings.fail(
                "limits.sourceFailuresPerMinute",
                "a caller could not send as many requests (\(sourceRequests)) as it may fail with",
                fix: "set it to limits.sourceRequestsPerMinute or less; far less stops whoever guesses"
            )
        }
        guard sourceRequests <= endpointRequests else {
            throw settings.fail(
                "limits.endpointRequestsPerMinute",
                "one network alone could use it up (limits.sourceRequestsPerMinute is \(sourceRequests))",
                fix: "set it to many times limits.sourceRequestsPerMinute"
            )
        }
        guard tokenRequests <= userRequests else {
            throw settings.fail(
                "limits.tokenRequestsPerMinute",
                "no token could reach it, because its user may send no more than \(userRequests)",
                fix: "set it to limits.userRequestsPerMinute or less"
            )
        }
    }
}
