/// Remembers single-use identifiers for as long as they could be used.
public protocol ReplayCache: Sendable {
    /// Whether `identifier` is claimed for the first time; it is then remembered until `expiry`.
    func claim(_ identifier: String, until expiry: NumericDate) async throws -> Bool
}
