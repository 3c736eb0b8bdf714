import NIOCore
import Synchronization

/// Where the requests of a test come from, until it moves.
final class TestAddress: Sendable {
    static let home = "192.0.2.10"
    static let elsewhere = "198.51.100.7"

    private let address: Mutex<SocketAddress?>

    init(_ text: String = TestAddress.home) { address = Mutex(try? SocketAddress(ipAddress: text, port: 50_000)) }

    var value: SocketAddress? { address.withLock { $0 } }

    func move(to text: String) throws {
        let new = try SocketAddress(ipAddress: text, port: 50_000)
        address.withLock { $0 = new }
    }
}
