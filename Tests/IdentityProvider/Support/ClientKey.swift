import Tokens

@testable import IdentityProvider

/// A key of a client's own, and the proofs that it makes for requests to the provider (RFC 9449 §4.1).
struct ClientKey {
    let key: SigningKey
    private let minter: DPoPProofMinter

    init(at provider: TestProvider, _ algorithm: Algorithm = .es256) throws {
        key = try SigningKey.generate(algorithm)
        minter = DPoPProofMinter(key: key, clock: provider.clock)
    }

    var thumbprint: KeyThumbprint { minter.thumbprint }
    /// The `cnf` of a token that is bound to it.
    var confirmation: JSONValue { ConfirmationMethod.key(thumbprint).json }

    /// A proof for a POST to `path`.
    func proof(
        for path: String = "/oauth2/token",
        method: String = "POST",
        at issuer: String = TestProvider.issuer,
        accessToken: Credential? = nil
    ) throws -> Credential {
        try minter.mint(method: method, url: issuer + path, accessToken: accessToken)
    }
}
