import Audit
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Tokens

/// Gives every request a `Decision`, and keeps its record before the answer leaves.
///
/// It stands around `RefusalMiddleware`, so that it sees each answer as the caller will, and once: one request, one record.
struct RecordingMiddleware: RouterMiddleware {
    let style: RefusalStyle
    let recorder: DecisionRecorder

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var context = context
        let decision = recorder.begin(context.trace, parentSpanID: context.parentSpanID)
        context.decision = decision
        let response = try await next(request, context)
        guard decision.isBegun else { return response }
        let record = decision.finish { record in
            record.time = recorder.clock.nowMilliseconds()
            record.durationMicroseconds = Int64((ContinuousClock.now - start) / .microseconds(1))
            record.route = "\(request.method.rawValue) \(context.endpointPath ?? "")"
            record.status = Int(response.status.code)
            record.peer = context.peer
        }
        do { try await recorder.keep(record) } catch {
            context.logger.error("audit log unavailable", metadata: ["dependency": "\(error.dependency)"])
            do { try await decision.makeGood() } catch {
                context.logger.error("unrecorded, and not made good", metadata: ["error": "\(error)"])
            }
            return style.fault(.serviceUnavailable, headers: [.retryAfter: "1"], context)
        }
        return response
    }
}

extension ServiceContext {
    fileprivate var peer: AuditRecord.Peer {
        AuditRecord.Peer(
            address: channel.remoteAddress?.ipAddress,
            certificate: certificate?.thumbprint.text,
            name: certificate?.spiffeID
        )
    }
}
