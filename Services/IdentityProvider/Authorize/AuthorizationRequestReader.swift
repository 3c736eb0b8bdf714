import Audit
import ServiceKit
import Tokens

/// Reads an authorization request: first where its answer may go, then whether it may have one.
struct AuthorizationRequestReader: Sendable {
    let clients: ClientStore

    /// - Takes: the query or the form of `/oauth2/authorize`, or the `continue` that carries it through the sign-in.
    /// - Refuses: `Refusal` where no redirect URI could be trusted: for a page. `RefusedByRedirect` for everything after it.
    func read(_ query: [UInt8], _ decision: Decision) async throws -> AuthorizationRequest {
        let destination = try await destination(query, decision)
        do throws(Refusal) {
            // The whole query: nothing twice, no broken escape (RFC 6749 §3.1).
            let parameters = try FormParameters(reading: query)
            decision.noteAsked(parameters)
            return try AuthorizationRequest(reading: parameters, to: destination)
        } catch {
            throw RefusedByRedirect(reason: error, destination: destination)
        }
    }

    /// Reads no more than what decides where an error goes, so that an error in the rest can go there.
    private func destination(_ query: [UInt8], _ decision: Decision) async throws -> RedirectDestination {
        let addressed = try Self.pairs(of: query, named: ["client_id", "redirect_uri", "state"])
        let client = try await clients.find(addressed.required("client_id"), noting: decision)
        return try RedirectDestination(reading: addressed, client: client)
    }

    private static func pairs(of query: [UInt8], named names: Set<String>) throws(Refusal) -> FormParameters {
        guard query.count <= Bounds.formBytesMax else { throw .bodyTooLarge }
        let ampersand = UInt8(ascii: "&")
        let named = query.split(separator: ampersand).filter { pair in
            names.contains(String(decoding: pair.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self))
        }
        return try FormParameters(reading: Array(named.joined(separator: [ampersand])))
    }
}
