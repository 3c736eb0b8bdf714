import Synchronization

/// Claims whose signature was found good, and the key that it was good by; nil only in an explanation that goes on
/// without one. An object, and what it can be revoked by made once: a remembered one is asked about with every request.
final class SignedClaims<Claims: TokenClaims>: Sendable {
    let read: ReadClaims<Claims>
    let key: VerificationKey?
    let revocable: RevocableToken?

    var claims: Claims { read.claims }

    init(read: ReadClaims<Claims>, key: VerificationKey?) {
        self.read = read
        self.key = key
        revocable = key.map { read.claims.revocable(keyID: $0.keyID) }
    }
}

/// Claims as they stand in the token. An object, because they are handed on often and are a dozen texts to copy.
final class ReadClaims<Claims: TokenClaims>: Sendable {
    let claims: Claims
    /// `nbf`.
    let notBefore: NumericDate?

    init(payload: [UInt8]) throws(Refusal) {
        let reader = try ClaimReader(payload: payload)
        claims = try Claims(reading: reader)
        notBefore = try reader.optionalDate("nbf")
    }
}

/// Remembers tokens whose signature was found good, by the SHA-256 of the whole text: a hit costs a seventieth of a
/// verify.
///
/// It only ever saves the signature: expiry, sender, the validator's own rules and the key's being published are asked
/// on every hit. Bounded: two generations of `entriesMax / 2`, the older one is dropped whole when the younger is full,
/// so that neither a flood of tokens nor a clean-up can stall a request.
public final class VerifiedTokenCache<Claims: TokenClaims>: Sendable {
    private struct Generations {
        var young: [TokenDigest: SignedClaims<Claims>] = [:]
        var old: [TokenDigest: SignedClaims<Claims>] = [:]
        var lookups = (hits: 0, misses: 0)
    }

    private let entriesPerGeneration: Int
    private let generations = Mutex(Generations())

    /// A cache that remembers nothing yet.
    ///
    /// - Parameter entriesMax: tokens remembered at most, two at the least; about 1,200 bytes each, more only by what longer
    ///   claims take (`Bounds.tokenBytesMax` at most).
    public init(entriesMax: Int = 16_384) { entriesPerGeneration = max(1, entriesMax / 2) }

    /// How often a token was looked up so far, and found or not.
    public var lookups: (hits: Int, misses: Int) { generations.withLock { $0.lookups } }

    func find(_ digest: TokenDigest) -> SignedClaims<Claims>? {
        generations.withLock { generations in
            let found = generations.young[digest] ?? generations.old[digest]
            if found == nil { generations.lookups.misses += 1 } else { generations.lookups.hits += 1 }
            return found
        }
    }

    func store(_ signed: SignedClaims<Claims>, at digest: TokenDigest, now: NumericDate) {
        if let expiry = signed.claims.expiry, expiry <= now { return }
        generations.withLock { generations in
            if generations.young.count >= entriesPerGeneration {
                generations.old = generations.young
                generations.young = [:]
            }
            generations.young[digest] = signed
        }
    }
}
