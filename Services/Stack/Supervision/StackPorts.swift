import Foundation

/// Which service of one stack listens where.
struct StackPorts: Sendable {
    private let ports: [String: Int]
    private let reservation: PortReservation?

    private init(_ portOf: (Int, StackService) -> Int, reservation: PortReservation? = nil) {
        ports = Dictionary(
            uniqueKeysWithValues: StackService.all.enumerated().map { ($1.name, portOf($0, $1)) }
        )
        self.reservation = reservation
    }

    /// The ports in the table of services.
    static let standard = StackPorts { _, service in service.defaultPort }

    /// Ports that nobody listens on and no other stack has taken, so that stacks run side by side.
    ///
    /// They lie below the range from which the system takes the ports of outgoing connections, which would come and go under us.
    /// Blocks of ten in the even thousands: operations ports, a thousand above, fall between them.
    static func free() -> StackPorts {
        while true {
            let base = 10_000 + 2_000 * Int.random(in: 0..<11) + 10 * Int.random(in: 0..<100)
            guard let reservation = PortReservation(base) else { continue }
            let ports = StackPorts({ index, _ in base + index }, reservation: reservation)
            let all = StackService.all.flatMap { [ports.port(of: $0), ports.operationsPort(of: $0)] }
            if all.allSatisfy(isFree) { return ports }
        }
    }

    func port(of service: StackService) -> Int { ports[service.name] ?? service.defaultPort }
    func operationsPort(of service: StackService) -> Int { port(of: service) + 1_000 }

    /// Whether a listener could be opened on 127.0.0.1.
    static func isFree(_ port: Int) -> Bool {
        guard let socket = LoopbackSocket(port, .stream) else { return false }
        return listen(socket.descriptor, 1) == 0
    }
}

/// Keeps two stacks that start at the same moment from choosing the same ports: whoever holds the UDP port of that number has the
/// whole block. The TCP ports stay free for the services, and the kernel lets go however the holder ends.
private final class PortReservation: Sendable {
    private let socket: LoopbackSocket

    init?(_ port: Int) {
        guard let socket = LoopbackSocket(port, .datagram) else { return nil }
        self.socket = socket
    }
}

/// A socket bound to a port of 127.0.0.1; closed with its last reference.
private final class LoopbackSocket: Sendable {
    enum Kind { case datagram, stream }

    let descriptor: Int32

    /// Nil where the port is taken.
    init?(_ port: Int, _ kind: Kind) {
        #if os(Linux)
            let type = Int32((kind == .stream ? SOCK_STREAM : SOCK_DGRAM).rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
            let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
        #endif
        descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { return nil }
        if kind == .stream {
            // As the services do: connections of the last run that linger in TIME_WAIT do not count.
            var one: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isBound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound else { return nil }
    }

    deinit { close(descriptor) }
}
