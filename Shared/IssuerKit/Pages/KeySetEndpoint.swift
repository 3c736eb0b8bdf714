import HTTPTypes
public import Hummingbird
public import ServiceKit
import Tokens

/// The issuer's public keys, for whoever checks its tokens.
///
/// - Gives: `application/jwk-set+json`, to be kept for `keySetCacheSeconds` at most: a key is announced for longer than that.
/// - Source: RFC 7517 §5 and §8.5.2.
public struct KeySetEndpoint: Sendable {
    private let ring: KeyRing
    private let headers: HTTPFields

    public init(ring: KeyRing) {
        self.ring = ring
        headers = [.cacheControl: "public, max-age=\(ring.periods.keySetCacheSeconds)"]
    }

    public func answer(_ request: Request, _ context: ServiceContext) -> Response {
        .bytes(ring.publishedDocument, type: "application/jwk-set+json", headers: headers)
    }
}
