/// Reads claims out of a payload, each by its type; the one place where a claim's form is judged.
///
/// - Refuses: `claimMissing` for a required claim that is not there, `claimMalformed` for one of another form. Dates
///   are integers: no fractions, no text, nothing negative.
public struct ClaimReader {
    let claims: JSONObject

    func optionalString(_ name: String) throws(Refusal) -> String? {
        guard let value = claims[name] else { return nil }
        guard let text = value.string, !text.isEmpty else { throw .claimMalformed }
        return text
    }

    func string(_ name: String) throws(Refusal) -> String {
        guard let text = try optionalString(name) else { throw .claimMissing }
        return text
    }

    func optionalDate(_ name: String) throws(Refusal) -> NumericDate? {
        guard let value = claims[name] else { return nil }
        // 9999-12-31: what lies beyond is no date, and arithmetic with it is somebody's experiment.
        guard let seconds = value.integer, (0...253_402_300_799).contains(seconds) else { throw .claimMalformed }
        return NumericDate(seconds)
    }

    func date(_ name: String) throws(Refusal) -> NumericDate {
        guard let date = try optionalDate(name) else { throw .claimMissing }
        return date
    }

    /// `aud` with exactly one value, as text or as an array of one (RFC 7519 §4.1.3). A token for two audiences lets
    /// each of them replay it at the other.
    func audience() throws(Refusal) -> String {
        guard let value = claims["aud"] else { throw .claimMissing }
        guard let values = value.string.map({ [$0] }) ?? value.strings, values.count == 1, !values[0].isEmpty else {
            throw .claimMalformed
        }
        return values[0]
    }

    func scope() throws(Refusal) -> ScopeSet {
        guard let text = try optionalString("scope") else { return [] }
        guard let scope = ScopeSet(reading: text) else { throw .claimMalformed }
        return scope
    }

    func actor() throws(Refusal) -> Actor? {
        guard let value = claims["act"] else { return nil }
        return try Actor(reading: value)
    }

    /// `cnf` (RFC 7800 §3.1). A confirmation method that we cannot check refuses the token. The RFC would have us
    /// ignore it where an application says nothing; we say: a token that is bound to something is no bearer token.
    func boundCertificate() throws(Refusal) -> CertificateThumbprint? {
        guard let value = claims["cnf"] else { return nil }
        guard let members = value.object, members.members.count == 1,
            let thumbprint = members["x5t#S256"]?.string.flatMap(CertificateThumbprint.init(reading:))
        else { throw .confirmationUnsupported }
        return thumbprint
    }
}
