/// Remembers single-use identifiers for as long as they could be used.
public protocol ReplayCache: Sendable {
    /// Whether `identifier` is claimed for the first time; it is then remembered until `expiry` at least.
    ///
    /// - Throws: where it cannot be remembered: a fault (503). To answer true then would let one proof be used twice.
    func claim(_ identifier: String, until expiry: NumericDate) async throws -> Bool
}
