import Audit
import HTTPTypes
public import Hummingbird
public import ServiceKit
import TokenClient
public import Tokens

/// `POST /events/streams` and `POST /events/streams/{id}/poll`: a receiver makes itself a stream, and asks it for events.
///
/// - Takes: a service's own token that is bound to its certificate; the guard on the Routes page has verified it.
/// - Source: RFC 8936 §2; the management of streams as in OpenID Shared Signals Framework 1.0 §8.1.1.
public struct EventStreamEndpoint: Sendable {
    /// Bytes of an `endpoint_url`; it is kept in a row and in memory.
    private static let urlBytesMax = 1_024

    let events: SecurityEvents
    let streams: EventStreams
    let push: EventPush

    /// A new stream for the caller. Members that we do not know are passed over: receivers of other houses send more.
    ///
    /// - Takes: `{"delivery": {"method": "urn:ietf:rfc:8936"}}`; with `urn:ietf:rfc:8935` also an https `endpoint_url`.
    /// - Gives: 201 and the stream; for a poll stream `endpoint_url` is where to poll.
    /// - Refuses: `bodyMalformed`, and what `requireService` refuses.
    @Sendable
    public func create(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let client = try Self.requireService(caller.claims)
        let delivery = try Self.readDelivery(try await request.readJSON(context)["delivery"]?.object)
        let stream = try await streams.make(for: client, delivery)
        var url = "\(events.issuer)/events/streams/\(stream.id)/poll"
        if case .push(let receiver) = delivery {
            push.add(stream)
            url = receiver
        }
        let document: JSONObject = [
            "stream_id": .string(stream.id), "iss": .string(events.issuer), "aud": .string(events.audience),
            "delivery": ["method": .string(delivery.method), "endpoint_url": .string(url)],
        ]
        return .json(document, status: .created)
    }

    /// The next events of the caller's stream.
    ///
    /// - Takes: `EventPollRequest`.
    /// - Gives: `EventPollResponse`; see `EventStreams.poll`.
    /// - Refuses: `resourceNotFound`, `bodyMalformed`, and what `requireService` refuses.
    @Sendable
    public func poll(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let client = try Self.requireService(caller.claims)
        let wish = try EventPollRequest(reading: try await request.readJSON(context))
        if !wish.isImmediate { context.decision.note { $0[.waits] = "news" } }
        let document = try await streams.poll(try context.parameters.require("id"), by: client, wish)
        return .bytes(document, type: "application/json")
    }

    /// Who calls. Events tell who has signed out and which key is stolen: a token that somebody found in a log must not be
    /// enough to hear them, or to acknowledge them in a service's place.
    ///
    /// - Refuses: `confirmationUnsupported` for a token that is not bound to a certificate, `subjectMismatch` for a user's.
    private static func requireService(_ claims: AccessTokenClaims) throws(Refusal) -> String {
        guard case .certificate = claims.confirmation else { throw .confirmationUnsupported }
        guard claims.subject == claims.clientID else { throw .subjectMismatch }
        return claims.clientID
    }

    private static func readDelivery(_ document: JSONObject?) throws(Refusal) -> EventDelivery {
        guard let document, let method = document["method"]?.string else { throw .bodyMalformed }
        if method == EventDelivery.poll.method { return .poll }
        guard let url = document["endpoint_url"]?.string, method == EventDelivery.push(url: url).method,
            url.utf8.count <= urlBytesMax, url.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !url.contains("#"),
            OutboundRequest(method: "POST", url: url).authority != nil
        else { throw .bodyMalformed }
        return .push(url: url)
    }
}
