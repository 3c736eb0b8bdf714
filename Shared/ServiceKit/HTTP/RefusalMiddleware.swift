import Audit
import HTTPTypes
import Hummingbird
import Logging
import Tokens
import TokensHummingbird

/// How refusals are written on the wire.
public enum RefusalStyle: Sendable {
    /// RFC 6749 §5.2: `{"error": …}`.
    case oauth
    /// RFC 9457 §3: `application/problem+json`, with an RFC 6750 §3 challenge at 401 and 403.
    case problem
}

/// Turns refusals and faults into answers: uniform outside, exact in the log.
///
/// A refusal is the caller's doing: its reason is logged by name, the caller sees the wire code. Everything else is a fault of
/// ours: logged whole, answered 500 or 503 with the transaction id and nothing more.
struct RefusalMiddleware: RouterMiddleware {
    let style: RefusalStyle

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do {
            if let fault = context.certificateFault { throw fault }
            return try await next(request, context)
        } catch let refused as CallerRefused {
            return answer(refused, request, context)
        } catch let refusal as Refusal {
            return answer(CallerRefused(refusal), request, context)
        } catch let error as MethodNotAllowed {
            var response = answer(CallerRefused(.methodNotAllowed), request, context)
            response.headers[.allow] = error.allowed
            return response
        } catch let error as any Outage where error.outage != nil {
            let dependency = error.outage ?? ""
            context.logger.warning("unavailable", metadata: ["dependency": "\(dependency)"])
            context.decision.fail(.unavailable)
            context.decision.note { $0[.dependency] = dependency }
            // When to come back (RFC 9110 §10.2.3): most outages here are a restart, a lock or one lost packet.
            return style.fault(.serviceUnavailable, headers: [.retryAfter: "1"], context)
        } catch let error as any HTTPResponseError {
            // The router's own: no such route, a body over its bound.
            return answer(CallerRefused(Self.refusal(for: error.status)), request, context)
        } catch {
            context.logger.error(
                "fault",
                metadata: ["error": "\(error)", "route": "\(context.endpointPath ?? "none")"]
            )
            context.decision.fail(.fault)
            return style.fault(.internalServerError, context)
        }
    }

    private static func refusal(for status: HTTPResponse.Status) -> Refusal {
        switch status.code {
        case 404: .resourceNotFound
        case 405: .methodNotAllowed
        case 408: .requestTimedOut
        case 413: .bodyTooLarge
        case 415: .contentTypeUnsupported
        case 431: .headersTooLarge
        default: .bodyMalformed
        }
    }

    private func answer(_ refused: CallerRefused, _ request: Request, _ context: ServiceContext) -> Response {
        context.decision.refuse(refused.refusal)
        // The route's pattern, not the path: paths and queries carry codes and names.
        context.logger.info(
            "refused",
            metadata: [
                "reason": "\(refused.refusal.rawValue)", "method": "\(request.method)",
                "route": "\(context.endpointPath ?? "none")",
            ]
        )
        switch style {
        case .oauth:
            let wire = refused.refusal.wire.atTokenEndpoint
            var headers = HTTPFields()
            var document: JSONObject = ["error": .string(wire.rawValue)]
            // RFC 9470 §3: what to ask the user for. In the body too, as clients read no more of a refused grant.
            if wire == .insufficientUserAuthentication {
                headers[.wwwAuthenticate] = refused.challenge(to: request)
                document["max_age"] = refused.authentication?.ageSecondsMax.map { .integer($0) }
            }
            // RFC 6749 §5.2: a client that tried Basic is answered with its scheme.
            if wire == .invalidClient, request.headers[.authorization]?.lowercased().hasPrefix("basic ") == true {
                headers[.wwwAuthenticate] = "Basic realm=\"gatehouse\""
            }
            return .json(
                document,
                status: HTTPResponse.Status(code: wire.statusAtTokenEndpoint),
                headers: headers
            )
        case .problem:
            var headers = HTTPFields()
            headers[.wwwAuthenticate] = refused.challenge(to: request)
            return .problem(refused.refusal.wire.rawValue, status: refused.status, headers: headers, context)
        }
    }
}

extension RefusalStyle {
    /// Not the caller's doing: 500 or 503, and the transaction id to ask about.
    func fault(
        _ status: HTTPResponse.Status,
        headers: HTTPFields = [:],
        _ context: ServiceContext
    ) -> Response {
        let code = status == .serviceUnavailable ? "temporarily_unavailable" : "server_error"
        switch self {
        case .oauth:
            return .json(
                ["error": .string(code), "txn": .string(context.transactionID)],
                status: status,
                headers: headers
            )
        case .problem:
            return .problem(code, status: status, headers: headers, context)
        }
    }
}
