public import HTTPTypes
import Hummingbird
import Logging
import Tokens

extension HTTPField.Name {
    /// The correlation id of the house, in requests and answers.
    public static let transactionID = HTTPField.Name(HeaderName.transactionID)!  // A literal of ours, a valid name.
    /// W3C Trace Context §3.2.
    static let traceparent = HTTPField.Name(HeaderName.traceparent)!  // The same.
}

/// Whose transaction ids go on.
enum Correlation: Sendable {
    /// Those of a service of the house, known by the name in its certificate. A stranger's id is not ours, or it could write itself
    /// into somebody else's trail.
    case house
    /// Anybody's: at the operations door, to which only this machine has a way.
    case anybody
}

/// Learns who is at the other end, and gives every request its transaction id: the one with which a service of the house has sent
/// it, or a new one.
struct CorrelationMiddleware: RouterMiddleware {
    let correlation: Correlation
    let peers: any PeerCertificateSource

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        // Out here nobody would answer it, and no record would be made: it goes on to where faults are answered.
        do { context.certificate = try await peers.certificate(of: context) } catch { context.certificateFault = error }
        let isBelieved = correlation == .anybody || context.certificate?.isOfHouse == true
        let caller = isBelieved ? presentedTrace(request) : nil
        let presentedID = isBelieved ? presentedID(request) : nil
        context.trace = TraceContext(transactionID: caller?.transactionID ?? presentedID)
        context.parentSpanID = caller?.spanID
        context.logger[metadataKey: "txn"] = .string(context.transactionID)
        var response = try await next(request, context)
        response.headers[.transactionID] = context.transactionID
        return response
    }

    /// The caller's span, in the trace that the transaction id names where both are there.
    private func presentedTrace(_ request: Request) -> TraceContext? {
        guard let field = request.headers[.traceparent], let trace = TraceContext(traceparent: field) else {
            return nil
        }
        let transactionID = presentedID(request)
        return transactionID == nil || transactionID == trace.transactionID ? trace : nil
    }

    private func presentedID(_ request: Request) -> String? {
        guard let id = request.headers[.transactionID], TraceContext.isTransactionID(id) else { return nil }
        return id
    }
}
