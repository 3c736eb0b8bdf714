import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

@testable import Stack

/// Listens where the identity provider is expected, with its certificate: passes everything on to the real one, or does what no
/// provider should.
struct ProviderFront: Sendable {
    private let server: any Channel
    private let state: State

    /// - Parameters:
    ///   - plan: whose address and certificate of the provider it takes.
    ///   - port: where the real provider listens.
    static func listen(_ plan: StackPlan, realPort port: Int) async throws -> ProviderFront {
        let (tls, state) = (try serverTLS(plan.folder), State())
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                let behaviour = state.enter(channel)
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    guard let behaviour else { return try pipeline.addHandler(Relay(to: port)) }
                    if behaviour != .speaksNoTLS { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(Misbehaviour(behaviour))
                }
            }
            .bind(host: "127.0.0.1", port: plan.ports.port(of: .identityProvider)).get()
        return ProviderFront(server: server, state: state)
    }

    /// From now on; nil is honest. Connections of before are ended.
    func behave(_ behaviour: Misbehaviour.Kind?) { state.set(behaviour) }

    func close() async throws {
        state.set(.closes)
        try await server.close()
    }

    private static func serverTLS(_ folder: DataFolder) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(folder.certificate(of: "identity-provider"))
        let key = try NIOSSLPrivateKey(file: folder.privateKey(of: "identity-provider"), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(key)
            )
        )
    }

    private final class State: Sendable {
        private let current = Mutex<(behaviour: Misbehaviour.Kind?, open: [any Channel])>((nil, []))

        func enter(_ channel: any Channel) -> Misbehaviour.Kind? {
            current.withLock {
                $0.open.append(channel)
                return $0.behaviour
            }
        }

        func set(_ behaviour: Misbehaviour.Kind?) {
            let open = current.withLock { current in
                defer { current = (behaviour, []) }
                return current.open
            }
            for channel in open { channel.close(promise: nil) }
        }
    }
}

/// Passes bytes on to another port of this machine and back.
private final class Relay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let port: Int

    init(to port: Int) { self.port = port }

    func channelActive(context: ChannelHandlerContext) {
        let near = context.channel
        ClientBootstrap(group: near.eventLoop)
            .channelInitializer { far in
                far.eventLoop.makeCompletedFuture { try far.pipeline.syncOperations.addHandler(Pipe(to: near)) }
            }
            .connect(host: "127.0.0.1", port: port)
            .flatMapThrowing { far in try near.pipeline.syncOperations.addHandler(Pipe(to: far)) }
            .flatMap { near.setOption(.autoRead, value: true) }
            .whenFailure { _ in near.close(promise: nil) }
    }

    private final class Pipe: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let other: any Channel

        init(to other: any Channel) { self.other = other }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            other.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }
        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
