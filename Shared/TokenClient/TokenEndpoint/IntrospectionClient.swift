public import Tokens

/// Asks the issuer of a token about it: whether it is good at this moment, and which roles its user has at this moment.
///
/// A token says what was true when it was made. Revocations are heard of within milliseconds (`RevocationFeed`); who cannot accept
/// even those, or wants to know what no token says, asks. It costs a round trip for every request, and the route stands still when
/// the issuer does: so it is for the few routes where that is the better bargain.
///
/// - Takes: a token that has been verified here: nobody makes us ask about nonsense.
/// - Source: RFC 7662 §2.1, §2.2; as whom we ask, our certificate says (RFC 8705 §2).
public struct IntrospectionClient: Sendable {
    private let url: String
    private let clientID: String
    private let sender: any HTTPSender

    /// - Parameters:
    ///   - url: https, the issuer's introspection endpoint.
    ///   - clientID: this service; it must be registered to introspect tokens of its audience.
    ///   - sender: its client certificate is the credential, and its patience the bound.
    public init(url: String, clientID: String, sender: any HTTPSender) {
        self.url = url
        self.clientID = clientID
        self.sender = sender
    }

    /// What is so at this moment.
    ///
    /// - Gives: the roles of the account.
    /// - Refuses: `tokenInactive`.
    /// - Throws: `DependencyUnavailable` when no answer comes: nothing is let in on an old one. `UnexpectedAnswer` for an answer that
    ///   an issuer who knows us would not give.
    public func roles(
        ofUserOf token: VerifiedToken<AccessTokenClaims>,
        trace: TraceContext
    ) async throws -> Set<String> {
        let form = FormParameters.encode(["client_id": clientID, "token": token.credential.exposed])
        let answer = try await sender.send(
            OutboundRequest(
                method: "POST",
                url: url,
                headers: [
                    ("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json"),
                ] + trace.headers,
                body: Array(form.utf8)
            )
        )
        switch answer.status {
        case 200: return try read(answer, of: token.claims.subject)
        case 408, 429, 500...599: throw DependencyUnavailable("introspection \(url)")
        default: throw unexpected(answer)
        }
    }

    private func read(_ answer: OutboundResponse, of subject: String) throws -> Set<String> {
        guard let document = try? JSONReader.readObject(answer.body), let isActive = document["active"]?.bool else {
            throw unexpected(answer)
        }
        // Whatever stands beside it, this one word decides (RFC 7662 §2.2).
        guard isActive else { throw Refusal.tokenInactive }
        // The answer must be about this user, and say the roles: their absence is no "none".
        guard document["sub"]?.string == subject, let roles = document["roles"]?.strings else {
            throw unexpected(answer)
        }
        return Set(roles)
    }

    private func unexpected(_ answer: OutboundResponse) -> UnexpectedAnswer {
        UnexpectedAnswer(service: "introspection \(url)", status: answer.status)
    }
}
