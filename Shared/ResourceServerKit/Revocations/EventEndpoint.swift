import Audit
public import Hummingbird
public import ServiceKit
import TokenClient
import Tokens

/// `POST /events`: one security event, sent by the issuer that made it.
///
/// - Takes: a security event token of at most `Bounds.tokenBytesMax` bytes, as `application/secevent+jwt`, over a connection with a
///   certificate of the house. Whose is not asked: that the event is the issuer's own, its signature says.
/// - Gives: 202 as soon as the index knows it (RFC 8935 §2.2).
/// - Refuses: 400 with `err` and `description` (RFC 8935 §2.3) what the issuer need not send again; `clientUnauthenticated`,
///   `contentTypeUnsupported`, `bodyTooLarge`. What it has to send again: `DependencyUnavailable` (503).
public struct EventEndpoint: Sendable {
    let feeds: [RevocationFeed]
    let peers: any PeerCertificateSource

    public func answer(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.eventReceipt)
        guard try await peers.certificate(of: context) != nil else { throw Refusal.clientUnauthenticated }
        guard request.headers[.contentType] == "application/secevent+jwt" else { throw Refusal.contentTypeUnsupported }
        let bytes = try await request.readBytes(bytesMax: Bounds.tokenBytesMax)
        let event = Credential(String(decoding: bytes, as: UTF8.self))
        do {
            let payload = try Self.payload(of: event)
            context.decision.note { record in
                record[.issuer] = payload["iss"]?.string
                record[.eventID] = payload["jti"]?.string
            }
            // Whose event it claims to be: that feed will believe it or not.
            guard let feed = feeds.first(where: { $0.issuer == payload["iss"]?.string }) else {
                throw EventRefused(.issuerNotTrusted)
            }
            try await feed.receive(event)
            return Response(status: .accepted)
        } catch let refused as EventRefused {
            context.decision.refuse(refused.reason)
            return .json(
                ["err": .string(refused.code.rawValue), "description": .string(refused.description)],
                status: .badRequest,
                // RFC 8935 §2.3: in which language the description is.
                headers: [.contentLanguage: "en"]
            )
        }
    }

    private static func payload(of event: Credential) throws(EventRefused) -> JSONObject {
        do { return try UnverifiedToken.decodeWithoutVerifying(event).payload } catch { throw EventRefused(error) }
    }
}
