public import Hummingbird
public import Tokens

/// Hears what a guard finds, request by request: for records, for counters, and for limits, which may turn a caller away.
public protocol CallerObserver<Context>: Sendable {
    associatedtype Context: RequestContext

    /// A request for a route that wants `scope`, before anything of it is looked at.
    ///
    /// - Throws: what is answered in place of a verdict.
    func judging(_ scope: String, _ request: Request, _ context: Context) throws

    /// A token that has passed every check of its route.
    ///
    /// - Throws: what is answered in place of the handler's answer.
    func accepted(_ token: VerifiedToken<AccessTokenClaims>, _ request: Request, _ context: Context) throws

    /// A request that is turned away.
    ///
    /// - Parameter token: what was presented; nil where nothing was. Nothing that it says is true.
    func refused(_ token: Credential?, _ refusal: Refusal, _ request: Request, _ context: Context)
}

/// Hears nothing.
public struct NoObserver<Context: RequestContext>: CallerObserver {
    /// There is nothing to set.
    public init() {}

    /// Does nothing.
    public func judging(_ scope: String, _ request: Request, _ context: Context) {}
    /// Does nothing.
    public func accepted(_ token: VerifiedToken<AccessTokenClaims>, _ request: Request, _ context: Context) {}
    /// Does nothing.
    public func refused(_ token: Credential?, _ refusal: Refusal, _ request: Request, _ context: Context) {}
}
