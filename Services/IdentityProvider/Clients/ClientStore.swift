import Storage
import Tokens

/// The registered clients.
struct ClientStore: Sendable {
    let database: any Database

    func find(_ id: String) async throws -> Client? { nil }
}
