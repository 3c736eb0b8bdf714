import Audit
import Hummingbird
import ServiceKit
import Tokens

/// The target of a request, in a form that everybody reads alike: path and query (RFC 9112 §3.2.1).
///
/// `/orders/..%2finternal` is one path to a router that decodes late, and another to one that decodes early; what the
/// gateway allows as the one, the service answers as the other. The paths of this house consist of unreserved
/// characters (RFC 3986 §2.3), so nothing ever has to be decoded, and everything else is refused: each escape, `..`,
/// `//`, a backslash, a NUL.
///
/// - Takes: 1–4096 bytes.
/// - Refuses: `parameterMalformed`.
struct RequestTarget: Sendable, Equatable {
    static let bytesMax = 4_096

    /// As it came.
    let text: String

    init(reading text: String) throws(Refusal) {
        guard text.utf8.count <= Self.bytesMax, text.utf8.first == UInt8(ascii: "/") else { throw .parameterMalformed }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let segments = parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard parts[0] == "/" || segments.allSatisfy(Self.isPlain), parts.count == 1 || Self.isQuery(parts[1]) else {
            throw .parameterMalformed
        }
        self.text = text
    }

    private static func isPlain(_ segment: Substring) -> Bool {
        !segment.isEmpty && segment != "." && segment != ".." && segment.utf8.allSatisfy(FormParameters.isUnreserved)
    }

    /// RFC 3986 §3.4. Escapes are allowed here, since nobody routes by a query; each must be whole.
    private static func isQuery(_ query: Substring) -> Bool {
        let escapesAreWhole = query.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy {
            $0.utf8.count >= 2 && $0.prefix(2).allSatisfy(\.isHexDigit)
        }
        return escapesAreWhole
            && query.utf8.allSatisfy { FormParameters.isUnreserved($0) || "%!$&'()*+,;=:@/?".utf8.contains($0) }
    }
}

/// Refuses every target that could be read in two ways, before it is compared with a route.
struct TargetHygiene: RouterMiddleware {
    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do { _ = try RequestTarget(reading: request.head.path ?? "") } catch {
            try context.decision.begin(.forward)
            throw error
        }
        return try await next(request, context)
    }
}
