import Foundation

/// Which service of one stack listens where.
struct StackPorts: Sendable, Equatable {
    private let ports: [String: Int]

    /// The ports in the table of services.
    static let standard = StackPorts(
        ports: Dictionary(uniqueKeysWithValues: StackService.all.map { ($0.name, $0.defaultPort) })
    )

    /// Ports that nobody listens on at this moment, so that stacks run side by side.
    ///
    /// They lie below the range from which the system takes the ports of outgoing connections, which would come and go under us.
    static func free() -> StackPorts {
        var ports: StackPorts
        repeat {
            let base = Int.random(in: 10_000...30_000)
            ports = StackPorts(
                ports: Dictionary(uniqueKeysWithValues: StackService.all.enumerated().map { ($1.name, base + $0) })
            )
        } while !StackService.all.allSatisfy { isFree(ports.port(of: $0)) && isFree(ports.operationsPort(of: $0)) }
        return ports
    }

    func port(of service: StackService) -> Int { ports[service.name] ?? service.defaultPort }
    func operationsPort(of service: StackService) -> Int { port(of: service) + 1_000 }

    /// Whether a listener could be opened on 127.0.0.1.
    static func isFree(_ port: Int) -> Bool {
        #if os(Linux)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let socket = socket(AF_INET, stream, 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        // As the services do: connections of the last run that linger in TIME_WAIT do not count.
        var one: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(socket, 1) == 0
            }
        }
    }
}
