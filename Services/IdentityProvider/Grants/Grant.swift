import Logging
import ServiceKit
import Tokens

/// One request at the token endpoint, its client authenticated.
struct TokenRequest: Sendable {
    let client: AuthenticatedClient
    /// The key that its sender has proved to hold, to bind tokens to (RFC 9449 §5); nil where no proof came along.
    let key: KeyThumbprint?
    let form: FormParameters
    let logger: Logger
    /// Where its grant notes what it finds.
    let decision: Decision
}

/// One way to a token (RFC 6749 §1.3): one value of `grant_type`, one file.
protocol Grant: Sendable {
    func answer(_ request: TokenRequest) async throws -> TokenAnswer
}
