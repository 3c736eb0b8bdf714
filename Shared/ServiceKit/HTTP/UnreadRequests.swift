import Audit
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Tokens

/// Records what is refused before it is a request: a head that is no HTTP, that is framed in two ways at once (RFC 9112 §6.1), that is
/// too large, or that does not come in time. No router ever sees it.
///
/// Such an answer is known by this: no request asks for it. It stands between the HTTP decoder and all that may write one. The
/// connection is closed after it, so there is one record a connection. A TLS handshake that fails leaves none: it is nobody's yet, and
/// port scanners would fill the log.
final class UnreadRequests: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let recorder: DecisionRecorder
    private let logger: Logger
    private var isReadingBody = false
    private var unansweredCount = 0
    private var isAnswerUnasked = false
    /// What the decoder found, and nobody has answered yet; from whom it came.
    private var failure: (refusal: Refusal, address: String?)?

    init(_ recorder: DecisionRecorder, logger: Logger) {
        self.recorder = recorder
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: (isReadingBody, unansweredCount) = (true, unansweredCount + 1)
        case .body: break
        case .end: isReadingBody = false
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What is wrong with a body is told to its reader, who refuses the request as any other.
        if !isReadingBody, let refusal = Self.refusal(of: error) {
            failure = (refusal, context.remoteAddress?.ipAddress)
        }
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where unansweredCount == 0 && head.status.kind != .informational:
            isAnswerUnasked = true
            let (refusal, address) =
                failure
                ?? (
                    head.status == .requestTimeout ? .requestTimedOut : .bodyMalformed, context.remoteAddress?.ipAddress
                )
            failure = nil
            // The decoder does not tell its reasons apart: to a caller they are one status each (RFC 6585 §5).
            if refusal == .headersTooLarge { head.status = .requestHeaderFieldsTooLarge }
            head.headerFields[.transactionID] = record(refusal, from: address, status: Int(head.status.code))
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where isAnswerUnasked:
            isAnswerUnasked = false
            context.write(data, promise: promise)
        case .end:
            unansweredCount -= 1
            context.write(data, promise: promise)
        case .head, .body: context.write(data, promise: promise)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let (refusal, address) = failure { record(refusal, from: address, status: nil) }
        failure = nil
        context.fireChannelInactive()
    }

    private static func refusal(of error: any Error) -> Refusal? {
        switch error {
        case HTTPParserError.headerOverflow: .headersTooLarge
        case is HTTPParserError, is HTTP1TypeConversionError: .bodyMalformed
        default: nil
        }
    }

    /// - Gives: the transaction id, a new one: nothing that came can be believed to have one.
    @discardableResult
    private func record(_ refusal: Refusal, from address: String?, status: Int?) -> String {
        let trace = TraceContext()
        do {
            try recorder.recordRefused(.request, refusal, trace: trace) { record in
                record.status = status
                record.peer.address = address
            }
        } catch {
            logger.error("audit log unavailable", metadata: ["dependency": "\(error.dependency)"])
        }
        return trace.transactionID
    }
}
