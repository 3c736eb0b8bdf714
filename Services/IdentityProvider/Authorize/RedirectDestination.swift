import Audit
import HTTPTypes
import Hummingbird
import Logging
import ServiceKit
import Tokens

/// Where an authorization request is answered. To have one is proof that the redirect URI is the client's own.
///
/// Nothing is ever sent to an address that is not: an open redirector hands codes and users to whoever wrote the link
/// (RFC 9700 §4.11.2). What goes wrong before is told on a page, what goes wrong after it, by redirect (RFC 6749 §4.1.2.1).
struct RedirectDestination: Sendable {
    let client: Client
    let redirectURI: String
    let state: String?

    /// - Takes: `client_id`, `redirect_uri`, which is required also where only one is registered, and perhaps `state`.
    /// - Refuses: `clientUnknown`, `parameterMissing`, `redirectURIMismatch`.
    init(reading parameters: FormParameters, client: Client?) throws(Refusal) {
        guard let client else { throw .clientUnknown }
        let presented = try parameters.required("redirect_uri")
        guard client.redirectURIs.contains(where: { Self.matches(presented, registered: $0) }) else {
            throw .redirectURIMismatch
        }
        self.client = client
        redirectURI = presented
        state = parameters.optional("state")
    }

    /// Exact text (RFC 9700 §2.1); a native application on this machine takes any free port (RFC 8252 §7.3).
    private static func matches(_ presented: String, registered: String) -> Bool {
        // Among ASCII texts, and a registered one is ASCII, `==` is exact; else U+212A, the Kelvin sign, would be a `K`.
        guard presented.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        guard presented != registered else { return true }
        guard let rest = withoutLoopbackPort(presented) else { return false }
        return rest == withoutLoopbackPort(registered)
    }

    /// A loopback URI without its port, or nil for any other URI. `localhost` is none: another program may answer to it.
    private static func withoutLoopbackPort(_ uri: String) -> String? {
        for host in ["http://127.0.0.1", "http://[::1]"] where uri.hasPrefix(host) {
            let rest = uri.dropFirst(host.count)
            guard rest.first == ":" else { return uri }
            let port = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard UInt16(port) != nil else { return nil }
            return host + rest.dropFirst(1 + port.count)
        }
        return nil
    }
}

/// A refusal that the client is told by redirect.
struct RefusedByRedirect: Error {
    let reason: Refusal
    let destination: RedirectDestination
}

extension RedirectDestination {
    /// The code, on its way to the client (RFC 6749 §4.1.2).
    func answer(code: Credential, issuer: String) -> Response { answer(("code", code.exposed), issuer) }

    /// The refusal, on its way to the client: the wire code and nothing more (RFC 6749 §4.1.2.1).
    func answer(refusal: Refusal, issuer: String, _ context: ServiceContext) -> Response {
        context.decision.refuse(refusal)
        context.logger.info("refused", metadata: ["reason": "\(refusal.rawValue)"])
        return answer(("error", refusal.wire.rawValue), issuer)
    }

    /// `iss` in both: a client of several providers can tell whose answer it holds (RFC 9207 §2, the mix-up attack).
    private func answer(_ outcome: (String, String), _ issuer: String) -> Response {
        let pairs = [outcome] + (state.map { [("state", $0)] } ?? []) + [("iss", issuer)]
        return .seeOther(redirectURI + (redirectURI.contains("?") ? "&" : "?") + FormParameters.encode(pairs))
    }
}

extension Response {
    /// 303: the browser follows with GET. 307 would send the password on to the client (RFC 9700 §4.12).
    static func seeOther(_ location: String, cookies: [HTTPField] = []) -> Response {
        var headers: HTTPFields = [.location: location, .cacheControl: "no-store", .referrerPolicy: "no-referrer"]
        for cookie in cookies { headers.append(cookie) }
        return Response(status: .seeOther, headers: headers)
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!  // A literal of ours, a valid name.
}

extension FormParameters {
    /// The text that `init(reading:)` reads; a name may stand more than once.
    static func encode(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\(percentEncode($0.name))=\(percentEncode($0.value))" }.joined(separator: "&")
    }
}
