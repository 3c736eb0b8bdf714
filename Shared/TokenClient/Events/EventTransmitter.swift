import Tokens

/// The event feed of one issuer, as a receiver asks it: what it offers, a stream of one's own, the next events.
///
/// What the issuer says of itself is believed only as far as it names URLs below the issuer: every request carries our own token, and
/// a document must not send that elsewhere. A new stream begins before the oldest event that the issuer keeps: to receive it whole is
/// to know everything that has been revoked and could still be alive.
struct EventTransmitter: Sendable {
    /// The issuer's answer comes after 10 s at the latest (RFC 8936 §2.4 leaves the time to it); the rest is the way there and back.
    private static let pollSecondsMax: Int64 = 20

    let issuer: String
    let tokens: ServiceTokenSource
    let sender: any HTTPSender

    /// Who the events are for: all who receive them, in one word.
    var audience: String { "\(issuer)/events" }

    /// Where the events' keys are, and where streams are made.
    func readConfiguration() async throws(DependencyUnavailable) -> (keySetURL: String, streamsURL: String) {
        let url = "\(issuer)/.well-known/ssf-configuration"
        let answer = try await sender.send(
            OutboundRequest(method: "GET", url: url, headers: [("accept", "application/json")])
        )
        guard answer.status == 200, let document = try? JSONReader.readObject(answer.body),
            document["issuer"]?.string == issuer,
            let keySetURL = ownURL(document["jwks_uri"]), let streamsURL = ownURL(document["configuration_endpoint"])
        else { throw unavailable("configuration", answer) }
        return (keySetURL, streamsURL)
    }

    /// A new stream whose events we ask for.
    ///
    /// - Gives: the URL to ask at.
    func makePolledStream(at url: String) async throws -> String {
        let (document, answer) = try await makeStream(at: url, ["method": "urn:ietf:rfc:8936"])
        guard let pollURL = ownURL(document["delivery"]?.object?["endpoint_url"]) else {
            throw unavailable("new stream", answer)
        }
        return pollURL
    }

    /// A new stream whose events are sent to `endpointURL`.
    ///
    /// - Gives: the id by which the stream's own events name it.
    func makePushedStream(at url: String, to endpointURL: String) async throws -> String {
        let delivery: JSONObject = ["method": "urn:ietf:rfc:8935", "endpoint_url": .string(endpointURL)]
        let (document, answer) = try await makeStream(at: url, delivery)
        guard let streamID = document["stream_id"]?.string, !streamID.isEmpty else {
            throw unavailable("new stream", answer)
        }
        return streamID
    }

    /// The next events; nil where the issuer does not know the stream, or not as ours.
    ///
    /// - Source: RFC 8936 §2.4.
    func poll(_ url: String, _ request: EventPollRequest) async throws -> EventPollResponse? {
        let answer = try await post(request.document, to: url, timeoutSeconds: Self.pollSecondsMax)
        if answer.status == 404 { return nil }
        guard answer.status == 200, let document = try? JSONReader.readObject(answer.body),
            let response = EventPollResponse(reading: document)
        else { throw unavailable("poll", answer) }
        return response
    }

    private func makeStream(
        at url: String,
        _ delivery: JSONObject
    ) async throws -> (document: JSONObject, answer: OutboundResponse) {
        let answer = try await post(["delivery": .object(delivery)], to: url)
        guard answer.status == 201, let document = try? JSONReader.readObject(answer.body),
            document["iss"]?.string == issuer, document["aud"]?.string == audience
        else { throw unavailable("new stream", answer) }
        return (document, answer)
    }

    /// With our token; with a new one where the issuer does not take the one we hold: its clock or its keys have moved on.
    private func post(
        _ document: JSONObject,
        to url: String,
        timeoutSeconds: Int64? = nil
    ) async throws -> OutboundResponse {
        func send(with token: Credential) async throws(DependencyUnavailable) -> OutboundResponse {
            try await sender.send(
                OutboundRequest(
                    method: "POST",
                    url: url,
                    headers: [
                        ("authorization", "Bearer \(token.exposed)"), ("content-type", "application/json"),
                        ("accept", "application/json"),
                    ],
                    body: JSONWriter.bytes(document),
                    timeoutSeconds: timeoutSeconds
                )
            )
        }
        let token = try await tokens.token()
        let answer = try await send(with: token)
        guard answer.status == 401 else { return answer }
        tokens.invalidate(token)
        return try await send(with: try await tokens.token())
    }

    /// A URL below the issuer, without a way up and out of it.
    private func ownURL(_ value: JSONValue?) -> String? {
        guard let url = value?.string, url.hasPrefix("\(issuer)/"), !url.contains(where: { "%?# ".contains($0) }),
            !url.split(separator: "/").contains("..")
        else { return nil }
        return url
    }

    private func unavailable(_ what: String, _ answer: OutboundResponse) -> DependencyUnavailable {
        DependencyUnavailable("event feed of \(issuer) (\(what): \(answer))")
    }
}
