import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A JWE in compact form (RFC 7516 §7.1), taken apart but NOT opened: nothing in it may be believed.
struct UnopenedJWE {
    let header: JWEHeader
    /// The first part as received. The tag is over it too (RFC 7516 §5.2).
    let protectedHeader: [UInt8]
    /// The wrapped content key; empty where none is wrapped.
    let encryptedKey: [UInt8]
    /// The JWE Initialization Vector.
    let nonce: [UInt8]
    let ciphertext: [UInt8]
    let tag: [UInt8]

    /// - Takes: five parts of canonical base64url, at most `Bounds.sealedTokenBytesMax` bytes, of which
    ///   `Bounds.tokenBytesMax` are ciphertext.
    /// - Refuses: `tokenMalformed`, `tokenTooLarge`, and what `JWEHeader` refuses.
    init(_ token: [UInt8]) throws(Refusal) {
        guard token.count <= Bounds.sealedTokenBytesMax else { throw .tokenTooLarge }
        let texts = token.split(separator: UInt8(ascii: "."), maxSplits: 5, omittingEmptySubsequences: false)
        guard texts.count == 5, texts[0].count <= Bounds.headerBytesMax else { throw .tokenMalformed }
        let parts = texts.compactMap { Base64URL.decode($0) }
        guard parts.count == 5 else { throw .tokenMalformed }
        guard parts[3].count <= Bounds.tokenBytesMax else { throw .tokenTooLarge }
        header = try JWEHeader(parts[0])
        protectedHeader = Array(texts[0])
        encryptedKey = parts[1]
        nonce = parts[2]
        ciphertext = parts[3]
        tag = parts[4]
    }

    /// What was sealed under `contentKey`.
    ///
    /// - Refuses: `decryptionFailed`, for whatever reason.
    func plaintext(under contentKey: SymmetricKey) throws(Refusal) -> [UInt8] {
        guard let nonce = try? AES.GCM.Nonce(data: nonce),
            let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: ciphertext, tag: tag),
            let plaintext = try? AES.GCM.open(box, using: contentKey, authenticating: protectedHeader)
        else { throw .decryptionFailed }
        return [UInt8](plaintext)
    }
}

/// The protected header of a sealed token, and nothing in it that could steer whoever opens it.
struct JWEHeader: Equatable {
    let algorithm: String
    let contentEncryption: String
    let keyID: String
    /// In lower case and without `application/`, as a `typ` (RFC 7516 §4.1.12); nil where there is none.
    let contentType: String?
    /// The public key that the sender made for this token (RFC 7518 §4.6.1.1), as it stands there.
    let ephemeralKey: JSONObject?
    /// Who the sender and the recipient are, where the sender said so: `apu` and `apv` (RFC 7518 §4.6.1.2, §4.6.1.3).
    let partyU, partyV: [UInt8]

    /// - Refuses: `headerParameterForbidden` for what a signed token may not have either; for `zip`, which tells whoever can
    ///   write into the plaintext what else is in it, by its length (RFC 8725 §3.6); for `p2c`, by which the sender chooses how long
    ///   we compute, and `p2s`.
    init(_ bytes: [UInt8]) throws(Refusal) {
        let object: JSONObject
        do { object = try JSONReader.readObject(bytes, bytesMax: Bounds.headerBytesMax) } catch { throw Refusal(error) }
        for name in JOSEHeader.forbidden + ["jwk", "p2c", "p2s"] where object["\(name)"] != nil {
            throw .headerParameterForbidden
        }
        guard let algorithm = object["alg"]?.string, let contentEncryption = object["enc"]?.string,
            let keyID = object["kid"]?.string, object["typ"] == nil || object["typ"]?.string != nil,
            object["cty"] == nil || object["cty"]?.string != nil, object["epk"] == nil || object["epk"]?.object != nil
        else { throw .tokenMalformed }
        self.algorithm = algorithm
        self.contentEncryption = contentEncryption
        self.keyID = keyID
        contentType = object["cty"]?.string.map(JOSEHeader.mediaType)
        ephemeralKey = object["epk"]?.object
        partyU = try Self.party(object["apu"])
        partyV = try Self.party(object["apv"])
    }

    private static func party(_ value: JSONValue?) throws(Refusal) -> [UInt8] {
        guard let value else { return [] }
        guard let party = value.string.flatMap({ Base64URL.decode($0) }), party.count <= Bounds.partyBytesMax else {
            throw .tokenMalformed
        }
        return party
    }
}
