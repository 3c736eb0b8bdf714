public import Hummingbird

extension Router where Context == ServiceContext {
    /// A router as every service has it: each request correlated, each refusal and fault answered in `style`.
    public static func service(
        _ style: RefusalStyle,
        correlation: Correlation = .continued
    ) -> Router<ServiceContext> {
        let router = Router(context: ServiceContext.self)
        router.add(middleware: CorrelationMiddleware(correlation: correlation))
        router.add(middleware: RefusalMiddleware(style: style))
        return router
    }
}
