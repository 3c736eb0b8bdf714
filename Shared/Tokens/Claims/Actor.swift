/// Who acts for the subject, and for whom that actor acted before: the `act` claim (RFC 8693 §4.1).
///
/// The outermost actor is the current one. The inner ones are history, and no access decision may rest on them
/// (RFC 8693 §4.1).
public struct Actor: Sendable, Hashable {
    /// `sub`: the client id of the acting service.
    public let subject: String
    /// The chain from the current actor to the first, client ids.
    public let chain: [String]

    /// The chain that arises when `subject` acts on top of what `previous` has done. Nobody reads one of more than
    /// `Bounds.actorDepthMax`.
    public init(_ subject: String, actingAfter previous: Actor? = nil) {
        self.subject = subject
        chain = [subject] + (previous?.chain ?? [])
    }

    /// Reads an `act` claim.
    ///
    /// - Refuses: `claimMalformed` for a member other than `sub` and `act`, `actorChainTooLong` beyond
    ///   `Bounds.actorDepthMax`.
    init(reading claim: ClaimReader) throws(Refusal) {
        var chain: [String] = []
        var next: ClaimReader? = claim
        while let level = next {
            guard chain.count < Bounds.actorDepthMax else { throw .actorChainTooLong }
            chain.append(try level.string("sub"))
            next = try level.optionalObject("act")
            guard level.count == (next == nil ? 1 : 2) else { throw .claimMalformed }
        }
        self.chain = chain
        subject = chain[0]
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
