public import Hummingbird
public import Tokens

/// What an API holds its callers to besides their tokens, and what it keeps of each: limits, records, counters.
public protocol CallerPolicy<Context>: Sendable {
    associatedtype Context: RequestContext

    /// A request for a route that wants `scope`, before anything of it is looked at.
    ///
    /// - Throws: what turns it away.
    func admit(_ scope: String, _ request: Request, _ context: Context) throws

    /// A token that has passed every check of its route.
    ///
    /// - Throws: what turns its holder away all the same.
    func accept(_ token: VerifiedToken<AccessTokenClaims>, _ request: Request, _ context: Context) throws

    /// A request whose token was refused, or could not be judged.
    ///
    /// - Parameters:
    ///   - token: what was presented; nil where nothing was. Nothing that it says is true.
    ///   - error: a `Refusal`, or what is missing for a verdict.
    func refused(_ token: Credential?, _ error: any Error, _ request: Request, _ context: Context)
}

/// Whoever has a good token is welcome, and nothing is kept.
public struct TokensAlone<Context: RequestContext>: CallerPolicy {
    /// There is nothing to set.
    public init() {}

    /// Does nothing.
    public func admit(_ scope: String, _ request: Request, _ context: Context) {}
    /// Does nothing.
    public func accept(_ token: VerifiedToken<AccessTokenClaims>, _ request: Request, _ context: Context) {}
    /// Does nothing.
    public func refused(_ token: Credential?, _ error: any Error, _ request: Request, _ context: Context) {}
}
