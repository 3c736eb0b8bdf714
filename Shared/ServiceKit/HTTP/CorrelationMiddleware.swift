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

/// Where a request's transaction id comes from.
public enum Correlation: Sendable {
    /// A service inside the house: the id goes on with which the request came.
    case continued
    /// The edge: a stranger's id is not ours, or it could write itself into somebody else's trail. A service of the house that comes
    /// to this door too is known by the name in its certificate, and believed.
    case fresh
}

/// Gives every request its transaction id: the one it came with inside the house, or a new one.
struct CorrelationMiddleware: RouterMiddleware {
    let correlation: Correlation
    let peers: any PeerCertificateSource

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let isBelieved = try await isBelieved(request, context)
        let caller = isBelieved ? presentedTrace(request) : nil
        let presentedID = isBelieved ? presentedID(request) : nil
        context.trace = TraceContext(transactionID: caller?.transactionID ?? presentedID)
        context.parentSpanID = caller?.spanID
        context.logger[metadataKey: "txn"] = .string(context.transactionID)
        var response = try await next(request, context)
        response.headers[.transactionID] = context.transactionID
        return response
    }

    private func isBelieved(_ request: Request, _ context: ServiceContext) async throws -> Bool {
        guard correlation == .fresh else { return true }
        // Strangers bring neither, and are not asked for a certificate.
        guard request.headers[.traceparent] != nil || request.headers[.transactionID] != nil else { return false }
        return try await peers.certificate(of: context)?.spiffeID != nil
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
