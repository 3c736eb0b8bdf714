import NIOCore

/// What a server can do to its clients instead of answering them.
final class Misbehaviour: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Kind: Sendable, CaseIterable {
        /// Ends every connection at once.
        case closes
        /// Half-open: the connection stands, and nothing ever comes.
        case silent
        case speaksNoTLS, speaksNoHTTP
        /// A byte now and then: each keeps hope alive, the whole never comes.
        case trickles
        /// Ends in the middle of its answer.
        case breaksOff
        /// An answer without an end.
        case floods
        case failsInside, redirects
        /// A page for people, as proxies on the way like to show.
        case showsPage
        case answersNothing
        /// A key set in which there is no key; one with keys that are none for us; one in which an id stands twice.
        case hasNoKeys, hasNoUsableKeys, namesOneKeyTwice
    }

    private let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    func channelActive(context: ChannelHandlerContext) {
        context.channel.setOption(.autoRead, value: true).whenComplete { _ in }
        if kind == .closes { context.close(promise: nil) }
        if kind == .speaksNoTLS { finish(context, "220 mail.example ESMTP\r\n") }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch kind {
        case .closes, .silent, .speaksNoTLS: break
        case .speaksNoHTTP: finish(context, "220 mail.example ESMTP\r\n")
        case .trickles:
            write(context, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
            write(context, "{", again: .milliseconds(100))
        case .breaksOff: finish(context, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"keys\":[")
        case .floods:
            write(context, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            write(context, String(repeating: " ", count: 1 << 16), again: .zero)
        case .failsInside:
            answer(context, "500 Internal Server Error", "application/json", "{\"error\":\"server_error\"}")
        case .redirects: answer(context, "302 Found\r\nLocation: https://localhost:1/", "text/plain", "")
        case .showsPage: answer(context, "200 OK", "text/html", "<!DOCTYPE html><title>Welcome</title>")
        case .answersNothing: answer(context, "200 OK", "application/json", "{}")
        case .hasNoKeys: answer(context, "200 OK", "application/jwk-set+json", "{\"keys\":[]}")
        case .hasNoUsableKeys:
            let keys =
                "{\"kty\":\"oct\",\"kid\":\"a\",\"alg\":\"HS256\",\"k\":\"c2VjcmV0\"},{\"kty\":\"none\",\"kid\":\"b\"}"
            answer(context, "200 OK", "application/jwk-set+json", "{\"keys\":[\(keys)]}")
        case .namesOneKeyTwice:
            // A good key, published by many.
            let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
            let key = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"alg\":\"EdDSA\",\"x\":\"\(x)\"}"
            answer(context, "200 OK", "application/jwk-set+json", "{\"keys\":[\(key),\(key)]}")
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ context: ChannelHandlerContext, _ status: String, _ type: String, _ body: String) {
        let head = "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
        finish(context, "\(head)Connection: close\r\n\r\n\(body)")
    }

    private func finish(_ context: ChannelHandlerContext, _ text: String) {
        write(context, text)
        context.close(promise: nil)
    }

    /// - Parameter pause: after which the same is written again, until the other side has had enough.
    private func write(_ context: ChannelHandlerContext, _ text: String, again pause: TimeAmount? = nil) {
        let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)))
        guard let pause else { return }
        let (bound, eventLoop) = (NIOLoopBound((self, context), eventLoop: context.eventLoop), context.eventLoop)
        written.whenSuccess {
            eventLoop.scheduleTask(in: pause) {
                let (handler, context) = bound.value
                handler.write(context, text, again: pause)
            }
        }
    }
}
