import NIOCore
import NIOPosix
import NIOSSL

/// One connection on which anything can be written, as slowly and as incompletely as a test likes.
struct Caller {
    /// An answer as it came.
    struct Answer {
        let head: String
        let body: String

        var status: Int? { head.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
        var isLast: Bool { head.lowercased().contains("\r\nconnection: close") }
    }

    private let channel: any Channel
    private var received: AsyncStream<String>.Iterator
    /// What has come and no answer has been made of.
    private(set) var text = ""

    /// - Parameters:
    ///   - words: is written as soon as there is a connection, by its event loop: however busy the machine, no deadline comes
    ///     between.
    ///   - dribble: is written after that again and again until the connection is closed: slow-loris.
    static func connect(
        _ port: Int,
        tls: NIOSSLContext? = nil,
        saying words: String = "",
        andThen dribble: String = ""
    ) async throws -> Caller {
        let (stream, source) = AsyncStream.makeStream(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: "localhost")
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        Receiver(source: source, words: words, dribble: dribble)
                    )
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return Caller(channel: channel, received: stream.makeAsyncIterator())
    }

    /// Returns when the system has taken it.
    func write(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    /// The next answer; nil when the connection is closed before there is a whole one.
    mutating func answer() async -> Answer? {
        while true {
            if let answer = takeAnswer() { return answer }
            guard let more = await received.next() else { return nil }
            text += more
        }
    }

    /// A request without a body.
    static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n" }

    /// Sends a request and waits for its answer.
    mutating func get(_ path: String) async throws -> Answer? {
        try await write(Self.get(path))
        return await answer()
    }

    /// Whether the other side closes, without another word.
    mutating func isClosed() async -> Bool {
        while text.isEmpty, let more = await received.next() { text += more }
        return text.isEmpty
    }

    /// From now on what comes is left to fill the buffers of the system.
    func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

    func close() async throws { try await channel.close() }

    /// Nothing more will be written, but answers are still read.
    func finish() async throws { try await channel.close(mode: .output) }

    private mutating func takeAnswer() -> Answer? {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let head = String(text[..<end.lowerBound])
        let length = head.split(separator: "\r\n").lazy.map { $0.lowercased() }
            .first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) }
        let rest = text[end.upperBound...].utf8
        guard let length, rest.count >= length else { return nil }
        let body = String(decoding: rest.prefix(length), as: UTF8.self)
        text = String(decoding: rest.dropFirst(length), as: UTF8.self)
        return Answer(head: head, body: body)
    }
}

/// Says its words, hands on what comes, and ends with the connection.
private final class Receiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let source: AsyncStream<String>.Continuation
    private let words: String
    private let dribble: String

    init(source: AsyncStream<String>.Continuation, words: String, dribble: String) {
        self.source = source
        self.words = words
        self.dribble = dribble
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        channel.writeAndFlush(ByteBuffer(string: words), promise: nil)
        guard !dribble.isEmpty else { return }
        let (delay, dribble) = (TimeAmount.milliseconds(5), dribble)
        let dribbling = channel.eventLoop.scheduleRepeatedTask(initialDelay: delay, delay: delay) { _ in
            channel.writeAndFlush(ByteBuffer(string: dribble), promise: nil)
        }
        channel.closeFuture.whenComplete { _ in dribbling.cancel() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        source.yield(String(buffer: unwrapInboundIn(data)))
    }

    func channelInactive(context: ChannelHandlerContext) { source.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
