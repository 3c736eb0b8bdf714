import Storage
import Tokens

/// What an authorization request binds its code to (RFC 6749 §4.1.3, RFC 7636 §4.4).
struct CodeBinding: Sendable {
    let redirectURI: String
    /// `code_challenge`, always S256.
    let codeChallenge: String
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

    private static func isUnreserved(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-._~".contains(character))
    }
}
