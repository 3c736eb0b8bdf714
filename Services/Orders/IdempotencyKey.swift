import HTTPTypes
import Tokens

/// A client's own name for one request to place an order: asked again by the same name, it gets the same order and not
/// a second one.
///
/// Owner and client are part of it, taken from the token. By the name alone, whoever guessed it would be shown a
/// stranger's order and address.
///
/// - Takes: the field `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), once: a String in quotes
///   (RFC 9651 §3.3.3) of 1–255 characters, without parameters.
/// - Refuses: `parameterDuplicated`, `parameterMalformed`. A key without quotes is not guessed at: two readers who
///   guess differently would take one order for two.
struct IdempotencyKey: Sendable, Equatable {
    /// With its quotes, as it comes. A UUID takes 38; the longest keys in use take 255 without them.
    static let fieldBytesMax = 257

    let owner: String
    let clientID: String
    let text: String

    /// Nil for a request without one.
    init?(reading fields: HTTPFields, of caller: AccessTokenClaims) throws(Refusal) {
        let lines = fields[values: .idempotencyKey]
        // Two lines joined by a comma, as lists are, may read as one key that nobody has sent (RFC 9651 §4.2).
        guard lines.count <= 1 else { throw .parameterDuplicated }
        guard let line = lines.first else { return nil }
        (owner, clientID) = (caller.subject, caller.clientID)
        text = try Self.readString(line)
    }

    /// RFC 9651 §4.2.5, and nothing after it.
    private static func readString(_ field: String) throws(Refusal) -> String {
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        var rest = field.utf8[...]
        guard (3...fieldBytesMax).contains(rest.count), rest.popFirst() == quote, rest.popLast() == quote else {
            throw .parameterMalformed
        }
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case backslash:
                guard let escaped = rest.popFirst(), escaped == quote || escaped == backslash else {
                    throw .parameterMalformed
                }
                text.append(escaped)
            case quote: throw .parameterMalformed
            case 0x20...0x7E: text.append(byte)
            default: throw .parameterMalformed
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!  // A literal of ours, a valid name.
}
