public import Tokens

/// Reads the members of a JSON body one by one, each by its type and its bound.
///
/// - Refuses: `bodyMalformed` for a member that is missing, of another type or outside its bound, and for one that
///   nobody asks for: a misspelt optional member would otherwise be ignored, and the caller believe that it was kept.
public struct BodyMembers: Sendable {
    private let body: JSONObject

    /// - Parameter allowed: every member that the body may have.
    public init(of body: JSONObject, allowed: Set<String>) throws(Refusal) {
        guard body.members.allSatisfy({ allowed.contains($0.name) }) else { throw .bodyMalformed }
        self.body = body
    }

    /// Text whose number of Unicode scalars lies in `range`, without control characters: a NUL ends strings early in C
    /// code behind us, and a line break forges lines in logs and letters.
    public func text(_ name: String, _ range: ClosedRange<Int>) throws(Refusal) -> String {
        guard let text = body[name]?.string, range.contains(text.unicodeScalars.count),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw .bodyMalformed }
        return text
    }

    /// The same for a member that may be missing or null.
    public func optionalText(_ name: String, _ range: ClosedRange<Int>) throws(Refusal) -> String? {
        guard let value = body[name], value != .null else { return nil }
        return try text(name, range)
    }

    public func integer(_ name: String, _ range: ClosedRange<Int64>) throws(Refusal) -> Int64 {
        guard let integer = body[name]?.integer, range.contains(integer) else { throw .bodyMalformed }
        return integer
    }
}
