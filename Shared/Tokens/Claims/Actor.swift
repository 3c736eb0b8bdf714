/// Who acts for the subject, and for whom that actor acted before: the `act` claim (RFC 8693 §4.1).
///
/// The outermost actor is the current one. The inner ones are history, and no access decision may rest on them
/// (RFC 8693 §4.1).
public struct Actor: Sendable, Hashable {
    /// `sub`: the client id of the acting service.
    public let subject: String
    /// The chain from the current actor to the first, client ids.
    public let chain: [String]

    /// The chain that arises when `subject` acts on top of what `previous` has done.
    public init(_ subject: String, actingAfter previous: Actor? = nil) {
        self.subject = subject
        chain = [subject] + (previous?.chain ?? [])
    }

    /// Reads an `act` claim.
    ///
    /// - Refuses: `claimMalformed` for a member other than `sub` and `act`, `actorChainTooLong` beyond
    ///   `Bounds.actorDepthMax`.
    init(reading value: JSONValue) throws(Refusal) {
        var chain: [String] = []
        var next: JSONValue? = value
        while let level = next {
            guard chain.count < Bounds.actorDepthMax else { throw .actorChainTooLong }
            guard let object = level.object, let subject = object["sub"]?.string, !subject.isEmpty,
                object.members.allSatisfy({ $0.name == "sub" || $0.name == "act" })
            else { throw .claimMalformed }
            chain.append(subject)
            next = object["act"]
        }
        guard let current = chain.first else { throw .claimMalformed }
        subject = current
        self.chain = chain
    }

    /// The claim's value, nested.
    public var json: JSONValue {
        chain.reversed().reduce(nil as JSONValue?) { inner, subject in
            var level: JSONObject = ["sub": .string(subject)]
            level["act"] = inner
            return .object(level)
        } ?? .null
    }
}
