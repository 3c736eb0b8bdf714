public import Hummingbird
import Logging
import NIOCore

/// A server of somebody else, on a port of its own.
public enum LocalServer {
    /// Listens for the length of `body`, which is given its address: `http://127.0.0.1:49152`.
    public static func run(
        _ router: Router<BasicRequestContext>,
        _ body: @escaping @Sendable (_ address: String) async throws -> Void
    ) async throws {
        let (ports, opened) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "local server")
        logger.logLevel = .critical
        let server = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { opened.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for await port in ports {
                try await body("http://127.0.0.1:\(port)")
                break
            }
            group.cancelAll()
        }
    }
}
