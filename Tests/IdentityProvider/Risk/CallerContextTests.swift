import NIOCore
import Testing

@testable import IdentityProvider
@testable import ServiceKit

@Suite("Where a request comes from")
struct CallerContextTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.0/24"), ("192.0.2.254", "192.0.2.0/24"), ("192.0.3.7", "192.0.3.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"), ("2001:db8:7:1::1", "2001:db8:7::/48"),
        ("2001:db8:7:2:a:b:c:d", "2001:db8:7::/48"), ("2001:db8:8::", "2001:db8:8::/48"), ("::", nil),
    ])
    func `an address counts as its network`(address: String, network: String?) throws {
        let source = RequestSource(certificate: nil, address: try SocketAddress(ipAddress: address, port: 1))
        #expect(SourceNetwork(source)?.text == network)
    }

    @Test func `a service of the house counts as itself, and nothing as nothing`() {
        #expect(SourceNetwork(.house("spiffe://gatehouse.local/gateway"))?.text == "spiffe://gatehouse.local/gateway")
        #expect(SourceNetwork(RequestSource(certificate: nil, address: nil)) == nil)
    }

    @Test func `software is compared by its digest, and shown by its printable beginning`() {
        let agent = ClientAgent(userAgent: "Phone/1\u{1B}[2J" + String(repeating: "x", count: 2_000))
        #expect(agent == ClientAgent(digest: agent.digest, name: "another"))
        #expect(agent.digest.utf8.count == 22 && agent.name.utf8.count == 80)
        #expect(agent.name.hasPrefix("Phone/1[2Jxx"))
        #expect(agent != ClientAgent(userAgent: "Phone/2"))
    }
}
