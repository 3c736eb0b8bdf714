public import Tokens

/// Keys that are made once for all tests: making an RSA key takes longer than most tests do.
public enum SharedKeys {
    private static let own = make()
    private static let other = make()

    /// The key of each algorithm that most tests use.
    public static func own(_ algorithm: Algorithm) throws -> SigningKey {
        try own.get()[algorithm] ?? .generate(algorithm)
    }

    /// Somebody else's.
    public static func other(_ algorithm: Algorithm) throws -> SigningKey {
        try other.get()[algorithm] ?? .generate(algorithm)
    }

    private static func make() -> Result<[Algorithm: SigningKey], any Error> {
        Result { try Dictionary(uniqueKeysWithValues: Algorithm.all.map { ($0, try SigningKey.generate($0)) }) }
    }
}
