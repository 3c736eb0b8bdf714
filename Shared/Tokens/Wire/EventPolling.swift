/// What a receiver of security events asks its transmitter: the next ones, and it says what became of the last.
///
/// - Source: RFC 8936 §2.2.
public struct EventPollRequest: Sendable, Equatable {
    /// `maxEvents`: how many at most; nil where the transmitter may choose.
    public let eventsMax: Int?
    /// `returnImmediately`: answer now also when there is nothing.
    public let isImmediate: Bool
    /// `ack`: the `jti` of each event that was taken in.
    public let acknowledged: [String]
    /// `setErrs`: the `jti` of each event that was refused, and the error code (RFC 8935 §2.4).
    public let errors: [(tokenID: String, code: String)]

    /// Asks for the next events.
    public init(
        eventsMax: Int? = nil,
        isImmediate: Bool = false,
        acknowledged: [String] = [],
        errors: [(tokenID: String, code: String)] = []
    ) {
        self.eventsMax = eventsMax
        self.isImmediate = isImmediate
        self.acknowledged = acknowledged
        self.errors = errors
    }

    /// Reads a request body.
    ///
    /// - Refuses: `bodyMalformed` for a member of another form; unknown members are passed over (RFC 8936 §2.2).
    public init(reading document: JSONObject) throws(Refusal) {
        eventsMax = try document["maxEvents"].map { value throws(Refusal) in
            guard let number = value.integer, (0...Int64(Int32.max)).contains(number) else { throw .bodyMalformed }
            return Int(number)
        }
        isImmediate =
            try document["returnImmediately"].map { value throws(Refusal) in
                guard let bool = value.bool else { throw .bodyMalformed }
                return bool
            } ?? false
        acknowledged =
            try document["ack"].map { value throws(Refusal) in
                guard let texts = value.strings else { throw .bodyMalformed }
                return texts
            } ?? []
        errors =
            try document["setErrs"].map { value throws(Refusal) in
                guard let members = value.object?.members else { throw .bodyMalformed }
                return members.map { ($0.name, $0.value.object?["err"]?.string ?? "") }
            } ?? []
    }

    /// The body as it goes over the wire.
    public var document: JSONObject {
        var document = JSONObject()
        document["maxEvents"] = eventsMax.map { .integer(Int64($0)) }
        document["returnImmediately"] = .bool(isImmediate)
        if !acknowledged.isEmpty { document["ack"] = .array(acknowledged.map { .string($0) }) }
        if !errors.isEmpty {
            var members = JSONObject()
            for error in errors { members[error.tokenID] = ["err": .string(error.code)] }
            document["setErrs"] = .object(members)
        }
        return document
    }

    /// The same request.
    public static func == (left: EventPollRequest, right: EventPollRequest) -> Bool { left.document == right.document }
}

/// What the transmitter answers: events that have not been acknowledged yet.
///
/// - Source: RFC 8936 §2.3.
public struct EventPollResponse: Sendable {
    /// `sets`: signed events, each by its `jti`.
    public let events: [(tokenID: String, token: Credential)]
    /// `moreAvailable`: there are more than these.
    public let isMoreAvailable: Bool

    /// An answer with these events, at most `Bounds.jsonElementsMax`.
    public init(events: [(tokenID: String, token: Credential)], isMoreAvailable: Bool) {
        self.events = events
        self.isMoreAvailable = isMoreAvailable
    }

    /// Reads an answer; nil for a document that is none.
    public init?(reading document: JSONObject) {
        guard let sets = document["sets"]?.object else { return nil }
        var events: [(String, Credential)] = []
        for member in sets.members {
            guard let token = member.value.string else { return nil }
            events.append((member.name, Credential(token)))
        }
        self.init(events: events, isMoreAvailable: document["moreAvailable"]?.bool ?? false)
    }

    /// The body as it goes over the wire.
    public var exposedDocument: JSONObject {
        var sets = JSONObject()
        for event in events { sets.append(event.tokenID, .string(event.token.exposed)) }
        return ["sets": .object(sets), "moreAvailable": .bool(isMoreAvailable)]
    }
}
