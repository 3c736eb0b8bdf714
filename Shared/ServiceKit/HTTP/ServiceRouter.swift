public import Hummingbird

extension Router where Context == ServiceContext {
    /// A router as every service has it: each request correlated, each refusal and fault answered in `style`, each decision recorded.
    ///
    /// - Parameter limiter: nil where nobody is limited: tests of something else.
    public static func service(
        _ style: RefusalStyle,
        recordedBy recorder: DecisionRecorder,
        limitedBy limiter: RateLimiter? = nil
    ) -> Router<ServiceContext> {
        service(style, .house, recordedBy: recorder, limitedBy: limiter)
    }

    static func service(
        _ style: RefusalStyle,
        _ correlation: Correlation,
        recordedBy recorder: DecisionRecorder,
        limitedBy limiter: RateLimiter?
    ) -> Router<ServiceContext> {
        let router = Router(context: ServiceContext.self)
        router.add(middleware: CorrelationMiddleware(correlation: correlation, peers: recorder.peers))
        router.add(middleware: RecordingMiddleware(style: style, recorder: recorder))
        router.add(middleware: LimitMiddleware(limiter: limiter))
        router.add(middleware: RefusalMiddleware(style: style))
        return router
    }
}

extension RouterMethods where Context == ServiceContext {
    /// Routes that refuse in another style than the rest: an issuer's router speaks OAuth, and has one or two protected resources
    /// on it that owe their callers a challenge (RFC 6750 §3).
    public func refusing(_ style: RefusalStyle) -> RouterGroup<ServiceContext> {
        group().add(middleware: RefusalMiddleware(style: style))
    }
}
