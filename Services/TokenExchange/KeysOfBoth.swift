import IssuerKit
import TokenClient
import Tokens

/// Our own keys out of the ring, the provider's out of the network; each answers for its own issuer only.
struct KeysOfBoth: KeySource {
    let own: OwnKeys
    let provider: RemoteKeySet

    func knownKey(_ keyID: String, issuer: String) -> VerificationKey? {
        own.knownKey(keyID, issuer: issuer) ?? provider.knownKey(keyID, issuer: issuer)
    }

    func key(_ keyID: String, issuer: String) async throws(DependencyUnavailable) -> VerificationKey? {
        if let key = own.knownKey(keyID, issuer: issuer) { return key }
        return try await provider.key(keyID, issuer: issuer)
    }
}
