import Audit
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import TokenClient
import Tokens
import TokensHummingbird

/// Carries a request to one service behind the gateway, and its answer back.
///
/// The service checks everything again, as if there were no gateway: what is stopped here is only stopped earlier.
///
/// - Takes: a bearer token of the identity provider for this very service, in the user's own hands; a body of at most
///   `requestBytesMax`.
/// - Gives: the service's status and body, and those header fields that may leave.
/// - Refuses: what `TokenValidator` refuses, `actorNotAllowed`, `bodyTooLarge`. `DependencyUnavailable` (503) when the
///   service does not answer in time.
struct Forwarder: Sendable {
    /// While nothing is heard of revocations, requests pass for as long as a token lives: the service behind knows better which of its
    /// routes may go on, and asks by itself.
    private static let staleness = StalenessRule.trust(secondsMax: 600)

    /// Which service, for the record: `orders-api`.
    let service: String
    let address: String
    /// For bearer tokens only. A DPoP proof is for one URL (RFC 9449 §4.2): ours, while the service behind us would ask for one of
    /// its own, which only the client can make. And no client certificate is looked at: a token that is bound to one belongs to a
    /// service, and services do not come this way.
    let callers: CallerGuard<ServiceContext>
    let sender: any HTTPSender
    let requestBytesMax: Int

    func answer(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.forward)
        context.decision.note { $0[.upstream] = service }
        // The token first: a stranger cannot make us hold a body.
        let caller = try await callers.verify(request, context, requiring: [.noActor], staleness: Self.staleness)
        let target = try RequestTarget(reading: request.head.path ?? "")
        let body = try await request.readBytes(bytesMax: requestBytesMax)
        let answer = try await sender.send(
            OutboundRequest(
                method: request.method.rawValue,
                url: address + target.text,
                headers: HeaderHygiene.inward(request.headers) + [
                    // Written anew out of what was checked: nobody can find another token here than we did.
                    ("authorization", "Bearer \(caller.credential.exposed)")
                ] + context.trace.headers,
                body: body.isEmpty ? nil : body
            )
        )
        return Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: HeaderHygiene.outward(answer.headers),
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }
}
