import Logging
import ServiceKit
import Tokens

/// One request at the token endpoint, its client authenticated.
struct TokenRequest: Sendable {
    let client: AuthenticatedClient
    /// Where it comes from; and the key that its sender has proved to hold, to bind tokens to (RFC 9449 §5).
    let caller: CallerContext
    let form: FormParameters
    let logger: Logger
    /// Where its grant notes what it finds.
    let decision: Decision

    var key: KeyThumbprint? { caller.key }
}

/// One way to a token (RFC 6749 §1.3): one value of `grant_type`, one file.
protocol Grant: Sendable {
    func answer(_ request: TokenRequest) async throws -> TokenAnswer
}
