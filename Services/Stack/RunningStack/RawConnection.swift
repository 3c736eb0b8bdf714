import NIOCore
import NIOPosix
import NIOSSL
import Tokens

/// One TLS connection on which anything can be written: an HTTP client would tidy it up.
struct RawConnection: Sendable {
    private let port: Int
    private let tls: NIOSSLContext

    init(to service: StackService, of stack: RunningStack) throws {
        port = stack.entry(of: service)?.port ?? service.defaultPort
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(stack.folder.authority)
        tls = try NIOSSLContext(configuration: configuration)
    }

    /// Writes `text` and reads until the other side closes.
    ///
    /// - Parameter text: asks for `Connection: close`, or is refused: nothing else ends the reading.
    func send(_ text: String) async throws -> Answer {
        let tls = tls
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "localhost", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(context: tls, serverHostname: "localhost")
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var bytes: [UInt8] = []
            do { for try await part in inbound { bytes += Array(buffer: part) } } catch NIOSSLError.uncleanShutdown {}
            return Answer(reading: String(decoding: bytes, as: UTF8.self))
        }
    }
}

extension Answer {
    /// Status line, fields and body of an answer that ended with its connection; status 0 where there was none.
    fileprivate init(reading text: String) {
        let halves = text.split(separator: "\r\n\r\n", maxSplits: 1)
        let lines = (halves.first ?? "").split(separator: "\r\n")
        self.init(
            status: lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0,
            headers: lines.dropFirst().map { line in
                let pair = line.split(separator: ":", maxSplits: 1)
                return (String(pair[0]), pair.count == 2 ? String(pair[1].drop { $0 == " " }) : "")
            },
            body: halves.count == 2 ? Array(halves[1].utf8) : []
        )
    }
}
