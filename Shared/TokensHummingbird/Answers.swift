public import HTTPTypes
public import Hummingbird
import Logging
public import Tokens

// How refusals are answered where no middleware does it in a form of its own: the status and the challenge outside, the
// exact reason in the log.

extension CallerRefused: HTTPResponseError {
    /// 401 for a bad token, 403 for one that does not allow it.
    public var status: HTTPResponse.Status { refusal.status }

    /// The status and the challenge alone. The reason goes into the log, where an attacker cannot read which check they
    /// have to pass next.
    public func response(from request: Request, context: some RequestContext) -> Response {
        context.logger.info("refused", metadata: ["reason": "\(refusal.rawValue)"])
        var headers = HTTPFields()
        headers[.wwwAuthenticate] = challenge(to: request)
        return Response(status: status, headers: headers)
    }
}

extension Refusal: HTTPResponseError {
    /// As `wire` says.
    public var status: HTTPResponse.Status { wire.httpStatus }

    /// As `CallerRefused` is answered.
    public func response(from request: Request, context: some RequestContext) -> Response {
        CallerRefused(self).response(from: request, context: context)
    }
}

extension DependencyUnavailable: HTTPResponseError {
    /// 503: nobody's token is wrong.
    public var status: HTTPResponse.Status { .serviceUnavailable }

    /// When to come back: most outages here are a restart or one lost packet.
    public var headers: HTTPFields { [.retryAfter: "1"] }

    /// The status, and when to come back; what is missing goes into the log.
    public func response(from request: Request, context: some RequestContext) -> Response {
        context.logger.warning("unavailable", metadata: ["dependency": "\(dependency)"])
        return Response(status: status, headers: headers)
    }
}

extension WireError {
    /// The status with its phrase, which one made of its number alone would not have.
    public var httpStatus: HTTPResponse.Status {
        Self.phrased.first { $0.code == status } ?? HTTPResponse.Status(code: status)
    }

    private static let phrased: [HTTPResponse.Status] = [
        .badRequest, .unauthorized, .forbidden, .notFound, .methodNotAllowed, .requestTimeout, .conflict,
        .contentTooLarge, .unsupportedMediaType, .unprocessableContent, .tooManyRequests, .requestHeaderFieldsTooLarge,
    ]
}
