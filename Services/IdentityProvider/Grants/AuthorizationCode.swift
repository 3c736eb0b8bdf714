import Storage
import Tokens

/// What an authorization request binds its code to (RFC 6749 §4.1.3, RFC 7636 §4.4, RFC 9449 §10).
struct CodeBinding: Sendable {
    let redirectURI: String
    /// `code_challenge`, always S256.
    let codeChallenge: String
    /// `dpop_jkt`; nil where the request did not say with which key its code will be redeemed.
    let key: KeyThumbprint?
    /// For the ID token (OpenID Connect Core §2).
    let nonce: String?
}

/// An authorization code as it is stored: what it stands for, and what it takes to redeem it.
struct AuthorizationCode: Sendable {
    let grant: AuthorizationGrant
    let binding: CodeBinding
    let expiresAt: NumericDate
    let isUsed: Bool
}

extension AuthorizationCode {
    init(reading row: SQLRow) throws {
        grant = try AuthorizationGrant(reading: row)
        binding = CodeBinding(
            redirectURI: try row.text("redirect_uri"),
            codeChallenge: try row.text("code_challenge"),
            key: try row.optionalThumbprint("key_thumbprint"),
            nonce: try row.optionalText("nonce")
        )
        expiresAt = NumericDate(try row.integer("expires_at"))
        isUsed = try row.optionalInteger("used_at") != nil
    }

    /// - Refuses: `authorizationCodeExpired`.
    func requireAlive(at now: NumericDate) throws(Refusal) {
        guard now < expiresAt else { throw .authorizationCodeExpired }
    }

    /// The redirect URI of the authorization request, as exact text: a code that was sent to another address was stolen on the way
    /// (RFC 6749 §4.1.3).
    ///
    /// - Refuses: `redirectURIMismatch`.
    func requireRedirectURI(_ presented: String) throws(Refusal) {
        guard presented == binding.redirectURI else { throw .redirectURIMismatch }
    }

    /// Proof that whoever redeems the code also began the request: SHA-256 of the verifier is the challenge (RFC 7636 §4.6).
    ///
    /// - Refuses: `parameterMalformed` for a verifier outside RFC 7636 §4.1, `codeVerifierMismatch`.
    func requireVerifier(_ verifier: Credential) throws(Refusal) {
        let characters = verifier.exposed.utf8
        guard (43...128).contains(characters.count), verifier.exposed.allSatisfy(Self.isUnreserved) else {
            throw .parameterMalformed
        }
        guard Credential(Base64URL.encode(verifier.digest)).matches(Credential(binding.codeChallenge)) else {
            throw .codeVerifierMismatch
        }
    }

    /// The key that the authorization request has announced: whoever came by code and verifier still lacks it (RFC 9449 §10).
    ///
    /// - Refuses: `grantKeyMismatch`.
    func requireKey(_ key: KeyThumbprint?) throws(Refusal) {
        guard binding.key == nil || binding.key == key else { throw .grantKeyMismatch }
    }

    private static func isUnreserved(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-._~".contains(character))
    }
}
