/// A JSON value as strict token code needs it: integers are integers, and an object has each member once.
public enum JSONValue: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction and exponent, within 64 bits.
    case integer(Int64)
    /// A number that is no 64-bit integer, as written. No claim of ours is one; it may stand in members we do not read.
    case decimal(String)
    /// A text, its escapes resolved.
    case string(String)
    /// Values in their order.
    case array([JSONValue])
    /// Members, each name once.
    case object(JSONObject)
}

extension JSONValue: Equatable {
    /// The same value; texts byte by byte (RFC 8259 §8.3).
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.decimal(let left), .decimal(let right)): left.isExactly(right)
        case (.string(let left), .string(let right)): left.isExactly(right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

/// The members of a JSON object, in the order in which they were written.
///
/// Lookup is linear: objects here have a dozen members, and `Bounds.jsonElementsMax` at most.
public struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// Names and values, as written.
    public private(set) var members: [(name: String, value: JSONValue)]

    /// An object without members.
    public init() { members = [] }

    /// An object of `elements`; of two with one name the later one counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = []
        for (name, value) in elements { self[name] = value }
    }

    /// The value of member `name`; assigning nil removes it.
    public subscript(name: String) -> JSONValue? {
        get { members.first { $0.name.isExactly(name) }?.value }
        set {
            let index = members.firstIndex { $0.name.isExactly(name) }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
        }
    }

    /// Appends a member whose name is known to be new.
    mutating func append(_ name: String, _ value: JSONValue) { members.append((name, value)) }

    /// The same for a text; nil is left out.
    mutating func append(_ name: String, _ text: String?) {
        if let text { append(name, .string(text)) }
    }

    /// The same for a date; nil is left out.
    mutating func append(_ name: String, _ date: NumericDate?) {
        if let date { append(name, .integer(date.secondsSinceEpoch)) }
    }

    /// Equal members in whatever order (RFC 8259 §4).
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object; of two members with one name the later one counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in elements { object[name] = value }
        self = .object(object)
    }

    /// The text of a string; nil for anything else.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The value of an integer; nil for anything else, `1.0` and `1e3` included.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    /// True or false; nil for anything else.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements of an array; nil for anything else.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The members of an object; nil for anything else.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// The elements of an array of strings; nil for anything else, or when one element is no string.
    public var strings: [String]? {
        guard let array else { return nil }
        let strings = array.compactMap(\.string)
        return strings.count == array.count ? strings : nil
    }
}
