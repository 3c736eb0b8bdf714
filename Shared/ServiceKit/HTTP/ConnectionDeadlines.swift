import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOTLS
import Tokens

/// Closes a connection that takes too long over what it is doing.
///
/// At every moment a connection is in one phase, and the phase follows from what has come and gone. A change of phase sets the
/// deadline, nothing else does: bytes that trickle in (slow-loris) move no deadline. While we work on a request that has come
/// whole there is none, for then the caller waits for us.
///
/// It stands behind the HTTP decoder and before Hummingbird's own handler, which closes idle connections of a stopping server,
/// and busy ones after their answer.
final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase { case handshake, head, body, answer, idle, drain }

    private let limits: ConnectionLimits
    private let shutdown: ShutdownNotice
    private var phase: Phase?
    private var deadline = NIODeadline.distantFuture
    private var timer: (task: Scheduled<Void>, at: NIODeadline)?

    // What the phase follows from.
    private var isHandshaking: Bool
    private var isFirstRequest = true
    private var isReadingHead = false
    private var isReadingBody = false
    private var unansweredCount = 0
    private var isDraining = false
    private var isClosing = false

    /// Whether what was just read made a part of a request; if not, it belongs to a head that is not complete yet.
    private var hasReadPart = false

    init(_ limits: ConnectionLimits, isTLS: Bool, shutdown: ShutdownNotice) {
        self.limits = limits
        self.shutdown = shutdown
        isHandshaking = isTLS
    }

    func handlerAdded(context: ChannelHandlerContext) { update(context) }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.task.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        hasReadPart = true
        switch unwrapInboundIn(data) {
        case .head:
            (isFirstRequest, isReadingHead, isReadingBody) = (false, false, true)
            unansweredCount += 1
        case .body: break
        case .end: isReadingBody = false
        }
        update(context)
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !hasReadPart, !isReadingBody { isReadingHead = true }
        hasReadPart = false
        update(context)
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        update(context)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { isHandshaking = false }
        if event is ChannelShouldQuiesceEvent { isDraining = true }
        update(context)
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where (isDraining || shutdown.isGiven) && unansweredCount == 1:
            // The last answer says so, or the caller would send its next request into a closing connection (RFC 9112 §9.6).
            // The notice is there before the event: a handler that was waiting for it may be quicker.
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .head, .body: context.write(data, promise: promise)
        case .end:
            unansweredCount -= 1
            context.write(data, promise: promise)
            update(context)
        }
    }

    /// TLS says goodbye and waits for that of the other side. A request that crosses ours on its way is not carried out any more:
    /// nobody would be answered, and whoever asks again would have it done twice.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        isClosing = true
        context.close(mode: mode, promise: promise)
    }

    private func currentPhase(_ channel: any Channel) -> Phase? {
        if isDraining { return .drain }
        if isHandshaking { return .handshake }
        if !channel.isWritable { return .answer }
        if isReadingBody { return .body }
        if unansweredCount > 0 { return nil }
        return isFirstRequest || isReadingHead ? .head : .idle
    }

    private func update(_ context: ChannelHandlerContext) {
        let current = currentPhase(context.channel)
        guard current != phase else { return }
        phase = current
        deadline = current.map { context.eventLoop.now + limit(of: $0) } ?? .distantFuture
        arm(context)
    }

    private func limit(of phase: Phase) -> TimeAmount {
        switch phase {
        case .handshake: limits.handshake
        case .head: limits.head
        case .body: limits.body
        case .answer: limits.answer
        case .idle: limits.idle
        case .drain: limits.drain
        }
    }

    /// A timer that is set already and fires earlier stays, and looks again: most requests set none.
    private func arm(_ context: ChannelHandlerContext) {
        guard deadline < timer?.at ?? .distantFuture else { return }
        timer?.task.cancel()
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timer = nil
            if context.eventLoop.now < self.deadline { self.arm(context) } else { self.expire(context) }
        }
        timer = (task, deadline)
    }

    private func expire(_ context: ChannelHandlerContext) {
        switch phase {
        case .body:
            // Whoever reads the body is thrown this, and answers 408 as any other refusal; it is the connection's last answer.
            isReadingBody = false
            context.fireErrorCaught(Refusal.requestTimedOut)
            userInboundEventTriggered(context: context, event: ChannelShouldQuiesceEvent())
        case .head where isReadingHead:
            // RFC 9110 §15.5.9. To somebody who has sent nothing it would look like the answer to what they send just now.
            let fields: HTTPFields = [.connection: "close", .contentLength: "0"]
            let head = HTTPResponse(status: .requestTimeout, headerFields: fields)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            close(context: context, mode: .all, promise: nil)
        default: close(context: context, mode: .all, promise: nil)
        }
    }
}
