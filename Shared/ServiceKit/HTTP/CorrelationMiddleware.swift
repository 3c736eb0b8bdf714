public import HTTPTypes
import Hummingbird
import Logging
import Tokens

extension HTTPField.Name {
    /// The correlation id of the house, in requests and answers.
    public static let transactionID = HTTPField.Name(HeaderName.transactionID)!  // A literal of ours, a valid name.
}

/// Where a request's transaction id comes from.
public enum Correlation: Sendable {
    /// A service inside the house: the id goes on with which the request came.
    case continued
    /// The edge: a stranger's id is not ours, or it could write itself into somebody else's trail.
    case fresh
}

/// Gives every request its transaction id: the one it came with inside the house, or a new one.
struct CorrelationMiddleware: RouterMiddleware {
    let correlation: Correlation

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let transactionID = presentedID(request) ?? Credential.random(byteCount: 16).exposed
        context.transactionID = transactionID
        context.logger[metadataKey: "txn"] = .string(transactionID)
        var response = try await next(request, context)
        response.headers[.transactionID] = transactionID
        return response
    }

    private func presentedID(_ request: Request) -> String? {
        switch correlation {
        case .fresh: nil
        case .continued: request.headers[.transactionID].flatMap { Self.isWellFormed($0) ? $0 : nil }
        }
    }

    /// Only what we make ourselves: 22 characters of base64url. Anything else could smuggle text into logs.
    private static func isWellFormed(_ text: String) -> Bool {
        text.utf8.count == 22 && Base64URL.decode(text) != nil
    }
}
