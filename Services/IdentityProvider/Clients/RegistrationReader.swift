import Tokens

/// Reads one member of a registration at a time, each in its form.
struct RegistrationReader {
    let document: JSONObject
    let registry: ScopeRegistry

    private static let members: Set<String> = [
        "client_id", "client_name", "dpop_bound_access_tokens", "first_party", "grant_types",
        "id_token_signed_response_alg", "introspects", "jwks", "machine_scope", "redirect_uris", "resources", "scope",
        "tls_client_auth_san_uri", "token_endpoint_auth_method",
    ]

    func requireKnownMembers() throws(RegistrationError) {
        if let unknown = document.members.first(where: { !Self.members.contains($0.name) }) {
            throw RegistrationError(member: unknown.name, problem: "is no member of a client's registration")
        }
    }

    /// No character that means something in a form, in Basic credentials or in a log line.
    func identifier() throws(RegistrationError) -> String {
        guard let id = try string("client_id"), (1...64).contains(id.utf8.count),
            id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._~".contains($0)) })
        else { throw RegistrationError(member: "client_id", problem: "must be 1 to 64 letters, digits or -._~") }
        return id
    }

    func string(_ member: String) throws(RegistrationError) -> String? {
        guard let value = document[member] else { return nil }
        guard let text = value.string, !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw RegistrationError(member: member, problem: "must be a text")
        }
        return text
    }

    func strings(_ member: String) throws(RegistrationError) -> [String] {
        guard let value = document[member] else { return [] }
        guard let texts = value.strings, Set(texts).count == texts.count else {
            throw RegistrationError(member: member, problem: "must be a list of different texts")
        }
        return texts
    }

    func flag(_ member: String) throws(RegistrationError) -> Bool {
        guard let value = document[member] else { return false }
        guard let flag = value.bool else { throw RegistrationError(member: member, problem: "must be true or false") }
        return flag
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ member: String,
        _ fallback: Choice
    ) throws(RegistrationError) -> Choice {
        guard let text = try string(member) else { return fallback }
        guard let choice = Choice(rawValue: text) else {
            let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw RegistrationError(member: member, problem: "must be one of \(allowed)")
        }
        return choice
    }

    func grants() throws(RegistrationError) -> Set<GrantType> {
        let names = try strings("grant_types")
        let grants = names.compactMap(GrantType.init(rawValue:))
        // Exchanging tokens is another service's business.
        guard grants.count == names.count, !grants.contains(.tokenExchange) else {
            throw RegistrationError(
                member: "grant_types",
                problem: "may hold authorization_code, refresh_token and client_credentials"
            )
        }
        return Set(grants)
    }

    /// https, or plain http to the user's own machine (RFC 8252 §7.3); a fragment would swallow the answer.
    func redirectURIs() throws(RegistrationError) -> [String] {
        let uris = try strings("redirect_uris")
        let prefixes = ["https://", "http://127.0.0.1:", "http://127.0.0.1/", "http://[::1]:", "http://[::1]/"]
        let areSound = uris.allSatisfy { uri in
            prefixes.contains(where: uri.hasPrefix) && !uri.contains("#")
                && uri.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
        guard areSound else {
            throw RegistrationError(
                member: "redirect_uris",
                problem: "must be https, or http on 127.0.0.1 or [::1], without a fragment"
            )
        }
        return uris
    }

    func scope(_ member: String) throws(RegistrationError) -> ScopeSet {
        guard let text = try string(member) else { return [] }
        guard let scope = ScopeSet(reading: text), scope.values.allSatisfy({ registry.scope(named: $0) != nil }) else {
            throw RegistrationError(member: member, problem: "must be declared scopes, with single spaces between them")
        }
        return scope
    }

    func audiences(_ member: String) throws(RegistrationError) -> [String] {
        let audiences = try strings(member).map { $0 == "issuer" ? registry.issuer : $0 }
        guard audiences.allSatisfy({ registry[$0] != nil }) else {
            throw RegistrationError(member: member, problem: "must be declared resources, or the word issuer")
        }
        return audiences
    }

    func keySet() throws(RegistrationError) -> KeySet? {
        guard let value = document["jwks"] else { return nil }
        guard let object = value.object, let keys = try? KeySet(reading: JSONWriter.bytes(object)), !keys.keys.isEmpty
        else { throw RegistrationError(member: "jwks", problem: "must hold a public signature key with kid and alg") }
        return keys
    }

    /// RS256 where nothing is said (OpenID Connect Dynamic Registration §2).
    func idTokenAlgorithm() throws(RegistrationError) -> Algorithm {
        let member = "id_token_signed_response_alg"
        let name = try string(member) ?? Algorithm.rs256.name
        guard let algorithm = TokenIssuing.algorithms.first(where: { $0.name == name }) else {
            throw RegistrationError(member: member, problem: "must be ES256 or RS256")
        }
        return algorithm
    }
}
