public import HTTPTypes
import Hummingbird
import Logging
import Tokens

extension HTTPField.Name {
    /// The correlation id of the house, in requests and answers.
    public static let transactionID = HTTPField.Name(HeaderName.transactionID)!  // A literal of ours, a valid name.
}

/// Gives every request its transaction id: the one it came with inside the house, or a new one.
struct CorrelationMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let presented = request.headers[.transactionID].flatMap { Self.isWellFormed($0) ? $0 : nil }
        let transactionID = presented ?? Credential.random(byteCount: 16).exposed
        context.transactionID = transactionID
        context.logger[metadataKey: "txn"] = .string(transactionID)
        var response = try await next(request, context)
        response.headers[.transactionID] = transactionID
        return response
    }

    /// Only what we make ourselves: 22 characters of base64url. Anything else could smuggle text into logs.
    private static func isWellFormed(_ text: String) -> Bool {
        text.utf8.count == 22 && Base64URL.decode(text) != nil
    }
}
