import Synchronization
public import TokenClient
public import Tokens

/// The event feed of an issuer as its receivers meet it over the network, out of memory: streams, polls, acknowledgements.
///
///     let feed = try TestFeed()
///     network.serve(feed)
///     try feed.revoke(.session("session-1"))
public final class TestFeed: Sendable {
    private struct State {
        var events: [(tokenID: String, token: Credential)] = []
        /// What each stream has acknowledged or refused.
        var streams: [String: Set<String>] = [:]
        var madeStreams: [JSONObject] = []
        var polls: [EventPollRequest] = []
    }

    /// With the events' own key.
    public let signer: TestIssuer
    private let state = Mutex(State())

    public init(_ issuer: String = House.issuer) throws { signer = try TestIssuer(issuer) }

    /// Every URL of the feed begins with one of these.
    public var prefixes: [String] {
        ["\(signer.issuer)/.well-known/ssf-configuration", "\(signer.issuer)/events"]
    }

    // What happens at the issuer.

    /// Revokes `target`; gives the event's `jti`.
    @discardableResult
    public func revoke(
        _ target: RevocationTarget,
        _ cause: RevocationEvent.Cause = .sessionRevoked,
        at moment: NumericDate = House.epoch
    ) throws -> String {
        let tokenID = "event-\(state.withLock { $0.events.count + 1 })"
        try append(
            RevocationEvent(target, cause, at: moment).claims(
                issuer: signer.issuer,
                audience: audience,
                tokenID: tokenID
            )
        )
        return tokenID
    }

    /// Appends an event of any claims.
    public func append(_ claims: SecurityEventClaims) throws {
        append(try signer.mint(claims), named: claims.tokenID)
    }

    /// Appends anything at all as the event `tokenID`.
    public func append(_ token: Credential, named tokenID: String) {
        state.withLock { $0.events.append((tokenID, token)) }
    }

    /// A heartbeat of the stream `streamID`.
    public func heartbeat(of streamID: String, at moment: NumericDate, tokenID: String = "heartbeat") throws
        -> Credential
    {
        try signer.mint(
            SecurityEventClaims(
                issuer: signer.issuer,
                audience: audience,
                issuedAt: moment,
                tokenID: tokenID,
                subjectID: ["format": "opaque", "id": .string(streamID)],
                events: ["https://schemas.openid.net/secevent/ssf/event-type/verification": .object([:])]
            )
        )
    }

    /// Starts anew with a memory from before the last acknowledgements.
    public func forgetAcknowledgements() {
        state.withLock { state in for name in state.streams.keys { state.streams[name] = [] } }
    }

    /// Starts anew without its streams.
    public func forgetStreams() { state.withLock { $0.streams = [:] } }

    // What it has seen of its receivers.

    /// What the streams were asked for, in order.
    public var madeStreams: [JSONObject] { state.withLock { $0.madeStreams } }
    /// What was polled, in order.
    public var polls: [EventPollRequest] { state.withLock { $0.polls } }

    public var audience: String { "\(signer.issuer)/events" }

    /// The issuer's answer to one request.
    public func answer(_ request: OutboundRequest) -> OutboundResponse {
        let path = request.url.dropFirst(signer.issuer.count)
        let body = (try? JSONReader.readObject(request.body ?? [])) ?? [:]
        switch path {
        case "/.well-known/ssf-configuration": return .json(configuration)
        case "/events/jwks.json": return .json(signer.keySet.document)
        case "/events/streams": return .json(makeStream(body), status: 201)
        default:
            guard let poll = try? EventPollRequest(reading: body),
                let answer = answer(poll, on: String(path.split(separator: "/").dropFirst(2).first ?? ""))
            else { return .json([:], status: 404) }
            return .json(answer.exposedDocument)
        }
    }

    /// What the issuer says of its feed.
    public var configuration: JSONObject {
        [
            "issuer": .string(signer.issuer), "jwks_uri": .string("\(signer.issuer)/events/jwks.json"),
            "configuration_endpoint": .string("\(signer.issuer)/events/streams"),
            "delivery_methods_supported": ["urn:ietf:rfc:8936", "urn:ietf:rfc:8935"],
        ]
    }

    private func makeStream(_ body: JSONObject) -> JSONObject {
        let name = state.withLock { state in
            state.madeStreams.append(body)
            let name = "stream-\(state.madeStreams.count)"
            state.streams[name] = []
            return name
        }
        var delivery = body["delivery"]?.object ?? [:]
        if delivery["endpoint_url"] == nil {
            delivery["endpoint_url"] = .string("\(signer.issuer)/events/streams/\(name)/poll")
        }
        return [
            "stream_id": .string(name), "iss": .string(signer.issuer), "aud": .string(audience),
            "delivery": .object(delivery),
        ]
    }

    private func answer(_ poll: EventPollRequest, on stream: String) -> EventPollResponse? {
        state.withLock { state in
            guard let done = state.streams[stream]?.union(poll.acknowledged).union(poll.errors.map(\.tokenID)) else {
                return nil
            }
            state.polls.append(poll)
            state.streams[stream] = done
            let waiting = state.events.filter { !done.contains($0.tokenID) }
            let sent = waiting.prefix(poll.eventsMax ?? 64)
            return EventPollResponse(events: Array(sent), isMoreAvailable: sent.count < waiting.count)
        }
    }
}

extension TestNetwork {
    /// From now on the feed's URLs are answered by `feed`.
    public func serve(_ feed: TestFeed) {
        for prefix in feed.prefixes { answer(prefix, .script { feed.answer($0) }) }
    }
}

extension OutboundResponse {
    fileprivate static func json(_ document: JSONObject, status: Int = 200) -> OutboundResponse {
        OutboundResponse(status: status, body: JSONWriter.bytes(document))
    }
}
