/// Limits for a stack on which one machine plays everybody: thousands of users, clients and thieves, all behind 127.0.0.1 and often
/// with one account. They are as high as settings can be, and still there.
enum CrowdLimits {
    static let variables = Dictionary(uniqueKeysWithValues: names.map { ("LIMITS_\($0)", "1000000000") })

    private static let names = [
        "SOURCE_REQUESTS_PER_MINUTE", "SOURCE_FAILURES_PER_MINUTE", "ENDPOINT_REQUESTS_PER_MINUTE",
        "CLIENT_REQUESTS_PER_MINUTE", "USER_REQUESTS_PER_MINUTE", "TOKEN_REQUESTS_PER_MINUTE",
        "OPERATOR_FAILURES_PER_MINUTE", "SIGN_IN_FREE_TRIES", "SIGN_IN_FAILURES_PER_QUARTER_HOUR",
    ]
}
