/// A JWS in compact form (RFC 7515 §7.1), taken apart but NOT verified: nothing in it may be believed.
struct UnverifiedJWS {
    let header: JOSEHeader
    let payload: [UInt8]
    let signature: [UInt8]
    private let token: [UInt8]
    private let signingInputCount: Int

    /// What the signature is over: the first two parts and the dot between them, as received (RFC 7515 §5.2).
    var signingInput: ArraySlice<UInt8> { token[..<signingInputCount] }

    /// - Takes: three parts of canonical base64url, at most `Bounds.tokenBytesMax` bytes.
    /// - Parameter embedsKey: whether a token of this kind carries its key in the header.
    /// - Refuses: `tokenMalformed`, `tokenTooLarge`, and what `JOSEHeader` refuses.
    init(_ token: [UInt8], embedsKey: Bool = false) throws(Refusal) {
        guard token.count <= Bounds.tokenBytesMax else { throw .tokenTooLarge }
        let dot = UInt8(ascii: ".")
        guard let first = token.firstIndex(of: dot), let last = token.lastIndex(of: dot), first < last,
            first <= Bounds.headerBytesMax,
            // A third dot would be no letter of base64url.
            let headerBytes = Base64URL.decode(token[..<first]),
            let payload = Base64URL.decode(token[(first + 1)..<last]),
            let signature = Base64URL.decode(token[(last + 1)...])
        else { throw .tokenMalformed }
        header = try JOSEHeader(headerBytes, embedsKey: embedsKey)
        self.payload = payload
        self.signature = signature
        self.token = token
        signingInputCount = last
    }
}

/// The protected header of a token of this house: `alg`, `kid`, `typ`, and nothing that could steer a verifier.
struct JOSEHeader: Equatable {
    let algorithm: String
    /// Empty in a token that carries its key.
    let keyID: String
    /// In lower case and without `application/` (RFC 7515 §4.1.9); nil where there is none.
    let type: String?
    /// The key of a token that is there to show one: a DPoP proof (RFC 9449 §4.2).
    let embeddedKey: JSONObject?

    /// - Refuses: `headerParameterForbidden` for a parameter that would let the token choose its own key or its own
    ///   rules (`jku`, `jwk`, `x5u`, `x5c`: RFC 8725 §3.10; `crit`, of which we understand none: RFC 7515 §4.1.11;
    ///   `b64`: RFC 7797 §3).
    init(_ bytes: [UInt8], embedsKey: Bool = false) throws(Refusal) {
        let document: JSONDocument
        do { document = try JSONScanner.scan(bytes, bytesMax: Bounds.headerBytesMax) } catch { throw Refusal(error) }
        guard let members = ClaimReader(document) else { throw .tokenMalformed }
        // Among three members, of which three are these, there is no other: the usual case.
        if members.count > 3 || !["alg", "kid", "typ"].allSatisfy(members.has) {
            for name in Self.forbidden where members.has(name) { throw .headerParameterForbidden }
            guard embedsKey || !members.has("jwk") else { throw .headerParameterForbidden }
        }
        do {
            algorithm = try members.string("alg", mayBeEmpty: true)
            keyID = embedsKey ? "" : try members.string("kid", mayBeEmpty: true)
            type = try members.optionalString("typ", mayBeEmpty: true).map(Self.mediaType)
            embeddedKey = embedsKey ? try members.object("jwk") : nil
        } catch { throw .tokenMalformed }
    }

    /// The first part of every token that `key` signs as a `kind`.
    static func text(for key: VerificationKey, _ kind: TokenKind) -> [UInt8] {
        var header: JSONObject = ["alg": .string(key.algorithm.name)]
        if kind.embedsKey { header["jwk"] = .object(key.bareJWK) } else { header["kid"] = .string(key.keyID) }
        header["typ"] = .string(kind.rawValue)
        return Base64URL.encodedBytes(JSONWriter.bytes(header))
    }

    /// A media type in the form in which two are compared: lower case, without `application/`.
    static func mediaType(_ text: String) -> String {
        // The usual case costs a comparison, not a new text.
        if text == TokenKind.accessToken.rawValue { return text }
        // Beyond ASCII, texts that look alike have one lower case.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        let lowercased = text.lowercased()
        return lowercased.hasPrefix("application/") ? String(lowercased.dropFirst(12)) : lowercased
    }

    /// What neither a signed nor a sealed token may have; nor `jwk`, but for a token that is there to show its key.
    static let forbidden: [StaticString] = ["b64", "crit", "jku", "x5c", "x5u", "zip"]
}

extension SigningKey {
    /// Signs `payload` as a compact JWS of kind `kind` (RFC 7515 §5.1).
    func sign(_ payload: JSONObject, as kind: TokenKind) throws -> Credential {
        var token = headers[kind] ?? []
        token.append(UInt8(ascii: "."))
        Base64URL.append(JSONWriter.bytes(payload), to: &token)
        let signature = try signature(over: token)
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &token)
        return Credential(String(decoding: token, as: UTF8.self))
    }
}
