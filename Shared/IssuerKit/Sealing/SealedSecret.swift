public import Crypto
public import Storage

/// Secrets of one issuer that never leave it: made at first start, kept sealed beside the data that they protect.
public enum SealedSecret {
    /// The secret called `name`: 32 random bytes, the same at every start.
    ///
    /// - Takes: a database with `KeyRing.migrations`.
    /// - Throws: `KeyEncryptionFault.wrongKey` when it was sealed under another key-encryption key.
    public static func find(
        _ name: String,
        database: any Database,
        sealing: KeyEncryption
    ) async throws -> SymmetricKey {
        let label = "secret/\(name)"
        let candidate = SymmetricKey(size: .bits256).withUnsafeBytes { [UInt8]($0) }
        let sealedCandidate = try sealing.seal(candidate, label: label)
        let rows = try await database.transaction { connection in
            try connection.run(
                "INSERT INTO sealed_secrets (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                [name, sealedCandidate]
            )
            return try connection.query("SELECT sealed FROM sealed_secrets WHERE name = $1", [name])
        }
        let sealed = try rows.first?.blob("sealed") ?? sealedCandidate
        return SymmetricKey(data: try sealing.open(sealed, label: label))
    }
}
