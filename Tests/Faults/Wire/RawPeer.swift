import NIOCore
import NIOPosix
import NIOSSL
import Tokens

@testable import Stack

/// One connection on which anything can be written, half of it, or nothing.
struct RawPeer: Sendable {
    private let channel: any Channel
    /// Ends with the connection.
    private let received: AsyncStream<String>

    /// A connection to the TLS listener of a service.
    ///
    /// - Parameter certificate: the service whose certificate is shown; nil shows none.
    static func connect(toTLSOf service: StackService, of plan: StackPlan, certificate: String? = nil) async throws
        -> RawPeer
    {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(plan.folder.authority)
        if let certificate {
            let chain = try NIOSSLCertificate.fromPEMFile(plan.folder.certificate(of: certificate))
            tls.certificateChain = chain.map { .certificate($0) }
            tls.privateKey = .privateKey(
                try NIOSSLPrivateKey(file: plan.folder.privateKey(of: certificate), format: .pem)
            )
        }
        return try await connect(to: plan.ports.port(of: service), try NIOSSLContext(configuration: tls))
    }

    /// A plain TCP connection to a port of this machine, or TLS where there is a context for it.
    static func connect(to port: Int, _ tls: NIOSSLContext? = nil) async throws -> RawPeer {
        let (received, receiving) = AsyncStream.makeStream(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: "localhost"))
                    }
                    try pipeline.addHandler(Receiver(receiving))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawPeer(channel: channel, received: received)
    }

    func write(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    /// Writes without waiting for the other side to take it.
    func begin(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    /// The next that comes; nil when the other side has closed the connection.
    func next() async -> String? {
        var iterator = received.makeAsyncIterator()
        return await iterator.next()
    }

    /// All that comes until the other side closes the connection.
    func rest() async -> String { await received.reduce("", +) }

    var isOpen: Bool { channel.isActive }

    func close() { channel.close(promise: nil) }
}

private final class Receiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let received: AsyncStream<String>.Continuation

    init(_ received: AsyncStream<String>.Continuation) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.yield(String(buffer: unwrapInboundIn(data)))
    }
    func channelInactive(context: ChannelHandlerContext) { received.finish() }
    /// A connection that ended without TLS' goodbye has ended too.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension Call {
    /// The request as it goes over the wire: its head, with the empty line, and its body.
    func wireText(to address: String) -> (head: String, body: String) {
        var head = "\(method) \(url.dropFirst(address.count)) HTTP/1.1\r\nHost: localhost\r\n"
        for header in headers { head += "\(header.name): \(header.value)\r\n" }
        return ("\(head)Content-Length: \(body?.count ?? 0)\r\n\r\n", String(decoding: body ?? [], as: UTF8.self))
    }
}
