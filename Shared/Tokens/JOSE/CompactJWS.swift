/// A JWS in compact form (RFC 7515 §7.1), taken apart but NOT verified: nothing in it may be believed.
struct UnverifiedJWS {
    let header: JOSEHeader
    /// What the signature is over: the first two parts and the dot between them, as received (RFC 7515 §5.2).
    let signingInput: [UInt8]
    let payload: [UInt8]
    let signature: [UInt8]

    /// - Takes: three parts of canonical base64url, at most `Bounds.tokenBytesMax` bytes.
    /// - Refuses: `tokenMalformed`, `tokenTooLarge`, and what `JOSEHeader` refuses.
    init(_ token: [UInt8]) throws(Refusal) {
        guard token.count <= Bounds.tokenBytesMax else { throw .tokenTooLarge }
        let dot = UInt8(ascii: ".")
        guard let first = token.firstIndex(of: dot), let last = token.lastIndex(of: dot), first < last,
            token[(first + 1)..<last].firstIndex(of: dot) == nil,
            first <= Bounds.headerBytesMax,
            let headerBytes = Base64URL.decode(token[..<first]),
            let payload = Base64URL.decode(token[(first + 1)..<last]),
            let signature = Base64URL.decode(token[(last + 1)...])
        else { throw .tokenMalformed }
        header = try JOSEHeader(headerBytes)
        signingInput = Array(token[..<last])
        self.payload = payload
        self.signature = signature
    }
}

/// The protected header of a token of this house: `alg`, `kid`, `typ`, and nothing that could steer a verifier.
struct JOSEHeader: Equatable {
    let algorithm: String
    let keyID: String
    /// In lower case and without `application/` (RFC 7515 §4.1.9); nil where there is none.
    let type: String?

    /// - Refuses: `headerParameterForbidden` for a parameter that would let the token choose its own key or its own
    ///   rules (`jku`, `jwk`, `x5u`, `x5c`: RFC 8725 §3.10; `crit`, of which we understand none: RFC 7515 §4.1.11;
    ///   `b64`: RFC 7797 §3).
    init(_ bytes: [UInt8]) throws(Refusal) {
        let object: JSONObject
        do { object = try JSONReader.readObject(bytes, bytesMax: Bounds.headerBytesMax) } catch { throw Refusal(error) }
        for name in Self.forbidden where object[name] != nil { throw .headerParameterForbidden }
        guard let algorithm = object["alg"]?.string, let keyID = object["kid"]?.string,
            object["typ"] == nil || object["typ"]?.string != nil
        else { throw .tokenMalformed }
        self.algorithm = algorithm
        self.keyID = keyID
        type = object["typ"]?.string.map { type in
            let lowercased = type.lowercased()
            return lowercased.hasPrefix("application/") ? String(lowercased.dropFirst(12)) : lowercased
        }
    }

    private static let forbidden = ["b64", "crit", "jku", "jwk", "x5c", "x5u", "zip"]
}

extension SigningKey {
    /// Signs `payload` as a compact JWS of type `type` (RFC 7515 §5.1).
    func sign(_ payload: JSONObject, type: TokenKind) throws -> Credential {
        let header: JSONObject = [
            "alg": .string(algorithm.name), "kid": .string(keyID), "typ": .string(type.rawValue),
        ]
        var token = Base64URL.encodedBytes(JSONWriter.bytes(header))
        token.append(UInt8(ascii: "."))
        token.append(contentsOf: Base64URL.encodedBytes(JSONWriter.bytes(payload)))
        let signature = try signature(over: token)
        token.append(UInt8(ascii: "."))
        token.append(contentsOf: Base64URL.encodedBytes(signature))
        return Credential(String(decoding: token, as: UTF8.self))
    }
}
