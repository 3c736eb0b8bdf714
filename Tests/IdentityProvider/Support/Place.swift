import HTTPTypes

@testable import IdentityProvider

/// Where a request of a test comes from, and with what software.
struct Place: Sendable {
    let address: String
    let agent: String?

    static let home = Place(address: TestAddress.home, agent: "Phone/1")
    /// The same phone, on the mobile network.
    static let mobile = Place(address: "2001:db8:7::1", agent: "Phone/1")
    static let elsewhere = Place(address: TestAddress.elsewhere, agent: "curl/8")
}
